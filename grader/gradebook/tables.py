"""The gradebook's tables. A change to them raises ``VERSION``."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# 1 kept a submission's last record alone; 2 kept neither what was asked of a run nor what could not be graded
VERSION = 3


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


class ContentRow(Base):
    """The files of one module as they were handed in, whoever did; kept once."""

    __tablename__ = "contents"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    files: Mapped[bytes] = mapped_column(LargeBinary)  # JSON, compressed by zlib


class AttemptRow(Base):
    """One thing that was handed in. Nothing of it changes but its place among the others, and what is told of dates."""

    __tablename__ = "attempts"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission: Mapped[str] = mapped_column(String(255), index=True)
    student: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    commit: Mapped[str | None] = mapped_column("commit_sha", String(64))
    submitted_at: Mapped[str | None] = mapped_column(String(40))
    content: Mapped[str] = mapped_column(Text)  # JSON: a module's id to the digest of its files
    problems: Mapped[str] = mapped_column(Text)  # JSON: what was odd about it when it was taken
    received_at: Mapped[str] = mapped_column(String(40), default=now)
    # Of two, the one that a run came to later is higher.
    place: Mapped[int] = mapped_column(default=0)


class GradingRow(Base):
    """What a run made of an attempt. The latest that is whole counts; those before are kept to be looked up."""

    __tablename__ = "gradings"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(ForeignKey("attempts.id"), index=True)
    record: Mapped[str] = mapped_column(Text)  # record.json as it stands
    scope: Mapped[str | None] = mapped_column(Text)  # JSON; None: an earlier grader did not keep it
    graded_at: Mapped[str] = mapped_column(String(40), default=now)


class UngradedRow(Base):
    """A submission that the last run could not grade, by no fault of its student's, until one can."""

    __tablename__ = "ungraded"

    submission: Mapped[str] = mapped_column(String(255), primary_key=True)
    record: Mapped[str] = mapped_column(Text)  # says why, and holds no module
    noted_at: Mapped[str] = mapped_column(String(40), default=now, onupdate=now)


class AdjustmentRow(Base):
    """Points that a person gave or took by hand. It never changes: another row makes up for a wrong one."""

    __tablename__ = "adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    submission: Mapped[str] = mapped_column(String(255), index=True)
    module: Mapped[str | None] = mapped_column(String(20))  # None: the whole
    points: Mapped[str] = mapped_column(String(80))  # exact, "-3/2"
    author: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(40), default=now)


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
