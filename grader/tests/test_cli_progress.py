"""Progress: a bar and, where there is no terminal, lines for a log."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grader.cli.progress import ClassProgress, Lines
from grader.model import Submission


def said(capsys: pytest.CaptureFixture[str], submissions: int, seconds_each: float) -> list[str]:
    seconds = iter(range(10_000))
    lines = Lines(submissions, now=lambda: next(seconds) * 10 * seconds_each)
    for _ in range(submissions):
        lines.count()
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def test_a_line_for_every_ten(capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, 25, 4.0) == [
        "10 of 25 submissions, about 1 min left",
        "20 of 25 submissions, less than a minute left",
    ]
    assert said(capsys, 3000, 20.0)[:2] == [
        "10 of 3,000 submissions, about 17 hours left",
        "20 of 3,000 submissions, about 17 hours left",
    ]


@pytest.mark.parametrize("submissions", [1, 9, 10])
def test_none_for_a_few(capsys: pytest.CaptureFixture[str], submissions: int) -> None:
    assert said(capsys, submissions, 60.0) == []


def test_a_name_is_no_markup() -> None:
    """Whatever a submission is called, the bar shows it, and grading goes on."""
    file = io.StringIO()
    screen = Console(file=file, force_terminal=True, width=200)
    with ClassProgress(screen, submissions=1, tasks_each=1) as progress:
        submission = Submission("[red]x[/b]", "x", {})
        assert progress.taking(submission.id, lambda: submission) is submission
        screen.print("")
    assert "[red]x[/b] …" in file.getvalue()
