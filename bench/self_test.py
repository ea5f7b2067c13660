#!/usr/bin/env python3
"""Tests of what the comparison makes of its figures: goals, tables, plots, and the page."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest
import unittest.mock
import xml.etree.ElementTree

sys.dont_write_bytecode = True  # the sources stay as they are
import document
import musts
import plots
import processes
import tables
from measure import Result
from metrics import METRICS
from musts import Above, Goal, Times
from peers import Peer
from results import Results
from threads import Rate, Scaling


def results_of(**values):
    """Values of the metric echo 64 B, by the peer's name."""
    results = Results()
    for peer, found in values.items():
        for value in found:
            results.measured[(peer, "echo 64 B")].append(Result(value, {"p50": 250, "p99": 900}))
    return results


def scaled(one, two, cpu_one=1e-6, cpu_two=1e-6):
    results = Results()
    results.scalings["loops"].append(Scaling(one=Rate(one, cpu_one), two=Rate(two, cpu_two), apart=Rate(two, cpu_two)))
    return results


class Goals(unittest.TestCase):
    def test_compare_medians_and_allow_for_noise(self):
        goal = Goal("echo 64 B", 0.5, "Node")
        self.assertEqual(goal.verdict(results_of(securepair=[1, 5, 90], Node=[10])), "met")
        self.assertEqual(goal.verdict(results_of(securepair=[5.4], Node=[10])), "noise")
        self.assertEqual(goal.verdict(results_of(securepair=[5.6], Node=[10])), "missed")
        self.assertEqual(goal.verdict(results_of(securepair=[5])), "not run")

    def test_may_be_absolute_or_a_difference(self):
        self.assertEqual(Goal("echo 64 B", 16).verdict(results_of(securepair=[15.9])), "met")
        self.assertEqual(Above("echo 64 B", 1, "raw").verdict(results_of(securepair=[15], raw=[13])), "missed")
        self.assertEqual(Above("echo 64 B", 1, "raw").verdict(results_of(securepair=[14], raw=[13])), "met")

    def test_of_memory_allow_for_little(self):
        for value, verdict in ((15.9, "met"), (16.3, "noise"), (16.4, "missed")):
            results = Results()
            results.measured[("securepair", "idle")].append(Result(value, {}))
            self.assertEqual(Goal("idle", 16).verdict(results), verdict)

    def test_of_loops_hold_for_the_clock_and_for_the_cpu_time(self):
        self.assertEqual(Times("loops", 1.8).verdict(scaled(100, 190)), "met")
        self.assertEqual(Times("loops", 1.8).verdict(scaled(100, 150)), "missed")
        self.assertEqual(Times("loops", 1.8).verdict(scaled(100, 190, cpu_two=1.5e-6)), "missed")

    def test_that_are_musts_count_where_they_are_not_known_to_be_met(self):
        lines, unmet = musts.judge(results_of(securepair=[5]), ["echo 64 B"])
        wanted = [goal for goal in musts.GOALS if goal.metric == "echo 64 B"]
        self.assertEqual(len(lines), len(wanted))
        self.assertEqual(unmet, len([goal for goal in wanted if not goal.beyond]))


class Tables(unittest.TestCase):
    peers = [Peer("securepair", None, ""), Peer("Node", None, ""), Peer("absent", None, "")]
    metrics = [metric for metric in METRICS if metric.name == "echo 64 B"]

    def test_say_what_the_library_takes_of_another(self):
        table = tables.costs(results_of(securepair=[5], Node=[10]), self.peers, self.metrics)
        self.assertIn("| securepair | 5.0 |", table)
        self.assertIn("| Node | 10.0 (0.50) |", table)
        self.assertNotIn("absent", table)

    def test_say_rates_and_latency(self):
        table = tables.latencies(results_of(securepair=[5]), self.peers, self.metrics)
        self.assertIn("| securepair | 200,000 | 0.25 | 0.90 |", table)

    def test_name_what_was_not_run_once_for_each_reason(self):
        results = Results()
        results.gone = {("Node", "a"): "it is not there", ("Node", "b"): "it is not there", ("absent", "a"): "it fails"}
        self.assertEqual(results.reasons(self.peers, ["a", "b"]), ["Node: it is not there", "absent, a: it fails"])


class Plots(unittest.TestCase):
    def test_are_small_and_well_formed(self):
        names = [f"<peer & {number}>" for number in range(6)]
        bars = plots.bars("bars", [metric.name for metric in METRICS], names, lambda name, group: None if name == names[0] else 2.5)
        lines = plots.lines("lines", "x", "y", {name: [(10**i, i + 1) for i in range(5)] for name in names})
        for picture in (bars, lines, plots.lines("nothing", "x", "y", {"a": []})):
            self.assertLess(len(picture), 20_000)
            self.assertTrue(xml.etree.ElementTree.fromstring(picture).tag.endswith("svg"))


class Processes(unittest.TestCase):
    def test_that_take_another_core_are_brought_back(self):
        own = sorted(os.sched_getaffinity(0))
        if len(own) < 2:
            self.skipTest("there is one core")
        taken, given = own[0], own[-1]
        program = ["sh", "-c", f"taskset -c {taken} sleep 60 & wait"]
        shell = subprocess.Popen(["taskset", "-c", str(given), *program], process_group=0)
        try:
            until = time.monotonic() + 10
            while [os.sched_getaffinity(pid) for pid in processes.family(shell.pid)] != [{given}, {taken}]:
                self.assertLess(time.monotonic(), until)
                time.sleep(0.01)
            processes.hold_to(str(given), shell.pid)
            self.assertEqual([os.sched_getaffinity(pid) for pid in processes.family(shell.pid)], [{given}, {given}])
        finally:
            processes.end(shell)


class Page(unittest.TestCase):
    def test_has_a_place_for_each_command(self):
        page = document.PAGE.read_text(encoding="utf-8")
        for name in ("comparison", "growth", "micro"):
            self.assertEqual(page.count(f"<!-- bench {name} -->"), 1)
            self.assertEqual(page.count(f"<!-- end of bench {name} -->"), 1)

    @unittest.mock.patch.multiple(document, DOCS=document.DOCS, PAGE=document.PAGE)
    def test_is_changed_between_the_markers_alone(self):
        before = "a\n<!-- bench x -->\nold\n<!-- end of bench x -->\nz\n"
        with tempfile.TemporaryDirectory() as folder:
            document.DOCS, document.PAGE = pathlib.Path(folder), pathlib.Path(folder) / "page.md"
            document.PAGE.write_text(before, encoding="utf-8")
            document.write("x", "new \\1\n", {"plot": "<svg/>"})
            page = document.PAGE.read_text(encoding="utf-8")
            self.assertTrue((document.DOCS / "plots/plot.svg").exists())
        self.assertTrue(page.startswith("a\n<!-- bench x -->\n") and page.endswith("<!-- end of bench x -->\nz\n"))
        self.assertIn("new \\1", page)
        self.assertNotIn("old", page)


if __name__ == "__main__":
    unittest.main()
