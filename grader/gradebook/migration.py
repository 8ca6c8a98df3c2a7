"""Bringing a gradebook of an earlier grader up to date, in the transaction that makes the new tables."""

from __future__ import annotations

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from grader.gradebook.tables import AttemptRow, GradingRow

_SCOPES = "ALTER TABLE gradings ADD COLUMN scope TEXT"
_OLD = "SELECT id, source, commit_sha, submitted_at, record, updated_at FROM submissions"


def upgrade(session: Session, version: int) -> None:
    """Bring an older gradebook up to date.

    Args:
        session: The transaction; all tables of today are there, but old tables lack new columns.
        version: The book's.
    """
    if version < 2:
        _make_attempts(session)
    elif version < 3:
        session.execute(text(_SCOPES))


def _make_attempts(session: Session) -> None:
    """Turn the one record of each submission, which is all that version 1 kept, into a graded attempt.

    The old table stays for anybody who wants to look; nothing reads it any more.
    """
    if inspect(session.connection()).has_table("submissions"):
        for id, source, commit, submitted_at, record, updated_at in session.execute(text(_OLD)):
            attempt = AttemptRow(
                submission=id,
                student="",
                source=source,
                commit=commit,
                submitted_at=submitted_at,
                content="{}",
                problems="[]",
                received_at=updated_at,
                place=1,
            )
            session.add(attempt)
            session.flush()
            session.add(GradingRow(attempt=attempt.id, record=record, graded_at=updated_at))
