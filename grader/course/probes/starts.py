"""Training as an exam has it: the same points, and the same numbers to start from, for everybody.

What a module's networks are made of is the module's own: it says so in a ``Trainer``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import combinations
from types import ModuleType
from typing import Any

from grader.running.probes import Point, Predict, Training

from .points import Array


@dataclass(frozen=True)
class Trainer:
    """How a student's networks are trained for an exam."""

    script: str  # the student's, which holds ``Network``
    hidden: int  # units of a hidden layer
    rate: float  # of the first step; the steps get shorter all the time, down to nothing
    # Gives a layer weights and a bias to start from.
    start: Callable[[ModuleType, Any, Array, Array], None]
    # Adds up the derivatives of the mean loss on some points with labels.
    learn: Callable[[ModuleType, Any, Array, Array], None]
    labels: Callable[[ModuleType, Any, Sequence[Point]], list[int]]  # asks about points

    def trained(self, load: Callable[[str], ModuleType], training: Training) -> Predict:
        """Train a student's network.

        Args:
            load: Gives a script of the student's.
            training: What a ``Lesson`` has found.

        Returns:
            What the network says: 1 where it finds label 1 more likely than not.
        """
        minitorch = import_module("minitorch")
        network = load(self.script).Network(self.hidden)
        for number, layer in enumerate((network.layer1, network.layer2, network.layer3), start=1):
            self.start(minitorch, layer, training[f"weights{number}"], training[f"bias{number}"])
        optimizer = minitorch.SGD(network.parameters(), self.rate)
        points, labels = training["points"], training["labels"]
        for step in range(len(points)):
            optimizer.lr = self.rate * (1 - step / len(points))
            optimizer.zero_grad()
            self.learn(minitorch, network, points[step], labels[step])
            optimizer.step()
        return lambda points: self.labels(minitorch, network, points)


def shared_parameters(networks: Sequence[Any]) -> int:
    """Count the parameters that two networks have in common."""
    held = [{id(parameter) for parameter in network.parameters()} for network in networks]
    return sum(len(one & other) for one, other in combinations(held, 2))
