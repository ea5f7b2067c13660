#!/usr/bin/env python3
"""coverage.py BUILD: runs the tests of the folder BUILD (preset coverage) and says which lines of the library they reached."""

import collections
import json
import os
import pathlib
import subprocess
import sys


def results(build):
    """Yields what gcov says of each object file of the library."""
    for data in sorted(build.glob("CMakeFiles/securepair_*.dir/**/*.gcda")):
        text = subprocess.run(["gcov", "--json-format", "--stdout", str(data)], cwd=build, check=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
        for line in text.splitlines():
            yield json.loads(line)


def ranges(numbers):
    """1, 2, 3, 7 becomes "1-3 7"."""
    runs = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return " ".join(f"{first}-{last}" if last > first else str(first) for first, last in runs)


def main(build):
    root = pathlib.Path(__file__).resolve().parent.parent
    for data in build.rglob("*.gcda"):
        data.unlink()
    tests = subprocess.run(["ctest", "--test-dir", str(build), "--output-on-failure", "--no-tests=error",
                            "--parallel", str(os.cpu_count() or 1)], check=False)
    counts = collections.defaultdict(collections.Counter)
    for result in results(build):
        for file in result["files"]:
            path = pathlib.Path(result["current_working_directory"], file["file"]).resolve()
            if path.is_relative_to(root / "src") or path.is_relative_to(root / "include"):
                for line in file["lines"]:
                    counts[path.relative_to(root)][line["line_number"]] += line["count"]
    if not counts:
        print("no line of the library was reached")
        return 1
    rooms = collections.defaultdict(lambda: [0, 0])
    for path, lines in sorted(counts.items()):
        reached = sum(1 for count in lines.values() if count)
        room = rooms["/".join(path.parts[:2])]
        room[0] += reached
        room[1] += len(lines)
        left = ranges(sorted(number for number, count in lines.items() if not count))
        print(f"{reached * 100 / len(lines):5.1f} %  {str(path):44} {'not reached: ' + left if left else ''}".rstrip())
    print()
    rooms["all"] = [sum(room[0] for room in rooms.values()), sum(room[1] for room in rooms.values())]
    for name, (reached, lines) in rooms.items():
        print(f"{reached * 100 / lines:5.1f} %  {reached:6} of {lines:6} lines  {name}")
    return tests.returncode


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
