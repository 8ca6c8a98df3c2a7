"""Tell slow tests from a slow machine, so that nobody pays for time that others used.

What counts is what a run's processes used of the processor, not what the clock on the wall says. Where the two are far
apart, either the tests wait for something, or others hold the processor. The course's own tests tell which: they never
wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from grader.model import Outcome, Seconds
from grader.oracle.part import GraderFault
from grader.running.conversation import SLOWEST_ITEM
from grader.running.testing import TestRun

TURNS = 3  # times a task's seconds that all runs of its written tests may take of the processor
PATIENCE = 4  # times as long by the clock on the wall, where others hold the processor
OWN = 3 / 4  # of a run's time on the processor: what is cut off then has nobody else to blame
STARVED = 1 / 2  # of it: where tests that never wait get less, others hold the processor
WAITS = 1 / 3  # of what those get: what gets less waits by itself
_BUSY = "The machine was too busy to find out whether the written tests are slow."

Ask = Callable[[Seconds], TestRun]  # runs tests, within so many seconds of wall time


class OutOfTime(Exception):
    """A student's tests have taken all the time that they may take, and nobody else is to blame."""


class Overtime:
    """The time that a student's tests of one task may take, on all libraries together.

    Args:
        seconds: What one run of them may take.
        control: Runs tests of the course's own, which calculate all the time.
        now: The clock on the wall.
    """

    def __init__(
        self, seconds: Seconds, control: Ask, now: Callable[[], Seconds] = time.monotonic
    ) -> None:
        self._seconds = seconds
        self._control = control
        self._now = now
        self._cpu: Seconds = 0.0
        self._end = now() + PATIENCE * TURNS * seconds

    def run(self, ask: Ask) -> TestRun:
        """Run tests; if they are cut off while others hold the processor, once more and for longer.

        Args:
            ask: Runs them.

        Returns:
            How they ended. What was cut off is slow by itself.

        Raises:
            OutOfTime: There is no time left to run them.
            GraderFault: The machine is too busy to tell.
        """
        self._refuse_if_over()
        run, share = self._timed(ask, self._seconds)
        self._cpu += run.cpu
        if not _cut_off(run) or share >= OWN or not self._kept_waiting(share):
            return run
        longer = min(PATIENCE / SLOWEST_ITEM * self._seconds, self._end - self._now())
        run = ask(max(longer, self._seconds))  # which is not counted: it makes up for lost time
        if _cut_off(run) and run.cpu < self._seconds:
            raise GraderFault(_BUSY)
        return run

    def _refuse_if_over(self) -> None:
        if self._cpu >= TURNS * self._seconds:
            raise OutOfTime
        if self._now() >= self._end:
            share = self._cpu / (PATIENCE * TURNS * self._seconds)
            raise GraderFault(_BUSY) if self._kept_waiting(share) else OutOfTime

    def _timed(self, ask: Ask, seconds: Seconds) -> tuple[TestRun, float]:
        """Run tests, and give the part of the time in which they had the processor, of that in which they could."""
        begun = self._now()
        run = ask(seconds)
        took = self._now() - begun - run.waited
        return run, run.cpu / took if took > 0 else 1.0

    def _kept_waiting(self, share: float) -> bool:
        """Tell whether others hold the processor now, and that is why tests got no more of it."""
        _, usual = self._timed(self._control, PATIENCE * self._seconds)
        return usual < STARVED and share >= WAITS * usual


def _cut_off(run: TestRun) -> bool:
    return any(report.outcome is Outcome.TIMEOUT for report in run.reports.values())
