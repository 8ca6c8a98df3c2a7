"""Six little worlds of labelled points in the unit square, from one that a line splits to one that winds."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from .seeding import generator

Point = tuple[float, float]


@dataclass
class Graph:
    """Labelled points.

    Attributes:
        N: How many points there are.
        X: The points, (x1, x2) each.
        y: Their labels, 0 or 1, in the same order.
    """

    N: int
    X: list[Point]
    y: list[int]


def make_pts(N: int) -> list[Point]:
    """Draw N random points of the unit square."""
    return [(generator.random(), generator.random()) for _ in range(N)]


def simple(N: int) -> Graph:
    """Label 1 in the left half."""
    return _labelled(make_pts(N), lambda x1, x2: x1 < 0.5)


def diag(N: int) -> Graph:
    """Label 1 in the corner below the diagonal x1 + x2 = 0.5."""
    return _labelled(make_pts(N), lambda x1, x2: x1 + x2 < 0.5)


def split(N: int) -> Graph:
    """Label 1 in two strips, at the left edge and at the right edge."""
    return _labelled(make_pts(N), lambda x1, x2: x1 < 0.2 or x1 > 0.8)


def xor(N: int) -> Graph:
    """Label 1 in two of the four quarters, those that lie across from each other: top left and bottom right."""
    return _labelled(make_pts(N), lambda x1, x2: (x1 < 0.5) != (x2 < 0.5))


def circle(N: int) -> Graph:
    """Label 1 outside a circle around the centre whose radius squared is 0.1."""
    return _labelled(make_pts(N), lambda x1, x2: (x1 - 0.5) ** 2 + (x2 - 0.5) ** 2 > 0.1)


def spiral(N: int) -> Graph:
    """Label the two arms of a spiral 0 and 1: N points in all, no randomness."""
    first = N // 2
    arms = _arm(first, 0.0) + _arm(N - first, math.pi)
    return Graph(N, arms, [0] * first + [1] * (N - first))


datasets: dict[str, Callable[[int], Graph]] = {
    "Simple": simple,
    "Diag": diag,
    "Split": split,
    "Xor": xor,
    "Circle": circle,
    "Spiral": spiral,
}


def _labelled(points: list[Point], rule: Callable[[float, float], bool]) -> Graph:
    return Graph(len(points), points, [int(rule(x1, x2)) for x1, x2 in points])


def _arm(n: int, turned: float) -> list[Point]:
    """Place n points on a curve that winds outwards from the centre one and a half times."""
    ways = [(i + 0.5) / n for i in range(n)]  # how far along the arm, 0 to 1
    return [
        (
            0.5 + (0.05 + 0.4 * way) * math.cos(3.0 * math.pi * way + turned),
            0.5 + (0.05 + 0.4 * way) * math.sin(3.0 * math.pi * way + turned),
        )
        for way in ways
    ]
