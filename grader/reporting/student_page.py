"""A record as a page, for its student to read: it shows nothing of others, runs no script and links to nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from grader.model import ModuleRecord, ProblemKind, Record, Status
from grader.reporting import pages, speeds, text, words
from grader.reporting.account import account

_BAR = 1000  # units of a bar's width
_GAP = 4  # units between two tasks in it


@dataclass(frozen=True)
class Part:
    """One task's stretch of its module's bar, in units."""

    status: Status
    start: float
    room: float
    earned: float


def page(record: Record) -> str:
    """Make a submission's report. The seed stays out of it."""
    return pages.render(
        "report.html",
        record=record,
        name=pages.shown(record.submission.id),
        student=text.line(record.submission.student, 80),
        account=account(record),
        step=words.next_step(record),
        unread=words.unread(record),
        notes=[problem for problem in record.problems if problem.kind is ProblemKind.NOTE],
        speeds=speeds,
        parts=_parts,
        tally=_tally(record),
    )


def _parts(module: ModuleRecord) -> Iterator[Part]:
    """Divide a module's bar among its tasks, by points; a bonus task has no stretch."""
    tasks = [task for task in module.tasks if not task.bonus and task.points > 0]
    unit = (_BAR - _GAP * (len(tasks) - 1)) / sum(task.points for task in tasks) if tasks else 0.0
    start = 0.0
    for task in tasks:
        room = task.points * unit
        yield Part(task.status, round(start, 1), round(room, 1), round(task.score * unit, 1))
        start += room + _GAP


def _tally(record: Record) -> list[tuple[Status, int]]:
    """Count tasks by status, in the order of the statuses."""
    counts = Counter(task.status for task in words.tasks(record))
    return [(status, counts[status]) for status in Status if counts[status]]
