"""What several verbs share: the course at hand, a console, and where a student's results are kept."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.authoring.load import find_module, find_root, find_task, load_course
from grader.errors import BadPolicy, NoGradebook, NoSource, NotWritable, nearest
from grader.model import Attempt, Course, Record, TaskId
from grader.reporting.text import harmless

if TYPE_CHECKING:
    from rich.console import Console

    from grader.gradebook import Gradebook
    from grader.grades import ClassPolicy, Counted

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


database_option = click.option(
    "--database", default=None, metavar="URL", help="Gradebook; default: OUT/gradebook.db."
)


@contextmanager
def opened_book(out: Path, database: str | None = None) -> Iterator[Gradebook]:
    """Open the gradebook of a class.

    Args:
        out: A folder that ``grade`` wrote, or the gradebook's file itself.
        database: URL of another one.

    Yields:
        Gradebook: It, until the end of the block.

    Raises:
        NoGradebook: There is none.
    """
    from grader.gradebook import Gradebook, is_there

    path = out / "gradebook.db" if out.is_dir() else out
    where = database or path
    if not is_there(where):  # to read one is not to make one
        raise NoGradebook(str(where))
    with Gradebook(where) as book:
        yield book
        warn_of_damage(book)


def warn_of_damage(book: Gradebook) -> None:
    """Name the submissions of which a record was left out."""
    for name, why in book.damaged.items():
        told = f"a record of {name} in the gradebook is left out: {why} Grade it again."
        click.echo(harmless(f"warning: {told}"), err=True)


def counting(
    book: Gradebook, out: Path, attempts: Mapping[str, Sequence[Attempt]] | None = None
) -> list[Counted]:
    """Find what counts of each student, by the rules in OUT/class.toml.

    Args:
        book: The gradebook.
        out: The folder that holds ``class.toml``, or the gradebook's file beside it.
        attempts: Of each student; else those in the book.

    Returns:
        What counts, by id.

    Raises:
        BadPolicy: The rules mean nothing.
    """
    from grader.grades import counted

    rules = rules_of(out)
    ungraded = book.ungraded()
    if attempts is None:
        attempts = book.attempts()
        _warn_of_strangers(rules, {*attempts, *ungraded})
    return counted(attempts, book.adjustments(), rules, datetime.now(UTC), ungraded)


def rules_of(out: Path, course: Course | None = None) -> ClassPolicy:
    """Read the rules of a class, OUT/class.toml.

    Args:
        out: The folder that holds it, or the gradebook's file beside it.
        course: Refuse rules about modules that it does not have.

    Returns:
        The rules.

    Raises:
        BadPolicy: They mean nothing.
    """
    from grader.grades import read_policy

    path = (out.parent if out.is_file() else out) / "class.toml"
    rules = read_policy(path)
    known = {module.id for module in course.modules} if course else rules.modules
    if unknown := sorted(rules.modules - known, key=int):
        raise BadPolicy(f"the course has no module {', '.join(unknown)}", str(path))
    return rules


def _warn_of_strangers(rules: ClassPolicy, known: Collection[str]) -> None:
    """Say whose extension is nobody's: else a name with a typing error costs its student points."""
    for name in sorted(rules.extensions.keys() - set(known)):
        told = f"class.toml extends due dates of {name}, of whom nothing was graded."
        click.echo(f"warning: {told}{nearest(name, known)}", err=True)


def graded(out: Path, database: str | None = None) -> list[Record]:
    """Read the records that count, of all submissions that were graded.

    Args:
        out: A folder that ``grade`` wrote, or the gradebook's file itself.
        database: URL of another gradebook.

    Returns:
        The records, by id.

    Raises:
        NoGradebook: There is none.
        BadPolicy: The rules of the class mean nothing.
    """
    with opened_book(out, database) as book:
        return counting_records(book, out)


def counting_records(book: Gradebook, out: Path) -> list[Record]:
    """Give the record that counts of each student, by id."""
    return [found.record for found in counting(book, out)]


def write_json(found: object, path: Path) -> None:
    """Write dataclasses to a file that a user asked for.

    Args:
        found: What msgspec can encode.
        path: The file.

    Raises:
        NotWritable: It can't be written.
    """
    import msgspec

    from grader.record import replace

    try:
        replace(path, msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    except OSError as error:
        raise NotWritable(str(path), error.strerror or str(error)) from error
