"""``grader gradebook``: look at what was graded, and hand it on."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import console, database_option, graded
from grader.cli.exporting import command as export
from grader.cli.history import adjust, history
from grader.cli.regrading import command as regrade
from grader.cli.similar import command as similar
from grader.cli.statistics import command as stats
from grader.errors import NotGraded, NotWritable


@click.group("gradebook")
def command() -> None:
    """Show what was graded, adjust it, grade it again, write its pages, or export it."""


@command.command("show")
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("submission", required=False)
@database_option
def show(out: Path, submission: str | None, database: str | None) -> None:
    """Show the class table of OUT (a folder that `grade` wrote), or one SUBMISSION of it."""
    from grader.reporting import terminal

    records = graded(out, database)
    if submission is None:
        console().print(terminal.class_table(records))
        return
    found = [record for record in records if record.submission.id == submission]
    if not found:
        raise NotGraded(submission, [r.submission.id for r in records], str(out))
    console().print(terminal.render(found[0]))


@command.command("report")
@click.argument("out", type=click.Path(path_type=Path))
@database_option
def report(out: Path, database: str | None) -> None:
    """Write OUT/index.html, OUT/tasks and OUT/submissions again from the gradebook."""
    from grader.cli.pages import tell_of_older_versions, write_class, write_record

    records = graded(out, database)
    try:
        for record in records:
            write_record(record, out)
        write_class(records, out)
    except OSError as error:
        raise NotWritable(str(out), error.strerror or str(error)) from error
    click.echo(f"Reports: {out / 'index.html'}")
    tell_of_older_versions(out)


command.add_command(history)
command.add_command(adjust)
command.add_command(regrade)
command.add_command(export)
command.add_command(stats)
command.add_command(similar)
