"""Prove the course with the real judge, and show each claim as it is settled."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import click

from grader.authoring.load import find_task
from grader.authoring.verify import Look, verify
from grader.classes.grading import ENTRY, WARM
from grader.model import Course, ModuleId, RelPath, TaskId, TaskVerdict
from grader.oracle.examiner import Examiner
from grader.oracle.library import Library
from grader.sandbox import open_sandbox


class CourseJudge:
    """The judge that submissions meet, for made-up submissions of the author's."""

    def __init__(self, course: Course, examiner: Examiner, seed: int) -> None:
        self._course = course
        self._examiner = examiner
        self._seed = seed

    def judge(
        self,
        files: Mapping[ModuleId, Mapping[RelPath, str]],
        tasks: Sequence[TaskId],
        *,
        only: Look = "both",
    ) -> dict[TaskId, TaskVerdict]:
        """Judge some tasks of a set of module files."""
        look = "everything" if only == "both" else only
        return {
            id: self._examiner.judge(
                find_task(self._course, id), files[id.split(".")[0]], self._seed, look
            )
            for id in tasks
        }


def prove(course: Course, tasks: Sequence[TaskId], seed: int | None) -> int:
    """Prove the course, print every claim, and give the number of those that do not hold."""
    drawn = secrets.randbits(63) if seed is None else seed
    unproved = total = 0
    with open_sandbox(None, True, ENTRY, WARM) as trusted:
        library = Library(course, trusted)
        judge = CourseJudge(course, Examiner(library, trusted), drawn)
        for proof in verify(course, judge, tasks):
            total += 1
            unproved += not proof.held
            click.echo(f"{_mark(proof.held)}  {proof.task:7}  {proof.claim}")
            if not proof.held:
                click.echo(f"        {proof.detail}")
    click.echo(f"{total - unproved} of {total} claims hold (seed {drawn}).")
    return unproved


def _mark(held: bool) -> str:
    return click.style("held  ", fg="green") if held else click.style("BROKEN", fg="red", bold=True)
