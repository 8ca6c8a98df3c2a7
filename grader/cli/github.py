"""``grader github``: tell GitHub what a record says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.hub import author_option, environment, hub, repository_option
from grader.cli.posting import command as comments
from grader.cli.untrusted import read_class, read_record
from grader.errors import NotWritable

if TYPE_CHECKING:
    from grader.github.events import Run
    from grader.model import Record

record_argument = click.argument("record", type=click.Path(path_type=Path))


@click.group("github")
def command() -> None:
    """Report a record to GitHub: a summary, annotations, a comment."""


@command.command("summary")
@record_argument
def summary(record: Path) -> None:
    """Add RECORD to the step's summary (GITHUB_STEP_SUMMARY); outside of Actions, print it.

    If RECORD is a folder that `grade` wrote, it is the table of the class.
    """
    from grader.reporting.class_summary import class_summary
    from grader.reporting.summary import summary as written
    from grader.submission.names import shown

    if record.is_dir():
        found = read_class(record)
        _add_summary(class_summary(found.records, found.left_out))
        for name, why in found.left_out.items():
            click.echo(f"warning: {shown(name)} is left out of the summary: {why}", err=True)
    else:
        _add_summary(written(read_record(record)))


def _add_summary(said: str) -> None:
    place = os.environ.get("GITHUB_STEP_SUMMARY")
    if not place:
        click.echo(said, nl=False)
        return
    try:
        with open(place, "a", encoding="utf-8") as file:
            file.write(said)
    except OSError as error:
        raise NotWritable(place, error.strerror or str(error)) from error


@command.command("annotate")
@record_argument
def annotate(record: Path) -> None:
    """Print RECORD as annotations, a task each, which a runner of Actions shows beside the code."""
    from grader.reporting.annotation import commands

    for line in commands(read_record(record)):
        click.echo(line)


@command.command("comment")
@click.argument("record", type=click.Path(path_type=Path), required=False)
@click.option("--event", type=click.Path(path_type=Path), help="Default: GITHUB_EVENT_PATH.")
@repository_option
@author_option
@click.option("--trusted", is_flag=True, help="RECORD comes from a run that students can't change.")
@click.option("--dry-run", is_flag=True, help="Print the comment, and post nothing.")
def comment(
    record: Path | None,
    event: Path | None,
    repository: str | None,
    author: str | None,
    trusted: bool,
    dry_run: bool,
) -> None:
    """Post RECORD on the pull request whose run has finished, or bring the comment there up to date.

    Without RECORD, it is what that run left behind: an artifact `record` that holds record.json alone. The token is
    taken from GITHUB_TOKEN.
    """
    from grader.github.events import finished_run, pull_request_of
    from grader.github.sticky import BOT, post
    from grader.reporting.comment import comment as written

    run = finished_run(event or Path(environment("GITHUB_EVENT_PATH", "--event FILE")))
    found = read_record(record) if record else _left_by(run, repository)
    if found is None:
        click.echo("The run left no record behind: nothing is posted.")
        return
    if dry_run:
        click.echo(written(found, run.head_sha, None, trusted), nl=False)
        return
    api = hub(repository)
    pull = pull_request_of(run.head, api) if run.head else None
    if pull is None:
        click.echo("No open pull request has this commit as its last one: nothing is posted.")
        return
    done = post(
        api, pull, lambda before: written(found, pull.commit, before, trusted), author or BOT
    )
    click.echo(f"{'Posted' if done.new else 'Brought up to date'}: {done.url}")


command.add_command(comments)


def _left_by(run: Run, repository: str | None) -> Record | None:
    """Fetch the record of a run; anybody may have written it."""
    from grader.github.artifact import record_left_by
    from grader.record import LARGEST, decode

    data = record_left_by(run.id, hub(repository), LARGEST)
    return None if data is None else decode(data, f"the record that run {run.id} left behind")
