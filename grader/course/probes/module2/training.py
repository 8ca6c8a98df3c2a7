"""Task 2.5: what the layers give for given parameters, and exams that train a network and ask it about fresh points."""

from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import Point, Predict, Training, exam, probe

from ..lessons import Lesson
from ..points import Array
from ..starts import Trainer
from ..tensor_layers import (
    ask_beginnings,
    ask_both_signs,
    ask_layers,
    ask_side_by_side,
    ask_wide_layers,
)

HIDDEN, RATE = 8, 1.0
LESSON = Lesson(HIDDEN, RATE, batch=15)


@probe("2.5", cases=1)
def what_linear_layers_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers of several sizes about several points, before and after their biases change."""
    return ask_layers(minitorch, rng, import_module("project.run_tensor").Linear)


@probe("2.5", cases=1)
def what_networks_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask networks of several sizes, once more with every score turned to its opposite."""
    script = import_module("project.run_tensor")
    answers: dict[str, Any] = {}
    for hidden in (1, 2, 3, 5):
        network = script.Network(hidden)
        names = sorted(name for name, _ in network.named_parameters())
        answers[f"the parameters of Network({hidden})"] = names
        answers |= ask_both_signs(minitorch, network, f"Network({hidden})", rng)
    return answers


@probe("2.5", cases=1)
def networks_side_by_side(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether networks share parameters, and whether layers keep their inputs and earlier outputs as they were."""
    script = import_module("project.run_tensor")
    return ask_side_by_side(minitorch, rng, script.Linear, script.Network)


@probe("2.5", cases=1)
def wide_layers(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers with hundreds of inputs, units and points."""
    return ask_wide_layers(minitorch, rng, import_module("project.run_tensor").Linear)


@probe("2.5", cases=1)
def what_layers_begin_with(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether a layer begins as its docstring says."""
    return ask_beginnings(minitorch, import_module("project.run_tensor").Linear)


@exam(
    "2.5",
    pass_at=0.95,
    questions=lambda rng: LESSON.on_a_rule(rng, "Simple", steps=70, enough=0.97),
)
def learning_simple(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn a rule like that of Simple."""
    return TRAINER.trained(load, training)


@exam(
    "2.5",
    pass_at=0.95,
    questions=lambda rng: LESSON.on_a_rule(rng, "Diag", steps=70, enough=0.97),
)
def learning_diag(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Learn a rule like that of Diag."""
    return TRAINER.trained(load, training)


@exam(
    "2.5",
    pass_at=0.90,
    questions=lambda rng: LESSON.on_a_rule(rng, "Split", steps=100, enough=0.94),
)
def learning_split(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn a rule like that of Split."""
    return TRAINER.trained(load, training)


@exam(
    "2.5",
    pass_at=0.90,
    questions=lambda rng: LESSON.on_a_rule(rng, "Xor", steps=100, enough=0.94),
)
def learning_xor(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Learn a rule like that of Xor."""
    return TRAINER.trained(load, training)


def start(minitorch: ModuleType, layer: Any, weights: Array, bias: Array) -> None:
    """Give a layer weights and a bias to start from."""
    layer.weights.update(minitorch.tensor(weights.tolist()))
    layer.bias.update(minitorch.tensor(bias.tolist()))


def learn(minitorch: ModuleType, network: Any, points: Array, labels: Array) -> None:
    """Add up the derivatives of the mean loss on some points."""
    y = minitorch.tensor([[label] for label in labels.tolist()])
    out = network.forward(minitorch.tensor(points.tolist()))
    right = out * y + (-out + 1.0) * (-y + 1.0)
    ((-right.log()).sum() / len(points)).backward()


def labels(minitorch: ModuleType, network: Any, points: Sequence[Point]) -> list[int]:
    """Ask for the more likely label of each point."""
    out = network.forward(minitorch.tensor([list(point) for point in points])).to_numpy()
    return [int(p > 0.5) for p in out.ravel()]


TRAINER = Trainer("project/run_tensor.py", HIDDEN, RATE, start, learn, labels)
