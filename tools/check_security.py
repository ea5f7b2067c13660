#!/usr/bin/env python3
"""Fails when docs/security.md promises what no test holds, or leaves a trap of its table without a test that is awake.

check_security.py BUILD        BUILD is a folder in which the tests are built
check_security.py --self-test  mistakes that are planted into the document are found

Each item of the list "What is promised" names a test in backticks, as `room.Suite.Name`. The table of the traps has five columns: the
trap's number (T1 to T34, in order), what went wrong elsewhere, what is so here, the tests, and the names of defects in tests/mutants/
behind one another with semicolons. Each test must exist, each defect too, and each defect must be one that a test of its row notices. A
row without tests says "open: why" or "does not apply: why" in their place, and nothing in place of the defects.
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from ctest_names import tests_of
from mutants import read_mutants

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "security.md"
TRAPS = [f"T{number}" for number in range(1, 35)]
PROMISES = "## What is promised"
EXCUSE = re.compile(r"(open|does not apply): \S.{20,}")


def tests_in(text):
    return re.findall(r"`(\w+\.\w+\.\w+)`", text)


def promises(document):
    """The items of the list of promises, each in one line."""
    section = document.partition(PROMISES)[2].partition("\n## ")[0]
    return [" ".join(item.split()) for item in re.split(r"^- ", section, flags=re.MULTILINE)[1:]]


def rows(document):
    lines = re.findall(r"^\| *(T\d+) *\|(.*)\|$", document, re.MULTILINE)
    return [(number, [cell.strip() for cell in re.split(r"(?<!\\)\|", rest)]) for number, rest in lines]


def findings_of_row(number, cells, mutants):
    if len(cells) != 4 or not cells[0] or not cells[1] or not cells[2]:
        yield f"{number}: five cells, and only the last may be empty"
        return
    tests, defects = tests_in(cells[2]), [name.strip() for name in cells[3].split(";") if name.strip()]
    if not tests:
        if not EXCUSE.match(cells[2]):
            yield f"{number}: names no test, and does not say why"
        if defects:
            yield f"{number}: names defects, and no test that notices"
        return
    if not defects:
        yield f"{number}: names no defect"
    for name in defects:
        if name not in mutants:
            yield f"{number}: there is no defect: {name}"
        elif not set(tests) & set(mutants[name]):
            yield f"{number}: none of its tests notices the defect: {name}"


def findings(document, tests, mutants):
    items = promises(document)
    if not items:
        yield f"no list in the section {PROMISES}"
    yield from (f"no test holds the promise: {item}" for item in items if not tests_in(item))
    table = rows(document)
    if [number for number, _ in table] != TRAPS:
        yield f"the table must have {TRAPS[0]} to {TRAPS[-1]}, in order and once each"
    for number, cells in table:
        yield from findings_of_row(number, cells, mutants)
    yield from (f"there is no test {name}" for name in sorted(set(tests_in(document)) - tests))


def self_test(document, mutants):
    tests = set(tests_in(document))
    first_row = re.search(r"^\| *T1 *\|.*\n", document, re.MULTILINE)[0]
    some_test = tests_in(first_row)[0]
    some_defect = first_row.rstrip("| \n").rpartition("|")[2].partition(";")[0].strip()
    plants = {
        "a row is missing": document.replace(first_row, ""),
        "a row stands twice": document.replace(first_row, first_row * 2),
        "a test that there is not": document.replace(some_test, some_test + "X"),
        "a defect that there is not": document.replace(some_defect, some_defect + " not"),
        "a row without a test": document.replace(first_row, re.sub(r"`\w+\.\w+\.\w+`", "none", first_row)),
        "a row without a defect": document.replace(first_row, first_row.replace(some_defect, "").replace(";", "")),
        "a promise without a test": document.replace(PROMISES + "\n", PROMISES + "\n\n- Nothing is ever wrong.\n"),
        "no promises": document.replace(PROMISES, "## Else"),
    }
    if list(findings(document, tests, mutants)):
        yield "the document itself"
    yield from (what for what, planted in plants.items() if not list(findings(planted, tests, mutants)))


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    document = DOCUMENT.read_text(encoding="utf-8")
    mutants = {mutant.name: mutant.tests for mutant in read_mutants()}
    if arguments[0] == "--self-test":
        wrong = [f"not found: {what}" for what in self_test(document, mutants)]
    else:
        wrong = list(findings(document, tests_of(arguments[0]), mutants))
    for line in wrong:
        print(line)
    print(f"{len(rows(document))} traps, {len(promises(document))} promises, {len(wrong)} mistakes")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
