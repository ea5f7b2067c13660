"""What has to hold, of the CPU time or memory that the library's server takes of another's; and what is aimed at beyond."""

import dataclasses

NOISE = 1.10  # what a run on a machine that others use can be off by
NOISE_OF_MEMORY = 1.02
PROXY = "securepair proxy"
PACKAGE = "securepair on Node 20"


@dataclasses.dataclass(frozen=True)
class Goal:
    metric: str
    most: float
    of: str = ""  # the peer; none: the value itself
    beyond: bool = False
    own: str = "securepair"

    def found(self, results):
        own, other = results.value(self.own, self.metric), results.value(self.of, self.metric)
        if not self.of:
            return own
        return own / other if own and other else None

    def verdict(self, results):
        """met, noise (met with what is allowed for it), missed, or not run."""
        found = self.found(results)
        if found is None:
            return "not run"
        noise = NOISE_OF_MEMORY if self.metric == "idle" else NOISE
        return "met" if found <= self.most else "noise" if found <= self.most * noise else "missed"

    def text(self, results):
        found = self.found(results)
        found = "–" if found is None else f"{found:.2f}"
        who = "" if self.own == "securepair" else f" by {self.own}"
        return f"{self.metric}{who}: {found}{' of ' + self.of if self.of else ''}, at most {self.most:g}"


class Above(Goal):
    """By how much it may be above the other."""

    def found(self, results):
        own, other = results.value(self.own, self.metric), results.value(self.of, self.metric)
        return own - other if own and other else None

    def text(self, results):
        found = self.found(results)
        return f"{self.metric}: {'–' if found is None else f'{found:.2f}'} above {self.of}, at most {self.most:g}"


@dataclasses.dataclass(frozen=True)
class Times:
    """How many times as much two loops do, at least: by the clock and by their CPU time, whichever is less."""

    metric: str
    least: float
    beyond: bool = False

    def found(self, results):
        found = [results.scaling(self.metric, name) for name in ("by_clock", "by_cpu")]
        return None if None in found else min(found)

    def verdict(self, results):
        found = self.found(results)
        if found is None:
            return "not run"
        return "met" if found >= self.least else "noise" if found * NOISE >= self.least else "missed"

    def text(self, results):
        found = self.found(results)
        return f"{self.metric}: {'–' if found is None else f'{found:.2f}'} times one, at least {self.least:g}"


GOALS = [
    Goal("full 1.3 ECDSA", 0.52, "Node 20"),
    Goal("full 1.3 ECDSA", 0.85, "Asio"),
    Goal("full 1.3 ECDSA", 1.05, "raw libssl"),
    Goal("full 1.3 ECDSA", 1.0, "uSockets", beyond=True),
    Goal("full 1.3 ECDSA", 1.0, "Bun node:tls", beyond=True),
    Goal("resumed 1.2", 0.45, "Node 20"),
    Goal("resumed 1.2", 0.88, "Asio"),
    Goal("resumed 1.2", 1.05, "raw libssl"),
    Goal("resumed 1.2", 0.32, "Node 20", beyond=True),
    Goal("resumed 1.3", 0.92, "Asio"),
    Goal("resumed 1.3", 1.05, "raw libssl"),
    Goal("resumed 1.3", 0.85, "Asio", beyond=True),
    Goal("echo 64 B", 0.65, "Node newest"),
    Goal("echo 64 B", 0.92, "Asio"),
    Goal("echo 64 B", 1.05, "raw libssl"),
    Goal("echo 64 B", 0.82, "Asio", beyond=True),
    Goal("echo 64 B", 1.0, "uSockets", beyond=True),
    Goal("echo 64 B", 1.0, "Bun.listen", beyond=True),
    Goal("receive MB", 0.55, "Node 20"),
    Goal("receive MB", 0.85, "Asio"),
    Goal("receive MB", 0.45, "Node 20", beyond=True),
    Goal("receive MB", 0.75, "Asio", beyond=True),
    Goal("receive MB", 0.95, "Bun.listen", beyond=True),
    Goal("send MB", 0.85, "Asio"),
    Goal("send MB", 1.0, "raw libssl"),
    Goal("send MB", 0.75, "Node 20", beyond=True),
    Goal("send MB", 1.0, "Bun.listen", beyond=True),
    Goal("bulk echo MB", 0.50, "Node 20"),
    Goal("bulk echo MB", 0.75, "Asio"),
    Goal("bulk echo MB", 0.85, "Bun.listen", beyond=True, own="securepair with fast AEAD"),
    Goal("idle", 16),
    Above("idle", 1, "raw libssl"),
    Goal("idle", 13.3, beyond=True),
    Goal("full 1.3 ECDSA", 0.90, "nginx", own=PROXY),
    Goal("full 1.3 ECDSA", 0.80, "nginx", beyond=True, own=PROXY),
    Goal("echo 64 B", 0.85, "haproxy", own=PROXY),
    Goal("echo 64 B", 0.85, "nginx", own=PROXY),
    Goal("bulk echo MB", 0.82, "haproxy", own=PROXY),
    Goal("full 1.3 ECDSA", 0.65, "Node 20", own=PACKAGE),
    Goal("receive MB", 0.65, "Node 20", own=PACKAGE),
    # On some machines the cipher and the kernel take more than that of what Node 20 takes.
    Goal("send MB", 0.65, "Node 20", beyond=True, own=PACKAGE),
    Goal("bulk echo MB", 0.65, "Node 20", own=PACKAGE),
    Goal("echo 64 B", 1.0, "Node 20", own=PACKAGE),
    Goal("echo 64 B", 0.80, "Node 20", beyond=True, own=PACKAGE),
    Goal("idle", 1.0, "Node 20", own=PACKAGE),
    Times("two loops: handshakes", 1.8),
    Times("two loops: echoes of 64 B", 1.8),
]
WORDS = {"met": "met", "noise": "met but for noise", "missed": "MISSED", "not run": "not run"}


def judge(results, names):
    """A line for each goal of these metrics, and how many musts are not known to be met."""
    lines, unmet = [], 0
    for goal in (goal for goal in GOALS if goal.metric in names):
        verdict = goal.verdict(results)
        unmet += verdict in ("missed", "not run") and not goal.beyond
        lines.append(f"- {'beyond, ' if goal.beyond else ''}{WORDS[verdict]}: {goal.text(results)}")
    return lines, unmet
