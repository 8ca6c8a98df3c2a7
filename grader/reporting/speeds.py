"""What a record says of speed: in words, and as places on a scale."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import Pace, SpeedCase, SpeedReport, TaskRecord, ThreadsCase
from grader.reporting import text

BEATEN = 1.2  # times the reference's speed: what is less may be chance
SLOWEST, FASTEST = 1 / 32, 4.0  # the ends of the scale, which is logarithmic
WIDTH = 320  # of the scale, in units
_FAST_ENOUGH = (Pace.FAST, Pace.UNSURE)


@dataclass(frozen=True)
class Place:
    """Where a case lies on the scale, in units."""

    speed: float
    low: float
    high: float
    wanted: float
    reference: float


def counted(report: SpeedReport) -> str:
    """Say how many of the checks passed."""
    return f"{report.passed:,} of {report.total:,} speed checks passed"


def beaten(task: TaskRecord) -> str:
    """Tell who is faster than the reference; nothing when the task isn't."""
    cases = task.speed.cases if task.speed else ()
    found = [
        f"{_times(each.speed)} times on {text.line(each.name)}"
        for each in cases
        if each.pace is Pace.FAST and each.speed and each.speed >= BEATEN and (each.low or 0) > 1
    ]
    return f"Faster than the reference: {', '.join(found)}." if found else ""


def said(case: SpeedCase) -> str:
    """Say what came of one case."""
    if case.speed is None:
        return f"{case.pace.value}; {_times(case.wanted)} is asked for"
    speed, least = apart(case.speed, case.wanted)
    wanted = f"{least} is asked for"
    measured = f"{speed} times the reference's speed"
    if case.pace is Pace.UNSURE:
        return f"{measured}; {wanted}: {case.pace.value} after {case.pairs} pairs, so it counts as passed"
    return f"{measured}; {wanted}" + ("" if case.pace is Pace.FAST else f": {case.pace.value}")


def said_of_threads(case: ThreadsCase) -> str:
    """Say what became of one kernel on several threads."""
    if not case.runs:
        return "not looked at on several threads"
    shared = (
        "several threads share the work"
        if case.parallel
        else "no loop is shared by several threads"
    )
    same = "the same" if case.steady else "not the same"
    return f"{shared}; {case.runs} runs on {case.threads} threads gave {same} each time"


def passed(case: SpeedCase) -> bool:
    """Tell whether a case counts as passed."""
    return case.pace in _FAST_ENOUGH


def place(case: SpeedCase) -> Place | None:
    """Place a case on the scale, if it was measured; what is beyond an end is put there."""
    if case.speed is None or case.low is None or case.high is None:
        return None
    values = (case.speed, case.low, case.high, case.wanted, 1.0)
    return Place(*(_position(value) for value in values))


def lines(task: TaskRecord) -> Iterator[str]:
    """Go through all that was measured of a task, a line each, what fell short first."""
    if task.speed is None:
        return
    for case in sorted(task.speed.cases, key=passed):
        yield f"{text.line(case.name)}: {said(case)}"
    for kernel in task.speed.threads:
        yield f"{text.line(kernel.name)}: {said_of_threads(kernel)}"


def _position(value: float) -> float:
    inside = min(max(value, SLOWEST), FASTEST)
    return round(WIDTH * math.log(inside / SLOWEST) / math.log(FASTEST / SLOWEST), 1)


def apart(speed: float, wanted: float) -> tuple[str, str]:
    """Write two ratios with as many digits as it takes to tell them apart."""
    alike = _times(speed) == _times(wanted)
    return (f"{speed:.3g}", f"{wanted:.3g}") if alike else (_times(speed), _times(wanted))


def _times(value: float | None) -> str:
    """Write a ratio with two digits that mean something: ``0.034``, ``0.34``, ``3.4``, ``34``."""
    return f"{value or 0:.2g}" if (value or 0) < 10 else f"{value:.0f}"
