"""``grader gradebook regrade``: after a change of tests, whose score would change and why, from the gradebook alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from grader.classes.fingerprint import course_state
from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.tests.test_cli_grade import klass, opened
from grader.tests.toy import Toy
from grader.tests.toy_work import solved, write_work

__all__ = ["klass", "opened"]


@pytest.fixture
def out(opened: Callable[[], int], klass: Path, tmp_path: Path) -> Path:
    """Grade the class, and lose what was handed in."""
    out = tmp_path / "out"
    assert run(["grade", str(klass), "--out", str(out), "--jobs", "1", "--modules", "0"]) == 0
    shutil.rmtree(klass)
    return out


def scores(out: Path) -> dict[str, float]:
    with Gradebook(out / "gradebook.db") as book:
        return {record.submission.id: record.score for record in book.records()}


def change_a_test(course: Toy) -> None:
    """Expect something else of clamp: what was right is wrong in one of four cases."""
    course.edit("module0/tests/test_ops.py", "(7.0, 2.0)", "(7.0, 7.0)")
    course_state.cache_clear()  # each command reads the course anew; here, all are one process


def test_whose_score_would_change_and_why(
    toy_course: Toy, out: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run tells it and changes nothing; then it is done, from the same verdicts."""
    before = scores(out)
    change_a_test(toy_course)
    capsys.readouterr()
    command = ["gradebook", "regrade", str(out), "--jobs", "1"]
    assert run([*command, "--dry-run", "--json", str(tmp_path / "changes.json")]) == 0
    shown = capsys.readouterr().out
    assert "clamp(7.0, -1.0, 2.0): got 2.0, expected 7.0" in shown
    assert "3 attempts graded again: " in shown
    assert "Nothing was changed." in shown
    assert scores(out) == before

    found = json.loads((tmp_path / "changes.json").read_bytes())
    assert {(c["student"], c["task"], c["attempt"]) for c in found["tasks"]} >= {("ada", "0.1", 1)}
    ada = next(c for c in found["scores"] if c["student"] == "ada")
    assert ada["before"] == before["ada"] > ada["after"]

    assert run([*command, "ada"]) == 0
    assert "Kept." in capsys.readouterr().out
    assert scores(out) == {**before, "ada": ada["after"]}
    assert run([*command, "ada", "--dry-run"]) == 0
    assert "1 attempt graded again: nothing changes." in capsys.readouterr().out


def test_who_is_not_there(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "regrade", str(out), "adda"]) == 2
    assert "No submission adda. Did you mean ada?" in capsys.readouterr().err
    assert run(["gradebook", "show", str(out), "--database", f"sqlite:///{out}/x.db"]) == 2
    assert "There is no gradebook here." in capsys.readouterr().err
    assert not (out / "x.db").exists()
    assert run(["gradebook", "regrade", str(out / "nowhere")]) == 2
    assert "There is no gradebook here." in capsys.readouterr().err


@pytest.mark.parametrize("damage", ["DELETE FROM contents", "UPDATE contents SET files = x'00'"])
def test_files_that_are_damaged_cost_nobody_points(
    out: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = scores(out)
    with closing(sqlite3.connect(out / "gradebook.db")) as book, book:
        book.execute(damage)
    assert run(["gradebook", "regrade", str(out), "--jobs", "1"]) == 3
    assert "the gradebook's files of module 0 are gone or damaged" in capsys.readouterr().err
    assert scores(out) == before


def test_what_the_grader_breaks_on_takes_no_place(
    toy_course: Toy, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault in the course's tests costs nobody what they had."""
    before = scores(out)
    toy_course.edit("module0/tests/test_ops.py", "(7.0, 2.0)", "(7.0, 2.0")
    course_state.cache_clear()
    assert run(["gradebook", "regrade", str(out), "--jobs", "1"]) == 3
    assert "ada, attempt 1: the grader itself broke on 0.1" in capsys.readouterr().err
    assert scores(out) == before


def test_nor_does_it_when_handed_in_again(
    toy_course: Toy, out: Path, klass: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``grade`` says so as well; what is new is graded as far as it can be, and nobody has full marks of it."""
    before = scores(out)
    for name in ("ada", "new"):
        write_work(klass / name, solved(toy_course.load()))
    toy_course.edit("module0/tests/test_ops.py", "(7.0, 2.0)", "(7.0, 2.0")
    course_state.cache_clear()
    assert run(["grade", str(klass), "--out", str(out), "--only", "0.1", "--jobs", "1"]) == 3
    printed = capsys.readouterr()
    assert "    new: the grader itself broke on 0.1\n" in printed.err
    assert "    ada: the grader itself broke on 0.1\n" in printed.err
    found = scores(out)
    assert found.pop("new") == 0.0
    assert found == before
    assert "2 submissions, 1 with full marks, 1 to grade again: the grader broke" in printed.out


def test_points_for_style_are_a_change(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Rules that came after the grading: no task changes, and scores do."""
    (out / "class.toml").write_text("[style]\neach = 0.5\nat_most = 2\n", "utf-8")
    assert run(["gradebook", "regrade", str(out), "--jobs", "1", "--dry-run"]) == 0
    assert "0 tasks and " in capsys.readouterr().out


def test_of_whom_no_files_were_kept(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A gradebook of an earlier grader has only records."""
    with Gradebook(out / "gradebook.db") as book:
        record = book.records()[0]
    with Gradebook(out / "old.db") as book:
        book.finish(record)
    assert run(["gradebook", "regrade", str(out / "old.db")]) == 0
    assert "no files were kept of them: ada" in capsys.readouterr().err
