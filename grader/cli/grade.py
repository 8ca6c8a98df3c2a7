"""``grader grade``: grade submissions, write a record and a report for each, and show the class."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.common import chosen_tasks, console, data_option, here
from grader.errors import NotAllGraded, NotWritable, Refused, SubmissionsAround, UnknownModule
from grader.model import Course, Level, Record, Submission, Task, TaskVerdict

if TYPE_CHECKING:
    from grader.classes.workers import Graded

_LEVELS = click.Choice(["A", "B"])


@click.command("grade")
@click.argument("paths", nargs=-1, required=True, metavar="PATH …")
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for the results."
)
@click.option("--modules", default=None, help="Grade only these modules: 0,1.")
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
@data_option
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write all records to a file."
)
def command(
    paths: tuple[str, ...],
    out: Path,
    modules: str | None,
    only: tuple[str, ...],
    jobs: int | None,
    seed: int | None,
    database: str | None,
    require: str | None,
    allow_weak_sandbox: bool,
    data: Path | None,
    json_path: Path | None,
) -> int:
    """Grade submissions: folders, zip or tar archives, REPOSITORY@REVISION, or a folder full of them.

    Writes OUT/<id>/record.json and report.html for each, OUT/index.html and OUT/gradebook.db. What was graded before
    and has not changed is not graded again; a run that was stopped goes on where it stopped.
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
        data=data,
    )
    results = _grade(course, paths, out, policy, jobs or os.cpu_count() or 1, database)
    records = [graded.record for graded in results if graded.record is not None]
    _show(records, out)
    if json_path is not None:
        _write_all(records, json_path)
    if broken := {graded.id: graded.error for graded in results if graded.record is None}:
        raise NotAllGraded(broken, str(out))
    return 0


def _grade(
    course: Course, paths: Sequence[str], out: Path, policy: Any, jobs: int, database: str | None
) -> list[Graded]:
    from grader.classes.grading import Grader
    from grader.classes.workers import grade_all
    from grader.cli.progress import ClassProgress
    from grader.gradebook import Gradebook
    from grader.submission import discover, take

    results = out.resolve()  # an earlier run's may lie beside the submissions
    found = [item for item in discover(paths, course) if Path(item.spec).resolve() != results]
    _refuse_missing_revisions([item.spec for item in found], course)
    _make(out)
    screen = console()
    with (
        Gradebook(database or out / "gradebook.db") as gradebook,
        ClassProgress(screen, len(found), _tasks_each(course, policy)) as progress,
    ):
        takers: list[tuple[str, Callable[[], Submission]]] = [
            (item.id, partial(take, item.spec, course, id=item.id))
            for item in sorted(found, key=lambda item: -_modules_in(Path(item.spec), course))
        ]  # what takes longest comes first, so that workers end together
        told: Callable[[Submission, Task, TaskVerdict], None] = progress.task_done

        def finished(graded: Graded) -> None:
            if graded.record is not None:
                _write_pages(graded.record, out)
            progress.submission_done(graded)

        graded = grade_all(
            takers,
            partial(Grader, course, gradebook, policy),
            jobs=jobs,
            told=told,
            done=finished,
        )
    places = {item.id: place for place, item in enumerate(found)}
    return sorted(graded, key=lambda each: places[each.id])


def _modules_in(folder: Path, course: Course) -> int:
    """Count the module folders that lie openly in a submission."""
    return sum((folder / module.name).is_dir() for module in course.modules)


def _tasks_each(course: Course, policy: Any) -> int:
    return len(policy.tasks) or sum(
        len(m.tasks) for m in course.modules if not policy.modules or m.id in policy.modules
    )


def _modules(course: Course, text: str | None) -> tuple[str, ...]:
    from grader.authoring.load import find_module

    if text is None:
        return ()
    words = [word.strip() for word in text.split(",") if word.strip()]
    if not words:
        raise UnknownModule(repr(text), [module.id for module in course.modules])
    return tuple(find_module(course, word).id for word in words)


def _refuse_inside(paths: Sequence[str]) -> None:
    """Refuse to be run from inside a submission: what lies there must not be near the grader's imports."""
    cwd = Path.cwd().resolve()
    for path in paths:
        folder = Path(path)
        if folder.is_dir() and cwd != folder.resolve() and cwd.is_relative_to(folder.resolve()):
            raise SubmissionsAround(path)


def _refuse_missing_revisions(specs: Sequence[str], course: Course) -> None:
    """Refuse a revision that does not exist before anything is graded, rather than halfway through a class."""
    from grader.submission.spec import split
    from grader.submission.taking import open_tree

    for spec in specs:
        if split(spec)[1] is not None:
            with suppress(Refused), open_tree(spec, course):
                pass


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritable(str(out), error.strerror or str(error)) from error


def _write_pages(record: Record, out: Path) -> None:
    from grader.cli.pages import write_record

    try:
        write_record(record, out)
    except OSError as error:
        raise NotWritable(str(out / record.submission.id), error.strerror or str(error)) from error


def _write_all(records: Sequence[Record], path: Path) -> None:
    from grader.record import encode

    body = b",\n".join(encode(record).strip() for record in records)
    try:
        path.write_bytes(b"[\n" + body + b"\n]\n")
    except OSError as error:
        raise NotWritable(str(path), error.strerror or str(error)) from error


def _show(records: Sequence[Record], out: Path) -> None:
    """Write the class's page and print its table."""
    from grader.cli.pages import write_index
    from grader.reporting import terminal

    try:
        write_index(records, out)
    except OSError as error:
        raise NotWritable(str(out / "index.html"), error.strerror or str(error)) from error
    screen = console()
    screen.print(
        terminal.class_table(records) if len(records) != 1 else terminal.render(records[0])
    )
    click.echo(f"\nReports: {out / 'index.html'}")
