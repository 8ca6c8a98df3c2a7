"""``grader grade``: grade submissions, write a record and a report for each, and show the class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.common import (
    chosen_tasks,
    console,
    counting_records,
    data_option,
    here,
    rules_of,
    warn_of_damage,
)
from grader.cli.handed_in import HandedIn, named
from grader.cli.roster import at_option, enrolled, paths_argument, roster_option
from grader.errors import (
    NoRepositories,
    NotAllGraded,
    NotWritable,
    SubmissionsAround,
    UnknownModule,
)
from grader.model import Course, Level, Record, Submission, Task, TaskVerdict

if TYPE_CHECKING:
    from grader.classes.crew import Crew
    from grader.classes.workers import Graded

_LEVELS = click.Choice(["A", "B"])


@click.command("grade")
@paths_argument
@click.option(
    "--out", type=click.Path(path_type=Path), required=True, help="Folder for the results."
)
@roster_option
@at_option
@click.option("--modules", default=None, help="Grade only these modules: 0,1.")
@click.option(
    "--only", "only", multiple=True, metavar="TASK", help="Grade only this task; may be repeated."
)
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="Workers; default: one a core."
)
@click.option(
    "--scheduler", default=None, metavar="ADDRESS", help="Grade on a Dask cluster: tcp://host:8786."
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
    roster: Path | None,
    at: int | None,
    modules: str | None,
    only: tuple[str, ...],
    jobs: int | None,
    scheduler: str | None,
    seed: int | None,
    database: str | None,
    require: str | None,
    allow_weak_sandbox: bool,
    data: Path | None,
    json_path: Path | None,
) -> int:
    """Grade submissions: folders, zip or tar archives, REPOSITORY@REVISION, or a folder full of them.

    With a roster, its students: on what lies there under their names, or on what they pushed.

    Writes OUT/submissions/<id>/record.json and report.html for each, OUT/index.html with OUT/tasks, and
    OUT/gradebook.db. What was graded before and has not changed is not graded again; a run that was stopped goes on
    where it stopped.
    """
    from grader.classes.crew import crew
    from grader.classes.policy import Policy
    from grader.gradebook import Gradebook

    course = here()
    _refuse_inside(paths)
    if at is not None and roster is None:
        raise NoRepositories("the command line")
    policy = Policy(
        modules=_modules(course, modules),
        tasks=chosen_tasks(course, only),
        seed=seed,
        require=Level(require) if require else None,
        allow_weak=allow_weak_sandbox,
        data=data,
        style=rules_of(out, course).style is not None,  # rules that mean nothing are told now, too
    )
    handed_in = enrolled(roster, paths, course, out, at) if roster else named(paths, course, out)
    _make(out)
    with Gradebook(database or out / "gradebook.db") as book:
        with crew(course, book, policy, jobs, scheduler) as workers:
            results = _grade(handed_in, out, workers, _tasks_each(course, policy))
        counting = counting_records(book, out)
        warn_of_damage(book)
    found = {graded.id: graded.record for graded in results}
    records = [record for record in counting if record.submission.id in found]
    for record in records:
        # By the rules of the class, something else counts.
        if record != found[record.submission.id]:
            _write_pages(record, out)
    _show(records, counting, out)
    if json_path is not None:
        _write_all(records, json_path)
    _complain(results, handed_in, out)
    return 0


def _complain(results: Sequence[Graded], handed_in: HandedIn, out: Path) -> None:
    """Say what was not graded: what the grader broke on weighs more than what nobody can place."""
    from grader.classes.workers import faults

    broken = faults(results)
    if handed_in.passed_over:
        click.echo(_passed_over(handed_in.passed_over), err=True)
    if broken and handed_in.left:
        click.echo(str(handed_in.left), err=True)
    if broken:
        raise NotAllGraded(broken, str(out))
    if handed_in.left:
        raise handed_in.left


def _passed_over(names: Sequence[str]) -> str:
    from grader.submission.names import listed

    told = listed(names)
    return f"warning: no submissions, and passed over: {told}. A submission is a folder or a .zip or .tar archive."


def _grade(handed_in: HandedIn, out: Path, workers: Crew, tasks_each: int) -> list[Graded]:
    """Grade them all; each leaves its record and its page as soon as it is done."""
    from grader.classes.workers import grade_all
    from grader.cli.progress import ClassProgress
    from grader.submission.remotes import stopped_by_ctrl_c

    with (
        ClassProgress(console(), len(handed_in.items), tasks_each) as progress,
        stopped_by_ctrl_c(),
    ):
        told: Callable[[Submission, Task, TaskVerdict], None] = progress.task_done

        def finished(graded: Graded) -> None:
            _write_pages(graded.record, out)
            progress.submission_done(graded)

        graded = grade_all(
            [(id, partial(progress.taking, id, take)) for id, take in handed_in.takers],
            workers.make_grader,
            jobs=workers.jobs,
            told=told,
            done=finished,
        )
    places = {item.id: place for place, item in enumerate(handed_in.items)}
    return sorted(graded, key=lambda each: places[each.id])


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


def _make(out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise NotWritable(str(out), error.strerror or str(error)) from error


def _write_pages(record: Record, out: Path) -> None:
    from grader.cli.pages import submission_folder, write_record

    try:
        write_record(record, out)
    except OSError as error:
        where = str(submission_folder(record.submission.id, out))
        raise NotWritable(where, error.strerror or str(error)) from error


def _write_all(records: Sequence[Record], path: Path) -> None:
    from grader.record import encode

    body = b",\n".join(encode(record).strip() for record in records)
    try:
        path.write_bytes(b"[\n" + body + b"\n]\n")
    except OSError as error:
        raise NotWritable(str(path), error.strerror or str(error)) from error


def _show(records: Sequence[Record], counting: Sequence[Record], out: Path) -> None:
    """Write the pages of the class, those of other runs among it, and print the table of what was graded now."""
    from grader.cli.pages import tell_of_older_versions, write_class
    from grader.reporting import terminal
    from grader.reporting.words import counted, unread
    from grader.submission.names import listed

    try:
        write_class(counting, out)
    except OSError as error:
        raise NotWritable(str(out / "index.html"), error.strerror or str(error)) from error
    screen = console()
    screen.print(
        terminal.class_table(records) if len(records) != 1 else terminal.render(records[0])
    )
    click.echo(f"\nReports: {out / 'index.html'}")
    if lost := [record.submission.id for record in records if unread(record)]:
        who = f"{counted(len(lost), 'submission')} with files that could not be read"
        click.echo(
            f"{who}: {listed(lost)}. See {out / 'index.html'}, or run: grader gradebook stats {out}"
        )
    tell_of_older_versions(out)
