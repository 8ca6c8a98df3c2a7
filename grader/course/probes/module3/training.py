"""Task 3.5: layers, networks and mini-batches, and an exam that trains with fast operations on what winds and bends.

The probes calculate with ``SimpleBackend``, which has nothing to compile. The exam calculates with ``FastOps``.
"""

import math
from collections.abc import Callable, Sequence
from importlib import import_module
from operator import itemgetter
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import Point, Predict, exam, probe

from ..points import examine
from ..starts import Training, first_numbers

HIDDEN = 32
RATE = 1.0  # of the first step; the steps get shorter all the time, down to nothing
BATCH = 50
SPIRAL = 250  # points to learn from; of the others, each step sees points that nobody saw before
CIRCLE_STEPS, SPIRAL_STEPS = 250, 600
SURE = 1e-9  # a probability is taken to be at least so far from 0 and from 1


@probe("3.5", cases=1)
def what_linear_layers_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers of several sizes about several points, before and after their biases change."""
    script, simple = import_module("project.run_fast_tensor"), minitorch.SimpleBackend
    answers: dict[str, Any] = {}
    for points, ins, outs in ((1, 1, 1), (1, 2, 3), (3, 2, 2), (4, 3, 2), (2, 4, 1)):
        layer = script.Linear(ins, outs, simple)
        fill(minitorch, rng, layer)
        x = matrix(rng, points, ins)
        asked = f"Linear({ins}, {outs}, SimpleBackend).forward(tensor({x}))"
        answers[asked] = layer.forward(minitorch.tensor(x)).to_numpy()
        layer.bias.update(minitorch.tensor([7.5] * outs))
        again = f"{asked} after bias.update(tensor({[7.5] * outs}))"
        answers[again] = layer.forward(minitorch.tensor(x)).to_numpy()
    return answers


@probe("3.5", cases=1)
def what_networks_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask networks of several sizes, once more with every score turned to its opposite: one of the two is negative."""
    script, simple = import_module("project.run_fast_tensor"), minitorch.SimpleBackend
    answers: dict[str, Any] = {}
    for hidden in (1, 2, 3, 5):
        network = script.Network(hidden, simple)
        called = f"Network({hidden}, SimpleBackend)"
        names = sorted(name for name, _ in network.named_parameters())
        answers[f"the parameters of {called}"] = names
        handed_on = [parameter.value.backend is simple for parameter in network.parameters()]
        answers[f"whether SimpleBackend is the backend of all parameters of {called}"] = handed_on
        fill(minitorch, rng, network)
        answers |= questioned(minitorch, network, called, rng)
        for _, parameter in network.layer3.named_parameters():
            parameter.update(minitorch.tensor((-parameter.value.to_numpy()).tolist()))
        answers |= questioned(minitorch, network, f"{called} with layer3 negated", rng)
    return answers


@probe("3.5", cases=1)
def how_mini_batches_are_dealt(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for what does not depend on the order that is drawn, and whether one is drawn."""
    batches = import_module("project.run_fast_tensor").batches
    answers: dict[str, Any] = {}
    sizes = [(0, 3), (1, 1), (1, 5), (6, 3), (7, 3), (8, 1), (5, 5), (4, 9)]
    for N, size in [*sizes, (int(rng.integers(10, 90)), int(rng.integers(2, 12)))]:
        called = f"batches({N}, {size})"
        dealt = [[int(n) for n in batch] for batch in batches(N, size)]
        answers[f"the lengths of {called}"] = [len(batch) for batch in dealt]
        answers[f"all numbers in {called}, sorted"] = sorted(n for batch in dealt for n in batch)
    minitorch.seed(int(rng.integers(2**32)))
    state = minitorch.seeding.generator.getstate()
    first, second = batch_sets(batches), batch_sets(batches)
    minitorch.seeding.generator.setstate(state)
    answers["whether batches(90, 9) puts others together the next time"] = first != second
    answers["whether batches(90, 9) repeats itself after the same seed"] = (
        batch_sets(batches) == first
    )
    return answers


def exam_questions(rng: Generator) -> tuple[Sequence[Point], Sequence[int]]:
    """Make points inside and outside of the circle, and points on both arms of the spiral."""
    inside, labels = examine(rng, lambda x1, x2: (x1 - 0.5) ** 2 + (x2 - 0.5) ** 2 > 0.1)
    points = [("Circle", x1, x2) for x1, x2 in inside]
    answers = list(labels)
    for way in rng.random(400).tolist():
        label = int(rng.integers(2))
        distance = 0.05 + 0.4 * way + float(rng.uniform(-0.02, 0.02))
        angle = math.pi * (3 * way + label)
        where = (0.5 + distance * math.cos(angle), 0.5 + distance * math.sin(angle))
        points.append(("Spiral", *where))
        answers.append(label)
    return points, answers


@exam("3.5", pass_at=0.95, questions=exam_questions)
def learning_circle_and_spiral(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Learn Circle with one network, and Spiral with another."""
    about = {
        "Circle": TRAINING.trained(load, rng, "Circle", steps=CIRCLE_STEPS, enough=0.97),
        "Spiral": TRAINING.trained(load, rng, "Spiral", steps=SPIRAL_STEPS, enough=0.98),
    }

    def predict(points: Sequence[Point]) -> list[float]:
        answers = [0.0] * len(points)
        for dataset, ask in about.items():
            mine = [n for n, (of, _, _) in enumerate(points) if of == dataset]
            for n, said in zip(mine, ask([tuple(points[n][1:]) for n in mine])):
                answers[n] = said
        return answers

    return predict


def start(minitorch: ModuleType, rng: Generator, network: Any) -> None:
    """Give a network numbers to start from, as the script does, but the same for all students."""
    for layer in (network.layer1, network.layer2, network.layer3):
        backend = layer.weights.value.backend
        for parameter, numbers in zip(
            (layer.weights, layer.bias), first_numbers(rng, *layer.weights.value.shape)
        ):
            parameter.update(minitorch.tensor(numbers, backend=backend))


def learn(minitorch: ModuleType, network: Any, dataset: str, steps: int) -> None:
    """Take steps downhill, each on a few points.

    The derivative of the loss by the network's answers is handed to ``backward`` as numbers: what a loss takes beside
    the network would cost as much to compile again.
    """
    backend = backend_of(network)
    optimizer = minitorch.SGD(network.parameters(), RATE)
    for step in range(steps):
        optimizer.lr = RATE * (1 - step / steps)
        optimizer.zero_grad()
        X, y = some_points(minitorch, dataset)
        out = network.forward(minitorch.tensor(X, backend=backend))
        p = np.clip(out.to_numpy().ravel(), SURE, 1 - SURE)
        derivative = (p - y) / (p * (1 - p)) / BATCH
        out.backward(minitorch.tensor(derivative.reshape(out.shape), backend=backend))
        optimizer.step()


def some_points(minitorch: ModuleType, dataset: str) -> tuple[list[Point], Any]:
    """Draw points to learn from, and their labels: of the spiral, some of those that there are."""
    data = minitorch.datasets[dataset](SPIRAL if dataset == "Spiral" else BATCH)
    chosen = minitorch.seeding.generator.sample(range(data.N), BATCH)
    return [data.X[n] for n in chosen], np.array([float(data.y[n]) for n in chosen])


def labels(minitorch: ModuleType, network: Any, points: Sequence[Point]) -> list[int]:
    """Ask for the more likely label of each point."""
    x = minitorch.tensor([list(point) for point in points], backend=backend_of(network))
    return [int(p > 0.5) for p in network.forward(x).to_numpy().ravel()]


def backend_of(network: Any) -> Any:
    """Give what a network calculates with, so that one thing alone is compiled."""
    return network.layer1.weights.value.backend


TRAINING = Training(
    script="project/run_fast_tensor.py", hidden=HIDDEN, start=start, learn=learn, labels=labels
)


def questioned(minitorch: ModuleType, network: Any, called: str, rng: Generator) -> dict[str, Any]:
    """Ask a network about several points at once, and for the derivatives by all its parameters."""
    X = matrix(rng, 4, 2)
    out = network.forward(minitorch.tensor(X))
    out.sum().backward()
    return {
        f"{called}.forward(tensor({X}))": out.to_numpy(),
        f"derivatives after sum().backward() of these outputs of {called}": {
            name: gradient(parameter) for name, parameter in network.named_parameters()
        },
    }


def fill(minitorch: ModuleType, rng: Generator, module: Any) -> None:
    """Give all parameters of a module new values, by the order of their names."""
    for _, parameter in sorted(module.named_parameters(), key=itemgetter(0)):
        values = rng.uniform(-1.5, 1.5, parameter.value.shape)
        parameter.update(minitorch.tensor(values.tolist()))


def gradient(parameter: Any) -> Any:
    """Ask for the derivative by a parameter, as an array; None if there is none."""
    grad = parameter.value.grad
    return None if grad is None else grad.to_numpy()


def batch_sets(batches: Callable[[int, int], Sequence[Sequence[int]]]) -> set[frozenset[int]]:
    """Deal 90 points out in mini-batches of 9, and forget the order."""
    return {frozenset(batch) for batch in batches(90, 9)}


def matrix(rng: Generator, height: int, width: int) -> list[list[float]]:
    """Draw rows of short numbers on both sides of 0."""
    return [
        [round(float(number), 2) for number in row] for row in rng.uniform(-3, 3, (height, width))
    ]
