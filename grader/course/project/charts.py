"""Charts of an experiment: lines over an axis, in characters for the terminal, or drawn into a PNG file."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

Points = Sequence[tuple[float, float]]  # from left to right

WIDTH, HEIGHT = 61, 16  # of a chart, in characters
MARKS = "ox+*#%@"  # one for each line, in their order
LONG = 100_000  # whole numbers below it are written in full
TICKS = 12  # so many numbers at most find room below a drawing


@dataclass(frozen=True)
class Chart:
    """Some lines over one axis.

    Attributes:
        title: What the chart shows.
        x: What is counted from left to right.
        y: What is measured upwards.
        lines: The points of each of at most seven lines, by its name. What is not finite, or can't stand on a
            logarithmic axis, is left out.
        log_x: Whether the axis to the right is logarithmic.
        log_y: Whether the axis upwards is.
        limits: Heights that are marked across the whole chart, by their names.
    """

    title: str
    x: str
    y: str
    lines: Mapping[str, Points]
    log_x: bool = False
    log_y: bool = False
    limits: Mapping[str, float] = field(default_factory=dict)

    def text(self) -> str:
        """Draw it in characters: a mark for each line, and below it what the marks mean."""
        lines = {name: self._placed(points) for name, points in self.lines.items()}
        limits = {name: _scaled(value, self.log_y) for name, value in self.limits.items()}
        xs = [x for points in lines.values() for x, _ in points]
        ys = [*(y for points in lines.values() for _, y in points), *limits.values()]
        if not xs:
            return f"{self.title}: nothing to draw, as no number is finite"
        across, up = Axis(min(xs), max(xs), WIDTH), Axis(min(ys), max(ys), HEIGHT)
        cells = [[" "] * WIDTH for _ in range(HEIGHT)]
        for limit in limits.values():
            cells[up.cell(limit)] = ["-"] * WIDTH
        for mark, points in zip(MARKS, lines.values()):
            for x, y in _joined(points, across):
                cells[up.cell(y)][across.cell(x)] = mark
        ends = [_number(end, self.log_y) for end in (up.low, up.high)]
        edges = [_number(edge, self.log_x) for edge in (across.low, across.high)]
        drawn = framed(cells, ends, edges, _axis(self.x, self.log_x))
        return "\n".join([self.title, *drawn, self._legend()])

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes."""
        axes.set(title=self.title, xlabel=self.x, ylabel=self.y)
        if self.log_x:
            axes.set_xscale("log")
        if self.log_y:
            axes.set_yscale("log")
        for mark, (name, points) in zip("oXPDs^v", self.lines.items()):
            drawn = [point for point in points if self._fits(*point)]
            often = max(1, len(drawn) // 12)
            xs, ys = [x for x, _ in drawn], [y for _, y in drawn]
            axes.plot(xs, ys, label=name, marker=mark, markevery=often)
        if self.log_x:
            self._number_xs(axes)
        for name, value in self.limits.items():
            axes.axhline(value, linestyle="--", color="grey")
            axes.annotate(
                name, (0.99, value), xycoords=("axes fraction", "data"), ha="right", va="bottom"
            )
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=2)  # hides no line there

    def _number_xs(self, axes: Any) -> None:
        """Write each x below a logarithmic axis, if they are few: powers of ten alone would say little."""
        xs = sorted({x for points in self.lines.values() for x, y in points if self._fits(x, y)})
        if 0 < len(xs) <= TICKS:
            axes.set_xticks(xs, [_written(x) for x in xs])
            axes.set_xticks([], minor=True)

    def _fits(self, x: float, y: float) -> bool:
        finite = math.isfinite(x) and math.isfinite(y)
        return finite and (x > 0 or not self.log_x) and (y > 0 or not self.log_y)

    def _placed(self, points: Points) -> list[tuple[float, float]]:
        return [
            (_scaled(x, self.log_x), _scaled(y, self.log_y)) for x, y in points if self._fits(x, y)
        ]

    def _legend(self) -> str:
        said = [f"{mark} {name}" for mark, name in zip(MARKS, self.lines)]
        said += [f"- {name} ({_written(value, 3)})" for name, value in self.limits.items()]
        return f"{_axis(self.y, self.log_y)}:   " + "   ".join(said)


@dataclass(frozen=True)
class Axis:
    """The values along one side of a drawing, and the cells of characters that show them."""

    low: float
    high: float
    cells: int

    def cell(self, value: float) -> int:
        """Find the cell that a value falls into."""
        span = self.high - self.low
        return round((value - self.low) / span * (self.cells - 1)) if span > 0 else 0

    def value(self, cell: int) -> float:
        """Give the value in the middle of a cell."""
        return self.low + (self.high - self.low) * cell / (self.cells - 1)


def framed(
    cells: Sequence[Sequence[str]], ends: Sequence[str], edges: Sequence[str], x: str
) -> list[str]:
    """Put axes beside and below a drawing.

    Args:
        cells: Its characters, the lowest row first.
        ends: What stands at the lower and the upper end of the axis upwards.
        edges: What stands at the left and the right end of the axis below.
        x: What is counted from left to right.

    Returns:
        Lines of text.
    """
    labels = [ends[0], *[""] * (len(cells) - 2), ends[1]]
    rows = [f"{label:>9} |{''.join(row).rstrip()}" for label, row in zip(labels, cells)]
    width, (left, right) = len(cells[0]), edges
    numbers = " " * 11 + left + right.rjust(width - len(left)) + f"  {x}"
    return [*reversed(rows), " " * 9 + " +" + "-" * width, numbers]


def _axis(name: str, log: bool) -> str:
    return f"{name} (logarithmic)" if log else name


def _scaled(value: float, log: bool) -> float:
    return math.log10(value) if log else value


def _number(scaled: float, log: bool) -> str:
    if log and abs(scaled) > 300:
        return f"1e{scaled:.0f}"  # 10 to this power may be no float
    return _written(10**scaled if log else scaled)


def _written(value: float, digits: int = 4) -> str:
    whole = round(value)
    if abs(whole) < LONG and math.isclose(value, whole, rel_tol=1e-9):
        return str(whole)
    return f"{value:.{digits}g}"


def _joined(points: Points, across: Axis) -> list[tuple[float, float]]:
    """Add points between, so that each column that a line crosses holds its mark."""
    found = list(points)
    for (x1, y1), (x2, y2) in pairwise(points):
        first, last = sorted((across.cell(x1), across.cell(x2)))
        for column in range(first + 1, last):
            x = across.value(column)
            found.append((x, y1 + (y2 - y1) * (x - x1) / (x2 - x1)))
    return found
