"""Progress of a class: how many are done, and how long it may still take."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

import click
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


EVERY = 10  # submissions: then there is a line, where no bar can be


class ClassProgress:
    """A bar that counts tasks; where the output is no terminal, lines that count submissions.

    Args:
        screen: Where to draw.
        submissions: How many there are.
        tasks_each: About how many tasks each has.
    """

    def __init__(self, screen: Console, submissions: int, tasks_each: int) -> None:
        self._tasks_each = tasks_each
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
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
        self._lines = Lines(submissions)

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
        if self._progress.disable:
            self._lines.count()


class Lines:
    """Lines for a log, one for so many submissions.

    Args:
        submissions: How many there are.
        now: The clock on the wall, in seconds.
    """

    def __init__(self, submissions: int, now: Callable[[], float] = time.monotonic) -> None:
        self._all = submissions
        self._count = 0
        self._now = now
        self._begun = now()
        self._turn = Lock()  # workers are threads

    def count(self) -> None:
        """Count a submission, and say how far it is where it is time to."""
        with self._turn:
            self._count += 1
            if self._count % EVERY == 0 and self._count < self._all:
                left = (self._now() - self._begun) / self._count * (self._all - self._count)
                told = f"{self._count:,} of {self._all:,} submissions, {_about(left)} left"
                click.echo(told, err=True)


def _about(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    return f"about {minutes} min" if minutes < 120 else f"about {round(minutes / 60)} hours"


def _short(id: str) -> str:
    return id if len(id) <= 24 else id[:23] + "…"
