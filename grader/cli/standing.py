"""The bare ``grader``: where a student stands in each module, and what to run next. It runs nothing."""

from __future__ import annotations

from functools import partial

import click

from grader.classes.fingerprint import task_key
from grader.classes.policy import Policy
from grader.classes.unread import problems_of
from grader.cli.common import console, here, standing_book
from grader.errors import GraderError
from grader.gradebook import Gradebook
from grader.model import Course, Level, Module, Status, Submission, TaskId, TaskVerdict
from grader.reporting.text import line
from grader.reporting.words import MARK
from grader.scoring import with_unread

CHANGED = "·"  # what is known of a task is about other files


def show_standing() -> None:
    """Print a line a module and one next command, from what the last checks found."""
    from rich.table import Table
    from rich.text import Text

    from grader.submission import take

    course = here()
    with standing_book(course) as book:
        submission = take(str(course.root), course, id="you")
        known = _known(course, book, submission)
        table = Table(box=None, pad_edge=False, show_header=False)
        for _ in ("module", "title", "tasks"):
            table.add_column(no_wrap=True)
        for module in course.modules:
            marks = _marks(module, known, unwritten(submission, module))
            tasks = "  ".join(f"{task} {mark}" for task, mark in marks.items())
            said = _summary(list(marks.values()))
            cells = (f"Module {module.id}", module.title, tasks, said)
            table.add_row(*map(Text, cells))
        console().print(table)
    click.echo(f"\nNext: {next_command(course, known)}")


def known_verdicts(course: Course, book: Gradebook) -> dict[TaskId, TaskVerdict]:
    """Look up the verdicts on the files as they are now; what changed since its check is not among them."""
    from grader.submission import take

    return _known(course, book, take(str(course.root), course, id="you"))


def _known(course: Course, book: Gradebook, submission: Submission) -> dict[TaskId, TaskVerdict]:
    from grader.authoring.skeleton import skeleton

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
    if not _finished(module, known) and _lacks_earlier_work(course, module):
        return f"grader carry {module.id}"
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


def _lacks_earlier_work(course: Course, module: Module) -> bool:
    """Say whether the module before holds work that could be carried into this one."""
    from grader.carry import make_plan

    try:
        return make_plan(course, module.id).changes
    except GraderError:  # nothing comes before it, or its folder is missing
        return False


def unwritten(submission: Submission, module: Module) -> set[TaskId]:
    """List the tasks of which a stub is left."""
    from grader.carry import stubs

    texts = submission.files.get(module.id, {}).values()
    return {task for text in texts for task in stubs(text).values()}


def _marks(
    module: Module, known: dict[TaskId, TaskVerdict], unwritten: set[TaskId]
) -> dict[TaskId, str]:
    """Give each task its mark: what changed since its check has one only as long as it is not written."""
    marks: dict[TaskId, str] = {}
    for task in module.tasks:
        unknown = MARK[Status.TODO] if task.id in unwritten else CHANGED
        marks[task.id] = MARK[known[task.id].status] if task.id in known else unknown
    return marks


def _summary(marks: list[str]) -> str:
    """Say how many tasks pass, and how many have to be checked again."""
    if set(marks) == {MARK[Status.TODO]}:
        return "to do"
    changed = marks.count(CHANGED)
    if changed == len(marks):
        return "changed since the last check"
    said = f"{marks.count(MARK[Status.PASSED])} of {len(marks)} tasks pass"
    return f"{said}, {changed} changed since the last check" if changed else said
