"""``grader gradebook regrade``: grade again what was handed in, from the gradebook alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import (
    console,
    counting,
    database_option,
    here,
    opened_book,
    rules_of,
    write_json,
)
from grader.errors import NotAllGraded, NotGraded
from grader.model import Level, Record, Scope
from grader.reporting.text import line

if TYPE_CHECKING:
    from grader.classes.regrading import Again, Regraded
    from grader.gradebook import Gradebook


@click.command("regrade")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("submissions", nargs=-1, metavar="[SUBMISSION …]")
@click.option("--dry-run", is_flag=True, help="Say whose score would change, and change nothing.")
@click.option("--jobs", type=click.IntRange(1, 256), default=None, help="Workers; default: cores.")
@click.option("--scheduler", default=None, metavar="ADDRESS", help="Grade on a Dask cluster.")
@click.option(
    "--require-sandbox",
    "require",
    type=click.Choice(["A", "B"]),
    default=None,
    help="Fail below this level; default: as it was.",
)
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Folder of real data, in place of the one that was used.",
)
@database_option
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the changes to a file."
)
def command(
    out: Path,
    submissions: tuple[str, ...],
    dry_run: bool,
    jobs: int | None,
    scheduler: str | None,
    require: str | None,
    data: Path | None,
    database: str | None,
    json_path: Path | None,
) -> int:
    """Grade all attempts of OUT again by the course as it is now, or those of each SUBMISSION, and say what changes.

    What was handed in is in the gradebook, and so is what was asked for: modules, tasks, seed, data and sandbox stay as
    they were. What was found before is kept there as well.
    """
    from grader.classes.crew import crew
    from grader.classes.policy import Policy
    from grader.classes.regrading import regrade
    from grader.cli.progress import ClassProgress

    course = here()
    style = rules_of(out).style is not None

    def asked(then: Scope) -> Scope:
        least = Level(require) if require else then.require
        return replace(then, require=least, data=data or then.data)

    with opened_book(out, database) as book:
        attempts = _chosen(book, out, submissions)
        before = {found.record.submission.id: found.record for found in counting(book, out)}
        tasks = sum(len(m.tasks) for r in attempts for m in r.modules) // max(1, len(attempts))
        with ClassProgress(console(), len(attempts), tasks) as progress:
            found = regrade(
                book,
                lambda scope: crew(course, book, Policy.of(scope, style=style), jobs, scheduler),
                students=submissions,
                asked=asked,
                told=progress.task_done,
                keep=not dry_run,
            )
        after = _after(book, out, found.again)
    _tell(found, before, after, json_path)
    if dry_run:
        click.echo("Nothing was changed. Without --dry-run, this is what counts.")
    else:
        click.echo(f"Kept. To write the pages again: grader gradebook report {out}")
    if found.broken:
        raise NotAllGraded(found.broken, str(out))
    return 0


def _chosen(book: Gradebook, out: Path, submissions: Sequence[str]) -> list[Record]:
    all = book.attempts()
    for submission in submissions:
        if submission not in all:
            raise NotGraded(submission, all, str(out))
    return [a.record for id in submissions or all for a in all[id]]


def _after(book: Gradebook, out: Path, again: Sequence[Again]) -> dict[str, Record]:
    """Find what counts with what was found now, whether or not it was kept."""
    new = {(each.record.submission.id, each.attempt.number): each.record for each in again}
    attempts = {
        student: [replace(a, record=new.get((student, a.number), a.record)) for a in own]
        for student, own in book.attempts().items()
    }
    return {c.record.submission.id: c.record for c in counting(book, out, attempts)}


def _tell(
    found: Regraded,
    before: Mapping[str, Record],
    after: Mapping[str, Record],
    json_path: Path | None,
) -> None:
    from grader.reporting.changes import changes, render, score_changes

    each = [c for a in found.again for c in changes(a.attempt.record, a.record, a.attempt.number)]
    scores = list(score_changes(before, after))
    console().print(render(each, scores, len(found.again)))
    if found.without_files:
        names = ", ".join(map(line, found.without_files))
        click.echo(f"Not graded again, since no files were kept of them: {names}", err=True)
    if json_path is not None:
        write_json({"tasks": each, "scores": scores}, json_path)
