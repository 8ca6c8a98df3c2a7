"""``grader gradebook history`` and ``adjust``: nothing about a score is left to be guessed."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from grader import record as records
from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.model import Record
from grader.tests.sample_records import ALICE, SKELETON

RULES = """
counts = "best"

[due]
0 = 2026-10-05T10:00:00Z

[late]
percent_per_day = 10
"""


def handed_in(record: Record, at: str, share: float) -> Record:
    """Date a record, and scale what it earned."""
    info = replace(record.submission, submitted_at=at, student="Álice “Al” Li")
    modules = tuple(replace(m, score=round(m.score * share, 2)) for m in record.modules)
    score = round(sum(m.score for m in modules), 2)
    return replace(record, submission=info, modules=modules, score=score)


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COLUMNS", "140")
    monkeypatch.setenv("LOGNAME", "li")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "class.toml").write_text(RULES, "utf-8")
    with Gradebook(folder / "gradebook.db") as book:
        book.finish(handed_in(ALICE, "2026-10-05T09:00:00+00:00", 0.5))
        book.finish(handed_in(ALICE, "2026-10-06T09:00:00+00:00", 1.0))
        book.finish(SKELETON)
    return folder


def test_every_attempt_and_what_counts_of_it(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The better attempt counts although it came a day late, and the cost of that is told."""
    alice = ALICE.submission.id
    assert run(["gradebook", "history", str(out), alice]) == 0
    shown = capsys.readouterr().out
    assert "Álice “Al” Li" in shown
    assert "2026-10-05 09:00 UTC" in shown and "2026-10-06 09:00 UTC" in shown
    first, second = (line for line in shown.splitlines() if " UTC " in line)
    assert first.endswith("nothing") and "module0" in second
    assert "Module 0: 1 day late" in shown
    assert run(["gradebook", "history", str(out), "bob"]) == 2
    assert "No submission bob." in capsys.readouterr().err


def test_points_by_hand_reach_every_output(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With author and reason; to take them back is another entry."""
    alice = ALICE.submission.id
    before = score(out, alice)
    command = ["gradebook", "adjust", str(out), alice, "-1.5", "--module", "0", "--reason"]
    assert run([*command, "[red] =1+1, talked it over"]) == 0
    shown = capsys.readouterr().out
    assert "−1.5" in shown and "li" in shown and "[red] =1+1, talked it over" in shown
    assert score(out, alice) == pytest.approx(before - 1.5)
    assert run([*command[:4], "+1.50", "--reason", "sorry", "--author", "Prof. Ó"]) == 0
    assert "Prof. Ó" in capsys.readouterr().out
    assert score(out, alice) == pytest.approx(before)
    assert run(["gradebook", "report", str(out)]) == 0
    page = (out / "submissions" / alice / "report.html").read_text("utf-8")
    assert "talked it over (li, " in page and "sorry (Prof. Ó, " in page
    assert records.read(out / "submissions" / alice / "record.json").score == pytest.approx(before)


@pytest.mark.parametrize(
    "arguments, told",
    [
        (["two", "--reason", "x"], "'two' is not a number of points"),
        (["0", "--reason", "x"], "and not 0"),
        (["nan", "--reason", "x"], "and not 0"),
        (["1e9", "--reason", "x"], "points between"),
        (["2"], "Missing option '--reason'"),
        (["2", "--reason", " "], "a reason that the student can read"),
        (["2", "--reason", "x", "--module", "9"], "No module 9."),
    ],
)
def test_what_can_be_no_adjustment(
    out: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["gradebook", "adjust", str(out), ALICE.submission.id, *arguments]) == 2
    assert told in capsys.readouterr().err
    with Gradebook(out / "gradebook.db") as book:
        assert book.adjustments() == []


def test_rules_that_mean_nothing_are_told(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (out / "class.toml").write_text("counts = 'worst'", "utf-8")
    assert run(["gradebook", "show", str(out)]) == 2
    assert f"where: {out / 'class.toml'}, counts" in capsys.readouterr().err


def test_an_extension_that_is_nobodys_is_told(
    out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A typing error in a name would cost its student points."""
    name = ALICE.submission.id.upper()
    (out / "class.toml").write_text(f'[extensions."{name}"]\n0 = 2030-01-01T00:00:00Z\n', "utf-8")
    assert run(["gradebook", "show", str(out)]) == 0
    assert capsys.readouterr().err.startswith(
        f"warning: class.toml extends due dates of {name}, of whom nothing was graded. Did you mean"
    )


def score(out: Path, submission: str) -> float:
    """Read a score off the export."""
    assert (
        run(["gradebook", "export", str(out), "--format", "csv", "--to", str(out / "x.csv")]) == 0
    )
    with open(out / "x.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return next(float(row["score"]) for row in rows if row["submission"] == submission)
