"""Who is to blame for tests that are cut off: whoever used the processor."""

from __future__ import annotations

import pytest

from grader.model import Outcome, Seconds
from grader.oracle.overtime import PATIENCE, TURNS, OutOfTime, Overtime
from grader.oracle.part import GraderFault
from grader.running.testing import TestReport, TestRun

SECONDS = 10

Took = tuple[Seconds, Seconds, Outcome]  # on the wall, of the processor, and how it ended
QUICK: Took = (1.0, 1.0, Outcome.PASSED)
ENDLESS: Took = (10.0, 10.0, Outcome.TIMEOUT)
WAITING: Took = (10.0, 0.1, Outcome.TIMEOUT)
SLOWED: Took = (10.0, 2.0, Outcome.TIMEOUT)  # each second takes five
SLOWED_CONTROL: Took = (5.0, 1.0, Outcome.PASSED)


class Machine:
    """Stands for the sandbox and its clocks: what runs takes what it is told to take."""

    def __init__(self, control: Took = QUICK) -> None:
        self.wall = 0.0
        self.asked: list[Seconds] = []
        self.controls = 0
        self._control = control
        self.overtime = Overtime(SECONDS, self._run_control, now=lambda: self.wall)

    def run(self, *took: Took) -> TestRun:
        """Run tests that take this at first, and that if they are run again."""
        left = list(took)

        def ask(seconds: Seconds) -> TestRun:
            self.asked.append(seconds)
            return self._take(left.pop(0))

        return self.overtime.run(ask)

    def _run_control(self, seconds: Seconds) -> TestRun:
        self.controls += 1
        return self._take(self._control)

    def _take(self, took: Took) -> TestRun:
        wall, cpu, outcome = took
        self.wall += wall
        return TestRun({"a": TestReport("a", outcome)}, cpu=cpu)


def ended(run: TestRun) -> Outcome:
    return run.reports["a"].outcome


def test_who_worked_whenever_they_could_has_nobody_else_to_blame() -> None:
    """The kernel counts how long a child waited for a processor: that is taken off, and nothing need be tried."""
    machine = Machine()

    def ask(seconds: Seconds) -> TestRun:
        machine.wall += 40.0
        return TestRun({"a": TestReport("a", Outcome.TIMEOUT)}, cpu=10.0, waited=30.0)

    assert ended(machine.overtime.run(ask)) is Outcome.TIMEOUT
    assert machine.controls == 0


def test_what_ends_in_time_is_nobodys_fault() -> None:
    machine = Machine()
    assert ended(machine.run(QUICK)) is Outcome.PASSED
    assert (machine.asked, machine.controls) == ([SECONDS], 0)


def test_a_loop_that_never_ends_is_slow_by_itself() -> None:
    """It had the processor all the time: there is nothing to ask."""
    machine = Machine()
    assert ended(machine.run(ENDLESS)) is Outcome.TIMEOUT
    assert machine.controls == 0


@pytest.mark.parametrize("control", [QUICK, SLOWED_CONTROL], ids=["free", "busy"])
def test_a_test_that_waits_is_slow_by_itself(control: Took) -> None:
    """Whoever else held the processor meanwhile: it could have had a fifth of it at least."""
    machine = Machine(control)
    assert ended(machine.run(WAITING)) is Outcome.TIMEOUT
    assert (len(machine.asked), machine.controls) == (1, 1)


def test_on_a_busy_machine_a_test_gets_more_time() -> None:
    machine = Machine(SLOWED_CONTROL)
    assert ended(machine.run(SLOWED, (15.0, 3.0, Outcome.PASSED))) is Outcome.PASSED
    assert machine.asked[1] > PATIENCE * machine.asked[0]


def test_a_loop_that_never_ends_is_found_on_a_busy_machine_too() -> None:
    """With more time, it takes more of the processor than any run may."""
    machine = Machine(SLOWED_CONTROL)
    assert ended(machine.run(SLOWED, (50.0, 10.0, Outcome.TIMEOUT))) is Outcome.TIMEOUT


def test_too_busy_a_machine_is_the_graders_trouble() -> None:
    machine = Machine(SLOWED_CONTROL)
    with pytest.raises(GraderFault, match="too busy"):
        machine.run(SLOWED, (50.0, 5.0, Outcome.TIMEOUT))


def test_all_runs_together_have_their_bound() -> None:
    machine = Machine()
    for _ in range(TURNS):
        machine.run(ENDLESS)
    with pytest.raises(OutOfTime):
        machine.run(QUICK)


@pytest.mark.parametrize(
    ("control", "cpu", "raised"),
    [(QUICK, 0.0, OutOfTime), (SLOWED_CONTROL, 0.0, OutOfTime), (SLOWED_CONTROL, 2.0, GraderFault)],
    ids=["slept", "slept on a busy machine", "was kept waiting"],
)
def test_time_on_the_wall_has_a_wider_bound(
    control: Took, cpu: Seconds, raised: type[Exception]
) -> None:
    """Who sleeps it away has none left; who was kept waiting loses nothing."""
    machine = Machine(control)
    for _ in range(TURNS * PATIENCE):
        machine.run((10.0, cpu, Outcome.PASSED))
    with pytest.raises(raised):
        machine.run(QUICK)
