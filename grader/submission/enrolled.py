"""Take what a student on the roster handed in: files, or the commit of a repository that counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import Refused, UsageError
from grader.model import Course, Problem, Submission
from grader.submission.history import HISTORY, Choice, Moment, altered, as_of, latest
from grader.submission.matching import Assigned
from grader.submission.remotes import NoBranch, Remote, RemoteFailed
from grader.submission.roster import Row
from grader.submission.taking import take

NOTHING = "nothing was handed in"


def take_assigned(
    assigned: Assigned, course: Course, clones: Path, at: Moment | None
) -> Submission:
    """Take a student's submission.

    Args:
        assigned: Who, and what.
        course: Says which files count.
        clones: Folder where clones of repositories are kept from run to run.
        at: What a branch held at this moment counts; None: what it holds now.

    Returns:
        What was taken, under the student's name; without files where nothing was handed in, and with a ``fault`` where
        the machine or the server did not let us take it.
    """
    row = assigned.row
    if row.repository:
        submission = _from_remote(row, course, clones, at)
    elif assigned.spec:
        submission = take(assigned.spec, course, id=row.id)
    else:
        submission = _nothing(row, "")
    problems = (*assigned.problems, *submission.problems)
    return replace(submission, student=row.name, problems=problems)


def _from_remote(row: Row, course: Course, clones: Path, at: Moment | None) -> Submission:
    remote = Remote(row.repository, row.branch, clones / f"{row.id}.git")
    source = f"{remote.shown}@{row.branch}" if row.branch else remote.shown
    try:
        gone = _fetched(remote, at)
        choice = _chosen(remote, at)
        if choice.commit is None:
            return _nothing(
                row,
                source,
                ": the first commit is later than the moment that counts",
                *gone,
                *choice.problems,
            )
        submission = take(f"{remote.clone}@{choice.commit}", course, id=row.id)
    except Refused as refusal:
        return _nothing(row, source, f": {refusal.what}")
    except RemoteFailed as failed:
        return Submission(row.id, source, {}, fault=str(failed))
    except UsageError as error:  # of our own clone: one that is damaged must not end the run
        return Submission(row.id, source, {}, fault=error.what)
    problems = (*gone, *choice.problems, *submission.problems)
    return replace(submission, source=source, submitted_at=_told(choice.age), problems=problems)


def _fetched(remote: Remote, at: Moment | None) -> tuple[Problem, ...]:
    """Fetch the branch; where it is gone, what an earlier fetch found may still count as of a moment."""
    try:
        remote.fetch()
    except (Refused, NoBranch) as gone:
        if at is None or not remote.seen:
            raise
        why = gone.what if isinstance(gone, Refused) else str(gone)
        return (Problem(HISTORY, f"now {why}; what was there before counts"),)
    return ()


def _chosen(remote: Remote, at: Moment | None) -> Choice:
    sights = remote.sights()
    commits = remote.commits(sights)
    choice = latest(commits, sights) if at is None else as_of(at, commits, sights)
    return replace(choice, problems=(*choice.problems, *altered(commits)))


def _told(age: Moment | None) -> str | None:
    """Date a commit by what is known of it: due dates are held against this, too."""
    return None if age is None else datetime.fromtimestamp(age, UTC).isoformat()


def _nothing(row: Row, source: str, why: str = "", *problems: Problem) -> Submission:
    return Submission(row.id, source, {}, problems=(Problem(".", f"{NOTHING}{why}"), *problems))
