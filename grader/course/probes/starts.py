"""Training that starts over: the same budget and the same numbers to start from for everybody, and a few chances.

What a module's networks are made of is the module's own: it says so in a ``Training``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import Point, Predict

STARTS = 4  # training takes luck: a start that came to nothing is given up, three times at most
CHECKED = 250  # points on which a start has to show what it came to

Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Training:
    """How a student's networks are trained for an exam."""

    script: str  # the student's, which holds ``Network``
    hidden: int  # units of a hidden layer
    start: Callable[[ModuleType, Generator, Any], None]  # gives a network numbers to start from
    learn: Callable[[ModuleType, Any, str, int], None]  # takes steps downhill on a dataset
    labels: Callable[[ModuleType, Any, Sequence[Point]], list[int]]  # asks about points

    def trained(
        self,
        load: Callable[[str], ModuleType],
        rng: Generator,
        dataset: str,
        steps: int,
        enough: float,
    ) -> Predict:
        """Train a student's network on a fixed budget.

        Args:
            load: Gives a script of the student's.
            rng: Draws the numbers to start from, and seeds the points to learn from.
            dataset: What to learn.
            steps: How many to take from each start.
            enough: Share of fresh points on which a network must be right, or another start is made if one is left.

        Returns:
            What the network of the last start says: 1 where it finds label 1 more likely than not.
        """
        minitorch = import_module("minitorch")
        script = load(self.script)
        for _ in range(STARTS):
            network = script.Network(self.hidden)
            minitorch.seed(int(rng.integers(2**32)))
            self.start(minitorch, rng, network)
            self.learn(minitorch, network, dataset, steps)
            data = minitorch.datasets[dataset](CHECKED)
            said = self.labels(minitorch, network, data.X)
            if sum(s == y for s, y in zip(said, data.y)) >= enough * CHECKED:
                break
        return lambda points: self.labels(minitorch, network, points)


def first_numbers(rng: Generator, ins: int, outs: int) -> tuple[Array, Array]:
    """Draw what a layer starts from, as the scripts do, but the same for all students.

    Args:
        rng: The generator.
        ins: How many numbers come in.
        outs: How many go out.

    Returns:
        Weights, of shape (ins, outs), and a bias for each output.
    """
    weights = rng.uniform(-10 / ins, 10 / ins, (ins, outs))
    return weights, rng.uniform(-0.3, 0.3, outs) - weights.sum(axis=0) / 2
