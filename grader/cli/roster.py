"""A class by its roster: who is to be graded, on what, and what of it nobody can place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.handed_in import HandedIn, Item, weight
from grader.errors import BadMoment, NoRepositories, NothingToGrade, NotOnRoster, NowhereToLook
from grader.model import Course

if TYPE_CHECKING:
    from grader.submission.roster import Row

CLONES = ".clones"  # hidden, and an id never begins with a dot


def _needless_with_roster(
    ctx: click.Context, param: click.Parameter, paths: tuple[str, ...]
) -> tuple[str, ...]:
    if not paths and ctx.params.get("roster") is None:
        raise click.MissingParameter(ctx=ctx, param=param)
    return paths


def _moment(ctx: click.Context, param: click.Parameter, text: str | None) -> int | None:
    """Read a moment: date, time and offset."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadMoment(text) from None
    if moment.tzinfo is None:
        raise BadMoment(text)
    return int(moment.timestamp())


paths_argument = click.argument("paths", nargs=-1, metavar="PATH …", callback=_needless_with_roster)
roster_option = click.option(
    "--roster",
    type=click.Path(path_type=Path),
    is_eager=True,  # known when PATH is looked at
    help="CSV of the class: id, and name, email, canvas_id, repository, branch.",
)
at_option = click.option(
    "--at",
    callback=_moment,
    metavar="MOMENT",
    help="Of repositories, what was there then: 2026-10-01T23:59+02:00.",
)


def enrolled(
    roster: Path, paths: Sequence[str], course: Course, out: Path, at: int | None
) -> HandedIn:
    """Find what each student on the roster handed in.

    Args:
        roster: The CSV file.
        paths: Folders of what was handed in; none needed where all have repositories.
        course: The course.
        out: Folder for the results, which may lie among the submissions.
        at: The moment that counts for repositories.

    Returns:
        Each student's submission, by the roster's ids and in its order.

    Raises:
        UsageError: Roster, paths and moment don't go together.
        GitNotFound: There are repositories to fetch, and no git.
    """
    from grader.submission.enrolled import take_assigned
    from grader.submission.matching import match
    from grader.submission.remotes import demand_git
    from grader.submission.names import listed
    from grader.submission.roster import read_roster, sharing, unread_columns

    rows = read_roster(roster)
    for column in unread_columns(roster):
        click.echo(f"note: {roster}: nothing is read from the column {column}", err=True)
    for group in sharing(rows):
        said = f"one repository for {listed(row.id for row in group)}: each is graded on it"
        click.echo(f"note: {roster}: {said}", err=True)
    _refuse_mismatch(rows, paths, roster, at)
    if any(row.repository for row in rows):
        demand_git()
    matching = match(rows, _lying(paths, course, out), course)
    items = (
        Item(
            each.row.id,
            partial(take_assigned, each, course, out / CLONES, at),
            len(course.modules) if each.row.repository else weight(each.spec, course),
        )
        for each in matching.assigned
    )
    left = NotOnRoster(matching.unknown, str(roster)) if matching.unknown else None
    return HandedIn(tuple(items), left)


def _refuse_mismatch(
    rows: Sequence[Row], paths: Sequence[str], roster: Path, at: int | None
) -> None:
    without = [row.id for row in rows if not row.repository]
    if at is not None and len(without) == len(rows):
        raise NoRepositories(str(roster))
    if without and not paths:
        raise NowhereToLook(without, str(roster))


def _refuse_unreadable(paths: Sequence[str]) -> None:
    """Refuse a folder that may not be listed: everybody's work may be in it, and nobody's would be found."""
    for path in paths:
        try:
            if Path(path).is_dir():
                os.scandir(path).close()
        except OSError as error:
            raise NothingToGrade(path, "what was handed in", error.strerror or str(error)) from None


def _lying(paths: Sequence[str], course: Course, out: Path) -> dict[str, str]:
    """List what was handed in, without an earlier run's results."""
    from grader.submission.discovery import lying

    _refuse_unreadable(paths)
    results = out.resolve()
    found = lying(paths, course)
    return {spec: name for spec, name in found.items() if Path(spec).resolve() != results}
