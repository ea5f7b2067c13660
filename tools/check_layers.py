#!/usr/bin/env python3
"""Fails when an include climbs the stairs: arrows between the rooms of src/ point down only.

check_layers.py [ROOT]               checks the tree ROOT (the project, where none is given)
check_layers.py --self-test [ROOT]   plants one wrong include after the other in a copy of ROOT and expects each to be found
"""

import functools
import pathlib
import re
import shutil
import sys
import tempfile

# What each room of src/ may include besides itself, the public headers and the standard library.
ROOMS = {
    "base": set(),
    "kdf": {"base"},
    "crypto": {"kdf", "base"},
    "stream": {"base"},
    "engine": {"crypto", "base"},
    "pair": {"engine", "stream", "crypto", "base"},
    "net": {"stream", "base"},
    "tls": {"pair", "net", "engine", "stream", "crypto", "base"},
    # A library of its own: of crypto it may know constants, but cannot call it.
    "aead": {"crypto", "kdf"},
}
OPENSSL = {"kdf", "crypto", "engine", "aead"}
LIBUV = {"net"}
IPSEC = {"aead"}

# Programs and bindings stand on the public headers alone; the Node binding shares Node's loop.
APPLICATIONS = {"cli": {"cli11", "json"}, "examples": set(), "bindings": {"uv"}}
# What costs seconds of compiling is included by few files, named here; the others use what those declare.
FEW = {"cli11": {"cli/command_line.cc"}, "json": {"cli/json.cc", "cli/verify_case.cc"}}

SYSTEM_FOLDERS = {"arpa", "asm", "linux", "netinet", "sys"}
# The system has a folder net/ too, but <net/...> finds the room as well.
SYSTEM_HEADERS = {"net/if.h"}
SOURCES = {".h", ".hh", ".hpp", ".c", ".cc", ".cpp", ".cxx", ".inc", ".ipp"}
INCLUDE = re.compile(r"^\s*#\s*(?:include|include_next|import)\b\s*(.*?)\s*$", re.MULTILINE)
TARGET = re.compile(r'^(?:<([^>]+)>|"([^"]+)")')


@functools.cache  # the self-test looks at the same files again and again
def includes(text):
    """Returns (line number, name, whether it stands in quotes) of each include; name is None where it cannot be read."""
    found = []
    text = re.sub(r"/\*.*?\*/", lambda comment: "\n" * comment.group().count("\n"), text, flags=re.DOTALL)
    for match in INCLUDE.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        target = TARGET.match(match.group(1))
        if target:
            found.append((line, target.group(1) or target.group(2), target.group(2) is not None))
        else:
            found.append((line, None, False))
    return found


def library_of(name):
    if name.startswith("openssl/"):
        return "openssl"
    if name == "uv.h" or name.startswith("uv/"):
        return "uv"
    if name == "intel-ipsec-mb.h":
        return "ipsec"
    if name.startswith("CLI/"):
        return "cli11"
    if name.startswith("nlohmann/"):
        return "json"
    return None


def wrong_in_public_header(name, quoted):
    if quoted:
        return "a public header includes <securepair/...> and the standard library, nothing in quotes"
    if name.startswith("securepair/"):
        return None
    if "/" in name or name.endswith(".h"):
        return "a public header includes the standard library and <securepair/...> alone"
    return None


def wrong_in_room(room, name, quoted):
    if name.startswith("securepair/"):
        return "public headers are included as <securepair/...>" if quoted else None
    library = library_of(name)
    if library == "openssl":
        return None if room in OPENSSL else f"openssl/ belongs to {' and '.join(sorted(OPENSSL))}"
    if library == "uv":
        return None if room in LIBUV else f"uv.h belongs to {' and '.join(sorted(LIBUV))}"
    if library == "ipsec":
        return None if room in IPSEC else f"intel-ipsec-mb.h belongs to {' and '.join(sorted(IPSEC))}"
    if not quoted:
        folder, slash, _ = name.partition("/")
        if folder in ROOMS and name not in SYSTEM_HEADERS:
            return "rooms are included in quotes"
        if slash and folder not in SYSTEM_FOLDERS and name not in SYSTEM_HEADERS:
            return "the library stands on the standard library, OpenSSL and libuv alone"
        return None
    other, slash, rest = name.partition("/")
    if not slash or other not in ROOMS or ".." in rest:
        return 'rooms are included from the root of src/, as "room/file.h"'
    if other != room and other not in ROOMS[room]:
        return f"{room} must not know {other}"
    return None


def wrong_in_application(folder, path, root, name, quoted):
    library = library_of(name)
    if library and library not in APPLICATIONS[folder]:
        return "programs and bindings use the public headers alone"
    if library in FEW and str(path.relative_to(root)) not in FEW[library]:
        return f"belongs to {' and '.join(sorted(FEW[library]))}"
    if quoted:
        own = (root / folder).resolve()
        places = ((path.parent / name).resolve(), (root / name).resolve())
        if not any(place.is_relative_to(own) and place.exists() for place in places):
            return "programs and bindings use the public headers and their own files alone"
    elif name.partition("/")[0] in ROOMS:
        return "programs and bindings use the public headers alone"
    return None


def sources(folder):
    if folder.is_dir():
        for path in sorted(folder.rglob("*")):
            if path.suffix in SOURCES and path.is_file() and "node_modules" not in path.parts:
                yield path


def check(root):
    """Returns (number of includes seen, list of findings)."""
    seen = 0
    findings = []

    def look(path, rule):
        nonlocal seen
        for line, name, quoted in includes(path.read_text(encoding="utf-8", errors="replace")):
            seen += 1
            wrong = "an include has to say its file itself" if name is None else rule(name, quoted)
            if wrong:
                findings.append(f"{path.relative_to(root)}:{line}: {name or 'a macro'}: {wrong}")

    for path in sources(root / "include"):
        look(path, wrong_in_public_header)
    for path in sources(root / "src"):
        room = path.relative_to(root / "src").parts[0]
        if room not in ROOMS:
            findings.append(f"{path.relative_to(root)}: the room {room} is not in the table of tools/check_layers.py")
            continue
        look(path, lambda name, quoted, room=room: wrong_in_room(room, name, quoted))
    for folder in APPLICATIONS:
        for path in sources(root / folder):
            look(path, lambda name, quoted, path=path, folder=folder: wrong_in_application(
                folder, path, root, name, quoted))
    return seen, findings


def self_test(root):
    plants = [(f"src/{room}/planted.cc", f'#include "{other}/planted.h"')
              for room in ROOMS for other in ROOMS if other != room and other not in ROOMS[room]]
    plants += [(f"src/{room}/planted.cc", "#include <openssl/ssl.h>") for room in ROOMS if room not in OPENSSL]
    plants += [(f"src/{room}/planted.h", "#  include <uv.h>") for room in ROOMS if room not in LIBUV]
    plants += [(f"src/{room}/planted.cc", "#include <intel-ipsec-mb.h>") for room in ROOMS if room not in IPSEC]
    plants += [
        ("include/securepair/planted.h", "#include <openssl/ssl.h>"),
        ("include/securepair/planted.h", "#include <uv.h>"),
        ("include/securepair/planted.h", "#include <intel-ipsec-mb.h>"),
        ("include/securepair/tls/planted.h", '#include "base/planted.h"'),
        ("src/base/planted.cc", '#include "../net/planted.h"'),
        ("src/base/planted.cc", "#include <net/planted.h>"),
        ("src/base/planted.cc", '#include/* here */"net/planted.h"'),
        ("src/base/planted.cc", "#define HEADER <uv.h>\n#include HEADER"),
        ("src/attic/planted.cc", "#include <vector>"),
        ("examples/planted.cc", '#include "base/planted.h"'),
        ("cli/planted.cc", '#include "base/host.h"'),
        ("cli/planted.cc", '#include "src/base/host.h"'),
        ("cli/planted.cc", '#include "../src/base/host.h"'),
        ("cli/planted.cc", "#include <openssl/ssl.h>"),
        ("cli/planted.cc", "#include <uv.h>"),
        ("cli/verbs/planted.cc", "#include <nlohmann/json.hpp>"),
        ("cli/planted.h", "#include <CLI/App.hpp>"),
        ("src/tls/planted.cc", "#include <nlohmann/json.hpp>"),
        ("examples/planted.cc", "#include <uv.h>"),
    ]
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        copy = pathlib.Path(scratch) / "copy"
        for folder in ("include", "src", *APPLICATIONS):
            if (root / folder).is_dir():
                shutil.copytree(root / folder, copy / folder, ignore=shutil.ignore_patterns("node_modules"))
        before = len(check(copy)[1])
        for name, text in plants:
            path = copy / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"// planted\n{text}\n", encoding="utf-8")
            found = [finding for finding in check(copy)[1] if finding.startswith(name + ":")]
            path.unlink()
            if len(found) != 1:
                missed.append(f"planted in {name}, but not found: {text}")
        if len(check(copy)[1]) != before:
            missed.append("the copy did not come back to its first state")
    for line in missed:
        print(line)
    print(f"{len(plants)} wrong includes were planted, {len(plants) - len(missed)} were found")
    return not missed


def main(arguments):
    awake = "--self-test" in arguments
    rest = [argument for argument in arguments if argument != "--self-test"]
    root = pathlib.Path(rest[0] if rest else pathlib.Path(__file__).resolve().parent.parent).resolve()
    if awake:
        return 0 if self_test(root) else 1
    seen, findings = check(root)
    for finding in findings:
        print(finding)
    print(f"{seen} includes, {len(findings)} of them wrong")
    return 1 if findings or not seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
