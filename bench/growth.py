"""`bench.py growth`: what a unit costs as something grows: connections, messages, names, chains."""

import dataclasses
import json
import statistics
import sys

import document
import plots
import tables
from keys import make_chain
from measure import measure
from metrics import Metric, NotRun
from peers import all_peers
from processes import raise_descriptor_limit
from progress import Progress

CONNECTIONS = [100, 300, 1000, 3000, 10_000]
SIZES = [1, 16, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576]
NAMES = [1, 10, 100, 1000, 10_000]
CHAIN = [1, 2, 4, 8]
SPARE = 100  # descriptors that a process has besides its connections


@dataclasses.dataclass(frozen=True)
class Growth:
    name: str  # of the plot
    title: str
    grows: str
    points: list
    metric: object  # of a point, a Metric
    peers: tuple = ("securepair", "raw libssl")
    log_y: bool = False


GROWTHS = [
    Growth(
        "growth-connections",
        "An echo of 64 bytes, 32 under way in turn on all connections",
        "connections",
        CONNECTIONS,
        lambda n: Metric("echo", "echo", "echo", connections=n, load=("active=32",)),
    ),
    Growth(
        "growth-memory",
        "Resident memory of an idle connection",
        "connections",
        CONNECTIONS,
        lambda n: Metric("idle", "idle", "echo", connections=n, unit="KiB"),
    ),
    Growth(
        "growth-message",
        "An echo, 8 connections",
        "bytes of the message",
        SIZES,
        lambda n: Metric("echo", "echo", "echo", load=(f"bytes={n}",)),
        log_y=True,
    ),
    Growth(
        "growth-names",
        "A full handshake of TLS 1.3 with a server that has contexts by name",
        "names in the table",
        NAMES,
        lambda n: Metric("handshake", "handshake", "echo", options=(f"names={n}",)),
        peers=("securepair",),
    ),
    Growth(
        "growth-chain",
        "A full handshake of TLS 1.3",
        "certificates that the server sends",
        CHAIN,
        lambda n: Metric("handshake", "handshake", "echo", key=f"chain{n}"),
    ),
]


def grow(arguments, setting, machine):
    descriptors = raise_descriptor_limit()
    for length in CHAIN:
        setting.keys[f"chain{length}"] = make_chain(arguments.out / "keys" / f"chain{length}", length)
    peers = {peer.name: peer for peer in all_peers(arguments.bin, arguments.fetched, arguments.out, None)}
    progress = Progress(arguments.rounds * sum(len(growth.points) * len(growth.peers) for growth in GROWTHS))
    measured = {}
    for number in range(1, arguments.rounds + 1):
        for growth in GROWTHS:
            for point in growth.points:
                for name in growth.peers:
                    label = f"round {number}  {growth.name:20} {point:>9,}  {name:12}"
                    found = at(peers[name], growth.metric(point), setting, descriptors, progress, label)
                    if found is not None:
                        measured.setdefault((growth.name, name, point), []).append(found)
    text = tables.conditions(machine, arguments, [result for found in measured.values() for result in found])
    values = {where: statistics.median(result.value for result in found) for where, found in measured.items()}
    report(arguments, machine, text, values)


def at(peer, metric, setting, descriptors, progress, label):
    try:
        if metric.connections + SPARE > descriptors:
            raise NotRun(f"this user may have {descriptors} descriptors: ulimit -Hn")
        result = measure(peer, metric, setting, progress.step(label))
    except NotRun as reason:
        progress.finish(f"{label} not run: {reason}")
        return None
    progress.finish(f"{label} {result.value:10.1f} {metric.unit}")
    return result


def report(arguments, machine, conditions, values):
    parts, pictures = [conditions], {}
    for growth in GROWTHS:
        unit = growth.metric(growth.points[0]).unit
        rows = [[f"{point:,}", *[tables.number(values.get((growth.name, name, point))) for name in growth.peers]] for point in growth.points]
        parts.append(f"{growth.title}, {unit}:\n\n" + tables.markdown([growth.grows, *growth.peers], rows))
        series = {
            name: [(point, values[(growth.name, name, point)]) for point in growth.points if (growth.name, name, point) in values]
            for name in growth.peers
        }
        label = "µs of the server's CPU time" if unit == "µs" else unit
        pictures[growth.name] = plots.lines(growth.title, growth.grows, label, series, growth.log_y)
    text = "\n\n".join(part.strip() for part in parts) + "\n"
    print("\n" + text)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, picture in pictures.items():
        (arguments.out / f"{name}.svg").write_text(picture, encoding="utf-8")
    record = [{"growth": growth, "peer": peer, "at": point, "value": value} for (growth, peer, point), value in values.items()]
    (arguments.out / "growth.json").write_text(json.dumps({"machine": machine, "values": record}, indent=1), encoding="utf-8")
    (arguments.out / "growth.md").write_text(text, encoding="utf-8")
    if arguments.document:
        document.write("growth", text, pictures)
    if not values:
        sys.exit("nothing could be measured")
