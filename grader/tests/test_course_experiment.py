"""What the scripts of the labs share: predictions, charts, options."""

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

has_matplotlib = importlib.util.find_spec("matplotlib") is not None


@pytest.fixture
def experiment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Any]:
    """Import what labs share, which keeps its predictions in a folder of the test."""
    monkeypatch.syspath_prepend(str(SOURCE))
    loaded = importlib.import_module("project.experiment")
    monkeypatch.setattr(loaded, "KEPT", tmp_path / ".grader/predictions.json")
    yield loaded
    for name in [name for name in sys.modules if name.split(".")[0] in ("project", "minitorch")]:
        del sys.modules[name]


@pytest.fixture
def charts(experiment: Any) -> Any:
    return importlib.import_module("project.charts")


def questions(experiment: Any) -> list[Any]:
    return [
        experiment.Question("steps", "How many steps?"),
        experiment.Question("winner", "Which is the fastest?", ("full", "single")),
    ]


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """Type some lines; then the input ends."""
    left = iter(lines)

    def read(_: str) -> str:
        try:
            return next(left)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["80", "2"], {"steps": "80", "winner": "single"}),
        (["many", "1e-4", "7", "full"], {"steps": "0.0001", "winner": "full"}),
        (["", "1"], {"winner": "full"}),
        (["12"], {"steps": "12"}),
        ([], {}),
    ],
)
def test_questions_are_asked_until_the_answers_fit(
    experiment: Any, monkeypatch: pytest.MonkeyPatch, lines: list[str], expected: dict[str, str]
) -> None:
    typed(monkeypatch, *lines)
    assert experiment.ask(questions(experiment)) == expected


def test_predictions_stand_beside_findings_and_are_kept(
    experiment: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found = experiment.Findings("The table.", {"steps": "92", "winner": "single"})
    typed(monkeypatch, "1000", "")
    monkeypatch.setattr(sys, "argv", ["run_lab.py", "--predict"])
    experiment.run("1.6", "A lab.", questions(experiment), lambda options: found)
    shown = capsys.readouterr().out
    assert shown.index("How many steps?") < shown.index("The table.")
    assert shown.endswith("Predicted, and found:\n  steps   you said: 1000   found: 92\n")
    assert json.loads(experiment.KEPT.read_text()) == {"1.6": {"steps": "1000"}}
    monkeypatch.setattr(sys, "argv", ["run_lab.py"])
    experiment.run("1.6", "A lab.", questions(experiment), lambda options: found)
    assert "you said: 1000" in capsys.readouterr().out
    experiment.run("2.6", "Another.", questions(experiment), lambda options: found)
    assert capsys.readouterr().out == "The table.\n"


@pytest.mark.parametrize("damaged", ["", "[]", '{"1.6": 3}', "\xff"])
def test_damaged_predictions_are_none(
    experiment: Any, monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    experiment.KEPT.parent.mkdir()
    experiment.KEPT.write_text(damaged, "latin-1")
    monkeypatch.setattr(sys, "argv", ["run_lab.py"])
    experiment.run("1.6", "A lab.", [], lambda options: experiment.Findings("The table."))


def test_what_was_not_measured_is_said(experiment: Any) -> None:
    said = {"steps": "12", "winner": "full"}
    compared = experiment.compare(questions(experiment), said, {"steps": "92"})
    assert compared.splitlines()[1:] == [
        "  steps    you said: 12     found: 92",
        "  winner   you said: full   found: not measured",
    ]


def test_predictions_that_cannot_be_kept_are_compared_all_the_same(
    experiment: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment.KEPT.parent.write_text("a file in the way of the folder")
    typed(monkeypatch, "12")
    monkeypatch.setattr(sys, "argv", ["run_lab.py", "--predict"])
    found = experiment.Findings("", {"steps": "92"})
    experiment.run("1.6", "A lab.", questions(experiment), lambda options: found)
    shown = capsys.readouterr().out
    assert "Your predictions are not kept, as " in shown and "found: 92" in shown


def test_a_stub_ends_in_a_sentence(experiment: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def stub(options: Any) -> Any:
        raise NotImplementedError("Task 1.6: write descend")

    monkeypatch.setattr(sys, "argv", ["run_lab.py"])
    with pytest.raises(SystemExit, match=r"Nothing to show yet\. Task 1\.6: write descend"):
        experiment.run("1.6", "A lab.", [], stub)


def test_a_chart_shows_each_line_where_it_is(charts: Any) -> None:
    chart = charts.Chart(
        "Two lines", "n", "t", {"up": [(0, 0), (10, 5)], "flat": [(0, 5), (10, 5)]}
    )
    title, *rows, axis, numbers, legend = chart.text().splitlines()
    assert title == "Two lines" and legend == "t:   o up   x flat"
    assert len(rows) == charts.HEIGHT and axis.endswith("+" + "-" * charts.WIDTH)
    assert rows[0] == "        5 |" + "x" * charts.WIDTH
    assert rows[-1].startswith("        0 |oo") and "o" not in rows[-1][20:]
    assert numbers.split() == ["0", "10", "n"]


def test_a_logarithmic_chart_leaves_out_what_it_cannot_show(charts: Any) -> None:
    points = [(1, 1.0), (10, 100.0), (100, 1e4), (1000, 0.0), (2000, float("inf"))]
    chart = charts.Chart("Powers", "n", "t", {"a": points}, log_x=True, log_y=True)
    rows = chart.text().splitlines()
    assert rows[1].startswith("    10000 |") and rows[-2].split()[:3] == ["1", "100", "n"]
    marked = [row[11:].find("o") for row in rows[1 : 1 + charts.HEIGHT]]
    assert marked == sorted(marked, reverse=True)  # a straight line
    limited = charts.Chart("Powers", "n", "t", {"a": points[:2]}, limits={"ten": 10.0}, log_y=True)
    assert any(row.count("-") > 50 for row in limited.text().splitlines()[2 : charts.HEIGHT])
    assert "- ten (10)" in limited.text()


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (27_392, "27392"),
        (99_999.0, "99999"),
        (123_456, "1.235e+05"),
        (2739.64, "2740"),
        (0.5, "0.5"),
    ],
)
def test_whole_numbers_are_written_in_full(
    charts: Any, value: float, written: str, log: bool
) -> None:
    lines = {"a": [(value, value / 8), (value * 2, value)]}
    chart = charts.Chart("Steps", "n", "t", lines, log_x=log, log_y=log, limits={"most": value})
    _, first, *_, numbers, _ = chart.text().splitlines()
    assert first.split()[0] == numbers.split()[0] == written


def test_a_limit_that_is_whole_is_written_in_full(charts: Any) -> None:
    limits = {"one": 4096.0, "other": 4096.5}
    chart = charts.Chart("Steps", "n", "t", {"a": [(0, 1.0)]}, limits=limits)
    assert chart.text().endswith("- one (4096)   - other (4.1e+03)")


@pytest.mark.skipif(not has_matplotlib, reason="matplotlib is not installed")
@pytest.mark.parametrize("count", [1, 12, 13])
def test_few_places_of_a_logarithmic_axis_have_their_numbers(charts: Any, count: int) -> None:
    figure = importlib.import_module("matplotlib.figure").Figure()
    points = [(2.0**k, 1.0 + k) for k in range(count)]
    lines = {"a": points, "b": [*points[:1], (0.0, 1.0), (1e9, float("nan"))]}
    axes = figure.subplots()
    charts.Chart("Powers", "n", "t", lines, log_x=True).draw(axes)
    figure.canvas.draw()
    shown = [label.get_text() for label in axes.get_xticklabels()]
    plain = [str(2**k) for k in range(count)]
    assert (shown == plain) is (count <= 12)
    assert (len(axes.get_xticks(minor=True)) == 0) is (count <= 12)


def test_a_chart_of_nothing_says_so(charts: Any) -> None:
    chart = charts.Chart("Empty", "n", "t", {"a": [(0, float("nan"))]})
    assert chart.text() == "Empty: nothing to draw, as no number is finite"


@pytest.mark.skipif(not has_matplotlib, reason="matplotlib is not installed")
def test_pictures_are_saved_side_by_side(
    experiment: Any, charts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chart = charts.Chart("One", "n", "t", {"a": [(0, 1), (1, 2)]}, limits={"most": 1.5})
    found = experiment.Findings("", pictures=[chart, chart])
    target = tmp_path / "both.png"
    monkeypatch.setattr(sys, "argv", ["run_lab.py", "--plot", str(target)])
    experiment.run("1.6", "A lab.", [], lambda options: found)
    assert target.read_bytes().startswith(b"\x89PNG")
