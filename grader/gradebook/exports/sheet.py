"""A class as one CSV for a spreadsheet: a row a submission, a column a task."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.gradebook.exports.cells import Cell, table
from grader.model import ModuleId, Record, Status, TaskId, TaskRecord
from grader.reporting import words
from grader.reporting.account import changed

_Place = tuple[ModuleId, TaskId]  # no task: the module itself

_ABOUT = (
    "submission",
    "student",
    "score",
    "points",
    "bonus",
    "changed",
    "basis",
    "sandbox",
    "commit",
    "submitted_at",
    "could not be read",
    "first to look at",
)


def sheet(records: Sequence[Record]) -> bytes:
    """Write a class as CSV.

    A task that a submission does not have, and one that the grader broke on, has no score: an empty cell. So has a
    module in which it broke on everything, and a submission that could not be graded.

    Args:
        records: Of the class.

    Returns:
        The file.
    """
    scores = [dict(_scores(record)) for record in records]
    columns = sorted({place for row in scores for place in row}, key=_in_order)
    heads = (*_ABOUT, *map(_head, columns))
    rows = ((*_about(r), *map(row.get, columns)) for r, row in zip(records, scores, strict=True))
    return table([heads, *rows])


def _about(record: Record) -> Iterator[Cell]:
    info = record.submission
    yield from (info.id, info.student)
    graded = words.has_score(record)
    yield from (record.score, record.points, record.bonus) if graded else (None, None, None)
    yield from (changed(record), record.basis, record.sandbox.level)
    yield from (info.commit, info.submitted_at)
    yield "; ".join(problem.said for problem in words.unread(record)) or None
    yield words.reason(record)


def _scores(record: Record) -> Iterator[tuple[_Place, Cell]]:
    for module in record.modules:
        yield (module.id, ""), module.score if any(map(_judged, module.tasks)) else None
        for task in module.tasks:
            yield (module.id, task.id), task.score if _judged(task) else None


def _judged(task: TaskRecord) -> bool:
    return task.status is not Status.GRADER_ERROR


def _head(place: _Place) -> str:
    module, task = place
    return f"task {task}" if task else f"module {module}"


def _in_order(place: _Place) -> tuple[tuple[tuple[int, str], ...], ...]:
    """Sort ``0.10`` after ``0.9``, and a module before its tasks."""
    return tuple(tuple((len(part), part) for part in id.split(".")) for id in place)
