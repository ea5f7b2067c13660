"""The names of the tests that ctest knows."""

import pathlib
import re
import subprocess
import tempfile


def tests_of(build):
    """Those of a build folder, without what stands for parameters: page.Suite.Name of page.Versions/Suite.Name/Tls12."""
    # By way of another folder: ctest begins its log anew, and this may run under a ctest that is writing the build's.
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "CTestTestfile.cmake").write_text(f'subdirs("{pathlib.Path(build).resolve()}")\n')
        words = ["ctest", "--test-dir", folder, "--show-only"]
        listing = subprocess.run(words, check=True, stdout=subprocess.PIPE, text=True).stdout
    names = set()
    for room, test in re.findall(r"^ *Test +#\d+: (\w+)\.(\S+)", listing, re.MULTILINE):
        suite_and_name = [part for part in test.split("/") if "." in part]
        names.add(f"{room}.{(suite_and_name or [test])[0]}")
    return names
