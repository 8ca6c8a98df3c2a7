"""``grader check``: run the tests of modules or tasks, and say what to mend first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from grader.authoring.load import find_module
from grader.classes.grading import Grader, Policy
from grader.cli.common import chosen_tasks, console, here, standing_book
from grader.cli.standing import next_module
from grader.errors import NotWritable
from grader.model import Course, Level, Record, Status, TaskId


@click.command("check")
@click.argument("what", nargs=-1, metavar="[WHAT …]")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the record to a file."
)
@click.option(
    "--require-sandbox", "require", type=click.Choice(["A", "B"]), help="Fail below this level."
)
def command(what: tuple[str, ...], watch: bool, json_path: Path | None, require: str | None) -> int:
    """Run the tests of modules (2), tasks (2.3), or the first unfinished module.

    Exit code 0: all of it passes; 1: something does not yet.
    """
    course = here()
    with standing_book(course) as book:
        tasks = chosen_tasks(course, what or (next_module(course, book),))
        policy = Policy(
            tasks=tasks, require=Level(require) if require else None, allow_weak=require is None
        )
        with Grader(course, book, policy) as grader:
            record = _check(course, grader, json_path)
            if watch:
                for _ in _saves(course, tasks):
                    click.clear()
                    record = _check(course, grader, json_path)
    done = all(task.status is Status.PASSED for m in record.modules for task in m.tasks)
    return 0 if done else 1


def _check(course: Course, grader: Grader, json_path: Path | None) -> Record:
    """Check once and show the result."""
    from dataclasses import replace

    from grader.record import write
    from grader.reporting import terminal
    from grader.style import style_findings, style_line
    from grader.submission import take

    submission = take(str(course.root), course, id="you")
    record = grader.grade(submission, lambda *_: None)
    lines = []
    findings: list[str] = []
    for shown in record.modules:
        module = find_module(course, shown.id)
        found = style_findings(course.root / module.name, [*module.files, *module.written])
        findings += found
        lines.append(style_line(module.name, found))
    record = replace(record, style=tuple(findings))
    screen = console()
    screen.print(terminal.render(record))
    for line in filter(None, lines):
        click.echo(line)
    if json_path is not None:
        try:
            write(record, json_path)
        except OSError as error:
            raise NotWritable(str(json_path), error.strerror or str(error)) from error
    return record


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
