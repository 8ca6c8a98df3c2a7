"""The bare ``grader``: where a student stands in each module, and what to run next. It runs nothing."""

from __future__ import annotations

from functools import partial

import click

from grader.classes.fingerprint import task_key
from grader.classes.policy import Policy
from grader.classes.unread import problems_of
from grader.cli.common import console, here, standing_book
from grader.gradebook import Gradebook
from grader.model import Course, Level, Module, Status, TaskId, TaskVerdict
from grader.reporting.text import line
from grader.reporting.words import MARK
from grader.scoring import with_unread


def show_standing() -> None:
    """Print a line a module and one next command, from what the last checks found."""
    from rich.table import Table
    from rich.text import Text

    course = here()
    with standing_book(course) as book:
        known = known_verdicts(course, book)
        table = Table(box=None, pad_edge=False, show_header=False)
        for _ in ("module", "title", "tasks"):
            table.add_column(no_wrap=True)
        for module in course.modules:
            table.add_row(Text(f"Module {module.id}"), Text(module.title), *_cells(module, known))
        console().print(table)
    click.echo(f"\nNext: {next_command(course, known)}")


def known_verdicts(course: Course, book: Gradebook) -> dict[TaskId, TaskVerdict]:
    """Look up the verdicts on the files as they are now; what changed since its check is not among them."""
    from grader.authoring.skeleton import skeleton
    from grader.submission import take

    submission = take(str(course.root), course, id="you")
    problems = problems_of(submission, course.modules, partial(skeleton, course))
    policies = [Policy(require=level) for level in Level]  # however strictly it was confined
    known: dict[TaskId, TaskVerdict] = {}
    for module in course.modules:
        files = submission.files.get(module.id, {})
        for task in module.tasks:
            keys = (task_key(course, module, task, files, policy.key) for policy in policies)
            found = next(filter(None, map(book.task_verdict, keys)), None)
            if found is not None:
                known[task.id] = with_unread(task, found, problems)
    return known


def next_module(course: Course, book: Gradebook) -> str:
    """Name the first module that is not known to be finished; the last one when all are."""
    return _unfinished(course, known_verdicts(course, book)).id


def next_command(course: Course, known: dict[TaskId, TaskVerdict]) -> str:
    """Name the command to run next, in the first module that is not finished."""
    module = _unfinished(course, known)
    if not any(task.id in known for task in module.tasks):
        return f"grader check {module.id}"
    for task in module.tasks:
        if task.id not in known:
            return f"grader check {task.id}"
        if known[task.id].status is Status.UNREAD:
            return f"grader check {task.id}   once this can be read: {line(known[task.id].note)}"
        if known[task.id].status is not Status.PASSED and not task.bonus:
            return f"grader hint {task.id}   or, after an edit,   grader check {task.id}"
    return "every module is finished. grader check 0   runs one again"


def _unfinished(course: Course, known: dict[TaskId, TaskVerdict]) -> Module:
    left = (module for module in course.modules if not _finished(module, known))
    return next(left, course.modules[-1])


def _finished(module: Module, known: dict[TaskId, TaskVerdict]) -> bool:
    return all(
        task.id in known and known[task.id].status is Status.PASSED
        for task in module.tasks
        if not task.bonus
    )


def _cells(module: Module, known: dict[TaskId, TaskVerdict]) -> tuple[str, str]:
    """Show each task with its mark, and say how many pass."""
    marks = [MARK[known[task.id].status] if task.id in known else "·" for task in module.tasks]
    tasks = "  ".join(f"{task.id} {mark}" for task, mark in zip(module.tasks, marks, strict=True))
    passed = marks.count(MARK[Status.PASSED])
    unknown = sum(1 for task in module.tasks if task.id not in known)
    if unknown == len(module.tasks):
        said = "not checked as it is now"
    else:
        said = f"{passed} of {len(module.tasks)} tasks pass"
        said += f", {unknown} not checked as they are now" if unknown else ""
    return tasks, said
