"""One measurement: a server, the load of a metric on it, and the server's CPU time for a unit, or its memory."""

import dataclasses
import pathlib
import time

from metrics import GROUP, SUITES, NotRun
from processes import Load, Server, busy_seconds, cpu_seconds, free_port, hold_to, resident_kib


@dataclasses.dataclass(frozen=True)
class Cores:
    """What `taskset -c` takes."""

    server: str
    load: str


@dataclasses.dataclass
class Setting:
    """What all measurements of a run share."""

    bin: pathlib.Path
    keys: dict  # folders by the metrics' keys
    cores: Cores
    seconds: float
    warm_up: float


@dataclasses.dataclass(frozen=True)
class Result:
    value: float
    seen: dict  # by the load: units, rate, percentiles, what was agreed on
    busy: float = 0  # what part of its core the server used
    others: float = 0  # what part of both cores other programs had meanwhile


def start(peer, metric, setting, cores):
    port = free_port()
    command = [*peer.command(metric.server, port, setting.keys[metric.key]), *metric.options]
    backend = [str(setting.bin / "bench_plain"), metric.server, str(port + 1)] if peer.is_proxy else None
    return Server(command, port, cores, backend)


def put_load(peer, metric, setting, port, cores):
    seconds = 0.1 if metric.mode == "idle" else setting.seconds
    command = [setting.bin / "bench_load", metric.mode, port, setting.keys[metric.key] / "ca.pem"]
    command += [f"connections={metric.connections}", f"seconds={seconds}", f"warmup={setting.warm_up}"]
    command += [f"version={metric.version}", *metric.load, *(["plain=1"] if peer.is_plain else [])]
    return Load(command, cores, limit=seconds + 60)


def measure(peer, metric, setting, progress=lambda units: None):
    if peer.is_plain and metric.needs_tls:
        raise NotRun("it has no TLS")
    with start(peer, metric, setting, setting.cores) as server:
        with put_load(peer, metric, setting, server.port, setting.cores.load) as load:
            if metric.mode == "idle":
                memory, seen = memory_of_idle(server, load, metric, progress), load.seen()
                check(peer, metric, seen)
                return Result(memory, seen)
            used, busy, others = time_of_work(server, load, setting.cores, progress)
            seen = load.seen()
    check(peer, metric, seen)
    return Result(used / (seen["units"] / metric.scale) * 1e6, seen, busy, others)


def time_of_work(server, load, cores, progress):
    """The server's CPU seconds, what part of its core that is, and what part of both cores others had."""
    both = {cores.server, cores.load}

    def read():
        return time.monotonic(), cpu_seconds([server.pid]), busy_seconds(both) - cpu_seconds([*server.pids, load.process.pid])

    load.wait_for("began", progress)
    hold_to(cores.server, server.pid)
    before = read()
    load.go()
    load.wait_for("ended", progress)
    elapsed, used, others = (after - earlier for after, earlier in zip(read(), before))
    load.go()
    return used, used / elapsed, max(others, 0) / elapsed / len(both)


def memory_of_idle(server, load, metric, progress):
    """What a further connection takes: the first fifth has brought in what all of them share."""
    load.wait_for("some", progress)
    before = resident_kib(server.pid)
    load.go()
    load.wait_for("began", progress)
    after = resident_kib(server.pid)
    load.go()
    load.wait_for("ended", progress)
    load.go()
    return (after - before) / (metric.connections - metric.connections // 5)


def check(peer, metric, seen):
    """What was agreed on is what the metric says, and all of it worked."""
    if seen["failures"]:
        raise NotRun(f"{seen['failures']} connections failed, the first: {seen['firstFailure'].splitlines()[0]}")
    if seen["units"] == 0:
        raise NotRun("nothing was done")
    if peer.is_plain:
        return
    if seen["protocol"] != metric.version or seen["cipher"] not in SUITES[metric.version] or seen["group"] != GROUP:
        raise NotRun(f"it agreed on {seen['protocol']}, {seen['cipher']}, {seen['group']}")
    if metric.mode == "resume" and seen["resumed"] < 0.9 * seen["units"]:
        raise NotRun("it does not resume")
