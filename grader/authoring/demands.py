"""Read what a module's description asks of the speed of its tasks of kind ``performance``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from grader.authoring.tables import Table
from grader.errors import nearest
from grader.model import Demand, Kind, TaskId, Threshold

SPEED = "speed"  # the key of a task's share, and the name of the tables of thresholds

MEASURE = "measure"  # the key of the command with which students measure a task

_KEYS = ("task", "case", "at_least")


def read_demand(task: Table, id: TaskId, kind: Kind, tables: Sequence[Table]) -> Demand | None:
    """Read a task's demand: its share of the points, and one ``[[speed]]`` table for each measured case.

    Args:
        task: The task's own table.
        id: Its id.
        kind: Its kind.
        tables: All ``[[speed]]`` tables of the module.

    Returns:
        The demand; None for a task of another kind.

    Raises:
        TomlError: A part of it is absent, malformed, or there though the task is of another kind.
    """
    own = [table for table in tables if table.values.get("task") == id]
    if kind is not Kind.PERFORMANCE:
        for key in (SPEED, MEASURE):
            if key in task.values:
                raise task.error(
                    f"Only a task of kind {Kind.PERFORMANCE.value!r} has a {key!r}.", key
                )
        if own:
            raise own[0].error(f"Task {id} is not of kind {Kind.PERFORMANCE.value!r}.", "task")
        return None
    if not own:
        raise task.error(
            f"Task {id} has no [[{SPEED}]] table.", "kind", "add one for each measured case"
        )
    share = task.number(SPEED)
    if share >= 1:
        raise task.wrong_type(SPEED, "a share of the points, less than 1")
    thresholds = tuple(_threshold(table, own[:place]) for place, table in enumerate(own))
    return Demand(share, thresholds, task.text(MEASURE) if MEASURE in task.values else "")


def check_tasks(tables: Sequence[Table], tasks: Collection[TaskId]) -> None:
    """Raise ``TomlError`` for the first ``[[speed]]`` table that names no task of the module."""
    for table in tables:
        id = table.text("task")
        if id not in tasks:
            raise table.error(
                f"There is no task {id!r} in this module.{nearest(id, tasks)}", "task"
            )


def _threshold(table: Table, before: Sequence[Table]) -> Threshold:
    table.allow(_KEYS)
    case, at_least = table.text("case"), table.number("at_least")
    if any(other.values.get("case") == case for other in before):
        raise table.error(f"The case {case!r} has two thresholds.", "case", "keep one of them")
    if at_least > Fraction(1):
        raise table.wrong_type("at_least", "a fraction of the reference's speed, 1 at most")
    return Threshold(case, at_least)
