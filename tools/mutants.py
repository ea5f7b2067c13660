#!/usr/bin/env python3
"""Plants one defect after the other in a copy of a source file, and expects the tests that it names to notice.

mutants.py [REGEX]           builds below build/mutants, and plants the defects of tests/mutants/*.toml whose name or
                             file matches
mutants.py --in BUILD REGEX  the same with the programs of the build folder BUILD as they are
mutants.py --check BUILD     each defect fits the sources, ctest knows in the build folder BUILD the tests that it
                             names, and there is one for each line of docs/differences-from-node.md
mutants.py --table           writes the table of docs/testing.md anew

Exits 0 when every defect was noticed, 1 when one was not or cannot be planted, 2 when none matches. JOBS in the
environment: so many at a time.
"""

import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib

sys.dont_write_bytecode = True  # the sources stay as they are
from ctest_names import tests_of

ROOT = pathlib.Path(__file__).resolve().parent.parent
OWN_BUILD = ROOT / "build" / "mutants"
GATES = ROOT / "tests" / "gates" / "gates.py"
# The gates judge the shared library; other tests stand in a program with what they test.
GATED = "libsecurepair.so"
GATED_TARGETS = ["gate_echo_server", "gate_counters", "gate_marks"]
TABLE = ROOT / "docs" / "testing.md"
TABLE_BEGIN = "<!-- What follows is written by tools/mutants.py --table. -->\n"
DIFFERENCES = ROOT / "docs" / "differences-from-node.md"
JOBS = int(os.environ.get("JOBS") or os.cpu_count() or 1)

SECONDS_TO_PASS = 120
# A test that does not end has noticed too: it has this much longer than without a defect.
SECONDS_MORE = 15

Mutant = collections.namedtuple("Mutant", "name matter file text replacement tests")


class Unfit(Exception):
    """The table is wrong, or the machine cannot do it: nothing was judged."""


def read_mutants():
    mutants = []
    for path in sorted((ROOT / "tests" / "mutants").glob("*.toml")):
        for entry in tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]:
            if set(entry) != set(Mutant._fields):
                raise Unfit(f"{path.relative_to(ROOT)}: {entry.get('name')} must have {', '.join(Mutant._fields)}")
            mutants.append(Mutant(**entry))
    return mutants


# ---- The table against sources, tests and documents ----


def misfits(mutant):
    """Yields what keeps a mutant from being planted."""
    path = ROOT / mutant.file
    if path.suffix != ".cc" or not path.is_file():
        yield f"{mutant.file} is no source file"
        return
    count = path.read_text(encoding="utf-8").count(mutant.text)
    if count != 1:
        yield f"its text stands {count} times in {mutant.file}, not once"
    if mutant.text == mutant.replacement:
        yield "it changes nothing"
    if not mutant.tests:
        yield "it names no test"


def differences():
    """The first column of the table, without its head."""
    return re.findall(r"^\| (.+?) \|", DIFFERENCES.read_text(encoding="utf-8"), re.MULTILINE)[1:]


def table(mutants):
    lines = ["| matter | defect | planted in | noticed by |\n", "|---|---|---|---|\n"]
    for mutant in sorted(mutants, key=lambda one: (one.matter.strip("`").lower(), one.name)):
        tests = ", ".join(f"`{test}`" for test in mutant.tests)
        lines.append(f"| {mutant.matter} | {mutant.name} | `{mutant.file}` | {tests} |\n")
    return "".join(lines)


def around_table():
    text = TABLE.read_text(encoding="utf-8")
    before, begin, after = text.partition(TABLE_BEGIN + "\n")
    if not begin:
        raise Unfit(f"{TABLE.relative_to(ROOT)} has no line {TABLE_BEGIN}")
    return before + begin, after


def write_table(mutants):
    before, _ = around_table()
    TABLE.write_text(before + table(mutants), encoding="utf-8")
    return 0


def findings(mutants, build):
    names = collections.Counter(mutant.name for mutant in mutants)
    yield from (f"{count} mutants are called: {name}" for name, count in names.items() if count > 1)
    known = tests_of(build)
    for mutant in mutants:
        yield from (f"{mutant.name}: {misfit}" for misfit in misfits(mutant))
        yield from (f"{mutant.name}: there is no test {test}" for test in mutant.tests if test not in known)
    matters = {mutant.matter for mutant in mutants}
    for row in differences():
        if row not in matters:
            yield f"docs/differences-from-node.md: no mutant has the matter: {row}"
    if around_table()[1] != table(mutants):
        yield "docs/testing.md: the table is not up to date: tools/mutants.py --table writes it anew"


def check(mutants, build):
    found = list(findings(mutants, build))
    for finding in found:
        print(finding)
    print(f"{len(mutants)} mutants, {len(found)} findings")
    return 1 if found or not mutants else 0


# ---- Programs ----


def program_of(test):
    room = test.partition(".")[0]
    return GATED if room == "gates" else f"{room}_tests"


def programs_of(mutants):
    return sorted({program_of(test) for mutant in mutants for test in mutant.tests})


def targets_of(program):
    return GATED_TARGETS if program == GATED else [program]


def make_own_build(programs):
    OWN_BUILD.mkdir(parents=True, exist_ok=True)
    build = Build(OWN_BUILD)
    # Not optimized, which compiles and links fastest; without NDEBUG, so that views that are kept too long show
    # themselves.
    build.demand("cmake", "-S", str(ROOT), "-B", str(OWN_BUILD), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug",
                 "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DSECUREPAIR_INSTALL=OFF", "-DSECUREPAIR_BUILD_EXAMPLES=OFF",
                 "-DSECUREPAIR_BUILD_TESTS=ON")
    build.demand("cmake", "--build", str(OWN_BUILD), "--parallel", str(JOBS), "--target",
                 *(target for program in programs for target in targets_of(program)))
    return build


class Build:
    """A build folder that has the programs of the tests, and how each of them is made with a defect."""

    def __init__(self, folder):
        self.folder = folder
        self.planted = folder / "planted"

    def command(self, *words):
        return subprocess.run(words, cwd=self.folder, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True)

    def demand(self, *words):
        answer = self.command(*words)
        if answer.returncode != 0:
            raise Unfit(f"{shlex.join(words)}\n{answer.stdout}")
        return answer.stdout

    def learn(self, programs):
        """How files are compiled and programs are linked."""
        commands = json.loads((self.folder / "compile_commands.json").read_text(encoding="utf-8"))
        cache = [shutil.which("ccache")] if shutil.which("ccache") else []
        self.compilers = {entry["file"]: cache + shlex.split(entry["command"]) for entry in commands}
        self.linkers = {program: self.linker_of(program) for program in programs}

    def linker_of(self, program):
        output = f" -o lib/{GATED}." if program == GATED else f" -o bin/{program} "
        lines = self.demand("ninja", "-t", "commands", *targets_of(program)).splitlines()
        links = [line for line in lines if output in line]
        if len(links) != 1:
            raise Unfit(f"{len(links)} commands link {program}")
        return shlex.split(links[0].removeprefix(": && ").removesuffix(" && :"))

    def plant(self, mutant, place):
        """Compiles the file with the defect, and links it in front of the library that has the file without, or in
        its place. Returns None, or what a tool complains of."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        source = place / pathlib.Path(mutant.file).name
        text = (ROOT / mutant.file).read_text(encoding="utf-8")
        source.write_text(text.replace(mutant.text, mutant.replacement), encoding="utf-8")
        compiler = list(self.compilers[str(ROOT / mutant.file)])
        sound = compiler[compiler.index("-o") + 1]
        compiler[compiler.index("-o") + 1] = f"{source}.o"
        compiler[compiler.index("-c") + 1] = str(source)
        answer = self.command(*compiler)
        for program in programs_of([mutant]):
            if answer.returncode == 0:
                linker = [word for word in self.linkers[program] if word != sound]
                output = linker.index("-o") + 1
                linker[output:output + 1] = [str(place / file_name(linker, program)), f"{source}.o"]
                answer = self.command(*linker)
        return None if answer.returncode == 0 else answer.stdout


def file_name(linker, program):
    """By which a program is started, and a shared library is found."""
    return next((word.rpartition(",")[2] for word in linker if word.startswith("-Wl,-soname,")), program)


# ---- Tests ----


def command_of(build, programs, test):
    name = test.partition(".")[2]
    if program_of(test) == GATED:
        return [sys.executable, str(GATES), str(build.folder), name]
    return [str(programs / program_of(test)), f"--gtest_filter={name}:*/{name}/*:{name}/*", "--gtest_fail_fast"]


def ending(test, status, output):
    if program_of(test) == GATED:
        return {0: "passed", 1: "failed"}.get(status, "did not run")
    if status != 0:
        return "failed"
    return "passed" if re.search(r"^\[  PASSED  \] [1-9]", output, re.MULTILINE) else "did not run"


def run_test(build, programs, test, seconds):
    """(how a test of these programs ends: "passed", "failed", "did not end" or "did not run"; the seconds it took)"""
    begin = time.monotonic()
    process = subprocess.Popen(command_of(build, programs, test), env={**os.environ, "LD_LIBRARY_PATH": str(programs)},
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return "did not end", seconds
    return ending(test, process.returncode, output), time.monotonic() - begin


def judge_the_sound(build, mutants, pool):
    """Without a defect all tests pass. Returns how long each takes."""
    tests = sorted({test for mutant in mutants for test in mutant.tests})
    answers = list(pool.map(lambda test: run_test(build, build.folder / "bin", test, SECONDS_TO_PASS), tests))
    failed = [f"{test} {answer} without a defect" for test, (answer, _) in zip(tests, answers) if answer != "passed"]
    if failed:
        raise Unfit("\n".join(failed))
    return {test: took for test, (_, took) in zip(tests, answers)}


def judge_the_planting(judge, mutants, pool):
    """A defect that is none goes unnoticed: what is planted runs."""
    tests = {program_of(test): (mutant, test) for mutant in mutants for test in mutant.tests}
    nothing = [mutant._replace(name=f"nothing for {program}", replacement=mutant.text, tests=[test])
               for program, (mutant, test) in tests.items()]
    for noticed, line in pool.map(judge, nothing):
        if noticed:
            raise Unfit(f"nothing was planted: {line}")


def verdict(mutant, answers):
    """(whether each of the tests noticed, a line that says so)"""
    seconds = sum(took for _, took in answers.values())
    blind = [f"{test} {answer}" for test, (answer, _) in answers.items() if answer in ("passed", "did not run")]
    if blind:
        return False, f"SURVIVED  {seconds:5.1f} s  {mutant.name}: {', '.join(blind)}"
    by = [test if answer == "failed" else f"{test} ({answer})" for test, (answer, _) in answers.items()]
    return True, f"killed    {seconds:5.1f} s  {mutant.name}: {', '.join(by)}"


def judge_all(build, mutants, begin):
    build.learn(programs_of(mutants))
    # Two runs of one test would meet in its folder; meanwhile the next defect is compiled.
    one_at_a_time = threading.Lock()
    usual = {}

    def judge(mutant):
        place = build.planted / re.sub(r"[^a-z0-9]+", "-", mutant.name.lower())
        complaint = build.plant(mutant, place)
        if complaint is not None:
            return False, f"UNFIT              {mutant.name}: does not build:\n{complaint}"
        with one_at_a_time:
            answers = {test: run_test(build, place, test, 2 * usual[test] + SECONDS_MORE) for test in mutant.tests}
        shutil.rmtree(place)
        return verdict(mutant, answers)

    noticed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=JOBS) as pool:
        usual.update(judge_the_sound(build, mutants, pool))
        judge_the_planting(judge, mutants, pool)
        print(f"built, and passed without a defect, in {time.monotonic() - begin:.0f} s", flush=True)
        for answer in concurrent.futures.as_completed([pool.submit(judge, mutant) for mutant in mutants]):
            was_noticed, line = answer.result()
            noticed += was_noticed
            print(line, flush=True)
    print(f"{noticed} defects noticed, {len(mutants) - noticed} not, in {time.monotonic() - begin:.0f} s")
    return 0 if noticed == len(mutants) else 1


def run(mutants, pattern, folder=None):
    begin = time.monotonic()
    chosen = [mutant for mutant in mutants if re.search(pattern, mutant.name) or re.search(pattern, mutant.file)]
    if not chosen:
        print(f"no mutant's name or file matches {pattern}", file=sys.stderr)
        return 2
    unfit = [f"{mutant.name}: {misfit}" for mutant in chosen for misfit in misfits(mutant)]
    if unfit:
        raise Unfit("\n".join(unfit))
    build = make_own_build(programs_of(chosen)) if folder is None else Build(folder)
    return judge_all(build, chosen, begin)


def main(arguments):
    mutants = read_mutants()
    match arguments:
        case ["--check", build]:
            return check(mutants, pathlib.Path(build))
        case ["--table"]:
            return write_table(mutants)
        case ["--in", build, pattern]:
            return run(mutants, pattern, pathlib.Path(build))
        case []:
            return run(mutants, "")
        case [pattern] if not pattern.startswith("-"):
            return run(mutants, pattern)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unfit as unfit:
        print(unfit, file=sys.stderr)
        sys.exit(1)
