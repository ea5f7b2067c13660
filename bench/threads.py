"""Two loops on two cores against one on one.

The load needs a core as well, and there may be only two. So the load grows with the server: one loop and one load share
one core; then two loops, in one process and on one port, and two loads share two cores, and a connection is served on
the core where its packets arrive. What is compared is the rate by the clock, and the server's CPU time for a unit,
which would grow if the loops stood in each other's way. Two processes of one loop each, which share nothing, tell what
the machine itself allows.
"""

import contextlib
import dataclasses

from measure import Cores, check, put_load, start
from metrics import Metric
from processes import cpu_seconds

SCALING_METRICS = [
    Metric("two loops: handshakes", "handshake", "echo", connections=16),
    Metric("two loops: echoes of 64 B", "echo", "echo", connections=128),
]


@dataclasses.dataclass(frozen=True)
class Rate:
    a_second: float  # units, by the clock
    cpu: float  # the server's seconds for a unit


@dataclasses.dataclass(frozen=True)
class Scaling:
    one: Rate
    two: Rate
    apart: Rate

    @property
    def by_clock(self):
        return self.two.a_second / self.one.a_second

    @property
    def by_cpu(self):
        return 2 * self.one.cpu / self.two.cpu

    @property
    def apart_by_clock(self):
        return self.apart.a_second / self.one.a_second


def measure_scaling(peer, metric, setting):
    one, other = setting.cores.server, setting.cores.load
    return Scaling(
        one=rate(peer, metric, setting, [[one]]),
        two=rate(peer, metric, setting, [[one, other]]),
        apart=rate(peer, metric, setting, [[one], [other]]),
    )


def rate(peer, metric, setting, processes):
    """`processes`: the cores of each, which have a loop and a load each."""
    with contextlib.ExitStack() as stack:
        servers, loads = [], []
        for cores in processes:
            listed = ",".join(cores)
            own = dataclasses.replace(metric, options=(f"cores={listed}",))
            server = stack.enter_context(start(peer, own, setting, Cores(server=listed, load=listed)))
            servers.append(server)
            loads += [stack.enter_context(put_load(peer, own, setting, server.port, core)) for core in cores]
        before = read_at("began", servers, loads)
        after = read_at("ended", servers, loads)
        seen = [load.seen() for load in loads]
    for one in seen:
        check(peer, metric, one)
    return Rate(sum(one["perSecond"] for one in seen), (after - before) / sum(one["units"] for one in seen))


def read_at(mark, servers, loads):
    """The loads start together, and end together but for some milliseconds."""
    for load in loads:
        load.wait_for(mark)
    used = cpu_seconds([server.pid for server in servers])
    for load in loads:
        load.go()
    return used
