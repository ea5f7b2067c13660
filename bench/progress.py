"""What is going on: a line that is written anew on a terminal, and plain lines elsewhere."""

import shutil
import sys
import time


class Progress:
    def __init__(self, steps):
        self.steps, self.done, self.began = steps, 0, time.monotonic()
        self.live = sys.stdout.isatty()

    def step(self, what, scale=1):
        """What is measured now; answers what to call with the units so far, of which `scale` make one that is shown."""
        first = []

        def update(units=0):
            if not self.live:
                return
            if units and not first:
                first.extend((units, time.monotonic()))
            rate = f"  {self.rate(units, *first) / scale:,.0f}/s" if first and units > first[0] else ""
            line = f"{self.done + 1}/{self.steps}  {what}{rate}  {self.left()}"
            print("\r\033[K" + line[: shutil.get_terminal_size().columns - 1], end="", flush=True)

        update()
        return update

    @staticmethod
    def rate(units, before, since):
        return (units - before) / max(time.monotonic() - since, 0.1)

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
