"""The pictures that training scripts draw: the square with its border, the loss curve, the PNG file."""

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from grader.tests.authored import SOURCE, needs_course

pytestmark = needs_course

has_matplotlib = importlib.util.find_spec("matplotlib") is not None

Point = tuple[float, float]


@pytest.fixture
def drawing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the course's drawing, and forget it and the library again."""
    monkeypatch.syspath_prepend(str(SOURCE))
    yield importlib.import_module("project.drawing")
    for loaded in [name for name in sys.modules if name.split(".")[0] in ("project", "minitorch")]:
        del sys.modules[loaded]


def left_half(points: Sequence[Point]) -> list[float]:
    """Be quite sure of label 1 in the left half, and of label 0 in the right half."""
    return [0.9 if x1 < 0.5 else 0.2 for x1, _ in points]


def graph(*labelled: tuple[float, float, int]) -> Any:
    """Make a dataset of a few points."""
    return SimpleNamespace(
        N=len(labelled), X=[(x1, x2) for x1, x2, _ in labelled], y=[y for *_, y in labelled]
    )


def test_the_square_shows_points_where_they_are_and_the_border_between(drawing: Any) -> None:
    points = graph((0.0, 1.0, 1), (1.0, 1.0, 0), (1.0, 0.0, 1), (0.0, 0.5, 0))
    lines = drawing.square(points, left_half).splitlines()
    assert [len(line) for line in lines] == [drawing.WIDTH + 2] * (drawing.HEIGHT + 2)
    assert lines[1][1] == "o" and lines[1][-2] == "x"  # top left, top right
    assert lines[-2][-2] == "!" and lines[drawing.HEIGHT // 2 + 1][1] == "!"
    border = drawing.WIDTH // 2  # the last column of the left half, which begins behind the frame
    assert all(line[border] == "." for line in lines[1:-1])
    inside = "".join(lines[1:-1])
    assert {letter: inside.count(letter) for letter in "ox!."} == {
        "o": 1,
        "x": 1,
        "!": 2,
        ".": drawing.HEIGHT,
    }


def test_a_border_may_run_any_way(drawing: Any) -> None:
    def corner(points: Sequence[Point]) -> list[float]:
        return [float(x1 < 0.5 and x2 < 0.5) for x1, x2 in points]

    lines = drawing.square(graph(), corner).splitlines()[1:-1]
    above, below = lines[: drawing.HEIGHT // 2], lines[drawing.HEIGHT // 2 :]
    assert all("." not in line for line in above)
    assert below[0].count(".") == drawing.WIDTH // 2
    assert all(line.count(".") == 1 for line in below[1:])


def test_a_network_that_always_says_the_same_has_no_border(drawing: Any) -> None:
    assert "." not in drawing.square(graph(), lambda points: [0.5] * len(points))


def test_a_wrong_point_is_not_hidden_by_a_right_one(drawing: Any) -> None:
    for labels in ((0, 1), (1, 0)):
        points = graph(*((0.25, 0.25, y) for y in labels))
        assert drawing.square(points, left_half).count("!") == 1


def test_the_curve_falls_with_the_loss(drawing: Any) -> None:
    text = drawing.curve([float(value) for value in range(drawing.WIDTH, 0, -1)])
    *columns, axis, below = text.splitlines()
    assert len(columns) == drawing.CURVE_HEIGHT
    heights = [len(line.split("|")[1]) for line in columns]
    assert heights == sorted(heights) and heights[-1] == drawing.WIDTH
    assert columns[0].startswith("   61.00 |█") and columns[-1].startswith("    0.00 |█")
    assert below.split() == ["1", str(drawing.WIDTH), "epoch"]
    assert axis.endswith("+" + "-" * drawing.WIDTH)


@pytest.mark.parametrize("epochs", [1, 2, 60, 61, 62, 300, 1000])
def test_the_curve_is_as_wide_for_any_number_of_epochs(drawing: Any, epochs: int) -> None:
    full = drawing.curve([2.0] * epochs).splitlines()
    assert all(line.endswith("|" + "█" * drawing.WIDTH) for line in full[: drawing.CURVE_HEIGHT])
    assert full[-1].split() == ["1", str(epochs), "epoch"]


def test_the_curve_shows_means_of_stretches(drawing: Any) -> None:
    lines = drawing.curve([4.0, 0.0] * drawing.WIDTH + [0.0] * 2 * drawing.WIDTH).splitlines()
    assert lines[0].startswith("    2.00 |█")


def test_a_loss_that_is_always_zero_is_drawn_empty(drawing: Any) -> None:
    assert "█" not in drawing.curve([0.0, 0.0])


@pytest.mark.skipif(not has_matplotlib, reason="matplotlib is not installed")
@pytest.mark.parametrize("points", [graph((0.2, 0.3, 1), (0.7, 0.9, 0)), graph((0.2, 0.3, 1))])
def test_a_png_holds_both_pictures(drawing: Any, tmp_path: Path, points: Any) -> None:
    path = tmp_path / "learned.png"
    drawing.check_plot(path)
    drawing.save(path, "Simple", points, left_half, [3.0, 2.0, 1.5])
    content = path.read_bytes()
    assert content.startswith(b"\x89PNG\r\n") and len(content) > 10_000


@pytest.mark.skipif(not has_matplotlib, reason="matplotlib is not installed")
def test_a_folder_that_is_missing_is_told_before_the_training(drawing: Any, tmp_path: Path) -> None:
    with pytest.raises(drawing.CantPlot, match="There is no folder .*/absent to write a.png into"):
        drawing.check_plot(tmp_path / "absent" / "a.png")


@pytest.mark.skipif(not has_matplotlib, reason="matplotlib is not installed")
@pytest.mark.parametrize("name", ["learned.jpg", "learned"])
def test_another_kind_of_picture_is_declined(drawing: Any, name: str) -> None:
    with pytest.raises(drawing.CantPlot, match="so call it learned.png"):
        drawing.check_plot(name)


def test_without_matplotlib_the_command_to_install_it_is_told(
    drawing: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(drawing.CantPlot, match="python -m pip install matplotlib"):
        drawing.check_plot("a.png")
