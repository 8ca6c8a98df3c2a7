"""What several verbs share: the course at hand, a console, and where a student's results are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.authoring.load import find_module, find_root, find_task, load_course
from grader.errors import NoGradebook, NoSource, NotWritable
from grader.model import Course, Record, TaskId

if TYPE_CHECKING:
    from rich.console import Console

    from grader.gradebook import Gradebook

STATE = ".grader"  # hidden, ignored by git: what was checked, which hints were shown

data_option = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    envvar="MINITORCH_DATA",
    help="Folder of real data to train on; default: MINITORCH_DATA, or made-up data.",
)


def here() -> Course:
    """Load the course whose repository the current folder is in."""
    return load_course(find_root(Path.cwd()))


def here_authored() -> Course:
    """Load the course at hand for a verb that needs its source, which a students' repository lacks."""
    course = here()
    if not course.authored:
        raise NoSource(str(course.root))
    return course


def console() -> Console:
    """Make a console; it honours NO_COLOR and the terminal's width."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=False)


def standing_book(course: Course) -> Gradebook:
    """Open the small gradebook in which a student's own checks are kept."""
    from grader.gradebook import Gradebook

    folder = course.root / STATE
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise NotWritable(str(folder), error.strerror or str(error)) from error
    return Gradebook(folder / "checks.db")


def chosen_tasks(course: Course, words: Sequence[str]) -> tuple[TaskId, ...]:
    """Read modules and tasks off a command line: ``2``, ``module2``, ``2.3``, ``task2_3``.

    Args:
        course: The course.
        words: As they were typed.

    Returns:
        The tasks, each once.

    Raises:
        UnknownModule: If a module is named that the course does not have.
        UnknownTask: If a task is.
    """
    chosen: list[TaskId] = []
    for word in words:
        plain = word.rstrip("/").removeprefix("task").replace("_", ".")
        if "." in plain:
            chosen.append(find_task(course, plain).id)
        else:
            chosen += [task.id for task in find_module(course, plain).tasks]
    return tuple(dict.fromkeys(chosen))


def graded(out: Path) -> list[Record]:
    """Read the last records of all submissions that were graded.

    Args:
        out: A folder that ``grade`` wrote, or the gradebook's file itself.

    Returns:
        The records, by id.

    Raises:
        NoGradebook: There is none.
    """
    from grader.gradebook import Gradebook

    path = out / "gradebook.db" if out.is_dir() else out
    if not path.is_file():
        raise NoGradebook(str(path))
    with Gradebook(path) as book:
        return book.records()
