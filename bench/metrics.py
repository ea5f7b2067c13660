"""What is measured: the work that the load does, and how many units of it the server's CPU time is divided by."""

import dataclasses

MEGABYTE = 1e6
# What may be agreed on, so that what is compared is not the cipher; the load offers nothing else.
SUITES = {"TLSv1.3": ["TLS_AES_128_GCM_SHA256"], "TLSv1.2": ["ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"]}
GROUP = "X25519"


class NotRun(Exception):
    """This cannot be measured here; the text says why."""


@dataclasses.dataclass(frozen=True)
class Metric:
    name: str
    mode: str  # the load's
    server: str  # the server's mode
    key: str = "ec"
    version: str = "TLSv1.3"
    connections: int = 8
    unit: str = "µs"
    scale: float = 1  # how many of the load's units make one of the metric's
    load: tuple = ()  # further options of the load
    options: tuple = ()  # and of the server

    @property
    def is_handshake(self):
        return self.mode in ("handshake", "visit", "resume")

    @property
    def needs_tls(self):
        return self.is_handshake


METRICS = [
    Metric("full 1.3 ECDSA", "handshake", "echo"),
    # With an echo of 64 B: more than a handshake, where a ticket leaves with the first data.
    Metric("visit 1.3 ECDSA", "visit", "echo"),
    Metric("full 1.3 RSA", "handshake", "echo", key="rsa"),
    Metric("full 1.2 ECDSA", "handshake", "echo", version="TLSv1.2"),
    Metric("resumed 1.3", "resume", "echo"),
    Metric("resumed 1.2", "resume", "echo", version="TLSv1.2"),
    Metric("echo 64 B", "echo", "echo", connections=32),
    Metric("send MB", "download", "source", connections=4, scale=MEGABYTE),
    Metric("receive MB", "upload", "discard", connections=4, scale=MEGABYTE),
    Metric("bulk echo MB", "bulk", "echo", connections=4, scale=MEGABYTE),
    Metric("idle", "idle", "echo", connections=1000, unit="KiB"),
]
