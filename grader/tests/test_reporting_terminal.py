"""The terminal's output: complete, never wider than the terminal, and never obeyed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from grader.model import Record
from grader.reporting import terminal, words
from grader.tests import sample_records as samples

WIDTHS = [28, 40, 60, 83, 84, 100, 160]


def shown(what: RenderableType, width: int = 110) -> str:
    """Print to a file as wide as ``width``."""
    file = io.StringIO()
    Console(file=file, width=width).print(what)
    return file.getvalue()


def rendered(record: Record, width: int = 110) -> str:
    """Show one record as plain text."""
    return shown(terminal.render(record), width)


def test_the_whole_output() -> None:
    """What a student sees, from top to bottom."""
    lines = rendered(samples.ALICE).splitlines()
    assert lines[:5] == [
        "alice",
        "18.33 of 34 points  Verified: by the tests, and by fresh questions that a reference answered too",
        "",
        "0      Fundamentals           ━━━━┄┄┄┄┄┄          9.33 / 20",
        "  0.1  Operators              ✗ wrong              2.67 / 4  2 tests fail, test_sigmoid_is_symmetric first",
    ]
    start = lines.index("Task 0.1, Operators: wrong")
    assert lines[start:] == [
        "Task 0.1, Operators: wrong",
        "  test_sigmoid_is_symmetric failed",
        "  in minitorch/operators.py:57",
        "  The sigmoid of -x is 1 minus the sigmoid of x.",
        "  input     │ x = 2.0",
        "  got       │ sigmoid(-2.0) = 0.3576",
        "  expected  │ sigmoid(-2.0) = 0.1192",
        "  message   │ AssertionError: sigmoid(-2.0) + sigmoid(2.0) is 1.2384, not 1",
        "            │ tests/test_operators.py:88: in test_sigmoid_is_symmetric",
        "            │     assert close(sigmoid(-x) + sigmoid(x), 1.0)",
        "  hint      │ For a negative x, exp(-x) is large. Look at which of the two formulas your branch takes, and at",
        "            │ its sign.",
        "  14 of 16 tests passed, 214 of 320 answers right",
        "  and 107 more failures",
        "",
        "Fix task 0.1, Operators, in minitorch/operators.py:57. Then run:",
        "  cd module0 && pytest -m task0_1 -k test_sigmoid_is_symmetric",
    ]


@pytest.mark.parametrize("width", WIDTHS)
def test_every_status_is_told_by_its_word(width: int) -> None:
    """Wide or narrow, with the task's reason beside it or below it."""
    said = rendered(samples.ALICE, width)
    for word in words.STATUS.values():
        assert word in said + rendered(samples.UNREAD, width).replace("\n", " ")
    assert "it needs task 0.3"[: width - 24] in said


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("record", samples.CLASS[:3] + samples.CLASS[4:])
def test_no_line_is_wider_than_the_terminal(record: Record, width: int) -> None:
    """Nor does one end in blanks."""
    for line in rendered(record, width).splitlines():
        assert len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("width", [*range(8, 130, 11)])
@pytest.mark.parametrize("said", samples.HOSTILE)
def test_no_line_is_a_command_to_a_runner(said: str, width: int) -> None:
    """At no width does student text begin a line with ``::``, hold ``##[``, or move the cursor."""
    record = samples.hostile(said)
    output = rendered(record, width) + shown(terminal.class_table([record]), width)
    assert not any(line.lstrip().startswith("::") for line in output.splitlines())
    assert "##[" not in output
    assert not set(output) & {"\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066"}


def test_a_score_is_accounted_for() -> None:
    """Where rules or a person changed it, and the student's name beside the id."""
    lines = rendered(samples.ADJUSTED).splitlines()
    assert lines[0] == "alice, Alice Liddell"
    rows = [line.rsplit(maxsplit=1) for line in lines]
    start = rows.index(["Earned by the tasks", "18.33"])
    assert rows[start + 1 : start + 5] == [
        ["Module 0: 1 day late", "−0.93"],
        ["Module 1: 2 findings of black and flake8", "−2"],
        ["a fine question", "+1.5"],
        ["Score", "16.9"],
    ]


def test_markup_is_text() -> None:
    """``[red]`` colours nothing and ``[/]`` breaks nothing."""
    assert samples.RICH in rendered(samples.hostile(samples.RICH), 200)


def test_long_text_is_cut() -> None:
    """No text makes the output long."""
    output = rendered(samples.hostile("line\n" * 10_000))
    assert "more lines" in output
    assert output.count("\n") <= 180
    assert "more characters are left out" in rendered(samples.hostile(samples.LONG))


def test_a_grader_that_broke_blames_nobody() -> None:
    """There is no zero and no command."""
    said = rendered(samples.GRADER_BROKE)
    assert "! the grader broke  – / 4  no reference answered (" in said
    assert "Grade it again." in said
    assert "tests passed" not in said


@pytest.mark.parametrize("width", [30, 44, 60, 110])
def test_the_command_can_be_pasted(width: int) -> None:
    """A command too long for a line goes on after a backslash, as a shell wants it."""
    lines = rendered(samples.ALICE, width).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("  cd module0"))
    whole = "\n".join(line.strip() for line in lines[start:]).replace(" \\\n", " ")
    assert whole == samples.SIGMOID.command


def test_weak_confinement_is_shouted() -> None:
    """A record of level C says so at its head, and a class with one says so too."""
    assert rendered(samples.WEAK).splitlines()[2] == words.UNSANDBOXED
    table = shown(terminal.class_table(samples.CLASS))
    assert words.UNSANDBOXED in table and "UNSANDBOXED ✓ everything passes" in table


def test_notes_are_few() -> None:
    """Style is a line; of many problems five are listed."""
    said = rendered(samples.ALICE)
    assert "problem: module0/minitorch/module.py: larger than 256 KiB; left out" in said
    assert "style: black would reformat minitorch/operators.py; and 1 more" in said
    many = replace(samples.REFERENCE, problems=samples.ALICE.problems[:1] * 9)
    assert rendered(many).count("problem: module0") == 5
    assert "problem: and 4 more" in rendered(many)


def test_the_seed_stays_out() -> None:
    """A student who knows the seed knows the questions."""
    assert samples.SEED not in rendered(samples.ALICE)


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    """``NO_COLOR`` takes the colours, and no word goes with them."""
    monkeypatch.setenv("NO_COLOR", "1")
    file = io.StringIO()
    Console(file=file, width=110, force_terminal=True).print(terminal.render(samples.ALICE))
    assert "\x1b[31m" not in file.getvalue() and "\x1b[1;31m" not in file.getvalue()
    assert "wrong" in file.getvalue()


@pytest.mark.parametrize("record", samples.CLASS)
def test_a_terminal_without_utf_8(record: Record) -> None:
    """Marks and names are spelled in ASCII, and nothing fails."""
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    Console(file=file, width=100).print(terminal.render(record))
    file.flush()
    assert b"?" not in raw.getvalue().replace(b"asked?", b"")


def table_of(records: Sequence[Record], width: int) -> list[str]:
    """Show a class, as lines."""
    return shown(terminal.class_table(records), width).splitlines()


def test_class_table() -> None:
    """A submission is a line: its scores, and what keeps it from full marks."""
    lines = table_of(samples.CLASS, 110)
    assert lines[0].split() == "submission score of m0 m1 first to look at".split()
    assert lines[1].startswith(
        "1  alice                             18.33  34  9.33   9  ✗ 0.1 wrong: 2 tests"
    )
    assert "no module here" in lines[3]
    assert lines[5].split()[:5] == ["5", "reference", "20", "20", "20"]
    assert (
        lines[-1]
        == "8 submissions, 2 with full marks, 1 with nothing to grade, 2 to grade again: the grader broke"
    )


@pytest.mark.parametrize("width", [50, 80, 110])
def test_class_table_keeps_scores_when_narrow(width: int) -> None:
    """Names and reasons give way, numbers don't; and every submission stays one line."""
    lines = table_of(samples.CLASS, width)
    assert "18.33" in lines[1] and "9.33" in lines[1]
    assert [line.split()[0] for line in lines[1:9]] == list("12345678")


def test_an_empty_class() -> None:
    """No submission is no crash."""
    assert table_of([], 80)[-1] == "0 submissions, 0 with full marks"
