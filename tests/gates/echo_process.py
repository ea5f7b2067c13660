"""The echo server in a process of its own, of which the kernel tells when it sleeps."""

import contextlib
import json
import os
import pathlib
import select
import signal
import subprocess
import time

PATIENCE = 60  # seconds, for whatever the server has to do


class Broken(Exception):
    """The server did not do what every gate needs: nothing was counted."""


class EchoProcess:
    def __init__(self, build, module, before=()):
        """`module` stands before the C library in it; `before` stands before the program: what watches it."""
        self.process = subprocess.Popen(
            [*before, build / "bin" / "gate_echo_server"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            env={**os.environ, "LD_PRELOAD": str(build / "lib" / f"lib{module}.so")}, start_new_session=True)
        words = self._line().split()
        if words[:2] != ["listening", "on"]:
            self._kill()
            raise Broken(f"the echo server does not listen; it said: {' '.join(words) or 'nothing'}")
        self.port, self.pid = int(words[2]), int(words[4])

    def __enter__(self):
        return self

    def __exit__(self, failure, *_):
        """Its input ends, and so does it."""
        try:
            self.process.stdin.close()
            status = self.process.wait(PATIENCE if failure is None else 1)
        except subprocess.TimeoutExpired:
            status = "nothing, and had to be killed"
        self._kill()
        if failure is None and status != 0:
            raise Broken(f"the echo server ended with {status}")

    def _kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def _line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        return self.process.stdout.readline().decode() if ready else ""

    def _state(self):
        """A letter, as in proc(5)."""
        try:
            stat = pathlib.Path(f"/proc/{self.pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            raise Broken("the echo server has ended early") from None
        return stat.rpartition(")")[2].split()[0]

    def _await_state(self, states):
        end = time.monotonic() + PATIENCE
        while self._state() not in states:
            if time.monotonic() > end:
                raise Broken(f"the echo server stays in state {self._state()}, not one of {states}")
            time.sleep(0.0002)

    def rest(self):
        """Until it sleeps: it has done all that there was to do."""
        self._await_state("S")

    @contextlib.contextmanager
    def held(self):
        """What is sent to it meanwhile it finds all at once."""
        self.rest()
        os.kill(self.pid, signal.SIGSTOP)
        try:
            self._await_state("Tt")
            yield
        finally:
            os.kill(self.pid, signal.SIGCONT)

    def mark(self):
        """Of gate_marks: begins and ends what is counted."""
        self.rest()
        os.kill(self.pid, signal.SIGUSR1)
        self.rest()

    def counts(self):
        """Of gate_counters: what was counted so far, by name."""
        self.rest()
        os.kill(self.pid, signal.SIGUSR1)
        return json.loads(self._line())
