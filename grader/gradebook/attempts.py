"""What a student handed in, and what each run made of it: nothing that was once found is thrown away."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from grader import typed
from grader.gradebook import contents
from grader.gradebook.scopes import encode as encode_scope
from grader.gradebook.standing import Standing, standing
from grader.gradebook.tables import AttemptRow, GradingRow
from grader.model import Attempt, ModuleId, Problem, Record, Scope, Submission
from grader.record import encode
from grader.submission.history import HISTORY


def finish(
    session: Session, record: Record, handed_in: Submission | None, scope: Scope | None
) -> None:
    """Keep what a run found: of an attempt that is known, or of a new one.

    Args:
        session: A transaction that writes alone.
        record: What was found.
        handed_in: What was graded; None where its files are not at hand.
        scope: What was asked of the run; None where nobody knows it any more.
    """
    digests = contents.keep(session, handed_in.files if handed_in else {})
    rows = numbered(session, record.submission.id)
    found = _same(rows, record, digests)
    if found is None:
        info = record.submission
        found = AttemptRow(
            submission=info.id,
            student=info.student,
            source=info.source,
            commit=info.commit,
            submitted_at=info.submitted_at,
            content=_text(digests),
            problems=_text(handed_in.problems if handed_in else ()),
        )
        session.add(found)
    else:
        found.problems = _text(_with_notes(found, handed_in))
    if not rows or found is not rows[-1]:  # who grades chose it now, whatever its date
        found.place = rows[-1].place + 1 if rows else 1
    session.flush()
    add_grading(session, found.id, record, scope)


def add_grading(session: Session, attempt: int, record: Record, scope: Scope | None) -> None:
    """Add what a run found, unless it is to the letter what the last one was asked for and found."""
    written = encode(record).decode()
    asked = None if scope is None else encode_scope(scope)
    last = session.scalar(
        select(GradingRow).where(GradingRow.attempt == attempt).order_by(GradingRow.id.desc())
    )
    if last is None or (last.record, last.scope) != (written, asked):
        session.add(GradingRow(attempt=attempt, record=written, scope=asked))


def listed(
    session: Session, decoded: Callable[[str, str], Record | None], submission: str | None = None
) -> dict[str, tuple[Attempt, ...]]:
    """List attempts, each with what stands of its gradings.

    An attempt of which no record can be read is left out.

    Args:
        session: A session that reads.
        decoded: Reads a record, given the submission's id and the text; None where it is damaged.
        submission: Only of this one.

    Returns:
        The attempts of each submission in the order in which runs came to them; submissions by id.
    """
    gradings: dict[int, list[GradingRow]] = defaultdict(list)
    for grading in session.scalars(select(GradingRow).order_by(GradingRow.id)):
        gradings[grading.attempt].append(grading)
    found: dict[str, list[Attempt]] = defaultdict(list)
    for id, rows in by_submission(session, submission).items():
        for number, row in enumerate(rows, start=1):
            stands = standing(gradings[row.id], partial(decoded, id))
            if stands is not None:
                found[id].append(_attempt(number, row, stands))
    return {id: tuple(attempts) for id, attempts in found.items()}


def _attempt(number: int, row: AttemptRow, found: Standing) -> Attempt:
    """Make an attempt; what was once said of its dates stays true, whatever a later run looked at."""
    problems = tuple(dict.fromkeys([*found.record.problems, *_notes(_problems(row))]))
    record = replace(found.record, problems=problems)
    return Attempt(number, record, row.received_at, json.loads(row.content), found.scope)


def by_submission(session: Session, submission: str | None = None) -> dict[str, list[AttemptRow]]:
    """Give the attempts of each submission in the order in which runs came to them last.

    Not by date: who grades a commit of last week now, since it was the last one in time, wants that one to count.
    """
    chosen = select(AttemptRow).order_by(AttemptRow.place)
    if submission is not None:
        chosen = chosen.where(AttemptRow.submission == submission)
    found: dict[str, list[AttemptRow]] = defaultdict(list)
    for row in session.scalars(chosen):
        found[row.submission].append(row)
    return {id: found[id] for id in sorted(found)}


def numbered(session: Session, submission: str) -> list[AttemptRow]:
    """Give a submission's attempts: number 1 is the first of the list."""
    return by_submission(session, submission).get(submission, [])


def files(session: Session, row: AttemptRow) -> dict[ModuleId, contents.Files]:
    """Get the files of an attempt back."""
    return contents.fetch(session, json.loads(row.content))


def handed_in(session: Session, row: AttemptRow) -> Submission:
    """Make a submission again of what was kept, so that it can be graded without what was handed in."""
    return Submission(
        id=row.submission,
        source=row.source,
        files=files(session, row),
        commit=row.commit,
        submitted_at=row.submitted_at,
        problems=_problems(row),
        student=row.student,
    )


def _problems(row: AttemptRow) -> tuple[Problem, ...]:
    return typed.decode(row.problems, tuple[Problem, ...])


def _with_notes(row: AttemptRow, again: Submission | None) -> tuple[Problem, ...]:
    """Add what another run says of an attempt's dates to what was odd about it."""
    notes = _notes(again.problems) if again else []
    return tuple(dict.fromkeys([*_problems(row), *notes]))


def _notes(problems: Sequence[Problem]) -> list[Problem]:
    return [problem for problem in problems if problem.path == HISTORY]


def _same(rows: Sequence[AttemptRow], record: Record, digests: dict[str, str]) -> AttemptRow | None:
    """Find the attempt that this is: a date pins it down; without one, only the last can be it.

    Who hands in what they had before has made another attempt.
    """
    info, content = record.submission, _text(digests)
    for row in rows if info.submitted_at else rows[-1:]:
        known = (row.content, row.commit, row.submitted_at)
        if known == (content, info.commit, info.submitted_at):
            return row
    return None


def _text(value: object) -> str:
    """Write as JSON in ASCII, which every database can store."""
    return json.dumps(msgspec.to_builtins(value), sort_keys=True)
