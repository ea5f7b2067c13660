"""What node_all.py and its parts share: programs that are run, and what came of them."""

import subprocess
import xml.etree.ElementTree as xml


class Results:
    """What has been tested, as ctest and GoogleTest write it."""

    def __init__(self):
        self.suite = xml.Element("testsuite", name="node-all")

    def add(self, name, failure=None, skipped=None):
        case = xml.SubElement(self.suite, "testcase", name=name)
        if failure is not None:
            xml.SubElement(case, "failure").text = failure
            print(f"FAILED {name}\n{failure}", flush=True)
        if skipped is not None:
            xml.SubElement(case, "skipped")
            xml.SubElement(case, "system-out").text = f"not run: {skipped.removeprefix('not run: ')}"

    def write(self, path):
        self.suite.set("tests", str(len(self.suite)))
        self.suite.set("failures", str(len(self.suite.findall("testcase/failure"))))
        self.suite.set("skipped", str(len(self.suite.findall("testcase/skipped"))))
        self.suite.set("disabled", "0")
        xml.indent(self.suite)
        with open(path, "w", encoding="ascii", errors="xmlcharrefreplace") as file:
            file.write(xml.tostring(self.suite, encoding="unicode"))


def run(command, seconds, **more):
    """The exit status, or None, and what was said on both outputs."""
    try:
        done = subprocess.run(command, timeout=seconds, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more)
        return done.returncode, done.stdout.decode(errors="replace")
    except subprocess.TimeoutExpired as expired:
        return None, (expired.stdout or b"").decode(errors="replace") + f"\nnot done after {seconds} s"
    except OSError as error:
        return None, str(error)
