"""``grader gradebook regrade``: after a change of tests, whose score would change and why, from the gradebook alone."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.classes.fingerprint import course_state
from grader.classes.policy import Policy
from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.model import Course, Kind, Level, Scope
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


def regrade(out: Path, *options: str) -> int:
    return run(["gradebook", "regrade", str(out), "--jobs", "1", *options])


def of_tasks(out: Path) -> dict[str, list[str]]:
    with Gradebook(out / "gradebook.db") as book:
        return {r.submission.id: [t.id for m in r.modules for t in m.tasks] for r in book.records()}


def scopes(out: Path) -> dict[str, Scope]:
    with Gradebook(out / "gradebook.db") as book:
        return {id: attempts[-1].scope for id, attempts in book.attempts().items()}


@pytest.fixture
def limited(opened: Callable[[], int], klass: Path, tmp_path: Path) -> Path:
    """Grade one task of the class, and another one of ada's work."""
    out = tmp_path / "limited"
    for command in ([str(klass), "--only", "0.1"], [str(klass / "ada"), "--only", "0.2"]):
        assert run(["grade", *command, "--out", str(out), "--jobs", "1"]) == 0
    return out


def test_what_was_not_asked_for_is_not_graded_later(
    toy_course: Toy, limited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A class that was graded on one task of a module stays out of that task's points; so says a dry run."""
    before, tasks = scores(limited), of_tasks(limited)
    assert tasks == {"ada": ["0.2"], "bob": ["0.1"], "cid": ["0.1"]}
    capsys.readouterr()
    assert regrade(limited, "--dry-run") == 0
    assert "3 attempts graded again: nothing changes." in capsys.readouterr().out
    change_a_test(toy_course)
    assert regrade(limited, "--dry-run") == 0
    assert "the task is new" not in capsys.readouterr().out
    assert regrade(limited) == 0
    assert of_tasks(limited) == tasks
    assert scores(limited) == {**before, "bob": 1.5}  # three of four tests


def test_a_book_that_does_not_say_what_was_asked_is_graded_on_what_its_records_hold(
    limited: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(sqlite3.connect(limited / "gradebook.db")) as book, book:
        book.execute("UPDATE gradings SET scope = NULL")
    capsys.readouterr()
    assert regrade(limited) == 0
    assert "3 attempts graded again: nothing changes." in capsys.readouterr().out
    assert scopes(limited)["bob"] == Scope(modules=("0",), tasks=("0.1",))


def test_a_seed_that_was_asked_for_is_asked_for_again(
    toy_course: Toy, opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = ["--out", str(out), "--only", "0.1", "--jobs", "1", "--seed", "7"]
    assert run(["grade", str(klass / "ada"), *arguments]) == 0
    change_a_test(toy_course)
    with closing(sqlite3.connect(out / "gradebook.db")) as book, book:
        book.execute("UPDATE gradings SET scope = NULL")  # the record itself says it
    for _ in range(2):
        assert regrade(out) == 0
        with Gradebook(out / "gradebook.db") as kept:
            assert kept.records()[0].seed == "7"
        assert scopes(out)["ada"].seed == 7


def test_a_module_that_was_due_and_missing_still_is(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.rmtree(klass / "ada" / "module1")
    arguments = ["--out", str(out), "--only", "0.1", "--modules", "0,1", "--jobs", "1"]
    assert run(["grade", str(klass / "ada"), *arguments]) == 0
    assert regrade(out) == 0
    with Gradebook(out / "gradebook.db") as book:
        (record,) = book.records()
    assert [module.id for module in record.modules] == ["0", "1"]
    assert "module1" in {problem.path for problem in record.problems}


def test_the_sandbox_is_as_strong_as_it_was_asked_to_be(
    limited: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless something else is asked for now."""
    seen: list[Policy] = []

    def noted(course: Course, book: Gradebook, policy: Policy, *rest: Any) -> Any:
        seen.append(policy)
        return crew(course, book, policy, *rest)

    from grader.classes import crew as module

    crew = module.crew
    monkeypatch.setattr(module, "crew", noted)
    with Gradebook(limited / "gradebook.db") as book:
        for student, attempts in book.attempts().items():
            strict = Scope(tasks=("0.1",), require=Level.B) if student == "bob" else Scope()
            book.regraded(attempts[0].record, 1, strict)
    assert regrade(limited, "bob") == 0
    assert regrade(limited, "bob", "--require-sandbox", "A") in (0, 3)
    assert regrade(limited, "cid", "--dry-run") == 0
    assert [policy.require for policy in seen] == [Level.B, Level.A, None]


def test_real_data_that_is_gone_stops_it_all(
    limited: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Networks are not trained on made-up data in its place; where nothing was trained, nobody needs it."""
    gone = Scope(tasks=("0.1",), data=tmp_path / "gone")
    with Gradebook(limited / "gradebook.db") as book:
        (cid,) = book.attempts("cid")["cid"]
        book.regraded(cid.record, 1, gone)
    assert regrade(limited, "cid") == 0
    (module,) = cid.record.modules
    task = replace(module.tasks[0], kind=Kind.TRAINING)
    trained = replace(cid.record, modules=(replace(module, tasks=(task,)),))
    with Gradebook(limited / "gradebook.db") as book:
        book.regraded(trained, 1, gone)
    capsys.readouterr()
    assert regrade(limited) == 2
    assert capsys.readouterr().err == (
        "The real data that cid, attempt 1 was graded with is gone.\n"
        f"  where: {tmp_path / 'gone'}\n"
        "  next:  grader gradebook regrade OUT --data FOLDER; nothing was changed\n"
    )
    (tmp_path / "moved").mkdir()
    assert regrade(limited, "cid", "--data", str(tmp_path / "moved")) == 0
    assert scopes(limited)["cid"].data == tmp_path / "moved"
