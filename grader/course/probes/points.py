"""Fresh points for exams: spread evenly, so that no share of right answers is owed to chance."""

from collections.abc import Callable, Sequence

from numpy.random import Generator

from grader.running.probes import Point


def examine(
    rng: Generator, rule: Callable[[float, float], bool]
) -> tuple[Sequence[Point], Sequence[int]]:
    """Make 400 labelled points: one somewhere in each of 20 x 20 equal squares.

    Args:
        rng: Draws the places.
        rule: Says whether a point has label 1.

    Returns:
        The points, as pairs, and their labels.
    """
    places = (rng.random((400, 2)) + [[i, j] for i in range(20) for j in range(20)]) / 20
    points = [(float(x1), float(x2)) for x1, x2 in rng.permutation(places)]
    return points, [int(rule(*point)) for point in points]
