"""What was asked of a run is kept with what it found, and is read off the record where an older grader kept neither."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.tables import VERSION
from grader.model import (
    Kind,
    Level,
    ModuleRecord,
    Record,
    SandboxReport,
    Scope,
    Status,
    TaskRecord,
)
from grader.tests.test_gradebook import record
from grader.tests.test_gradebook_attempts import submission

ASKED = Scope(("0",), ("0.1",), 7, Level.A, False, Path("/data/real"))


def graded(*tasks: str, status: Status = Status.PASSED, **more: object) -> Record:
    """Make ada's record of tasks that are worth a point each."""
    modules = tuple(
        ModuleRecord(id, f"Module {id}", float(len(own)), float(len(own)), own)
        for id in sorted({task[0] for task in tasks})
        for own in [
            tuple(
                TaskRecord(task, "A task", Kind.TESTS, status, 1.0, 1.0)
                for task in tasks
                if task[0] == id
            )
        ]
    )
    points = float(len(tasks))
    return replace(record("ada"), modules=modules, score=points, points=points, **more)  # type: ignore[arg-type]


def only_attempt(book: Gradebook) -> tuple[Record, Scope]:
    ((attempt,),) = book.attempts().values()
    return attempt.record, attempt.scope


def task_ids(record: Record) -> list[str]:
    return [task.id for module in record.modules for task in module.tasks]


@pytest.mark.parametrize("scope", [Scope(), ASKED, Scope(allow_weak=True)])
def test_what_was_asked_comes_back(tmp_path: Path, scope: Scope) -> None:
    found = graded("0.1")
    with Gradebook(tmp_path / "book.db") as book:
        book.finish(found, submission(found), scope)
    with Gradebook(tmp_path / "book.db") as book:
        assert only_attempt(book) == (found, scope)


def test_the_same_result_of_another_question_is_another_grading(tmp_path: Path) -> None:
    found = graded("0.1")
    with Gradebook(tmp_path / "book.db") as book:
        for scope in (Scope(), Scope(), ASKED):
            book.finish(found, submission(found), scope)
            assert only_attempt(book) == (found, scope)
    with closing(sqlite3.connect(tmp_path / "book.db")) as connection:
        assert connection.execute("SELECT count(*) FROM gradings").fetchone() == (2,)


def as_of_version_2(path: Path) -> None:
    """Make a book what the grader before this one would have left."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("ALTER TABLE gradings DROP COLUMN scope")
        connection.execute("UPDATE gradebook SET version = 2")
        connection.execute(
            "CREATE TABLE submissions (id, source, commit_sha, submitted_at, record, updated_at)"
        )
        connection.execute("INSERT INTO submissions VALUES ('x', '', NULL, NULL, '', '')")


def test_an_older_book_is_brought_up_to_date_and_its_records_say_what_was_asked(
    tmp_path: Path,
) -> None:
    """The table that version 1 left in it is not read a second time."""
    weak = SandboxReport(Level.C, ("limits",))
    found = graded("0.1", "1.2", seed="99", sandbox=weak)
    with Gradebook(tmp_path / "book.db") as book:
        book.finish(found, submission(found), ASKED)
    as_of_version_2(tmp_path / "book.db")
    for _ in range(2):
        with Gradebook(tmp_path / "book.db") as book:
            scope = Scope(("0", "1"), ("0.1", "1.2"), 99, allow_weak=True)
            assert only_attempt(book) == (found, scope)
    with closing(sqlite3.connect(tmp_path / "book.db")) as connection:
        assert connection.execute("SELECT version FROM gradebook").fetchone() == (VERSION,)


def test_modules_that_were_graded_one_by_one_all_count(tmp_path: Path) -> None:
    """Whoever finished early and pushes nothing more loses nothing when the next module is graded."""
    with Gradebook(tmp_path / "book.db") as book:
        for id in "012":
            found = graded(f"{id}.1", f"{id}.2")
            book.finish(found, submission(found), Scope(modules=(id,)))
        whole, scope = only_attempt(book)
        assert (whole.score, whole.points) == (6.0, 6.0)
        assert task_ids(whole) == ["0.1", "0.2", "1.1", "1.2", "2.1", "2.2"]
        assert scope == Scope(modules=("0", "1", "2"))


def test_a_module_counts_as_it_was_graded_last(tmp_path: Path) -> None:
    """Fewer tasks of it are what was asked for; what the grader broke on takes no place of what is whole."""
    gradings = [
        (graded("0.1", "0.2", "1.1"), Scope(seed=7)),
        (graded("0.1"), Scope(tasks=("0.1",), seed=7, data=Path("/data"))),
        (graded("1.1", status=Status.GRADER_ERROR), Scope(modules=("1",), seed=7)),
        (graded("2.1"), Scope(modules=("2",), seed=7)),
    ]
    with Gradebook(tmp_path / "book.db") as book:
        for found, scope in gradings:
            book.finish(found, submission(found), scope)
        whole, scope = only_attempt(book)
        assert task_ids(whole) == ["0.1", "1.1", "2.1"]
        assert {t.status for m in whole.modules for t in m.tasks} == {Status.PASSED}
        assert scope == Scope(("0", "1", "2"), ("0.1", "1.1", "2.1"), 7, data=Path("/data"))


def test_a_record_of_several_runs_claims_no_more_than_the_weakest_of_them(tmp_path: Path) -> None:
    with Gradebook(tmp_path / "book.db") as book:
        for id, level in (("0", Level.B), ("1", Level.A)):
            found = graded(f"{id}.1", sandbox=SandboxReport(level, ()))
            book.finish(found, submission(found), Scope(modules=(id,)))
        assert only_attempt(book)[0].sandbox.level is Level.B
