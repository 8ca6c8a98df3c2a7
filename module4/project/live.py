"""Live progress of a training that takes minutes: loss, accuracy, examples a second, and how long it will take."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable
from typing import Protocol, TextIO

from project.printing import bar
from project.watching import duration


class Log(Protocol):
    """Is told by a training how it goes."""

    def step(self, seen: int, loss: float, right: int) -> None:
        """Note a step: how many examples it saw, their losses summed up, on how many the network was right."""

    def epoch(self, accuracy: float) -> None:
        """Note the end of an epoch: the share of test examples that the network is right about, 0 to 1."""


class Progress:
    """A ``Log`` that shows how far a training is: one line on a terminal, a line an epoch anywhere else.

    Args:
        examples: How many an epoch sees.
        epochs: How many there will be.
        unit: What the examples are called.
        out: Where to show it.
        clock: Gives the time in seconds.

    Attributes:
        losses: The mean loss of each step so far.
        shares: Of each epoch so far, the shares that the network was right about: while it learned, and in the test.
        seen: How many examples it has seen.
    """

    BAR = 20  # characters
    OFTEN = 0.2  # seconds between two views on a terminal

    def __init__(
        self,
        examples: int,
        epochs: int,
        unit: str,
        out: TextIO = sys.stdout,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.losses: list[float] = []
        self.shares: list[tuple[float, float]] = []
        self.seen = 0
        self._examples, self._epochs, self._unit = examples, epochs, unit
        self._out, self._clock = out, clock
        self._begun = self._shown = self._stepped = clock()
        self._new_epoch()

    def step(self, seen: int, loss: float, right: int) -> None:
        """Count a step in, and show it if it is time."""
        self.seen += seen
        self._seen, self._loss, self._right = (
            self._seen + seen,
            self._loss + loss,
            self._right + right,
        )
        self.losses.append(loss / seen)
        now = self._clock()
        if self._first is None:  # the very first step compiles kernels, others come behind a test
            self._first = now
        else:
            self._timed += seen
        self._stepped = now
        if self._out.isatty() and now - self._shown >= self.OFTEN:
            self._shown = now
            self._overwrite(f"{self._bar()}  {self._so_far()}  {self._left()} left")

    def epoch(self, accuracy: float) -> None:
        """End an epoch with a line that stays."""
        self.shares.append((self._right / self._seen, accuracy))
        line = f"epoch {len(self.shares)}/{self._epochs}  {self._so_far()}  test {accuracy:6.2%}"
        if self._out.isatty():
            self._overwrite(line)
            print(file=self._out)
        else:
            print(line, file=self._out, flush=True)
        self._new_epoch()

    def close(self) -> None:
        """Leave a line that was to be overwritten."""
        if self._seen and self._out.isatty():
            print(file=self._out)

    @property
    def seconds(self) -> float:
        """The time since it began."""
        return self._clock() - self._begun

    def _new_epoch(self) -> None:
        self._seen = self._right = self._timed = 0
        self._loss = 0.0
        self._first: float | None = None  # the time when the first step was done

    def _bar(self) -> str:
        full = round(self.BAR * self._seen / self._examples)
        return f"epoch {len(self.shares) + 1}/{self._epochs} {bar(full, self.BAR, self._out)}"

    def _so_far(self) -> str:
        mean, right = self._loss / self._seen, self._right / self._seen
        return f"loss {mean:6.3f}  right {right:6.2%}  {self._speed():,.0f} {self._unit}/s"

    def _speed(self) -> float:
        """Tell how many examples a second it learns from in this epoch, the first step left out."""
        if self._first is None or not self._timed:
            return self.seen / max(1e-9, self.seconds)
        return self._timed / max(1e-9, self._stepped - self._first)

    def _left(self) -> str:
        return duration((self._examples * self._epochs - self.seen) / self._speed())

    def _overwrite(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1  # a line that wraps can't be overwritten
        print("\r" + line[:width].ljust(width), end="", file=self._out, flush=True)
