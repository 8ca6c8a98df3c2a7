"""Progress of a class on a terminal: how many are done, and how long it may still take."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from grader.model import Submission, Task, TaskVerdict

if TYPE_CHECKING:
    from rich.console import Console

    from grader.classes.workers import Graded


class ClassProgress:
    """A bar that counts tasks; silent where the output is no terminal.

    Args:
        screen: Where to draw.
        submissions: How many there are.
        tasks_each: About how many tasks each has.
    """

    def __init__(self, screen: Console, submissions: int, tasks_each: int) -> None:
        self._tasks_each = tasks_each
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=screen,
            transient=True,
            disable=not screen.is_terminal,
        )
        self._bar = self._progress.add_task("grading", total=submissions * tasks_each)
        self._done: dict[str, int] = {}

    def __enter__(self) -> ClassProgress:
        self._progress.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._progress.stop()

    def taking(self, id: str, take: Callable[[], Submission]) -> Submission:
        """Take a submission, which means to fetch it where it lies elsewhere, and say so."""
        self._progress.update(self._bar, description=f"{_short(id)} …")
        return take()

    def task_done(self, submission: Submission, task: Task, verdict: TaskVerdict) -> None:
        """Count a task."""
        self._done[submission.id] = self._done.get(submission.id, 0) + 1
        told = f"{_short(submission.id)} {task.id}"
        self._progress.update(self._bar, advance=1, description=told)

    def submission_done(self, graded: Graded) -> None:
        """Count what a submission did not hold as done."""
        missing = self._tasks_each - self._done.get(graded.id, 0)
        self._progress.update(self._bar, advance=max(0, missing))


def _short(id: str) -> str:
    return id if len(id) <= 24 else id[:23] + "…"
