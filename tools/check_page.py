#!/usr/bin/env python3
"""Fails when docs/page.md leaves anything of the page out, or names a test or an example that does not exist.

check_page.py BUILD        BUILD is a folder in which the tests are built

docs/page.md has tables of four columns: the page's own words in quotation marks, their form in C++, the tests (in backticks, as
`Suite.Name` of tests/page/ or as `room.Suite.Name`), and an example or another document as a link. No cell may be empty. The quotations
together must cover every word of the page, its headings and programs aside; each heading must have a section.
"""

import pathlib
import re
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from ctest_names import tests_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"


def normalized(text):
    """One space between words; no marks that differ between a manual page and a table."""
    for mark, plain in (("“", '"'), ("”", '"'), ("\\|", "|"), ("•", " "), ("\\", " ")):
        text = text.replace(mark, plain)
    return " ".join(text.split())


def without_programs(lines):
    """The page's lines but those of its programs and of the example of a certificate."""
    kept, inside = [], False
    for line in lines:
        if line.startswith(("var tls", "{ subject:")):
            inside = True
        elif inside and line and line[0].isupper():
            inside = False
        if not inside:
            kept.append(line)
    return kept


def rows():
    """Yields (line number, cells) for each row of a table in docs/page.md, heads and rules aside."""
    lines = (DOCS / "page.md").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.startswith("|") or re.fullmatch(r"[|\-: ]+", line):
            continue
        if number < len(lines) and re.fullmatch(r"[|\-: ]+", lines[number]):
            continue
        yield number, [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    tests = tests_of(sys.argv[1])
    tests |= {test.removeprefix("page.") for test in tests}
    page = (DOCS / "node-v0.6.18-tls.txt").read_text(encoding="utf-8").splitlines()
    document = (DOCS / "page.md").read_text(encoding="utf-8")
    wrong = []

    headings = [line.rstrip("#").strip() for line in page if line.endswith("#")]
    sections = {normalized(line.lstrip("#").replace("`", "")) for line in document.splitlines() if line.startswith("#")}
    wrong += [f"no section for {heading}" for heading in headings if normalized(heading) not in sections]

    rest = normalized("\n".join(line for line in without_programs(page) if not line.endswith("#")))
    quotations = []
    for number, cells in rows():
        where = f"docs/page.md:{number}"
        if len(cells) != 4 or not all(cells):
            wrong.append(f"{where}: four cells, none of them empty")
            continue
        quoted = re.search(r'"(.*)"', cells[0].replace("`", ""))
        if quoted is None:
            wrong.append(f"{where}: no quotation of the page")
        else:
            quotations.append((where, normalized(quoted[1])))
        named = re.findall(r"`([^`]+)`", cells[2])
        wrong += [f"{where}: there is no test {name}" for name in named if name not in tests]
        if not named:
            wrong.append(f"{where}: names no test")
        links = re.findall(r"\]\(([^)#]+)[^)]*\)", cells[3])
        wrong += [f"{where}: there is no {link}" for link in links if not (DOCS / link).exists()]
        if not links:
            wrong.append(f"{where}: links no example")

    for where, quotation in sorted(quotations, key=lambda entry: -len(entry[1])):
        if quotation not in normalized("\n".join(page)):
            wrong.append(f"{where}: the page does not say: {quotation}")
        rest = rest.replace(quotation, "\0", 1)
    left = [part.strip() for part in rest.split("\0")]
    wrong += [f"nobody quotes: {part}" for part in left if re.search(r"\w", part)]

    for line in wrong:
        print(line)
    print(f"{len(quotations)} quotations, {len(wrong)} mistakes")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
