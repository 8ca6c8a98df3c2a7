"""Which commit was on a branch at a moment, as far as dates that anybody can write tell it.

A commit is as old as its committer says, with two corrections. It is no older than the commits it builds on: work that
stands on later work came later, whatever it claims. And it is no younger than the moment at which it was first seen on
the branch: what was fetched by then was pushed by then, even if somebody has pushed it away since. One without a date
that git can read is as old as that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from grader.model import Problem

Sha = str
Moment = int  # seconds since 1970 in UTC

# What its problems are about: not what was handed in, but when. They stay true, whatever is fetched later.
HISTORY = ".git"
_NEVER = 1 << 80


@dataclass(frozen=True)
class Dated:
    """A commit as its author wrote it down."""

    sha: Sha
    date: Moment  # the committer's; 0: none that git can read
    parents: tuple[Sha, ...]


@dataclass(frozen=True)
class Sight:
    """Where the branch was when it was fetched."""

    seen: Moment
    tip: Sha


@dataclass(frozen=True)
class Choice:
    """A commit, and what to look at before believing it."""

    commit: Sha | None
    age: Moment | None = None  # when it was on the branch, with the corrections
    problems: tuple[Problem, ...] = ()


def as_of(at: Moment, commits: Sequence[Dated], sights: Sequence[Sight]) -> Choice:
    """Choose the newest commit that was on a branch at a moment.

    All that was ever seen on the branch counts, merged branches too: a merge after the moment is too late itself, the
    work that it brought in is not.

    Args:
        at: The moment; what is of this very second is in time.
        commits: What the tips reach, each commit before its parents.
        sights: The fetches so far, oldest first.

    Returns:
        The commit, or none.
    """
    first_seen = _first_seen(commits, sights)
    ages = _ages(commits, first_seen)
    in_time = [commit for commit in commits if ages[commit.sha] <= at]
    if not in_time:
        return Choice(None)
    chosen = max(in_time, key=lambda commit: ages[commit.sha]).sha  # of equals the one on top
    problems = [
        *_pushed_later(chosen, at, first_seen, sights),
        *_pushed_away(chosen, commits, first_seen, sights),
    ]
    return Choice(chosen, ages[chosen], tuple(problems))


def latest(commits: Sequence[Dated], sights: Sequence[Sight]) -> Choice:
    """Choose what was on a branch when it was last fetched.

    Args:
        commits: What the tips reach, each commit before its parents.
        sights: The fetches so far, oldest first.

    Returns:
        The commit.
    """
    tip = sights[-1].tip
    return Choice(tip, _ages(commits, _first_seen(commits, sights))[tip])


def altered(commits: Sequence[Dated]) -> tuple[Problem, ...]:
    """Say which commits claim to be older than a commit they build on, or have no date that git can read.

    Args:
        commits: Of a history.

    Returns:
        At most one problem.
    """
    dates = {commit.sha: commit.date for commit in commits}
    odd = [
        commit.sha[:12]
        for commit in commits
        if not commit.date or any(dates.get(p, 0) > commit.date for p in commit.parents)
    ]
    if not odd:
        return ()
    told = ", ".join(odd[:5]) + (f" and {len(odd) - 5} more" if len(odd) > 5 else "")
    why = "dated before a commit that it builds on, or not at all"
    return (Problem(HISTORY, f"{told}: {why}: dates look altered, or a clock was wrong"),)


def _first_seen(commits: Sequence[Dated], sights: Sequence[Sight]) -> dict[Sha, Moment]:
    """Say when each commit was first there: with the first tip that reaches it."""
    found = dict.fromkeys((commit.sha for commit in commits), _NEVER)
    for sight in sights:
        found[sight.tip] = min(found.get(sight.tip, _NEVER), sight.seen)
    for commit in commits:
        for parent in commit.parents:
            found[parent] = min(found.get(parent, _NEVER), found[commit.sha])
    return found


def _ages(commits: Sequence[Dated], first_seen: Mapping[Sha, Moment]) -> dict[Sha, Moment]:
    ages: dict[Sha, Moment] = {}
    for commit in reversed(commits):
        claimed = max([commit.date or _NEVER, *(ages.get(parent, 0) for parent in commit.parents)])
        ages[commit.sha] = min(claimed, first_seen[commit.sha])
    return ages


def _pushed_later(
    chosen: Sha, at: Moment, first_seen: Mapping[Sha, Moment], sights: Sequence[Sight]
) -> list[Problem]:
    """Tell that a fetch after the moment did not find the commit yet."""
    without = [s.seen for s in sights if at < s.seen < first_seen[chosen]]
    if not without:
        return []
    said = f"is dated in time, but was not on the branch yet on {_told(without[-1])}"
    return [Problem(HISTORY, f"{chosen[:12]} {said}")]


def _pushed_away(
    chosen: Sha, commits: Sequence[Dated], first_seen: Mapping[Sha, Moment], sights: Sequence[Sight]
) -> list[Problem]:
    """Tell that the branch was moved away from the commit."""
    still = {sights[-1].tip}
    for commit in commits:
        if commit.sha in still:
            still.update(commit.parents)
    if chosen in still:
        return []
    said = f"was on the branch on {_told(first_seen[chosen])}, and was pushed away later"
    return [Problem(HISTORY, f"{chosen[:12]} {said}")]


def _told(moment: Moment) -> str:
    return f"{datetime.fromtimestamp(moment, UTC):%Y-%m-%d at %H:%M UTC}"
