"""Rules that exams are about: those of the public datasets, turned, moved and relabelled afresh for each run.

Only the parent loads this file: what a student's process is told of a rule is points with labels.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from .points import Array, Rule

DISTANCE = 0.1  # that a rule may be moved by, along each axis
# Shares of points with the public label (or with the other one), and with the more frequent label: whoever answers by
# these alone fails.
MOST_ALIKE, MOST_OF_A_LABEL = 0.8, 0.88
NOISE = 0.02  # by which a point of a spiral lies further in or out

PUBLIC: dict[str, Rule] = {
    "Simple": lambda x1, x2: x1 < 0.5,
    "Diag": lambda x1, x2: x1 + x2 < 0.5,
    "Split": lambda x1, x2: (x1 < 0.2) | (x1 > 0.8),
    "Xor": lambda x1, x2: (x1 < 0.5) != (x2 < 0.5),
    "Circle": lambda x1, x2: (x1 - 0.5) ** 2 + (x2 - 0.5) ** 2 > 0.1,
}
_EVERYWHERE: tuple[Array, Array] = tuple(np.meshgrid(*2 * [np.linspace(0.01, 0.99, 50)]))


def drawn_rule(rng: Generator, dataset: str, distance: float = DISTANCE) -> Rule:
    """Turn and move the rule of a public dataset, and swap its labels or not.

    Args:
        rng: Draws how.
        dataset: The dataset's name.
        distance: How far the rule may be moved.

    Returns:
        A rule that is as hard to learn, and that neither the public one nor its contrary answers.
    """
    public = PUBLIC[dataset]
    for _ in range(1000):
        angle, swapped = rng.uniform(0.0, 2 * math.pi), bool(rng.integers(2))
        rule = _turned(public, angle, 0.5 + rng.uniform(-distance, distance, 2), swapped)
        labels = rule(*_EVERYWHERE)
        alike, ones = (labels == public(*_EVERYWHERE)).mean(), labels.mean()
        if max(alike, 1 - alike) <= MOST_ALIKE and max(ones, 1 - ones) <= MOST_OF_A_LABEL:
            return rule
    raise RuntimeError(f"no rule like that of {dataset} is unlike it")


def _turned(public: Rule, angle: float, centre: Array, swapped: bool) -> Rule:
    """Turn a rule about the middle of the square, and move that to another place."""
    cos, sin = math.cos(angle), math.sin(angle)

    def rule(x1: Array, x2: Array) -> Array:
        along, across = x1 - centre[0], x2 - centre[1]
        labels = public(0.5 + cos * along + sin * across, 0.5 - sin * along + cos * across)
        return labels != swapped

    return rule


@dataclass(frozen=True)
class Spiral:
    """Two arms that wind about the middle of the square, each with its label."""

    turn: float  # the angle at which the arm of label 0 begins
    handed: int  # 1 or -1: which way round the arms wind

    def points(self, rng: Generator, count: int) -> tuple[Array, Array]:
        """Draw points on both arms, and somewhat beside them.

        Args:
            rng: Draws them.
            count: How many.

        Returns:
            The points, of shape (count, 2), and their labels.
        """
        labels, ways = rng.integers(2, size=count), rng.random(count)  # how far along the arm
        distance = 0.05 + 0.4 * ways + rng.uniform(-NOISE, NOISE, count)
        angle = self.turn + self.handed * math.pi * (3 * ways + labels)
        where = distance * np.array((np.cos(angle), np.sin(angle)))
        return 0.5 + where.T, labels


def drawn_spiral(rng: Generator) -> Spiral:
    """Turn the public spiral, and mirror it or not."""
    return Spiral(rng.uniform(0.0, 2 * math.pi), int(rng.choice((-1, 1))))
