"""Who did what: students by tasks, each cell a colour, a mark or a number, and words for who hears it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import ModuleId, Record, Status, TaskId, TaskRecord
from grader.reporting import words
from grader.reporting.statistics import in_order

_SHADES = 5  # of what falls short: from nothing earned to nearly all


@dataclass(frozen=True)
class Column:
    """A task."""

    id: TaskId
    title: str
    first: bool  # of its module


@dataclass(frozen=True)
class Cell:
    """What one student has of one task."""

    css: str
    shown: str
    said: str


@dataclass(frozen=True)
class HeatMap:
    """All tasks, those of a module side by side, and a row of cells for each record."""

    modules: tuple[tuple[ModuleId, int], ...]  # and how many tasks each has
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def heat_map(records: Sequence[Record]) -> HeatMap:
    """Lay out what a class did.

    Args:
        records: One of each submission; they may hold different modules, or none.

    Returns:
        The map, its rows in the order of the records.
    """
    modules = _tasks_by_module(records)
    columns = tuple(_columns(modules))
    rows = ({task.id: task for task in words.tasks(record)} for record in records)
    return HeatMap(
        tuple((id, len(tasks)) for id, tasks in modules.items()),
        columns,
        tuple(
            tuple(_cell(held.get(each.id), each.first, record) for each in columns)
            for record, held in zip(records, rows, strict=True)
        ),
    )


def percent(share: float) -> int:
    """Round a share down: it is 100 only where it is all."""
    return math.floor(round(100 * share, 6))


def _tasks_by_module(records: Sequence[Record]) -> dict[ModuleId, dict[TaskId, str]]:
    found: dict[ModuleId, dict[TaskId, str]] = {}
    for record in records:
        for module in record.modules:
            titles = found.setdefault(module.id, {})
            for task in module.tasks:
                titles.setdefault(task.id, task.title)
    return {
        id: dict(sorted(found[id].items(), key=lambda each: in_order(each[0])))
        for id in sorted(found, key=in_order)
    }


def _columns(modules: dict[ModuleId, dict[TaskId, str]]) -> Iterator[Column]:
    for tasks in modules.values():
        for place, (id, title) in enumerate(tasks.items()):
            yield Column(id, title, first=place == 0)


def _cell(task: TaskRecord | None, first: bool, record: Record) -> Cell:
    edge = " first" if first else ""
    if not words.has_score(record):
        broken = Status.GRADER_ERROR
        return Cell(broken + edge, words.MARK[broken], words.UNGRADED)
    if task is None:
        return Cell("absent" + edge, "", "not handed in")
    said = words.STATUS[task.status]
    if task.status is not Status.WRONG or task.points <= 0:
        return Cell(task.status + edge, words.MARK[task.status], said)
    share = min(max(task.score / task.points, 0.0), 1.0)
    shade = min(int(share * _SHADES), _SHADES - 1)
    return Cell(
        f"{task.status} short-{shade}{edge}", str(percent(share)), f"{said}, {percent(share)} %"
    )
