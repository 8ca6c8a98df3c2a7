"""``grader github``: tell GitHub what a record says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.errors import NotSet, NotWritable, TooLarge
from grader.model import Record

if TYPE_CHECKING:
    from grader.github.api import Api

LARGEST = 16 * 2**20  # bytes of a record; what a run left behind may be anything

record_argument = click.argument("record", type=click.Path(path_type=Path))


@click.group("github")
def command() -> None:
    """Tell GitHub what a record says: a summary, annotations, a comment."""


@command.command("summary")
@record_argument
def summary(record: Path) -> None:
    """Add RECORD to the step's summary (GITHUB_STEP_SUMMARY); outside of Actions, print it."""
    from grader.reporting.summary import summary as written

    said = written(_read(record))
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

    for line in commands(_read(record)):
        click.echo(line)


@command.command("comment")
@record_argument
@click.option("--event", type=click.Path(path_type=Path), help="Default: GITHUB_EVENT_PATH.")
@click.option("--repository", help="owner/name; default: GITHUB_REPOSITORY.")
@click.option("--author", help="Who writes with the token; default: the bot of Actions.")
@click.option("--trusted", is_flag=True, help="RECORD comes from a run that students can't change.")
@click.option("--dry-run", is_flag=True, help="Print the comment, and post nothing.")
def comment(
    record: Path,
    event: Path | None,
    repository: str | None,
    author: str | None,
    trusted: bool,
    dry_run: bool,
) -> None:
    """Post RECORD on the pull request whose run has finished, or bring the comment there up to date.

    The token is taken from GITHUB_TOKEN.
    """
    from grader.github.events import finished_run, pull_request_of
    from grader.github.sticky import BOT, post
    from grader.reporting.comment import comment as written

    found = _read(record)
    run = finished_run(event or Path(_environment("GITHUB_EVENT_PATH", "--event FILE")))
    if dry_run:
        click.echo(written(found, run.head_sha, None, trusted), nl=False)
        return
    api = _api(repository)
    pull = pull_request_of(run, api)
    if pull is None:
        click.echo("No open pull request has this commit as its last one: nothing is posted.")
        return
    done = post(
        api, pull, lambda before: written(found, pull.commit, before, trusted), author or BOT
    )
    click.echo(f"{'Posted' if done.new else 'Brought up to date'}: {done.url}")


def _read(path: Path) -> Record:
    """Read a record that may be anybody's."""
    from grader.record import read

    if path.is_file() and path.stat().st_size > LARGEST:
        raise TooLarge(str(path), LARGEST)
    return read(path)


def _api(repository: str | None) -> Api:
    from grader.github.api import Api

    return Api(
        os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        repository or _environment("GITHUB_REPOSITORY", "--repository OWNER/NAME"),
        _environment("GITHUB_TOKEN", "it to the step: env: GITHUB_TOKEN: ${{ github.token }}"),
    )


def _environment(name: str, option: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise NotSet(name, option)
    return value
