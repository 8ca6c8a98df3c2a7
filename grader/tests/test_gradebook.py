"""The gradebook: exact, shared by threads and processes, and whole after ``kill -9``."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import GradebookError, NewerGradebook
from grader.gradebook import Gradebook
from grader.gradebook.tables import VERSION
from grader.model import (
    Basis,
    Failure,
    FollowThrough,
    Level,
    MutantCount,
    Outcome,
    ProbeCount,
    Record,
    SandboxReport,
    Status,
    SubmissionInfo,
    TaskVerdict,
    TestCount,
)

VERDICT = TaskVerdict(
    task="0.1",
    status=Status.WRONG,
    fraction=Fraction(3, 7),
    tests=TestCount(3, 7),
    probes=ProbeCount(31, 32),
    mutants=MutantCount(4, 8),
    follow_through=FollowThrough(("minitorch/operators.py",), "1/4", "3/7"),
    failures=(Failure("test_add", Outcome.FAILED, "got <b>\x00\ud800\u202e é陈", line=3),),
    note="one of seven",
    seconds=1.25,
)
MANY = 12  # verdicts that each of several writers stores


def record(id: str, score: float = 3.0) -> Record:
    return Record(
        course="minitorch",
        basis=Basis.VERIFIED,
        submission=SubmissionInfo(id, f"class/{id}.zip", "ab" * 20, "2026-10-05T10:30:00+00:00"),
        sandbox=SandboxReport(Level.A, ("namespaces",)),
        seed="7",
        score=score,
        points=20.0,
        bonus=0.0,
        seconds=1.0,
        modules=(),
    )


def url(folder: Path) -> str:
    return f"sqlite:///{folder}/gradebook.db"


def store(book: Gradebook, key: str, verdict: TaskVerdict = VERDICT, id: str = "alice") -> None:
    book.store(id, key, verdict, Level.A, "7", "python 3.11")


def integrity(folder: Path) -> str:
    connection = sqlite3.connect(folder / "gradebook.db")
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def test_a_verdict_comes_back_exactly(tmp_path: Path) -> None:
    with Gradebook(url(tmp_path)) as book:
        assert book.task_verdict("k") is None
        store(book, "k")
        assert book.task_verdict("k") == VERDICT
    with Gradebook(url(tmp_path)) as book:
        found = book.task_verdict("k")
    assert found == VERDICT
    assert found is not None and found.fraction == Fraction(3, 7)


def test_a_fraction_is_stored_as_text(tmp_path: Path) -> None:
    with Gradebook(url(tmp_path)) as book:
        store(book, "k", TaskVerdict("0.1", Status.WRONG, Fraction(3, 4)))
        store(book, "one", TaskVerdict("0.1", Status.PASSED, Fraction(1)))
    connection = sqlite3.connect(tmp_path / "gradebook.db")
    rows = connection.execute(
        "SELECT fraction, verdict FROM verdicts ORDER BY cache_key"
    ).fetchall()
    connection.close()
    assert [row[0] for row in rows] == ["3/4", "1"]
    assert all(row[1].isascii() and f'"fraction":"{row[0]}"' in row[1] for row in rows)


def test_a_verdict_is_replaced(tmp_path: Path) -> None:
    better = TaskVerdict("0.1", Status.PASSED, Fraction(1))
    with Gradebook(url(tmp_path)) as book:
        store(book, "k")
        store(book, "k", better)
        assert book.task_verdict("k") == better


def test_where_the_grader_failed_nothing_is_served(tmp_path: Path) -> None:
    with Gradebook(url(tmp_path)) as book:
        store(book, "k", TaskVerdict("0.1", Status.GRADER_ERROR, Fraction(0)))
        assert book.task_verdict("k") is None
        store(book, "k")
        assert book.task_verdict("k") == VERDICT


@pytest.mark.parametrize("text", ["", "{}", "[", '{"task": 3}', '{"fraction": "1/0"}'])
def test_a_damaged_verdict_is_not_served(tmp_path: Path, text: str) -> None:
    with Gradebook(url(tmp_path)) as book:
        store(book, "k")
        connection = sqlite3.connect(tmp_path / "gradebook.db")
        connection.execute("UPDATE verdicts SET verdict = ?", [text])
        connection.commit()
        connection.close()
        assert book.task_verdict("k") is None


def test_records_come_back_by_id(tmp_path: Path) -> None:
    with Gradebook(url(tmp_path)) as book:
        assert book.record("alice") is None
        assert book.records() == []
        for id in ("bob", "alice"):
            store(book, f"key of {id}", id=id)
            book.finish(record(id))
        store(book, "key of carol", id="carol")  # under way: no record yet
        book.finish(record("bob", score=4.0))
        assert book.record("alice") == record("alice")
        assert book.records() == [record("alice"), record("bob", score=4.0)]
        assert book.record("carol") is None


def test_a_damaged_record_is_left_out_and_named(tmp_path: Path) -> None:
    """It keeps nobody else's from being read; an earlier grading of the same attempt stands in for it."""
    with Gradebook(url(tmp_path)) as book:
        book.finish(record("alice"))
        book.finish(record("bob", score=1.0))
        book.finish(record("bob", score=2.0))
        connection = sqlite3.connect(tmp_path / "gradebook.db")
        connection.execute("UPDATE gradings SET record = '{}' WHERE id IN (1, 3)")
        connection.commit()
        connection.close()
        assert book.records() == [record("bob", score=1.0)]
        assert list(book.damaged) == ["alice", "bob"]
        assert book.damaged["alice"].startswith("This is not a record of a grading: ")


def test_the_secret_stays_and_differs(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    with Gradebook(url(tmp_path / "a")) as a, Gradebook(url(tmp_path / "b")) as b:
        assert len(a.secret) == 64
        assert a.secret != b.secret
        with Gradebook(url(tmp_path / "a")) as again:
            assert again.secret == a.secret


def test_a_path_may_hold_what_means_something_in_a_url(tmp_path: Path) -> None:
    path = tmp_path / "50%41?x=#1 é.db"
    with Gradebook(path) as book:
        store(book, "k")
    assert path.is_file()
    with Gradebook(path) as book:
        assert book.task_verdict("k") == VERDICT


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everything")
def test_a_book_that_may_only_be_read_can_be_read(tmp_path: Path) -> None:
    with Gradebook(url(tmp_path)) as book:
        book.finish(record("alice"))
    (tmp_path / "gradebook.db").chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        with Gradebook(url(tmp_path)) as book:
            assert book.records() == [record("alice")]
            with pytest.raises(GradebookError, match="readonly database"):
                store(book, "k")
    finally:
        tmp_path.chmod(0o755)


def test_threads_share_a_book(tmp_path: Path) -> None:
    wrong: list[str] = []

    def work(name: int) -> None:
        for number in range(MANY):
            store(book, f"{name}-{number}")
            if book.task_verdict(f"{name}-{number}") != VERDICT:
                wrong.append(f"{name}-{number}")

    with Gradebook(url(tmp_path)) as book:
        threads = [threading.Thread(target=work, args=(name,)) for name in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert all(book.task_verdict(f"{n}-{i}") for n in range(4) for i in range(MANY))


WRITER = """
import sys
from fractions import Fraction
from grader.gradebook import Gradebook
from grader.model import Level, Status, TaskVerdict

url, name, count = sys.argv[1:]
book = Gradebook(url)
for number in range(int(count)):
    verdict = TaskVerdict("0.1", Status.PASSED, Fraction(number, 97), note="x" * 5000)
    book.store(name, f"{name}-{number}", verdict, Level.A, "7", "here")
    book.store(name, "shared", verdict, Level.A, "7", "here")
    print(number, flush=True)
"""


def writer(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, url(folder), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_two_graders_use_one_book_at_once(tmp_path: Path) -> None:
    both = [writer(tmp_path, name, MANY) for name in ("a", "b")]  # both make its tables, too
    assert [process.communicate()[0].split()[-1:] for process in both] == [[str(MANY - 1)]] * 2
    assert integrity(tmp_path) == "ok"
    with Gradebook(url(tmp_path)) as book:
        assert all(book.task_verdict(f"{name}-{i}") for name in "ab" for i in range(MANY))


def test_kill_9_at_any_moment_loses_at_most_what_was_under_way(tmp_path: Path) -> None:
    moments = random.Random(5)
    for round_number in range(5):
        name = f"round{round_number}"
        process = writer(tmp_path, name, 100_000)
        assert process.stdout is not None
        committed = process.stdout.readline()
        time.sleep(moments.uniform(0.0, 0.15))
        process.send_signal(signal.SIGKILL)
        committed += process.communicate()[0]
        with Gradebook(url(tmp_path)) as book:
            for number in committed.split():
                verdict = book.task_verdict(f"{name}-{number}")
                assert verdict is not None and verdict.fraction == Fraction(int(number), 97)
        assert integrity(tmp_path) == "ok"


def test_a_newer_book_is_refused(tmp_path: Path) -> None:
    Gradebook(url(tmp_path)).close()
    connection = sqlite3.connect(tmp_path / "gradebook.db")
    connection.execute("UPDATE gradebook SET version = version + 1")
    connection.commit()
    connection.close()
    with pytest.raises(NewerGradebook) as error:
        Gradebook(url(tmp_path))
    assert str(error.value).splitlines() == [
        f"This gradebook has schema {VERSION + 1}; this grader knows up to schema {VERSION}.",
        f"  where: {url(tmp_path)}",
        "  next:  update the grader, or give another --database URL",
    ]


@pytest.mark.parametrize(
    "address, message",
    [
        ("gradebook.db", "This is not a database URL such as sqlite:///gradebook.db."),
        ("sqlite://", "A gradebook in memory would forget everything."),
        ("sqlite:///:memory:", "A gradebook in memory would forget everything."),
        ("nosuch://host/book", "No database is called nosuch."),
        ("sqlite:///{}/missing/x.db", "The gradebook can't be used: unable to open database file."),
        ("sqlite:///{}", "The gradebook can't be used: unable to open database file."),
        ("sqlite:///{}/short", "This file is not a gradebook, and it is left alone."),
        ("sqlite:///{}/long", "This file is not a gradebook, and it is left alone."),
        ("sqlite:///{}/broken", "The gradebook can't be used: "),
    ],
)
def test_a_book_that_cant_be_opened(tmp_path: Path, address: str, message: str) -> None:
    contents = {"short": b"\n", "long": b"notes\n" * 1000, "broken": b"SQLite format 3\0" * 100}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(GradebookError) as error:
        Gradebook(address.format(tmp_path))
    what, where, step = str(error.value).splitlines()
    assert what.startswith(message)
    assert where == f"  where: {address.format(tmp_path)}"
    assert "--database URL" in step
    assert {name: (tmp_path / name).read_bytes() for name in contents} == contents


def test_a_password_is_not_shown() -> None:
    with pytest.raises(GradebookError) as error:
        Gradebook("postgresql+nosuch://user:hunter2@host/book")
    assert "hunter2" not in str(error.value)


def test_a_lock_that_is_never_released_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.gradebook.database.PATIENCE", 0.1)
    with Gradebook(url(tmp_path)) as book:
        connection = sqlite3.connect(tmp_path / "gradebook.db")
        connection.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookError, match="The gradebook can't be used: database is locked"):
            store(book, "k")
        connection.close()
        store(book, "k")
        assert book.task_verdict("k") == VERDICT
