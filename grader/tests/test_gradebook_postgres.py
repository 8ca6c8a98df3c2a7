"""The gradebook in PostgreSQL: the same book, for graders on several machines."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction

import pytest
from sqlalchemy import create_engine, text

from grader.errors import DriverMissing, GradebookError, NewerGradebook
from grader.gradebook import Gradebook
from grader.gradebook.tables import VERSION
from grader.model import Adjustment, Submission
from grader.tests.postgres import programs, server
from grader.tests.test_gradebook_attempts import assert_graders_agree
from grader.tests.test_gradebook import MANY, VERDICT, WRITER, record, store

BIN = programs()
pytestmark = pytest.mark.skipif(BIN is None, reason="PostgreSQL (initdb, pg_ctl) is not installed")


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    assert BIN is not None
    with server(BIN) as url:
        yield url


@pytest.fixture
def url(running: str) -> Iterator[str]:
    """The URL of an empty database."""
    yield running
    engine = create_engine(running.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def test_everything_comes_back(url: str) -> None:
    files = {"0": {"minitorch/operators.py": "x = '陈 \u202e'\n"}}
    with Gradebook(url) as book:
        store(book, "k")
        store(book, "k")
        book.finish(record("alice"), Submission("alice", "class/alice.zip", files))
        book.finish(record("alice", score=4.0), Submission("alice", "class/alice.zip", files))
        book.adjust(Adjustment(0, "alice", Fraction(-1, 3), "prof", "late; “ok”", ""))
        secret = book.secret
    with Gradebook(url) as book:
        assert book.secret == secret
        assert book.task_verdict("k") == VERDICT
        assert book.records() == [record("alice", score=4.0)]
        assert book.works() == {"alice": files}
        assert [(a.points, a.author) for a in book.adjustments()] == [(Fraction(-1, 3), "prof")]


def writer(url: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, url, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_graders_share_it_from_the_first_moment(url: str) -> None:
    """Three make its tables at once, and write the same row again and again."""
    all = [writer(url, name, MANY) for name in "abc"]
    assert [each.communicate()[0].split()[-1:] for each in all] == [[str(MANY - 1)]] * 3
    with Gradebook(url) as book:
        assert book.task_verdict("shared") is not None
        assert None not in [book.task_verdict(f"{n}-{i}") for n in "abc" for i in range(MANY)]


def test_graders_that_find_the_same_at_once_keep_it_once(url: str) -> None:
    assert_graders_agree(url)


def test_what_was_committed_outlives_kill_9(url: str) -> None:
    process = writer(url, "a", 100_000)
    assert process.stdout is not None
    committed = process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    committed += process.communicate()[0]
    with Gradebook(url) as book:
        for number in committed.split():
            verdict = book.task_verdict(f"a-{number}")
            assert verdict is not None and verdict.fraction == Fraction(int(number), 97)


def test_a_newer_book_and_a_server_that_is_away(url: str) -> None:
    Gradebook(url).close()
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.execute(text("UPDATE gradebook SET version = version + 1"))
    engine.dispose()
    with pytest.raises(NewerGradebook, match=f"schema {VERSION + 1}"):
        Gradebook(url)
    with pytest.raises(GradebookError, match="The gradebook can't be used: ") as error:
        Gradebook("postgresql://grader:hunter2@/postgres?host=/nowhere")
    assert "hunter2" not in str(error.value)


def test_a_driver_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(DriverMissing) as error:
        Gradebook("postgresql://grader:hunter2@localhost/book")
    assert str(error.value).splitlines() == [
        "Its driver is not installed: psycopg.",
        "  where: postgresql://grader:***@localhost/book",
        "  next:  pip install 'minitorch-grader[postgres]', or give another --database URL",
    ]
