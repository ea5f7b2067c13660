#!/usr/bin/env python3
"""Compares servers on this machine's loopback: CPU time of the server for a handshake, an echo, a MB, and its memory.

bench.py [--bin FOLDER] [--out FOLDER] [--rounds N] [--seconds S] [--quick] [--peers NAME,...] [--metrics NAME,...]

A server runs on one core, the load on another. Rounds are interleaved, so that what slows the machine down for a while
slows all of them. What was agreed on is checked. Writes a table (table.md), and all that was measured (results.json).
"""

import argparse
import collections
import json
import os
import pathlib
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True  # the sources stay as they are
from peers import PROXIES, all_peers

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEGABYTE = 1e6

Metric = collections.namedtuple("Metric", "name mode server key version connections unit scale")
METRICS = [
    Metric("full 1.3 ECDSA", "handshake", "echo", "ec", "TLSv1.3", 8, "µs", 1),
    Metric("full 1.3 RSA", "handshake", "echo", "rsa", "TLSv1.3", 8, "µs", 1),
    Metric("full 1.2 ECDSA", "handshake", "echo", "ec", "TLSv1.2", 8, "µs", 1),
    Metric("resumed 1.3", "resume", "echo", "ec", "TLSv1.3", 8, "µs", 1),
    Metric("resumed 1.2", "resume", "echo", "ec", "TLSv1.2", 8, "µs", 1),
    Metric("echo 64 B", "echo", "echo", "ec", "TLSv1.3", 32, "µs", 1),
    Metric("send MB", "download", "source", "ec", "TLSv1.3", 4, "µs", MEGABYTE),
    Metric("receive MB", "upload", "discard", "ec", "TLSv1.3", 4, "µs", MEGABYTE),
    Metric("bulk echo MB", "bulk", "echo", "ec", "TLSv1.3", 4, "µs", MEGABYTE),
    Metric("idle", "idle", "echo", "ec", "TLSv1.3", 1000, "KiB", 1),
]
SUITES = {"TLSv1.3": "TLS_AES_128_GCM_SHA256", "TLSv1.2": "ECDHE-"}


class NotRun(Exception):
    """This peer cannot do this here."""


def make_keys(folder, kind):
    folder.mkdir(parents=True, exist_ok=True)
    key, cert = folder / "key.pem", folder / "cert.pem"
    if kind == "ec":
        how = ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    else:
        how = ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
    subprocess.run(["openssl", *how, "-out", key], check=True, capture_output=True)
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-days", "7"]
    subprocess.run(["openssl", "req", "-x509", "-key", key, *subject, "-out", cert], check=True, capture_output=True)
    return folder


def free_ports():
    """A port whose neighbour is free too: for a proxy's backend."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
                return port
            except (OSError, OverflowError):
                continue


def family(pid):
    """A process and all that descend from it."""
    pids = [pid]
    for entry in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in entry.read_text().split():
            pids += family(int(child))
    return pids


def cpu_seconds(pid):
    total = 0
    for member in family(pid):
        for task in pathlib.Path(f"/proc/{member}/task").glob("*/schedstat"):
            total += int(task.read_text().split()[0])
    return total / 1e9


def resident_kib(pid):
    total = 0
    for member in family(pid):
        for line in pathlib.Path(f"/proc/{member}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total


class Server:
    def __init__(self, peer, mode, keys, bin_folder, cores):
        self.port = free_ports()
        command = peer.command(mode, self.port, keys)
        if command is None:
            raise NotRun("not on this machine")
        self.backend = None
        if peer.name in PROXIES:
            plain = ["taskset", "-c", cores[1], str(bin_folder / "bench_plain"), mode, str(self.port + 1)]
            self.backend = subprocess.Popen(plain, start_new_session=True)
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(["taskset", "-c", cores[0], *command], start_new_session=True, **silent)
        self.pid = self.process.pid

    def __enter__(self):
        for _ in range(200):
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        self.__exit__()
        raise NotRun("does not listen")

    def __exit__(self, *_):
        for process in filter(None, (self.process, self.backend)):
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()


def measure(peer, metric, keys, arguments):
    """The server's CPU seconds for a unit, or its memory, and what the load saw."""
    with Server(peer, metric.server, keys, arguments.bin, arguments.cores) as server:
        seconds = arguments.seconds if metric.mode != "idle" else 0.2
        load = ["taskset", "-c", arguments.cores[1], str(arguments.bin / "bench_load"), metric.mode, str(server.port)]
        load += [str(keys / "cert.pem"), f"connections={metric.connections}", f"seconds={seconds}", f"version={metric.version}"]
        before_any = resident_kib(server.pid)
        process = subprocess.Popen(load, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        guard = threading.Timer(60, process.kill)
        guard.start()
        marks, memory = {}, 0
        for line in process.stderr:
            marks[line.strip()] = cpu_seconds(server.pid)
            if line.strip() == "ended":
                break
            memory = resident_kib(server.pid) if metric.mode == "idle" else 0
        output = process.stdout.read()
        guard.cancel()
        if process.wait() != 0 or "ended" not in marks:
            raise NotRun(f"the load failed: {output.strip()[:200]}")
    seen = json.loads(output)
    if metric.mode == "idle":
        if seen["failures"] or seen["units"] < metric.connections:
            raise NotRun(f"{seen['units']} connections; {seen['firstFailure']}")
        return (memory - before_any) / metric.connections, seen
    check(metric, seen)
    return (marks["ended"] - marks["began"]) / (seen["units"] / metric.scale) * 1e6, seen


def check(metric, seen):
    """What was agreed on is what the metric says."""
    if seen["units"] == 0:
        raise NotRun("nothing was done: " + seen["firstFailure"].split("\n")[0])
    if seen["protocol"] != metric.version or not seen["cipher"].startswith(SUITES[metric.version]) or seen["group"] != "X25519":
        raise NotRun(f"agreed on {seen['protocol']}, {seen['cipher']}, {seen['group']}")
    if metric.mode == "resume" and seen["resumed"] < 0.9 * seen["units"]:
        raise NotRun("does not resume")


def table(peers, metrics, results):
    own = {metric.name: median(results, "securepair", metric.name) for metric in metrics}
    lines = ["| server | " + " | ".join(f"{metric.name}, {metric.unit}" for metric in metrics) + " |"]
    lines.append("|---|" + "--:|" * len(metrics))
    for peer in peers:
        cells = []
        for metric in metrics:
            value = median(results, peer.name, metric.name)
            if value is None:
                cells.append("–")
            elif peer.name == "securepair" or not own[metric.name]:
                cells.append(f"{value:.1f}")
            else:
                cells.append(f"{value:.1f} ({own[metric.name] / value:.2f})")
        lines.append(f"| {peer.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def median(results, peer, metric):
    values = results.get((peer, metric))
    return statistics.median(values) if values else None


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8") if line.startswith("model name")), "?")
    congestion = pathlib.Path("/proc/sys/net/ipv4/tcp_congestion_control").read_text().strip()
    version = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=False).stdout.strip()
    return f"{model}, {os.cpu_count()} cores, Linux {os.uname().release}, {congestion}, {version}"


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    parser.add_argument("--fetched", type=pathlib.Path, default=ROOT / "build/bench/peers")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--quick", action="store_true", help="one round of half seconds")
    parser.add_argument("--peers", default="")
    parser.add_argument("--metrics", default="")
    arguments = parser.parse_args()
    if arguments.quick:
        arguments.rounds, arguments.seconds = 1, 0.5
    cores = sorted(os.sched_getaffinity(0))
    arguments.cores = (str(cores[-1]), str(cores[0]))
    return arguments


def chosen(items, names):
    wanted = [name for name in names.split(",") if name]
    return [item for item in items if not wanted or item.name in wanted]


def main():
    arguments = parse()
    metrics = chosen(METRICS, arguments.metrics)
    peers = chosen(all_peers(arguments.bin, arguments.fetched), arguments.peers)
    keys = {kind: make_keys(arguments.out / "keys" / kind, kind) for kind in ("ec", "rsa")}
    results, seen, gone = collections.defaultdict(list), {}, {}
    for number in range(arguments.rounds):
        for metric in metrics:
            for peer in peers:
                where = (peer.name, metric.name)
                if where in gone:
                    continue
                try:
                    value, seen[where] = measure(peer, metric, keys[metric.key], arguments)
                    results[where].append(value)
                    print(f"round {number + 1}  {metric.name:16} {peer.name:18} {value:9.1f} {metric.unit}", flush=True)
                except NotRun as reason:
                    gone[where] = str(reason)
                    print(f"round {number + 1}  {metric.name:16} {peer.name:18} not run: {reason}", flush=True)
    text = table(peers, metrics, results)
    print(f"\n{machine()}\nThe server's CPU time for a unit, medians of {arguments.rounds}; in brackets what securepair takes of it.\n\n{text}")
    (arguments.out / "table.md").write_text(text, encoding="utf-8")
    record = [
        {"peer": peer, "metric": metric, "values": values, "load": seen[(peer, metric)]}
        for (peer, metric), values in results.items()
    ]
    report = {"machine": machine(), "results": record, "notRun": [[*where, why] for where, why in gone.items()]}
    (arguments.out / "results.json").write_text(json.dumps(report, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
