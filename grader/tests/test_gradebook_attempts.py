"""Attempts: what was handed in and what each run made of it is kept, and a run that is repeated adds nothing."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from grader.gradebook import Gradebook
from grader.model import (
    Kind,
    ModuleRecord,
    Problem,
    Record,
    Scope,
    Status,
    Submission,
    TaskRecord,
)
from grader.record import encode
from grader.tests.sample_records import UNGRADED
from grader.tests.test_gradebook import record

OLD = """
CREATE TABLE gradebook (version INTEGER NOT NULL PRIMARY KEY, secret VARCHAR(64) NOT NULL);
CREATE TABLE submissions (id VARCHAR(255) PRIMARY KEY, source TEXT, commit_sha VARCHAR(64),
                          submitted_at VARCHAR(40), record TEXT, updated_at VARCHAR(40));
INSERT INTO gradebook VALUES (1, 'abc');
"""


def dated(record: Record, at: str | None) -> Record:
    return replace(record, submission=replace(record.submission, submitted_at=at))


def submission(record: Record, text: str = "x = 1\n", **more: object) -> Submission:
    info = record.submission
    return Submission(
        info.id, info.source, {"0": {"a.py": text}}, info.commit, info.submitted_at, **more  # type: ignore[arg-type]
    )


def gradings(path: Path) -> int:
    connection = sqlite3.connect(path)
    (count,) = connection.execute("SELECT count(*) FROM gradings").fetchone()
    connection.close()
    return int(count)


def test_the_same_again_is_no_other_attempt(tmp_path: Path) -> None:
    """A run that finds the same leaves the book as it is; one that finds something else adds a grading."""
    with Gradebook(tmp_path / "book.db") as book:
        for score in (3.0, 3.0, 4.0):
            found = record("ada", score)
            book.finish(found, submission(found))
        ((only,),) = book.attempts().values()
        assert only.record.score == 4.0
        assert list(only.content) == ["0"]
    assert gradings(tmp_path / "book.db") == 2


def broke_on(found: Record, *broken: str) -> Record:
    tasks = (
        TaskRecord(id, "A task", Kind.TESTS, status, 0.0, 1.0)
        for id in ("0.1", "0.2")
        for status in [Status.GRADER_ERROR if id in broken else Status.WRONG]
    )
    return replace(found, modules=(ModuleRecord("0", "One", 0.0, 2.0, tuple(tasks)),))


def test_what_the_grader_broke_on_takes_the_place_of_nothing_whole(tmp_path: Path) -> None:
    """Both are kept; where nothing whole is there of the same tasks, the last counts."""
    with Gradebook(tmp_path / "book.db") as book:

        def found(score: float, *broken: str) -> float:
            made = broke_on(record("ada", score), *broken)
            book.finish(made, submission(made))
            ((only,),) = book.attempts().values()
            return only.record.score

        assert found(1.0, "0.1") == 1.0
        assert found(2.0, "0.2") == 2.0
        assert found(3.0) == 3.0
        assert found(4.0, "0.1") == 3.0
        assert found(5.0, "0.2") == 3.0
        assert found(6.0) == 6.0
        fewer = replace(record("ada", 7.0), modules=())
        book.finish(fewer, submission(fewer))
        assert found(8.0, "0.1") == 6.0
    assert gradings(tmp_path / "book.db") == 8


def test_what_a_run_came_to_last_is_last(tmp_path: Path) -> None:
    """Whoever grades an older commit now, since it was in time, wants that one to count; and may think again."""
    with Gradebook(tmp_path / "book.db") as book:
        made = []
        for day, text in ((7, "x = 2\n"), (3, "x = 1\n")):
            found = dated(record("ada", float(day)), f"2026-10-{day:02}T10:00:00+00:00")
            made.append((found, submission(found, text)))
            book.finish(*made[-1])
        first, second = book.attempts()["ada"]
        assert [first.record.score, second.record.score] == [7.0, 3.0]
        assert first.content != second.content
        assert book.works() == {"ada": {"0": {"a.py": "x = 1\n"}}}
        assert book.record("ada") == second.record
        book.finish(*made[0])
        assert [a.record.score for a in book.attempts()["ada"]] == [3.0, 7.0]


def test_without_dates_who_goes_back_has_handed_in_again(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "book.db") as book:
        for text in ("x = 1\n", "x = 2\n", "x = 1\n"):
            found = dated(record("ada"), None)
            book.finish(found, submission(found, text))
        assert len(book.attempts()["ada"]) == 3
        assert book.works()["ada"]["0"]["a.py"] == "x = 1\n"


def test_what_was_handed_in_comes_back_as_it_was_taken(tmp_path: Path) -> None:
    found = record("ada")
    taken = submission(
        found, "é陈\u202e\n", problems=(Problem("b.py", "is a link"),), student="Ada"
    )
    with Gradebook(tmp_path / "book.db") as book:
        book.finish(replace(found, submission=replace(found.submission, student="Ada")), taken)
        assert book.handed_in("ada", 1) == taken
        book.regraded(replace(found, score=1.0), 1, Scope())
        assert [a.record.score for a in book.attempts()["ada"]] == [1.0]


def test_a_book_of_the_first_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """Its records become attempts; a later run of the same work adds to them."""
    found = record("ada")
    connection = sqlite3.connect(tmp_path / "book.db")
    connection.executescript(OLD)
    row = ("ada", "class/ada.zip", "ab" * 20, found.submission.submitted_at, encode(found).decode())
    connection.execute("INSERT INTO submissions VALUES (?, ?, ?, ?, ?, '2026-10-06')", row)
    connection.commit()
    connection.close()
    for _ in range(2):
        with Gradebook(tmp_path / "book.db") as book:
            assert book.secret == "abc"
            assert book.records() == [found]
            assert book.attempts()["ada"][0].received_at == "2026-10-06"


def test_a_book_of_the_second_version_is_brought_up_to_date(tmp_path: Path) -> None:
    """It lacks a table and a column, and keeps everything that it has."""
    with Gradebook(tmp_path / "book.db") as book:
        book.finish(record("ada", 3.0))
    with closing(sqlite3.connect(tmp_path / "book.db")) as old, old:
        old.executescript("DROP TABLE ungraded; ALTER TABLE gradings DROP COLUMN scope")
        old.executescript("UPDATE gradebook SET version = 2")
        old.executescript("CREATE TABLE submissions (id VARCHAR(255) PRIMARY KEY)")  # of version 1
    with Gradebook(tmp_path / "book.db") as book:
        assert [found.score for found in book.records()] == [3.0]
        assert book.ungraded() == {}


def test_what_could_not_be_graded_is_no_attempt(tmp_path: Path) -> None:
    """It stands beside the attempts until a run grades the submission."""
    ungraded = replace(UNGRADED, submission=replace(UNGRADED.submission, id="ada"))
    with Gradebook(tmp_path / "book.db") as book:
        book.set_aside(ungraded)
        book.set_aside(ungraded)
        assert (book.ungraded(), book.attempts()) == ({"ada": ungraded}, {})
        book.finish(record("bob", 1.0))
        assert list(book.ungraded()) == ["ada"]
        book.finish(record("ada", 1.0))
        assert (book.ungraded(), list(book.attempts())) == ({}, ["ada", "bob"])


def finish_all(where: str | Path, wrong: list[str]) -> None:
    """Finish twenty submissions, in a book of one's own."""
    try:
        with Gradebook(where) as book:
            for number in range(20):
                found = record(f"student-{number}")
                book.finish(found, submission(found))
    except Exception as error:
        wrong.append(str(error))


def assert_graders_agree(where: str | Path) -> None:
    """Have four graders finish the same at once: each attempt is there once, and so is its grading."""
    wrong: list[str] = []
    threads = [threading.Thread(target=finish_all, args=(where, wrong)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    with Gradebook(where) as book:
        assert [len(all) for all in book.attempts().values()] == [1] * 20


def test_graders_that_find_the_same_at_once_keep_it_once(tmp_path: Path) -> None:
    assert_graders_agree(tmp_path / "book.db")
    assert gradings(tmp_path / "book.db") == 20
