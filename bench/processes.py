"""A server and a load, each on its cores, and what the kernel knows of them."""

import contextlib
import ctypes
import json
import os
import pathlib
import resource
import signal
import socket
import subprocess
import threading
import time

from metrics import NotRun

LIBC = ctypes.CDLL(None, use_errno=True)
QUIET = 0.02  # seconds after which a server has done what was under way when the load stood still


def free_port():
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


def raise_descriptor_limit():
    """As many as this user may have; a load and its server have one each for a connection. Answers how many that is."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return most


def family(pid):
    """A process and all that descend from it."""
    pids = [pid]
    for entry in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        for child in entry.read_text(encoding="ascii").split():
            pids += family(int(child))
    return pids


def cpu_seconds(pids):
    """To the nanosecond, and with the threads that have ended."""
    total = 0.0
    for member in (member for pid in pids for member in family(pid)):
        clock = ctypes.c_int()
        if LIBC.clock_getcpuclockid(member, ctypes.byref(clock)) != 0:
            raise NotRun("the server has ended")
        total += time.clock_gettime(clock.value)
    return total


def busy_seconds(cores):
    """How long these cores have worked, for whomever."""
    total = 0
    for line in pathlib.Path("/proc/stat").read_text(encoding="ascii").splitlines():
        name, *ticks = line.split()
        if name.removeprefix("cpu") in cores:
            user, nice, system, _, _, interrupts, softer = map(int, ticks[:7])
            total += user + nice + system + interrupts + softer
    return total / os.sysconf("SC_CLK_TCK")


def resident_kib(pid):
    total = 0
    for member in family(pid):
        for line in pathlib.Path(f"/proc/{member}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS"):
                total += int(line.split()[1])
    return total


def hold_to(cores, pid):
    """Brings back what has taken another core for itself: hitch pins its workers to the first ones."""
    allowed = {int(core) for core in cores.split(",")}
    for member in family(pid):
        for task in map(int, os.listdir(f"/proc/{member}/task")):
            with contextlib.suppress(ProcessLookupError):  # it has ended
                if not os.sched_getaffinity(task) <= allowed:
                    os.sched_setaffinity(task, allowed)


# A group of its own, so that its children end with it; not a session of its own, since Linux shares a core out by
# sessions first: two loops of one process would get half as much of their cores as the loads beside them.
GROUP = {"process_group": 0}


def end(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


class Server:
    """Listens while the `with` lasts."""

    def __init__(self, command, port, cores, backend=None):
        self.port, self.processes = port, []
        self.command = ["taskset", "-c", cores.server, *command]
        self.backend = ["taskset", "-c", cores.load, *backend] if backend else None

    def __enter__(self):
        try:
            self.start()
            self.wait_until_it_listens()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self):
        if self.backend:
            self.processes.append(subprocess.Popen(self.backend, **GROUP))
        silent = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen(self.command, **GROUP, **silent)
        self.processes.append(self.process)
        self.pid = self.process.pid
        self.pids = [process.pid for process in self.processes]  # the backend's too

    def wait_until_it_listens(self):
        until = time.monotonic() + 10
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
        raise NotRun("it does not listen")

    def __exit__(self, *_):
        for process in self.processes:
            end(process)


class Load:
    """The load generator, which stands still at its marks until go()."""

    def __init__(self, command, cores, limit):
        pipe = subprocess.PIPE
        pinned = ["taskset", "-c", cores, *map(str, command), "wait=1"]
        self.process = subprocess.Popen(pinned, stdin=pipe, stdout=pipe, stderr=pipe, text=True, **GROUP)
        self.guard = threading.Timer(limit, self.process.kill)
        self.guard.start()

    def wait_for(self, mark, progress=lambda units: None):
        for line in self.process.stderr:
            word, _, rest = line.strip().partition(" ")
            if word == mark:
                time.sleep(QUIET)
                return
            if word == "units":
                progress(int(rest))
        raise NotRun("the load failed: " + self.failure())

    def go(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()

    def failure(self):
        try:
            return json.loads(self.process.stdout.read())["firstFailure"].split("\n")[0][:200]
        except (ValueError, KeyError):
            return f"it ended with {self.process.wait()}, or took too long"

    def seen(self):
        """What the load has to tell at its end."""
        output = self.process.stdout.read()
        if self.process.wait() != 0:
            raise NotRun("the load failed")
        return json.loads(output)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.guard.cancel()
        end(self.process)
