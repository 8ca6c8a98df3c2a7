"""What a class did, in numbers: each task, each module, and the class as a whole. A pure function of its records.

Scores are shares of the points that could be earned, so that records of different modules can be compared. A task that
the grader broke on is in no share: its points are in no record's total.
"""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from grader.model import (
    Failure,
    ModuleId,
    ModuleRecord,
    Problem,
    Record,
    Seconds,
    Status,
    TaskId,
    TaskRecord,
)
from grader.reporting import words

Share = float  # of the points, 0 to 1
BINS = 10

_Row = TypeVar("_Row", ModuleRecord, TaskRecord)

# What differs between two students with the same mistake: quoted values, addresses, numbers with the marks around them.
_PARTICULAR = re.compile(
    r"""(?<!\w)(['"`])(?:(?!\1).)*\1 | “[^“”]*” | 0x[0-9a-f]+ | [-+]?\.?\d[\d.,]*(?:e[-+]?\d+)?""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class CommonFailure:
    """A first failure that submissions share; the words are the example's."""

    test: str
    message: str
    submissions: int
    example: str  # a submission's id


@dataclass(frozen=True)
class TaskStatistics:
    """How a task went; without a median where the grader could judge nobody's."""

    id: TaskId
    title: str
    bonus: bool
    submissions: int  # that hold it
    passed: int
    unread: int
    wrong: int
    todo: int
    not_reached: int
    grader_error: int
    pass_rate: Share | None  # of those that the grader could judge
    median: Share | None
    median_seconds: Seconds | None
    common_failure: CommonFailure | None  # the one that most share


@dataclass(frozen=True)
class ModuleStatistics:
    """How a module went; without quartiles where no point of it could be earned."""

    id: ModuleId
    title: str
    submissions: int  # that hold it
    lower_quartile: Share | None
    median: Share | None
    upper_quartile: Share | None
    mean_seconds: Seconds  # that all of its tasks took
    tasks: tuple[TaskStatistics, ...]


@dataclass(frozen=True)
class Gap:
    """What is missing of a submission: a file that could not be read or, without a path, all of it."""

    submission: str
    path: str
    why: str
    cure: str

    @property
    def said(self) -> str:
        """All of it in one line."""
        return "; ".join(filter(None, [f"{self.path} {self.why}".strip(), self.cure]))


@dataclass(frozen=True)
class ClassStatistics:
    """How a class did."""

    submissions: int
    scored: int  # those in which a point could be earned; the others are in no bin
    median: Share | None
    distribution: tuple[int, ...]  # from [0, 0.1) to [0.9, 1]
    full_marks: tuple[str, ...]  # submissions' ids
    unread: tuple[Gap, ...]  # what students handed in and could not be read
    ungraded: tuple[Gap, ...]  # what the last run could not grade, by no fault of its student's
    modules: tuple[ModuleStatistics, ...]


def statistics_of(records: Sequence[Record]) -> ClassStatistics:
    """Count and measure what a class did.

    Args:
        records: One of each submission; they may hold different modules, or none.

    Returns:
        The numbers, modules and tasks in the order of their ids; examples are the first in the order of the records.
    """
    shares = _shares(records)
    modules = _by_id((r.submission.id, module) for r in records for module in r.modules)
    return ClassStatistics(
        submissions=len(records),
        scored=len(shares),
        median=_median(shares),
        distribution=_distribution(shares),
        full_marks=tuple(r.submission.id for r in records if words.full_marks(r)),
        unread=tuple(_gap(r, problem) for r in records for problem in words.unread(r)),
        ungraded=tuple(
            Gap(r.submission.id, "", why, "") for r in records if (why := words.ungraded(r))
        ),
        modules=tuple(map(_module, modules)),
    )


def _gap(record: Record, problem: Problem) -> Gap:
    path = words.place_of(problem)
    return Gap(record.submission.id, path, problem.message, problem.cure)


def _module(held: Sequence[tuple[str, ModuleRecord]]) -> ModuleStatistics:
    modules = [module for _, module in held]
    lower, median, upper = _quartiles(_shares(modules))
    tasks = _by_id((who, task) for who, module in held for task in module.tasks)
    return ModuleStatistics(
        id=modules[0].id,
        title=modules[0].title,
        submissions=len(modules),
        lower_quartile=lower,
        median=median,
        upper_quartile=upper,
        mean_seconds=statistics.fmean(sum(task.seconds for task in m.tasks) for m in modules),
        tasks=tuple(map(_task, tasks)),
    )


def _task(held: Sequence[tuple[str, TaskRecord]]) -> TaskStatistics:
    tasks = [task for _, task in held]
    judged = [task for task in tasks if task.status is not Status.GRADER_ERROR]
    counts = Counter(task.status for task in tasks)
    return TaskStatistics(
        id=tasks[0].id,
        title=tasks[0].title,
        bonus=tasks[0].bonus,
        submissions=len(tasks),
        passed=counts[Status.PASSED],
        unread=counts[Status.UNREAD],
        wrong=counts[Status.WRONG],
        todo=counts[Status.TODO],
        not_reached=counts[Status.NOT_REACHED],
        grader_error=counts[Status.GRADER_ERROR],
        pass_rate=counts[Status.PASSED] / len(judged) if judged else None,
        median=_median(_shares(judged)),
        median_seconds=_median([task.seconds for task in judged]),
        common_failure=next(iter(common_failures(held)), None),
    )


def common_failures(held: Iterable[tuple[str, TaskRecord]]) -> tuple[CommonFailure, ...]:
    """Group first failures by test and message. Who did not reach the task failed at an earlier one.

    Args:
        held: A submission's id and what it has of the task, for each.

    Returns:
        Those that most share first; among equals, in the order of the submissions.
    """
    groups: dict[tuple[str, str], list[tuple[str, Failure]]] = {}
    for who, task in held:
        failure = words.first_failure(task)
        if failure and task.status in (Status.WRONG, Status.TODO):
            groups.setdefault(_kind(failure), []).append((who, failure))
    shared = sorted(groups.values(), key=len, reverse=True)  # keeps the order of equals
    return tuple(map(_shared, shared))


def _shared(group: Sequence[tuple[str, Failure]]) -> CommonFailure:
    example, failure = group[0]
    return CommonFailure(failure.test, words.cut(_said(failure)), len(group), example)


def _kind(failure: Failure) -> tuple[str, str]:
    """Make what is the same for all who made the same mistake."""
    return failure.test, _PARTICULAR.sub("#", _said(failure))


def _said(failure: Failure) -> str:
    """Take a message's first line: those below it quote the student's own code."""
    return (failure.message.strip() or failure.sentence).partition("\n")[0]


def _by_id(rows: Iterable[tuple[str, _Row]]) -> list[list[tuple[str, _Row]]]:
    """Put together what different submissions have under the same id, in the order of the ids."""
    groups: dict[str, list[tuple[str, _Row]]] = {}
    for who, row in rows:
        groups.setdefault(row.id, []).append((who, row))
    return [groups[id] for id in sorted(groups, key=in_order)]


def in_order(id: str) -> tuple[int, ...]:
    """Sort ``0.10`` after ``0.9``; what is no id goes first."""
    return tuple(int(part) if part.isdecimal() else -1 for part in id.split("."))


def _shares(rows: Iterable[Record | ModuleRecord | TaskRecord]) -> list[Share]:
    """Give the share of each in which a point could be earned."""
    return [row.score / row.points for row in rows if row.points > 0]


def _median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def _quartiles(values: Sequence[float]) -> tuple[float | None, float | None, float | None]:
    """Find the lower quartile, the median and the upper quartile of a whole class, not of a sample."""
    if len(values) < 2:  # too few for the library
        alone = _median(values)
        return alone, alone, alone
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return lower, median, upper


def _distribution(shares: Iterable[Share]) -> tuple[int, ...]:
    """Count shares in bins of the same width; full marks are in the last."""
    # Rounded, since a share that is 0.3 on paper may be a hair less in binary.
    counts = Counter(min(int(round(share * BINS, 9)), BINS - 1) for share in shares)
    return tuple(counts[place] for place in range(BINS))
