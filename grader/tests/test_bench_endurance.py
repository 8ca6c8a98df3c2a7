"""A class whose grading is killed again and again ends with the gradebook of one that was left alone."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from grader.bench.endurance import essence, grade_and_kill
from grader.tests.toy import Toy
from grader.tests.toy_work import EXITING_CLAMP, OPS, WRONG_CLAMP, solved, write_work


@pytest.fixture
def klass(toy_course: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(toy_course.root)
    course, folder = toy_course.load(), tmp_path / "class"
    for number, spoilt in enumerate(["", WRONG_CLAMP, EXITING_CLAMP, ""]):
        files = solved(course)
        files["0"][OPS] += f"{spoilt}\n\n# student {number // 2}\n"
        write_work(folder / f"student-{number}", files)
    return folder


def test_kill_9_changes_nothing_in_the_end(klass: Path, tmp_path: Path) -> None:
    """Nothing is lost, nothing is there twice, and the book is sound."""
    killed, alone = tmp_path / "killed", tmp_path / "alone"
    assert grade_and_kill(klass, killed, kills=3, within=9.0, seed=1) >= 1
    grade_and_kill(klass, alone, kills=0, within=1.0, seed=1)
    found = essence(killed / "gradebook.db")
    assert found == essence(alone / "gradebook.db")
    assert found["integrity"] == "ok"
    assert len(found["attempts"]) == 4
    assert (
        json.loads((killed / "submissions" / "student-0" / "record.json").read_bytes())["score"]
        == 10.0
    )


def test_a_difference_is_seen(klass: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    grade_and_kill(klass, out, kills=0, within=1.0, seed=1)
    before = essence(out / "gradebook.db")
    connection = sqlite3.connect(out / "gradebook.db")
    connection.execute("UPDATE verdicts SET fraction = '1/3' WHERE task = '0.2'")
    connection.commit()
    connection.close()
    assert essence(out / "gradebook.db") != before
