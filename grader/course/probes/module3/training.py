"""Task 3.5: layers, networks and mini-batches, and an exam that trains with fast operations on what winds and bends.

The probes calculate with ``SimpleBackend``, which has nothing to compile. The exam calculates with ``FastOps``.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import Point, Predict, Training, exam, probe

from ..lessons import Lesson
from ..points import Array
from ..rules import drawn_spiral
from ..starts import Trainer
from ..tensor_layers import (
    Make,
    ask_beginnings,
    ask_both_signs,
    ask_layers,
    ask_side_by_side,
    ask_wide_layers,
)

HIDDEN, RATE = 32, 1.0
LESSON = Lesson(HIDDEN, RATE, batch=50)
ENOUGH = 0.97  # share of the questions on which NumPy's network is right: see ``lessons``
SURE = 1e-9  # a probability is taken to be at least so far from 0 and from 1


@probe("3.5", cases=1)
def what_linear_layers_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers of several sizes about several points, before and after their biases change."""
    return ask_layers(minitorch, rng, linear_of(minitorch), ", SimpleBackend")


@probe("3.5", cases=1)
def what_networks_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask networks of several sizes, once more with every score turned to its opposite."""
    script, simple = import_module("project.run_fast_tensor"), minitorch.SimpleBackend
    answers: dict[str, Any] = {}
    for hidden in (1, 2, 3, 5):
        network = script.Network(hidden, simple)
        called = f"Network({hidden}, SimpleBackend)"
        names = sorted(name for name, _ in network.named_parameters())
        answers[f"the parameters of {called}"] = names
        handed_on = [parameter.value.backend is simple for parameter in network.parameters()]
        answers[f"whether SimpleBackend is the backend of all parameters of {called}"] = handed_on
        answers |= ask_both_signs(minitorch, network, called, rng)
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


@probe("3.5", cases=1)
def networks_side_by_side(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether networks share parameters, and whether layers keep their inputs and earlier outputs as they were."""
    script, simple = import_module("project.run_fast_tensor"), minitorch.SimpleBackend
    linear = linear_of(minitorch)
    return ask_side_by_side(minitorch, rng, linear, lambda hidden: script.Network(hidden, simple))


@probe("3.5", cases=1)
def wide_layers_and_what_they_begin_with(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers with hundreds of inputs, units and points, and what a layer begins with."""
    linear = linear_of(minitorch)
    return ask_wide_layers(minitorch, rng, linear) | ask_beginnings(minitorch, linear)


@probe("3.5", cases=1)
def many_points_dealt(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Deal a thousand points twice, and look at the first mini-batches once more afterwards."""
    batches = import_module("project.run_fast_tensor").batches
    N, size = int(rng.integers(900, 1100)), int(rng.integers(130, 200))
    first = batches(N, size)
    lengths = [len(batch) for batch in first]
    second = batches(N, size + 50)
    called = f"batches({N}, {size})"
    return {
        f"the lengths of {called}": lengths,
        f"the lengths of {called}, after another call": [len(batch) for batch in first],
        f"all numbers in {called}, sorted, after another call": sorted(n for b in first for n in b),
        f"all numbers in batches({N}, {size + 50}), sorted": sorted(n for b in second for n in b),
    }


def circle_and_spiral(rng: Generator) -> tuple[Training, Sequence[Point], Sequence[int]]:
    """Draw a circle and a spiral, what to learn of each, and points to ask about."""
    circle, points, answers = LESSON.on_a_rule(
        rng, "Circle", steps=250, enough=ENOUGH, distance=0.18
    )
    winding = drawn_spiral(rng)
    places, arms = (each.tolist() for each in winding.points(rng, 400))
    spiral = LESSON.training(rng, winding.points, (places, arms), steps=600, enough=ENOUGH)
    asked = [("Circle", *point) for point in points] + [("Spiral", *point) for point in places]
    return {**named("Circle", circle), **named("Spiral", spiral)}, asked, answers + arms


def named(dataset: str, training: Training) -> Training:
    """Put a dataset's name in front of the names of arrays."""
    return {f"{dataset} {name}": array for name, array in training.items()}


def part(dataset: str, training: Training) -> Training:
    """Take the arrays that have a dataset's name in front of theirs."""
    front = f"{dataset} "
    return {
        name.removeprefix(front): array
        for name, array in training.items()
        if name.startswith(front)
    }


@exam("3.5", pass_at=0.95, questions=circle_and_spiral)
def learning_circle_and_spiral(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn something like Circle with one network, and something like Spiral with another."""
    about = {of: TRAINER.trained(load, part(of, training)) for of in ("Circle", "Spiral")}

    def predict(points: Sequence[Point]) -> list[float]:
        answers = [0.0] * len(points)
        for dataset, ask in about.items():
            mine = [n for n, (of, _, _) in enumerate(points) if of == dataset]
            for n, said in zip(mine, ask([tuple(points[n][1:]) for n in mine])):
                answers[n] = said
        return answers

    return predict


def start(minitorch: ModuleType, layer: Any, weights: Array, bias: Array) -> None:
    """Give a layer weights and a bias to start from."""
    backend = layer.weights.value.backend
    for parameter, numbers in ((layer.weights, weights), (layer.bias, bias)):
        parameter.update(minitorch.tensor(numbers, backend=backend))


def learn(minitorch: ModuleType, network: Any, points: Array, labels: Array) -> None:
    """Add up the derivatives of the mean loss on some points.

    The derivative of the loss by the network's answers is handed to ``backward`` as numbers: what a loss takes beside
    the network would cost as much to compile again.
    """
    backend = backend_of(network)
    out = network.forward(minitorch.tensor(points.tolist(), backend=backend))
    p = np.clip(out.to_numpy().ravel(), SURE, 1 - SURE)
    derivative = (p - labels) / (p * (1 - p)) / len(points)
    out.backward(minitorch.tensor(derivative.reshape(out.shape), backend=backend))


def labels(minitorch: ModuleType, network: Any, points: Sequence[Point]) -> list[int]:
    """Ask for the more likely label of each point."""
    x = minitorch.tensor([list(point) for point in points], backend=backend_of(network))
    return [int(p > 0.5) for p in network.forward(x).to_numpy().ravel()]


def backend_of(network: Any) -> Any:
    """Give what a network calculates with, so that one thing alone is compiled."""
    return network.layer1.weights.value.backend


TRAINER = Trainer("project/run_fast_tensor.py", HIDDEN, RATE, start, learn, labels)


def linear_of(minitorch: ModuleType) -> Make:
    """Make layers that calculate with what need not be compiled."""
    script, simple = import_module("project.run_fast_tensor"), minitorch.SimpleBackend
    return lambda ins, outs: script.Linear(ins, outs, simple)


def batch_sets(batches: Callable[[int, int], Sequence[Sequence[int]]]) -> set[frozenset[int]]:
    """Deal 90 points out in mini-batches of 9, and forget the order."""
    return {frozenset(batch) for batch in batches(90, 9)}
