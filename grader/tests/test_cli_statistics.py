"""``grader gradebook stats``: a class in numbers, on the terminal and in a file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.model import SubmissionInfo
from grader.reporting.statistics import ClassStatistics, statistics_of
from grader.tests import sample_records as samples

# Its id has to be one that a database takes.
HOSTILE = replace(samples.EVERY_TEXT, submission=SubmissionInfo(samples.MARKUP, "x"))
CLASS = [HOSTILE if each is samples.EVERY_TEXT else each for each in samples.ALL]


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a folder of results of a class in which everything happened."""
    monkeypatch.setenv("COLUMNS", "100")
    with Gradebook(tmp_path / "gradebook.db") as book:
        for record in CLASS:
            book.finish(record)
    return tmp_path


def test_stats(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "stats", str(out)]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[:7] == [
        "11 submissions, median score 24%",
        "2 with full marks: reference, 松本-小百合",
        "3 with nothing that could be scored",
        "1 submission that could not be graded:",
        "  locked: it can't be read here: Permission denied",
        "1 submission with files that could not be read:",
        "  windows: module0/minitorch/operators.py is UTF-16 text; save it as UTF-8",
    ]
    (row,) = [line.split() for line in said if line.startswith("  0.3 ")]
    assert row[:8] == ["0.3", "Functional", "Python", "9", "37%", "0%", "?1", "✗2"]


def test_the_numbers_in_a_file(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = out / "new" / "stats.json"
    assert run(["gradebook", "stats", str(out), "--json", str(path)]) == 0
    assert "11 submissions" in capsys.readouterr().out
    with Gradebook(out / "gradebook.db") as book:
        found = statistics_of(book.records())
    assert msgspec.json.decode(path.read_bytes(), type=ClassStatistics) == found
    plain = json.loads(path.read_text("utf-8"))
    assert (plain["submissions"], plain["distribution"]) == (11, [4, 0, 0, 0, 1, 0, 0, 0, 0, 3])
    assert [gap["submission"] for gap in plain["unread"]] == ["windows"]
    assert plain["unread"][0]["cure"] == "save it as UTF-8"
    assert [gap["submission"] for gap in plain["ungraded"]] == ["locked"]
    assert plain["modules"][0]["tasks"][2]["common_failure"] == {
        "test": "test_zip_with",
        "message": "Task 0.3: implement zipWith in minitorch/operators.py",
        "submissions": 2,
        "example": "alice",
    }


def test_a_file_that_cannot_be_written(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "way").write_text("in the way\n")
    path = out / "way" / "stats.json"
    assert run(["gradebook", "stats", str(out), "--json", str(path)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert said[:2] == ["Can't write there: File exists.", f"  where: {path}"]


def test_no_gradebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["gradebook", "stats", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("There is no gradebook here.\n")


def test_an_empty_gradebook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Gradebook(tmp_path / "gradebook.db"):
        pass
    assert run(["gradebook", "stats", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0 submissions\n"
