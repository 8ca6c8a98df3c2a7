"""A map of a loss that depends on two numbers, and the paths that were taken across it: in characters, or as a PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from project.charts import MARKS, Axis, framed

Place = Sequence[float]  # across, upwards

WIDTH, HEIGHT = 61, 24  # in characters
FINE = 101  # places along each side of the PNG's map
LEVELS = [4.0**power for power in range(-2, 6)]  # where contour lines run


@dataclass(frozen=True)
class Surface:
    """A map with contour lines, each four times as high above the lowest place as the one before.

    Attributes:
        title: What the map shows.
        axes: What is counted across, and what upwards.
        height: How far a place lies above the lowest.
        lowest: The lowest place.
        paths: The places of each path, by its name.
    """

    title: str
    axes: tuple[str, str]
    height: Callable[[Place], float]
    lowest: Place
    paths: Mapping[str, Sequence[Place]]

    def text(self) -> str:
        """Draw it in characters: a mark for each place that a path comes to, and dots for the contour lines."""
        across, upwards = self._axes(WIDTH, HEIGHT)
        cells = _contours(self._bands(across, upwards))
        marked = [*zip(MARKS, self.paths.values()), ("L", [self.lowest])]
        for mark, path in sorted(marked, key=lambda marked: -len(marked[1])):
            for x, y in path:
                cells[upwards.cell(y)][across.cell(x)] = mark
        ends, edges = ([f"{a.low:.3g}", f"{a.high:.3g}"] for a in (upwards, across))
        legend = [f"{mark} {name}" for mark, name in zip(MARKS, self.paths)]
        legend = [f"{self.axes[1]} upwards:", *legend, "L lowest place", ". contour line"]
        drawn = framed(cells, ends, edges, self.axes[0])
        return "\n".join([self.title, *drawn, "   ".join(legend)])

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes."""
        xs, ys = (_values(axis) for axis in self._axes(FINE, FINE))
        heights = [[self.height((x, y)) for x in xs] for y in ys]
        axes.contour(xs, ys, heights, levels=LEVELS, colors="silver", linewidths=1)
        for mark, (name, path) in zip("oXPDs^v", self.paths.items()):
            axes.plot(*zip(*path), label=name, marker=mark, markersize=4, linewidth=1)
        axes.plot(*self.lowest, "k*", markersize=12, label="lowest place")
        axes.set(title=self.title, xlabel=self.axes[0], ylabel=self.axes[1])
        axes.legend()

    def _axes(self, width: int, height: int) -> tuple[Axis, Axis]:
        """Find the edges of the map, across and upwards: all of the paths, and a margin."""
        places = [self.lowest, *(at for path in self.paths.values() for at in path)]
        across, upwards = (
            Axis(low - (high - low) / 10, high + (high - low) / 10, cells)
            for (low, high), cells in zip(
                ((min(numbers), max(numbers)) for numbers in zip(*places)), (width, height)
            )
        )
        return across, upwards

    def _bands(self, across: Axis, upwards: Axis) -> list[list[int]]:
        """Count the contour lines below each place, the lowest row first."""
        return [
            [sum(self.height((x, y)) > level for level in LEVELS) for x in _values(across)]
            for y in _values(upwards)
        ]


def _values(axis: Axis) -> list[float]:
    return [axis.value(cell) for cell in range(axis.cells)]


def _contours(bands: Sequence[Sequence[int]]) -> list[list[str]]:
    """Mark each place whose right or upper neighbour lies on the other side of a contour line."""
    rights = [[a != b for a, b in pairwise(row)] + [False] for row in bands]
    belows = [[a != b for a, b in zip(*rows)] for rows in pairwise(bands)]
    belows.append([False] * len(bands[-1]))
    return [
        ["." if right or below else " " for right, below in zip(*rows)]
        for rows in zip(rights, belows)
    ]
