"""What is going on: a line that is written anew on a terminal, and plain lines elsewhere."""

import shutil
import sys
import time


class Progress:
    def __init__(self, steps):
        self.steps, self.done, self.began = steps, 0, time.monotonic()
        self.live = sys.stdout.isatty()

    def step(self, what):
        """What is measured now; answers what to call with the units so far."""
        started = time.monotonic()

        def update(units=0):
            if not self.live:
                return
            rate = f"  {units / max(time.monotonic() - started, 0.1):,.0f}/s" if units else ""
            line = f"{self.done + 1}/{self.steps}  {what}{rate}  {self.left()}"
            print("\r\033[K" + line[: shutil.get_terminal_size().columns - 1], end="", flush=True)

        update()
        return update

    def finish(self, line):
        """Of the step, what is to stay."""
        self.done += 1
        self.say(line)

    def say(self, line):
        print(("\r\033[K" if self.live else "") + line, flush=True)

    def left(self):
        if self.done == 0:
            return ""
        seconds = int((time.monotonic() - self.began) / self.done * (self.steps - self.done))
        return f"{seconds // 60}:{seconds % 60:02} left"
