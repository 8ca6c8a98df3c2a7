"""The gradebook's tables. A change to them raises ``VERSION``."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

VERSION = 1


def now() -> str:
    """Tell the time, ISO 8601 in UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Base(DeclarativeBase):
    """What all tables have in common."""


class BookRow(Base):
    """The one row about the book itself."""

    __tablename__ = "gradebook"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    secret: Mapped[str] = mapped_column(String(64))  # hex; seeds are drawn from it


class SubmissionRow(Base):
    """A submission that is done, and its record."""

    __tablename__ = "submissions"

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    commit: Mapped[str | None] = mapped_column("commit_sha", String(64))
    submitted_at: Mapped[str | None] = mapped_column(String(40))
    record: Mapped[str] = mapped_column(Text)  # record.json as it stands
    updated_at: Mapped[str] = mapped_column(String(40), default=now, onupdate=now)


class VerdictRow(Base):
    """One task's verdict, under the key of everything that it depends on."""

    __tablename__ = "verdicts"

    key: Mapped[str] = mapped_column("cache_key", String(128), primary_key=True)
    submission: Mapped[str] = mapped_column(String(255), index=True)  # who had it first
    task: Mapped[str] = mapped_column(String(20), index=True)
    status: Mapped[str] = mapped_column(String(20))
    fraction: Mapped[str] = mapped_column(String(80))  # exact, "3/4"
    verdict: Mapped[str] = mapped_column(Text)  # JSON, ASCII
    level: Mapped[str] = mapped_column(String(1))
    seed: Mapped[str] = mapped_column(Text)
    environment: Mapped[str] = mapped_column(Text)
    graded_at: Mapped[str] = mapped_column(String(40), default=now, onupdate=now)
