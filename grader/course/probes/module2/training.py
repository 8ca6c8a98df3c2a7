"""Task 2.5: what the layers give for given parameters, and exams that train a network and ask it about fresh points."""

from collections.abc import Callable, Sequence
from importlib import import_module
from operator import itemgetter
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import Point, Predict, Training, exam, probe

from ..lessons import Lesson
from ..points import Array
from ..starts import Trainer

HIDDEN, RATE = 8, 1.5
LESSON = Lesson(HIDDEN, RATE, batch=40)


@probe("2.5", cases=1)
def what_linear_layers_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers of several sizes about several points, before and after their biases change."""
    script = import_module("project.run_tensor")
    answers: dict[str, Any] = {}
    for points, ins, outs in ((1, 1, 1), (1, 2, 3), (3, 2, 2), (4, 3, 2), (2, 4, 1)):
        layer = script.Linear(ins, outs)
        fill(minitorch, rng, layer)
        x = matrix(rng, points, ins)
        asked = f"Linear({ins}, {outs}).forward(tensor({x}))"
        answers[asked] = layer.forward(minitorch.tensor(x)).to_numpy()
        layer.bias.update(minitorch.tensor([7.5] * outs))
        again = f"{asked} after bias.update(tensor({[7.5] * outs}))"
        answers[again] = layer.forward(minitorch.tensor(x)).to_numpy()
    return answers


@probe("2.5", cases=1)
def what_networks_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask networks of several sizes, once more with every score turned to its opposite: one of the two is negative."""
    script = import_module("project.run_tensor")
    answers: dict[str, Any] = {}
    for hidden in (1, 2, 3, 5):
        network = script.Network(hidden)
        names = sorted(name for name, _ in network.named_parameters())
        answers[f"the parameters of Network({hidden})"] = names
        fill(minitorch, rng, network)
        answers |= questioned(minitorch, network, f"Network({hidden})", rng)
        for _, parameter in network.layer3.named_parameters():
            parameter.update(minitorch.tensor((-parameter.value.to_numpy()).tolist()))
        answers |= questioned(minitorch, network, f"Network({hidden}) with layer3 negated", rng)
    return answers


@probe("2.5", cases=1)
def networks_side_by_side(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether networks share parameters, and whether layers keep their inputs and earlier outputs as they were."""
    script = import_module("project.run_tensor")
    networks = [script.Network(hidden) for hidden in (2, 2, 3)]
    held = [{id(parameter) for parameter in network.parameters()} for network in networks]
    answers: dict[str, Any] = {
        "how many parameters Network(2), Network(2), Network(3) share": len(held[0] & held[1])
        + len(held[0] & held[2])
        + len(held[1] & held[2])
    }
    for network in networks:
        fill(minitorch, rng, network)
    for turn in (1, 2):
        for place, network in enumerate(networks, start=1):
            x = matrix(rng, turn, 2)
            asked = f"what network {place} gives for {x}, all filled before, question {turn}"
            answers[asked] = network.forward(minitorch.tensor(x)).to_numpy()
    layer = script.Linear(3, 3)
    fill(minitorch, rng, layer)
    x, y = matrix(rng, 2, 3), matrix(rng, 2, 3)
    points = minitorch.tensor(x)
    first = layer.forward(points)
    second = layer.forward(minitorch.tensor(y))
    answers["the points of a layer afterwards"] = points.to_numpy()
    answers[f"Linear(3, 3).forward(tensor({x})), read after the next"] = first.to_numpy()
    answers[f"Linear(3, 3).forward(tensor({y})), after that"] = second.to_numpy()
    return answers


@probe("2.5", cases=1)
def wide_layers(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers with hundreds of inputs, units and points."""
    script = import_module("project.run_tensor")
    answers: dict[str, Any] = {}
    for points, ins, outs in ((2, 150, 1), (140, 1, 3), (1, 2, 150)):
        layer = script.Linear(ins, outs)
        fill(minitorch, rng, layer)
        x = matrix(rng, points, ins)
        called = f"Linear({ins}, {outs}).forward(…) of {points} points"
        answers[called] = layer.forward(minitorch.tensor(x)).to_numpy()
    return answers


@probe("2.5", cases=1)
def what_layers_begin_with(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether a layer begins as its docstring says: at random, within a reach, about 0 in the middle."""
    script = import_module("project.run_tensor")
    answers: dict[str, Any] = {}
    for ins, outs in ((2, 4), (5, 3)):
        minitorch.seed(ins)
        layers = [script.Linear(ins, outs) for _ in range(2)]
        begun = [numbers_of(layer) for layer in layers]
        middle = layers[0].forward(minitorch.tensor([[0.5] * ins])).to_numpy()
        weights = layers[0].weights.value.to_numpy()
        minitorch.seed(ins)
        again = numbers_of(script.Linear(ins, outs))
        called = f"two Linear({ins}, {outs})"
        answers |= {
            f"how many different numbers {called} begin with": len({*begun[0], *begun[1]}),
            f"{called}: weights within 10 / {ins}": bool((abs(weights) <= 10 / ins).all()),
            f"{called}: outputs within 0.3 where all inputs are 0.5": bool(
                (abs(middle) <= 0.3 + 1e-9).all()
            ),
            f"{called}: the same after the same seed": again == begun[0],
        }
    return answers


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


def labels(minitorch: ModuleType, network: Any, points: Sequence[Point]) -> list[int]:
    """Ask for the more likely label of each point."""
    out = network.forward(minitorch.tensor([list(point) for point in points])).to_numpy()
    return [int(p > 0.5) for p in out.ravel()]


def fill(minitorch: ModuleType, rng: Generator, module: Any) -> None:
    """Give all parameters of a module new values, by the order of their names."""
    for _, parameter in sorted(module.named_parameters(), key=itemgetter(0)):
        values = rng.uniform(-1.5, 1.5, parameter.value.shape)
        parameter.update(minitorch.tensor(values.tolist()))


def numbers_of(layer: Any) -> list[float]:
    """List all numbers of a layer's parameters."""
    return [float(x) for p in layer.parameters() for x in p.value.to_numpy().ravel()]


def gradient(parameter: Any) -> Any:
    """Ask for the derivative by a parameter, as an array; None if there is none."""
    grad = parameter.value.grad
    return None if grad is None else grad.to_numpy()


def matrix(rng: Generator, height: int, width: int) -> list[list[float]]:
    """Draw rows of short numbers on both sides of 0."""
    return [
        [round(float(number), 2) for number in row] for row in rng.uniform(-3, 3, (height, width))
    ]


TRAINER = Trainer("project/run_tensor.py", HIDDEN, RATE, start, learn, labels)
