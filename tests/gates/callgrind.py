"""What callgrind writes between two marks: who has executed how many instructions."""

import collections
import os
import re


def instructions(path):
    """By library, without its version."""
    names, counts = {}, collections.Counter()
    library, of_callee = None, False
    with open(path, encoding="utf-8", errors="replace") as profile:
        for line in profile:
            if named := re.match(r"(c?)ob=\((\d+)\)(?: (.*))?", line):
                callee, number, name = named.groups()
                if name is not None:
                    names[number] = os.path.basename(name).partition(".so")[0]
                if not callee:
                    library = names[number]
            elif line.startswith("calls="):
                of_callee = True  # what the next line has is counted where it was executed
            elif re.match(r"[0-9+*-]", line):
                if not of_callee:
                    counts[library] += int(line.split()[-1])
                of_callee = False
    return counts
