#!/usr/bin/env python3
"""Compares servers on this machine's loopback: CPU time of the server for a handshake, an echo, a MB, and its memory.

bench.py [OPTION...]          the comparison with other servers, and several loops against one
bench.py growth [OPTION...]   what it costs as connections, messages, names and chains grow
bench.py micro [OPTION...]    the parts of the library by themselves

A server runs on one core, the load on another. Rounds are interleaved, so that what slows the machine down for a while
slows all of them. What was agreed on is checked. Tables are printed, and written as Markdown, JSON and SVG.
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys

sys.dont_write_bytecode = True  # the sources stay as they are
import comparison
import growth
import micro
from keys import KINDS, make_keys
from measure import Cores, Setting
from processes import raise_descriptor_limit

ROOT = pathlib.Path(__file__).resolve().parent.parent


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), "?")
    congestion = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text(encoding="ascii").strip()
    version = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release.partition('-')[0]}, {congestion}, {version.partition(' (')[0]}"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=["comparison", "growth", "micro"], default="comparison")
    parser.add_argument("--quick", action="store_true", help="one round of half seconds: within 5 minutes")
    parser.add_argument("--rounds", type=int, help="5; 3 for growth")
    parser.add_argument("--seconds", type=float, help="of each measurement; 1.25")
    parser.add_argument("--peers", default="", help="names with a comma between, as they are printed")
    parser.add_argument("--metrics", default="", help="the same")
    parser.add_argument("--must", action="store_true", help="exits with 1 where a must was missed or could not be measured")
    parser.add_argument("--document", action="store_true", help="writes tables and plots into docs/")
    folder = {"type": pathlib.Path, "metavar": "FOLDER"}
    parser.add_argument("--usockets", **folder, default=os.environ.get("USOCKETS"), help="a checkout of uSockets; or USOCKETS in the environment")
    parser.add_argument("--bin", **folder, default=ROOT / "build/release/bin", help="where the programs are")
    parser.add_argument("--fetched", **folder, default=ROOT / "build/bench/peers", help="where npm has put runtimes")
    parser.add_argument("--out", **folder, default=ROOT / "build/bench", help="where results go")
    arguments = parser.parse_args()
    if arguments.quick:
        rounds, seconds = 1, 0.5
    else:
        rounds, seconds = 3 if arguments.what == "growth" else 5, 1.25
    arguments.rounds, arguments.seconds = arguments.rounds or rounds, arguments.seconds or seconds
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        sys.exit("two cores are needed: one for the server, one for the load")
    arguments.cores = Cores(server=str(cores[-1]), load=str(cores[0]))
    return arguments


def main():
    arguments = parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that servers and loads end with this
    if arguments.what == "micro":
        micro.run(arguments, machine())
        return 0
    raise_descriptor_limit()
    keys = {kind: make_keys(arguments.out / "keys" / kind, kind) for kind in KINDS}
    warm_up = 0.3 if arguments.quick else 0.5
    setting = Setting(arguments.bin, keys, arguments.cores, arguments.seconds, warm_up)
    if arguments.what == "growth":
        growth.grow(arguments, setting, machine())
        return 0
    unmet = comparison.compare(arguments, setting, machine())
    return 1 if unmet and arguments.must else 0


if __name__ == "__main__":
    sys.exit(main())
