#!/usr/bin/env python3
"""Fails where the tool would put a sentence of the library into its own words that the library does not say any more.

cli/tool_phrases.cc knows the library's sentences by their text: each must stand in a string of src/.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LITERAL = r'"(?:[^"\\]|\\.)*"'


def strings(text):
    """The string literals of a source, those that follow one another as one."""
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    for run in re.findall(rf"{LITERAL}(?:\s*{LITERAL})*", text):
        yield "".join(part[1:-1] for part in re.findall(LITERAL, run))


def main():
    spoken = "\n".join(s for file in (ROOT / "src").rglob("*.cc") for s in strings(file.read_text(encoding="utf-8")))
    source = (ROOT / "cli/tool_phrases.cc").read_text(encoding="utf-8")
    tables = re.findall(r"Phrases\{\{(.*?)\}\};", source, flags=re.DOTALL)
    known = [next(strings(entry)) for table in tables for entry in re.split(r"^    \{", table, flags=re.MULTILINE)[1:]]
    known += [s for whole in re.findall(r"constexpr std::string_view \w+ =\s*([^;]*);", source) for s in strings(whole)]
    missing = [phrase for phrase in known if phrase not in spoken]
    for phrase in missing:
        print(f"cli/tool_phrases.cc: the library does not say: {phrase}")
    print(f"{len(known)} phrases, {len(missing)} that the library does not say")
    return 1 if missing or len(known) < 10 else 0


if __name__ == "__main__":
    sys.exit(main())
