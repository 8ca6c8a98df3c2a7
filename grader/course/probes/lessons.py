"""What exams of networks teach: points with labels, and numbers to start from that are known to lead somewhere.

Training takes luck. So the parent trains a network of NumPy's first, on the points and from the numbers that a
student's network gets. Only where that comes to something are they used: a network that is put together right then
learns the rule at the first attempt. Only the parent loads this file.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.random import Generator

from grader.running.probes import Point, Training

from .points import Array, examine
from .rules import drawn_rule

Draw = Callable[
    [Generator, int], tuple[Array, Array]
]  # so many points, of shape (N, 2); their labels
Asked = tuple[list[Point], list[int]]  # the exam's questions, and the answers
Layer = tuple[Array, Array]  # weights, of shape (ins, outs), and a bias for each output

ATTEMPTS = 40
EPS = 1e-6  # as in ``operators.log``
# A lesson must also succeed from weights that are larger by this share: then it does not hang on how sums are rounded.
SHIFT = 1e-6


@dataclass(frozen=True)
class Lesson:
    """How networks of two hidden layers are trained: each step sees other points, and is shorter than the last."""

    hidden: int  # units of a hidden layer
    rate: float  # of the first step
    batch: int  # points of a step
    sure: float = 0.0  # a point whose loss is less than that is passed over

    def on_a_rule(
        self, rng: Generator, dataset: str, steps: int, enough: float, distance: float = 0.1
    ) -> tuple[Training, list[Point], list[int]]:
        """Draw a rule like that of a public dataset, questions about it, and what a network learns it from.

        Args:
            rng: Draws everything.
            dataset: The dataset's name.
            steps: How many steps to take.
            enough: Share of the questions on which NumPy's network must be right.
            distance: How far the rule may be moved.

        Returns:
            The training, the questions and the answers.
        """
        rule = drawn_rule(rng, dataset, distance)

        def draw(rng: Generator, count: int) -> tuple[Array, Array]:
            points = rng.random((count, 2))
            return points, rule(*points.T)

        asked = examine(rng, rule)
        return self.training(rng, draw, asked, steps, enough), *asked

    def training(
        self, rng: Generator, draw: Draw, asked: Asked, steps: int, enough: float
    ) -> Training:
        """Find points to learn from, and numbers to start from, with which a network learns.

        Args:
            rng: Draws them.
            draw: Draws points with labels.
            asked: The questions, and the answers.
            steps: How many steps to take.
            enough: Share of the questions on which NumPy's network must be right.

        Returns:
            ``points`` of shape (steps, batch, 2), their ``labels``, and for each layer ``weights1``, ``bias1`` …

        Raises:
            RuntimeError: Nothing of all that was tried came to anything.
        """
        for _ in range(ATTEMPTS):
            points, labels = draw(rng, steps * self.batch)
            points, labels = points.reshape(steps, -1, 2), labels.reshape(steps, -1).astype(float)
            layers = [_layer(rng, *sizes) for sizes in pairwise((2, self.hidden, self.hidden, 1))]
            shifted = [(weights * (1 + SHIFT), bias) for weights, bias in layers]
            learned = (self._share_right(each, points, labels, asked) for each in (layers, shifted))
            if all(share >= enough for share in learned):
                weights = {f"weights{n}": layer[0] for n, layer in enumerate(layers, start=1)}
                bias = {f"bias{n}": layer[1] for n, layer in enumerate(layers, start=1)}
                return {"points": points, "labels": labels, **weights, **bias}
        raise RuntimeError("a network learned nothing of all that was tried")

    def _share_right(
        self, layers: list[Layer], points: Array, labels: Array, asked: Asked
    ) -> float:
        """Train a network, and measure the share of questions on which it is right."""
        trained = [(weights.copy(), bias.copy()) for weights, bias in layers]
        for step, (x, y) in enumerate(zip(points, labels)):
            self._descend(trained, x, y[:, None], self.rate * (1 - step / len(points)))
        questions, answers = asked
        *_, score = _forward(trained, np.array(questions))
        return float(((score.ravel() > 0.0) == np.array(answers)).mean())

    def _descend(self, layers: list[Layer], x: Array, y: Array, rate: float) -> None:
        """Take a step downhill: change weights and biases where they stand."""
        *inputs, score = _forward(layers, x)
        probability = 0.5 + 0.5 * np.tanh(score / 2)
        right = np.abs(1 - y - probability)  # the probability of the right label
        unsure = -np.log(right + EPS) > self.sure
        gradient = (probability - y) * right / (right + EPS) * unsure / len(x)
        for (weights, bias), given in zip(reversed(layers), reversed(inputs)):
            before = gradient @ weights.T * (given > 0.0)
            weights -= rate * given.T @ gradient
            bias -= rate * gradient.sum(axis=0)
            gradient = before


def _layer(rng: Generator, ins: int, outs: int) -> Layer:
    """Draw what a layer starts from, as the students' scripts do."""
    weights = rng.uniform(-10 / ins, 10 / ins, (ins, outs))
    return weights, rng.uniform(-0.3, 0.3, outs) - weights.sum(axis=0) / 2


def _forward(layers: list[Layer], x: Array) -> list[Array]:
    """Give what goes into each layer, and what comes out of the last: with relu between them."""
    passed = [x]
    for number, (weights, bias) in enumerate(layers, start=1):
        out = passed[-1] @ weights + bias
        passed.append(np.maximum(out, 0.0) if number < len(layers) else out)
    return passed
