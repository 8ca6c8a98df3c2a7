"""``grader grade``: grade submissions, write a record and a report for each, and show the class."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from grader.cli.common import chosen_tasks, console, here
from grader.errors import NotWritable, SubmissionsAround
from grader.model import Course, Level, Record, Submission, Task, TaskVerdict

_LEVELS = click.Choice(["A", "B"])


@click.command("grade")
@click.argument("paths", nargs=-1, required=True, metavar="PATH …")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for the results."
)
@click.option("--modules", default="", help="Grade only these modules: 0,1.")
@click.option(
    "--only", "only", multiple=True, metavar="TASK", help="Grade only this task; may be repeated."
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="Workers; default: one a core."
)
@click.option("--seed", type=click.IntRange(0, (1 << 63) - 1), default=None, help="Repeat a run.")
@click.option(
    "--database", default=None, metavar="URL", help="Gradebook; default: OUT/gradebook.db."
)
@click.option(
    "--require-sandbox", "require", type=_LEVELS, default=None, help="Fail below this level."
)
@click.option("--allow-weak-sandbox", is_flag=True, help="Accept level C: only for code you trust.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write all records to a file."
)
def command(
    paths: tuple[str, ...],
    out: Path,
    modules: str,
    only: tuple[str, ...],
    jobs: int | None,
    seed: int | None,
    database: str | None,
    require: str | None,
    allow_weak_sandbox: bool,
    json_path: Path | None,
) -> int:
    """Grade submissions: folders, zip or tar archives, REPOSITORY@REVISION, or a folder full of them.

    Writes OUT/<id>/record.json and report.html for each, OUT/index.html and OUT/gradebook.db. What was graded before and
    has not changed is not graded again; a run that was stopped goes on where it stopped.
    """
    from grader.classes.grading import Policy

    course = here()
    _refuse_inside(paths)
    policy = Policy(
        modules=_modules(course, modules),
        tasks=chosen_tasks(course, only),
        seed=seed,
        require=Level(require) if require else None,
        allow_weak=allow_weak_sandbox,
    )
    records = _grade(course, paths, out, policy, jobs or os.cpu_count() or 1, database)
    if json_path is not None:
        _write_all(records, json_path)
    return 0


def _grade(
    course: Course, paths: Sequence[str], out: Path, policy: Any, jobs: int, database: str | None
) -> list[Record]:
    from grader.classes.grading import Grader
    from grader.classes.workers import grade_all
    from grader.cli.pages import write_index, write_record
    from grader.cli.progress import ClassProgress
    from grader.gradebook import Gradebook
    from grader.submission import discover, take

    found = discover(paths, course)
    _make(out)
    screen = console()
    with (
        Gradebook(database or out / "gradebook.db") as gradebook,
        ClassProgress(screen, len(found), _tasks_each(course, policy)) as progress,
    ):
        takers: list[tuple[str, Callable[[], Submission]]] = [
            (item.id, partial(take, item.spec, course, id=item.id)) for item in found
        ]
        told: Callable[[Submission, Task, TaskVerdict], None] = progress.task_done

        def finished(graded: Any) -> None:
            if graded.record is not None:
                write_record(graded.record, out)
            progress.submission_done(graded)

        results = grade_all(
            takers,
            partial(Grader, course, gradebook, policy),
            jobs=jobs,
            told=told,
            done=finished,
        )
    records = [graded.record for graded in results if graded.record is not None]
    write_index(records, out)
    _show(records, [g for g in results if g.record is None], out)
    return records


def _tasks_each(course: Course, policy: Any) -> int:
    return len(policy.tasks) or sum(
        len(m.tasks) for m in course.modules if not policy.modules or m.id in policy.modules
    )


def _modules(course: Course, text: str) -> tuple[str, ...]:
    from grader.authoring.load import find_module

    return tuple(find_module(course, word.strip()).id for word in text.split(",") if word.strip())


def _refuse_inside(paths: Sequence[str]) -> None:
    """Refuse to be run from inside a submission: what lies there must not be near the grader's imports."""
    cwd = Path.cwd().resolve()
    for path in paths:
        folder = Path(path)
        if folder.is_dir() and cwd != folder.resolve() and cwd.is_relative_to(folder.resolve()):
            raise SubmissionsAround(path)


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritable(str(out), error.strerror or str(error)) from error


def _write_all(records: Sequence[Record], path: Path) -> None:
    from grader.record import encode

    body = b",\n".join(encode(record).strip() for record in records)
    try:
        path.write_bytes(b"[\n" + body + b"\n]\n")
    except OSError as error:
        raise NotWritable(str(path), error.strerror or str(error)) from error


def _show(records: Sequence[Record], failed: Sequence[Any], out: Path) -> None:
    from grader.reporting import terminal

    screen = console()
    screen.print(
        terminal.class_table(records) if len(records) != 1 else terminal.render(records[0])
    )
    for graded in failed:
        click.echo(f"{graded.id}: the grader broke on it: {graded.error}", err=True)
    click.echo(f"\nReports: {out / 'index.html'}")
