"""Whose score changes when a class is graded again, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.model import ModuleId, Record, TaskId, TaskRecord
from grader.reporting import text, words
from grader.reporting.plain import Page, headed


@dataclass(frozen=True)
class Change:
    """One task of one attempt that earns something else than before."""

    student: str
    attempt: int
    task: TaskId
    before: str  # "3 / 4"; "–" where there was no such task, or the grader broke
    after: str
    why: str


@dataclass(frozen=True)
class ScoreChange:
    """A student whose score changes."""

    student: str
    before: float
    after: float
    points: float


def changes(before: Record, after: Record, attempt: int) -> Iterator[Change]:
    """Compare two gradings of one attempt, task by task.

    Args:
        before: What was found then.
        after: What was found now.
        attempt: Its number.

    Yields:
        Change: One for each task whose score, points or status differ.
    """
    old, new = _tasks(before), _tasks(after)
    for id in sorted({*old, *new}, key=_in_order):
        was, now = old.get(id), new.get(id)
        if _told(was) != _told(now):
            yield Change(
                before.submission.id, attempt, id, _score(was), _score(now), _why(was, now)
            )


def score_changes(
    before: Mapping[str, Record], after: Mapping[str, Record]
) -> Iterator[ScoreChange]:
    """Find the students whose score is another one, by all the rules of the class."""
    for student, now in after.items():
        was = before[student]
        if (was.score, was.points) != (now.score, now.points):
            yield ScoreChange(student, was.score, now.score, now.points)


def render(found: Sequence[Change], scores: Sequence[ScoreChange], graded: int) -> RenderableType:
    """Show what changes: each task, then each score."""
    said = f"{words.counted(graded, 'attempt')} graded again: "
    if not found and not scores:
        return Text(f"{said}nothing changes.", style="bold")
    who = words.counted(len(scores), "score")
    said += f"{words.counted(len(found), 'task')} and {who} of a student {'change' if len(scores) != 1 else 'changes'}."
    parts: list[RenderableType] = []
    if found:
        parts += [_task_table(found), Text()]
    if scores:
        parts += [_score_table(scores), Text()]
    return Page(*parts, Text(said, style="bold"))


def _task_table(found: Iterable[Change]) -> Table:
    table = headed("submission", "attempt", "task", "was", "is", "why")
    for each in found:
        row = (each.student, str(each.attempt), each.task, each.before, each.after, each.why)
        table.add_row(*(Text(words.cut(cell)) for cell in row))
    return table


def _score_table(scores: Iterable[ScoreChange]) -> Table:
    table = headed("submission", "score was", "is", "of")
    for each in scores:
        numbers = (each.before, each.after, each.points)
        table.add_row(Text(text.line(each.student)), *(Text(words.number(n)) for n in numbers))
    return table


def _tasks(record: Record) -> dict[TaskId, TaskRecord]:
    return {task.id: task for task in words.tasks(record)}


def _told(task: TaskRecord | None) -> tuple[object, ...] | None:
    return None if task is None else (task.status, task.score, task.points)


def _score(task: TaskRecord | None) -> str:
    return "–" if task is None else words.score_of(task)


def _why(was: TaskRecord | None, now: TaskRecord | None) -> str:
    """Say in a line what is found now that was not before, or what is found no more."""
    if now is None:
        return "there is no such task any more"
    if was is None:
        return f"the task is new: {words.STATUS[now.status]}"
    if said := words.why(now):
        return f"{words.STATUS[now.status]}: {said}"
    return f"passes now; before: {words.why(was) or 'other points'}"


def _in_order(task: TaskId) -> tuple[ModuleId | int, ...]:
    return tuple(int(part) if part.isdecimal() else -1 for part in task.split("."))
