"""A part of a verdict: one way of looking at a task, and what it saw."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from grader.model import Failure, Outcome, Remark, Status, TaskId
from grader.oracle.feedback import task_of_stub


class GraderFault(Exception):
    """The trusted side went wrong: an error on the record, which costs the student nothing."""


@dataclass(frozen=True)
class Shortfall:
    """One item that did not pass: how it ended, what it said, and how to tell a student."""

    outcome: Outcome
    said: str
    failure: Failure


@dataclass(frozen=True)
class Part:
    """What one way of looking found: ``good`` of ``total``, and what fell short."""

    good: int
    total: int
    shortfalls: tuple[Shortfall, ...] = ()
    note: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def fraction(self) -> Fraction:
        """Share of what is good, exact; 0 when there was nothing to look at."""
        return Fraction(self.good, self.total) if self.total else Fraction(0)


VOID = "The run claimed that a test passes which can't pass: nothing of it counts."


def smallest_fraction(parts: Iterable[Part]) -> Fraction:
    """Take the smallest share: a task is only as done as its weakest part."""
    return min((part.fraction for part in parts), default=Fraction(0))


def status_of(task: TaskId, parts: Sequence[Part]) -> Status:
    """Tell the ways to fall short apart.

    The first part that falls short decides: what tests say of a stub is clearer than what probes say of it. A task is
    "to do" when all that failed is its own stub, and "not reached" when all that failed is the stub of an earlier one.
    """
    for part in parts:
        if part.fraction < 1:
            return _status_of_part(task, part)
    return Status.PASSED if parts else Status.WRONG


def _status_of_part(task: TaskId, part: Part) -> Status:
    if not part.shortfalls or any(s.outcome is not Outcome.TODO for s in part.shortfalls):
        return Status.WRONG
    owners = {task_of_stub(s.said) for s in part.shortfalls}
    earlier = all(owner and _place(owner) < _place(task) for owner in owners)
    return Status.NOT_REACHED if earlier else Status.TODO


def _place(task: TaskId) -> tuple[int, ...]:
    return tuple(int(part) for part in task.split("."))
