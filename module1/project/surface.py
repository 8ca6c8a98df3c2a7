"""A map of a loss that depends on two numbers, and the paths that were taken across it: in characters, or as a PNG."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from project.charts import MARKS

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
        across, upwards = self._ranges()
        bands = [
            [sum(self.height((x, y)) > level for level in LEVELS) for x in _spread(across, WIDTH)]
            for y in reversed(_spread(upwards, HEIGHT))
        ]
        cells = _contours(bands)
        marked = [*zip(MARKS, self.paths.values()), ("L", [self.lowest])]
        for mark, path in sorted(marked, key=lambda marked: -len(marked[1])):
            for x, y in path:
                cells[-1 - _cell(y, upwards, HEIGHT)][_cell(x, across, WIDTH)] = mark
        labels = [f"{upwards[1]:.3g}", *[""] * (HEIGHT - 2), f"{upwards[0]:.3g}"]
        rows = [f"{label:>9} |{''.join(row).rstrip()}" for label, row in zip(labels, cells)]
        left, right = (f"{edge:.3g}" for edge in across)
        numbers = " " * 11 + left + right.rjust(WIDTH - len(left)) + f"  {self.axes[0]}"
        legend = [f"{mark} {name}" for mark, name in zip(MARKS, self.paths)]
        legend = [f"{self.axes[1]} upwards:", *legend, "L lowest place", ". contour line"]
        return "\n".join(
            [self.title, *rows, " " * 9 + " +" + "-" * WIDTH, numbers, "   ".join(legend)]
        )

    def draw(self, axes: Any) -> None:
        """Draw it into matplotlib's axes."""
        xs, ys = (_spread(edges, FINE) for edges in self._ranges())
        heights = [[self.height((x, y)) for x in xs] for y in ys]
        axes.contour(xs, ys, heights, levels=LEVELS, colors="silver", linewidths=1)
        for mark, (name, path) in zip("oXPDs^v", self.paths.items()):
            axes.plot(*zip(*path), label=name, marker=mark, markersize=4, linewidth=1)
        axes.plot(*self.lowest, "k*", markersize=12, label="lowest place")
        axes.set(title=self.title, xlabel=self.axes[0], ylabel=self.axes[1])
        axes.legend()

    def _ranges(self) -> list[tuple[float, float]]:
        """Find the edges of the map, across and upwards: all of the paths, and a margin."""
        places = [self.lowest, *(at for path in self.paths.values() for at in path)]
        ranges = [(min(numbers), max(numbers)) for numbers in zip(*places)]
        return [(low - (high - low) / 10, high + (high - low) / 10) for low, high in ranges]


def _spread(edges: tuple[float, float], count: int) -> list[float]:
    low, high = edges
    return [low + (high - low) * number / (count - 1) for number in range(count)]


def _cell(number: float, edges: tuple[float, float], count: int) -> int:
    low, high = edges
    return round((number - low) / (high - low) * (count - 1))


def _contours(bands: Sequence[Sequence[int]]) -> list[list[str]]:
    """Mark each place whose right or lower neighbour lies on the other side of a contour line."""
    rights = [[a != b for a, b in pairwise(row)] + [False] for row in bands]
    belows = [[a != b for a, b in zip(*rows)] for rows in pairwise(bands)]
    belows.append([False] * len(bands[-1]))
    return [
        ["." if right or below else " " for right, below in zip(*rows)]
        for rows in zip(rights, belows)
    ]
