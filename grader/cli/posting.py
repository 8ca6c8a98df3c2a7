"""``grader github comments``: tell a whole class, each on its own pull request."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli.hub import author_option, hub, repository_option
from grader.cli.untrusted import read_record
from grader.errors import GraderError, NotAllPosted, RecordError
from grader.model import Record, Seconds

if TYPE_CHECKING:
    from grader.github.api import Api
    from grader.github.events import PullRequest
    from grader.submission.roster import Row

Pulls = list[dict[str, Any]]  # as GitHub describes them

PAUSE: Seconds = 1.0  # between two comments, as GitHub asks of who writes many


@click.command("comments")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--roster", type=click.Path(path_type=Path), required=True, help="Who was graded: a CSV file."
)
@repository_option
@author_option
@click.option("--dry-run", is_flag=True, help="Say which pull requests there are; post nothing.")
def command(
    out: Path, roster: Path, repository: str | None, author: str | None, dry_run: bool
) -> None:
    """Post what `grade --roster` wrote to OUT, each record on the pull request of the student's own repository.

    The roster says whose pull request it is, and GitHub, whether its last commit is the one that was graded. The token
    is taken from GITHUB_TOKEN; --repository is the one that pull requests are made to.
    """
    from grader.cli.pages import EVERY_RECORD, record_files
    from grader.github.events import open_pull_requests
    from grader.submission.roster import read_roster

    if not record_files(out):
        raise RecordError(f"no {EVERY_RECORD} is in it", str(out))
    rows = read_roster(roster)
    api = hub(repository)
    pulls = open_pull_requests(api)
    refused: dict[str, str] = {}
    for row in rows:
        try:
            click.echo(f"{row.id}: {_told(row, out, pulls, api, author, dry_run)}")
        except GraderError as error:
            refused[row.id] = f"{error.what} ({error.where})"
    if refused:
        raise NotAllPosted(refused, repository or os.environ["GITHUB_REPOSITORY"])


def _told(row: Row, out: Path, pulls: Pulls, api: Api, author: str | None, dry_run: bool) -> str:
    """Post a student's record; give what to say of it."""
    from grader.cli.pages import submission_folder
    from grader.reporting.words import has_score

    place = submission_folder(row.id, out) / "record.json"
    if not place.is_file():
        return "nothing was graded"
    record = read_record(place)
    if not has_score(record):
        return "could not be graded"
    pull = _pull_request(row, record, pulls)
    if pull is None:
        return "no open pull request has the graded commit as its last one"
    return f"would go to #{pull.number}" if dry_run else _posted(record, pull, api, author)


def _pull_request(row: Row, record: Record, pulls: Pulls) -> PullRequest | None:
    """Find where a student's record belongs. The record's own word can only rule out what the roster says."""
    from grader.github.address import repository_at
    from grader.github.events import Head, among

    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    repository, commit = repository_at(row.repository, server), record.submission.commit
    if not repository or not commit:
        return None
    return among(pulls, Head(repository, row.branch, commit))


def _posted(record: Record, pull: PullRequest, api: Api, author: str | None) -> str:
    from grader.github.sticky import BOT, post
    from grader.reporting.comment import comment

    done = post(api, pull, lambda before: comment(record, pull.commit, before, True), author or BOT)
    time.sleep(PAUSE)
    return f"{'posted' if done.new else 'brought up to date'}: {done.url}"
