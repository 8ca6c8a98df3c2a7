"""``grader gradebook``: what was graded, shown again and written again."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader import record as records
from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.tests.sample_records import ALICE, REFERENCE, SKELETON


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of results of three submissions, of which only the gradebook is left."""
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "out").mkdir()
    with Gradebook(tmp_path / "out" / "gradebook.db") as book:
        for record in (ALICE, REFERENCE, SKELETON):
            book.finish(record)
    return tmp_path / "out"


@pytest.mark.parametrize("named", ["", "gradebook.db"], ids=["folder", "file"])
def test_the_class(out: Path, capsys: pytest.CaptureFixture[str], named: str) -> None:
    assert run(["gradebook", "show", str(out / named)]) == 0
    shown = capsys.readouterr().out
    for record in (ALICE, REFERENCE, SKELETON):
        assert record.submission.id in shown
    assert "3 submissions" in shown


def test_one_submission(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "show", str(out), ALICE.submission.id]) == 0
    shown = capsys.readouterr().out
    assert ALICE.submission.id in shown and "3 submissions" not in shown
    assert ALICE.modules[0].tasks[0].title in shown


def test_an_unknown_submission(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "show", str(out), "referense"]) == 2
    assert capsys.readouterr().err == (
        "No submission referense. Did you mean reference?\n"
        f"  where: {out}\n"
        f"  next:  grader gradebook show {out}\n"
    )


def test_the_pages_are_written_again(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "report", str(out)]) == 0
    assert capsys.readouterr().out == f"Reports: {out / 'index.html'}\n"
    assert (out / "index.html").is_file()
    for record in (ALICE, REFERENCE, SKELETON):
        assert records.read(out / record.submission.id / "record.json") == record
        assert (out / record.submission.id / "report.html").is_file()


def test_pages_that_cannot_be_written(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / ALICE.submission.id).write_text("in the way\n")
    assert run(["gradebook", "report", str(out)]) == 2
    assert capsys.readouterr().err.startswith("Can't write there: File exists.\n")


def test_an_empty_gradebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Gradebook(tmp_path / "gradebook.db"):
        pass
    assert run(["gradebook", "show", str(tmp_path)]) == 0
    assert run(["gradebook", "report", str(tmp_path)]) == 0


def test_a_file_that_is_no_gradebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gradebook.db").write_text("grades\n")
    assert run(["gradebook", "show", str(tmp_path)]) == 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "This file is not a gradebook, and it is left alone."
    assert len(said) == 3
