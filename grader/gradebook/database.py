"""Opening the gradebook's database: how it commits, and whether its tables are ones we know.

SQLite keeps its default rollback journal with ``synchronous=FULL``: a commit survives ``kill -9`` and a power cut,
works on network folders (which a write-ahead log does not), and the book is one file to copy. A commit costs a few
milliseconds, a task takes seconds.

PostgreSQL takes its place where graders on several machines share a book. Writers take turns there as well: each locks
the one row about the book first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, inspect, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from grader.errors import DriverMissing, GradebookError, NewerGradebook
from grader.gradebook.migration import upgrade
from grader.gradebook.tables import VERSION, Base, BookRow

_SQLITE = b"SQLite format 3\0"
_POSTGRES = "postgresql"
_MAKING = 0x6D746F72  # any number, as long as every grader takes the same
PATIENCE = 60  # seconds that one grader waits for another one's commit


def connect(where: str | Path) -> Engine:
    """Make an engine; nothing is opened yet.

    Args:
        where: A URL as SQLAlchemy reads it, or the path of an SQLite file.

    Returns:
        An engine that threads may share.

    Raises:
        GradebookError: The URL is none, its driver is not installed, or it names a database that forgets.
    """
    url = _parsed(where)
    try:
        if url.get_backend_name() == "sqlite":
            return _sqlite(url)
        return create_engine(_with_driver(url), pool_pre_ping=True)
    except NoSuchModuleError:
        raise GradebookError(f"No database is called {url.drivername}.", shown(url)) from None
    except ModuleNotFoundError as error:
        raise DriverMissing(error.name or url.drivername, shown(url)) from None


def is_there(where: str | Path) -> bool:
    """Tell whether a gradebook may be somewhere: on a server, only asking it tells.

    Args:
        where: A URL as SQLAlchemy reads it, or the path of an SQLite file.

    Returns:
        Whether its file is there, or it is on a server.

    Raises:
        GradebookError: The URL is none.
    """
    url = _parsed(where)
    return url.get_backend_name() != "sqlite" or Path(url.database or "").is_file()


def _parsed(where: str | Path) -> URL:
    if isinstance(where, Path):
        return URL.create("sqlite", database=str(where.absolute()))
    try:
        return make_url(where)
    except ArgumentError:
        what = "This is not a database URL such as sqlite:///gradebook.db."
        raise GradebookError(what, where) from None


def _with_driver(url: URL) -> URL:
    """Take psycopg where a URL names no driver; SQLAlchemy's own choice is its predecessor."""
    return url.set(drivername=f"{_POSTGRES}+psycopg") if url.drivername == _POSTGRES else url


def _sqlite(url: URL) -> Engine:
    """Make an engine whose every use opens the file anew, so that neither threads nor forks share a connection."""
    if url.database in (None, "", ":memory:"):
        raise GradebookError("A gradebook in memory would forget everything.", shown(url))
    _refuse_other_file(url)
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": PATIENCE})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _refuse_other_file(url: URL) -> None:
    """Refuse a file that is no database: SQLite itself takes a very short one for empty, and overwrites it."""
    try:
        with open(Path(url.database or ""), "rb") as file:
            start = file.read(len(_SQLITE))
    except OSError:
        return  # not there yet, or SQLite will say what is wrong
    if start and start != _SQLITE:
        raise GradebookError("This file is not a gradebook, and it is left alone.", shown(url))


def _prepare(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver's own BEGIN comes late, and would lock too late
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: Connection) -> None:
    """Lock at the start of a writing transaction: two that lock halfway refuse each other without waiting."""
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """Open a session that only reads, and sees one moment of the book."""
    if engine.name == _POSTGRES:
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with telling(engine), Session(engine) as session:
        yield session


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """Open a session that is one transaction, committed at the end and rolled back on any error.

    No other grader writes meanwhile: this one holds the row about the book.
    """
    with _transaction(engine) as session:
        session.execute(select(BookRow).with_for_update())
        yield session


@contextmanager
def _transaction(engine: Engine) -> Iterator[Session]:
    with telling(engine), Session(engine.execution_options(writing=True)) as session:
        with session.begin():
            yield session


@contextmanager
def telling(engine: Engine) -> Iterator[None]:
    """Turn a database's error into ours, without its SQL."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise GradebookError(
            f"The gradebook can't be used: {cause}.",
            engine.url.render_as_string(hide_password=True),
        ) from error


def open_book(engine: Engine) -> str:
    """Make the tables where there are none, refuse those of a later grader, and read the book's secret.

    Args:
        engine: The database.

    Returns:
        The secret.

    Raises:
        NewerGradebook: They were made by a later version.
        GradebookError: The database can't be opened.
    """
    with reading(engine) as session:
        made = inspect(session.connection()).has_table(BookRow.__tablename__)
        row = session.scalar(select(BookRow)) if made else None
    if row is None or row.version < VERSION:
        row = _made(engine)
    if row.version > VERSION:
        raise NewerGradebook(shown(engine.url), row.version, VERSION)
    return row.secret


def _made(engine: Engine) -> BookRow:
    """Make the tables, or bring an older book's up to date, unless another grader has just done so."""
    with _transaction(engine) as session:
        if engine.name == _POSTGRES:  # two that make a table at once collide
            session.execute(select(func.pg_advisory_xact_lock(_MAKING)))
        Base.metadata.create_all(session.connection())
        row = session.scalar(select(BookRow))
        if row is None:
            row = BookRow(version=VERSION, secret=token_hex(32))
            session.add(row)
        elif row.version < VERSION:
            upgrade(session, row.version)
            row.version = VERSION
        session.flush()
        session.expunge(row)
    return row


def shown(url: URL) -> str:
    """Write a URL for people: the path of a file as it is, and no password."""
    if url.get_backend_name() == "sqlite":
        return f"{url.drivername}://{'/' + url.database if url.database else ''}"
    return url.render_as_string(hide_password=True)
