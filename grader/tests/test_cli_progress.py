"""Progress where there is no terminal: lines for a log."""

from __future__ import annotations

import pytest

from grader.cli.progress import Lines


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
