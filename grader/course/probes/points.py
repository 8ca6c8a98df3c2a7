"""Points for exams: the questions are spread evenly, so that no share of right answers is owed to chance."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import Point

Array = np.ndarray[Any, np.dtype[Any]]
# Of both coordinates of some points: which of them have label 1.
Rule = Callable[[Array, Array], Array]


def examine(rng: Generator, rule: Rule) -> tuple[list[Point], list[int]]:
    """Make 400 labelled points: one somewhere in each of 20 x 20 equal squares.

    Args:
        rng: Draws the places.
        rule: Says which points have label 1.

    Returns:
        The points, as pairs, and their labels.
    """
    places = (rng.random((400, 2)) + [[i, j] for i in range(20) for j in range(20)]) / 20
    chosen = rng.permutation(places)
    return chosen.tolist(), rule(*chosen.T).astype(int).tolist()
