"""Puts what a command has printed into docs/performance.md, so that the tables there are the ones that it prints."""

import pathlib
import re
import shlex
import sys

DOCS = pathlib.Path(__file__).resolve().parent.parent / "docs"
PAGE = DOCS / "performance.md"


def command():
    return "./run bench " + shlex.join(sys.argv[1:])


def write(name, text, pictures):
    """Between the markers of this name; the pictures, SVG by their names, go to docs/plots/."""
    begin, end = f"<!-- bench {name} -->", f"<!-- end of bench {name} -->"
    page = PAGE.read_text(encoding="utf-8")
    if page.count(begin) != 1 or page.count(end) != 1:
        sys.exit(f"{PAGE} has no place for this: {begin} and {end}")
    shown = "".join(f"\n![{picture}](plots/{picture}.svg)" for picture in pictures)
    made = f"{begin}\nBy `{command()}`, which has written this part:\n\n{text}{shown}\n{end}"
    place = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    PAGE.write_text(place.sub(lambda _: made, page), encoding="utf-8")
    (DOCS / "plots").mkdir(exist_ok=True)
    for picture, content in pictures.items():
        (DOCS / "plots" / f"{picture}.svg").write_text(content, encoding="utf-8")
