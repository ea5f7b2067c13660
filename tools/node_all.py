#!/usr/bin/env python3
"""Tests the npm package of the build folder BUILD, as it is, on the newest Node of each line, which npm fetches.

node_all.py BUILD SANITIZED RESULTS    writes RESULTS in JUnit's form, and tells what failed

The nodes lie below build/nodes/, where a later run finds them. One that cannot be fetched is a failure. Besides the tests of the ordinary
run there are those of bindings/node/test/soak/, ends are repeated a thousand times in all, and the package is installed as npm packs it.
The node of PATH runs the tests with the addon of the build folder SANITIZED too. JOBS in the environment: so many at a time.
"""

import concurrent.futures
import os
import pathlib
import platform
import re
import shutil
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from node_install import install
from node_results import Results, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
NODES = ROOT / "build" / "nodes"
LINES = [18, 20, 22, 24, 26]
TIMES = 1000 // len(LINES)
MACHINES = {"x86_64": "x64", "aarch64": "arm64"}
SECONDS_TO_FETCH = 600
SECONDS_A_FILE = 900


def fetch(line):
    """The newest node of this line; else None, and why."""
    machine = MACHINES.get(platform.machine())
    if machine is None:
        return None, f"npm serves no node for {platform.machine()}"
    package = f"node-linux-{machine}"
    folder = NODES / str(line)
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--no-audit", "--no-fund", "--no-update-notifier", "--ignore-scripts"]
    status, said = run(["npm", "install", "--prefix", folder, *options, f"{package}@{line}"], SECONDS_TO_FETCH)
    if status != 0:
        return None, f"npm could not fetch {package}@{line}: {said.strip()}"
    return folder / "node_modules" / package / "bin" / "node", None


def describe(node):
    """Its version, and a line about it; else None, and why."""
    script = "const v = process.versions; console.log(`v${v.node}\\n` + `OpenSSL ${v.openssl}, libuv ${v.uv}`)"
    status, said = run([node, "-e", script], 60)
    if status != 0:
        return None, said
    version, parts = said.strip().split("\n")
    return version, f"Node {version} ({parts})"


def cases_of(tap):
    """(name, whether it passed, why it was skipped) of each test in TAP that stands at the top."""
    for found in re.finditer(r"^(not )?ok \d+ - (.*?)(?: # (\w+)(?: (.*))?)?$", tap, re.MULTILINE):
        failed, name, directive, reason = found.groups()
        skipped = (reason or "it gave no reason").replace("\\#", "#") if directive == "SKIP" else None
        yield name.replace("\\#", "#").replace("\\\\", "\\"), failed is None, skipped


def test_file(node, called, file, settings, results):
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    page = str(ROOT / "docs" / "node-v0.6.18-tls.txt")
    environment = {**os.environ, "PATH": path, "SECUREPAIR_PAGE": page, **settings}
    status, tap = run([node, "--test-reporter=tap", file], SECONDS_A_FILE, env=environment)
    prefix = f"{called}.{file.name.removesuffix('.test.js')}"
    cases = list(cases_of(tap))
    for name, passed, skipped in cases:
        results.add(f"{prefix}.{name}", None if passed else tap, skipped)
    if status != 0 and all(passed for _, passed, _ in cases):
        results.add(prefix, f"it ended with {status}\n{tap}")


def test_files(node, called, files, settings, results):
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS") or os.cpu_count() or 1)) as pool:
        for test in [pool.submit(test_file, node, called, file, settings, results) for file in files]:
            test.result()


def files_of(build):
    """The long ones first: the others come and go beside them."""
    return sorted((build / "node" / "test").glob("*.test.js"), key=lambda file: file.name not in ("repeated.test.js", "ends.test.js"))


def sanitizers(build):
    """What is loaded before node: its own allocations are watched then too, of which it never frees some."""
    compiler = re.search(r"^CMAKE_CXX_COMPILER:[A-Z]+=(.*)$", (build / "CMakeCache.txt").read_text(), re.MULTILINE)[1]
    libraries = [run([compiler, f"-print-file-name={name}.so"], 60)[1].strip() for name in ("libasan", "libubsan")]
    return {"LD_PRELOAD": ":".join(libraries), "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}


def main(build, sanitized, path):
    results = Results()
    nodes = {}
    files = files_of(build)
    soak = sorted((build / "node" / "test" / "soak").glob("*.test.js"))
    for line in LINES:
        node, why = fetch(line)
        version, description = describe(node) if node else (None, why)
        if version is None:
            results.add(f"v{line}", description)
            continue
        nodes[version] = node
        print(f"testing on {description}", flush=True)
        test_files(node, version, soak + files, {"SECUREPAIR_TIMES": str(TIMES)}, results)
    own = pathlib.Path(shutil.which("node"))
    print(f"testing under the sanitizers on {describe(own)[1]}", flush=True)
    test_files(own, "sanitized", files_of(sanitized), sanitizers(sanitized), results)
    print("testing the installation", flush=True)
    install(build, {"own": own, **nodes}, results)
    results.write(path)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), sys.argv[3])
