"""Pictures of a training: how the loss fell, and the border between the labels. In the terminal, or as a PNG file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

from minitorch import Graph
from project.printing import shows

Point = tuple[float, float]
Probabilities = Callable[[Sequence[Point]], Sequence[float]]  # of label 1, for each point

WIDTH, HEIGHT = 61, 25  # of the unit square, in characters
CURVE_HEIGHT = 8  # of the loss curve, in lines
LEGEND = "o label 1   x label 0   ! on the wrong side   . the border"
BLOCKS = " ▁▂▃▄▅▆▇█"  # empty to full, in eighths
PLAIN_BLOCKS = " ..::||##"  # the same, where those can't be printed
SHADES = [step / 20 for step in range(21)]  # of the probability, in the PNG
FINE = 41  # places along each side of the PNG's square


class CantPlot(Exception):
    """A PNG was asked for and can't be written; the text says what to do."""


def square(graph: Graph, probabilities: Probabilities) -> str:
    """Draw the unit square with the points of a dataset, and the border that a network sees.

    Args:
        graph: The points and their labels.
        probabilities: The network: how likely it finds label 1, for each of a list of points.

    Returns:
        Lines of text, to be read with ``LEGEND``. Where points lie on top of each other, one that is wrong is shown.
    """
    cells = _border([p > 0.5 for p in probabilities(grid(WIDTH, HEIGHT))])
    said = [p > 0.5 for p in probabilities(graph.X)]
    right = [(x, y) for x, y, s in zip(graph.X, graph.y, said) if s == bool(y)]
    wrong = [(x, y) for x, y, s in zip(graph.X, graph.y, said) if s != bool(y)]
    for (x1, x2), y in right:
        _put(cells, x1, x2, "o" if y else "x")
    for (x1, x2), _ in wrong:
        _put(cells, x1, x2, "!")
    edge = "+" + "-" * WIDTH + "+"
    return "\n".join([edge, *("|" + "".join(row) + "|" for row in cells), edge])


def grid(width: int, height: int) -> list[Point]:
    """List evenly spread points of the unit square, edges included, from the top row to the bottom row."""
    return [
        (column / (width - 1), 1.0 - row / (height - 1))
        for row in range(height)
        for column in range(width)
    ]


def curve(losses: Sequence[float], unit: str = "epoch") -> str:
    """Draw how the loss went, epoch by epoch: the higher the column, the higher the loss.

    Args:
        losses: The loss after each epoch, at least one, none below 0.
        unit: What is counted, if not epochs.

    Returns:
        Lines of text: the columns over their axis, from 0 up to the highest loss. A column may stand for several
        epochs, and then shows their mean.
    """
    columns = _means(losses, WIDTH)
    blocks = BLOCKS if shows(BLOCKS) else PLAIN_BLOCKS
    top = max(columns)
    eighths = [round(8 * CURVE_HEIGHT * value / top) if top > 0 else 0 for value in columns]
    lines = [
        "".join(blocks[min(8, max(0, n - 8 * level))] for n in eighths).rstrip()
        for level in reversed(range(CURVE_HEIGHT))
    ]
    labels = [f"{top:8.2f}", *[" " * 8] * (CURVE_HEIGHT - 2), f"{0:8.2f}"]
    drawn = [f"{label} |{line}" for label, line in zip(labels, lines)]
    last = str(len(losses))
    axis = " " * 8 + " +" + "-" * WIDTH
    return "\n".join([*drawn, axis, " " * 10 + "1" + last.rjust(WIDTH - 1) + f"  {unit}"])


def save(
    path: str | Path,
    title: str,
    graph: Graph,
    probabilities: Probabilities,
    losses: Sequence[float],
) -> None:
    """Write a PNG file with both pictures side by side.

    Args:
        path: Where to.
        title: What stands above the square.
        graph: The points and their labels.
        probabilities: The network, as in ``square``.
        losses: The loss after each epoch.

    Raises:
        CantPlot: Matplotlib is not installed.
    """
    figure = matplotlib_figure().Figure(figsize=(11, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.set(title=title, xlabel="x1", ylabel="x2", aspect="equal", xlim=(0, 1), ylim=(0, 1))
    _shade(left, probabilities)
    for label, colour, marker in ((0, "darkred", "X"), (1, "navy", "o")):
        x1, x2 = ([x[axis] for x, y in zip(graph.X, graph.y) if y == label] for axis in (0, 1))
        style = {"c": colour, "marker": marker, "s": 40, "edgecolors": "white"}
        left.scatter(x1, x2, label=f"label {label}", clip_on=False, zorder=3, **style)
    figure.legend(loc="outside lower left", ncols=2)
    right.set(title="Loss, summed over the points", xlabel="epoch")
    right.plot(range(1, len(losses) + 1), losses)
    right.set_ylim(bottom=0)
    figure.savefig(path)


def _shade(axes: Any, probabilities: Probabilities) -> None:
    """Colour the unit square by probability, and draw the border where it is one half."""
    heights = list(probabilities(grid(FINE, FINE)))
    rows = [heights[start : start + FINE] for start in range(0, FINE * FINE, FINE)]
    x1 = [step / (FINE - 1) for step in range(FINE)]
    x2 = x1[::-1]  # the grid begins with the top row
    shades = axes.contourf(x1, x2, rows, levels=SHADES, cmap="RdBu", alpha=0.7)
    if min(heights) < 0.5 < max(heights):
        axes.contour(x1, x2, rows, levels=[0.5], colors="black")
    axes.figure.colorbar(shades, ax=axes, label="probability of label 1", ticks=SHADES[::5])


def check_plot(path: str | Path) -> None:
    """Make sure, before a long training, that its pictures can be saved afterwards.

    Args:
        path: Where to.

    Raises:
        CantPlot: Matplotlib is not installed, there is no such folder, or it is no name of a PNG file.
    """
    matplotlib_figure()
    if Path(path).suffix != ".png":
        raise CantPlot(f"The pictures are saved as a PNG file, so call it {Path(path).stem}.png.")
    if not Path(path).resolve().parent.is_dir():
        raise CantPlot(f"There is no folder {Path(path).parent} to write {Path(path).name} into.")


def matplotlib_figure() -> Any:
    """Import matplotlib. Nothing else needs it, so that it may be missing."""
    try:
        return import_module("matplotlib.figure")
    except ImportError:
        raise CantPlot(
            "To write a PNG, matplotlib is needed. Install it: python -m pip install matplotlib"
        ) from None


def _border(ones: Sequence[bool]) -> list[list[str]]:
    """Mark each place of the drawing whose right or lower neighbour has the other label."""
    rows = [ones[start : start + WIDTH] for start in range(0, WIDTH * HEIGHT, WIDTH)]
    cells = [[" "] * WIDTH for _ in rows]
    for y, row in enumerate(rows):
        for x, (here, beside) in enumerate(pairwise(row)):
            if here != beside:
                cells[y][x] = "."
    for y, (row, lower) in enumerate(pairwise(rows)):
        for x, (here, below) in enumerate(zip(row, lower)):
            if here != below:
                cells[y][x] = "."
    return cells


def _put(cells: list[list[str]], x1: float, x2: float, letter: str) -> None:
    cells[round((1.0 - x2) * (HEIGHT - 1))][round(x1 * (WIDTH - 1))] = letter


def _means(values: Sequence[float], most: int) -> list[float]:
    """Shorten a list to at most ``most`` values, each the mean of a stretch; few values are stretched instead."""
    bounds = [step * len(values) // most for step in range(most + 1)]
    stretches = [values[start : max(end, start + 1)] for start, end in pairwise(bounds)]
    return [sum(stretch) / len(stretch) for stretch in stretches]
