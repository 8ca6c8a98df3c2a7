"""``grader check``: run the tests of modules or tasks, and say what to fix first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from grader.authoring.load import find_module
from grader.classes.grading import Grader
from grader.classes.policy import Policy
from grader.cli.changed import changed_modules, changed_tasks
from grader.cli.common import chosen_tasks, console, here, standing_book
from grader.cli.standing import known_verdicts, next_command, next_module
from grader.errors import GraderError, NotWritable
from grader.model import Course, Level, Record, Status, Submission, TaskId
from grader.reporting.words import ungraded


@click.command("check")
@click.argument("what", nargs=-1, metavar="[WHAT …]")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved.")
@click.option(
    "--changed",
    metavar="[REV]",
    is_flag=False,
    flag_value="HEAD",
    help="Check the modules that differ from a git revision; default: the last commit.",
)
@click.option(
    "--by-task",
    is_flag=True,
    help="With --changed: not whole modules, but the finished tasks whose files differ.",
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the record to a file."
)
@click.option(
    "--require-sandbox", "require", type=click.Choice(["A", "B"]), help="Fail below this level."
)
def command(
    what: tuple[str, ...],
    watch: bool,
    changed: str | None,
    by_task: bool,
    json_path: Path | None,
    require: str | None,
) -> int:
    """Run the tests of modules (2), tasks (2.3), or the first unfinished module.

    Exit code 0: all of it passes; 1: something does not yet; 3: it could not be graded.
    """
    course = here()
    if by_task and changed is None:
        raise click.UsageError("--by-task goes with --changed.", click.get_current_context())
    if changed is not None:
        found = changed_tasks(course, changed) if by_task else changed_modules(course, changed)
        what = (*what, *found)
        if not what:
            things = "finished task" if by_task else "module"
            click.echo(f"No {things} differs from {changed}: there is nothing to check.")
            return 0
    with standing_book(course) as book:
        tasks = chosen_tasks(course, what or (next_module(course, book),))
        policy = Policy(
            tasks=tasks, require=Level(require) if require else None, allow_weak=require is None
        )
        with Grader(course, book, policy) as grader:
            record = _check(course, grader, json_path)
            with suppress(KeyboardInterrupt):  # how watching ends, also in the middle of a check
                for _ in _saves(course, tasks) if watch else ():
                    click.clear()
                    record = _check(course, grader, json_path)
        if ungraded(record):
            return GraderError.exit_code
        done = all(task.status is Status.PASSED for m in record.modules for task in m.tasks)
        if done:
            click.echo(f"Next: {next_command(course, known_verdicts(course, book))}")
    return 0 if done else 1


def _check(course: Course, grader: Grader, json_path: Path | None) -> Record:
    """Check once and show the result."""
    from grader.reporting import terminal
    from grader.submission import take

    submission = take(str(course.root), course, id="you")
    record = grader.grade(submission, lambda *_: None)
    console().print(terminal.render(record))
    record = replace(record, style=tuple(_style(course, submission, record)))
    if json_path is not None:
        _save(record, json_path)
    return record


def _style(course: Course, submission: Submission, record: Record) -> Iterator[str]:
    """Say in a line a module what style there is to fix, and yield every finding."""
    from grader.authoring.skeleton import skeleton
    from grader.style import style_line, submission_style

    for shown in record.modules:
        module = find_module(course, shown.id)
        files = submission.files.get(module.id, {})
        found = submission_style(module, files, skeleton(course, module))
        if line := style_line(module.name, found):
            click.echo(line)
        yield from found


def _save(record: Record, path: Path) -> None:
    from grader.record import write

    try:
        write(record, path)
    except OSError as error:
        raise NotWritable(str(path), error.strerror or str(error)) from error


def _saves(course: Course, tasks: Sequence[TaskId]) -> Iterator[None]:
    """Yield each time a file of the tasks' modules was saved."""
    from watchfiles import PythonFilter, watch

    modules = {task.split(".")[0] for task in tasks}
    folders = [course.root / f"module{id}" for id in sorted(modules)]
    click.echo("\nWatching. Save a file to check again; Ctrl-C ends.")
    try:
        for _ in watch(*folders, watch_filter=PythonFilter(), raise_interrupt=False):
            yield
    finally:
        click.echo()
