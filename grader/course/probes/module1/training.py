"""Task 1.5: what the layers give for given parameters, and exams that train a network and ask it about fresh points."""

from collections.abc import Callable, Sequence
from importlib import import_module
from operator import itemgetter
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import Point, Predict, Training, exam, probe

from ..lessons import Lesson
from ..points import Array
from ..starts import Trainer, shared_parameters

HIDDEN, RATE = 6, 0.6
SURE = 0.1  # a point whose loss is less than that has little to teach
LESSON = Lesson(HIDDEN, RATE, batch=5, sure=SURE)


@probe("1.5", cases=1)
def what_linear_layers_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers of several sizes, before and after one of their biases changes."""
    script = import_module("project.run_scalar")
    answers: dict[str, Any] = {}
    for ins, outs in ((1, 1), (2, 3), (3, 2), (4, 1)):
        layer = script.Linear(ins, outs)
        fill(minitorch, rng, layer)
        x = numbers(rng, ins)
        asked = f"Linear({ins}, {outs}).forward({x})"
        answers[asked] = outputs(minitorch, layer, x)
        layer.bias[0].update(minitorch.Scalar(7.5))
        answers[f"{asked} after bias[0].update(Scalar(7.5))"] = outputs(minitorch, layer, x)
    return answers


@probe("1.5", cases=1)
def what_networks_give(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask networks of several sizes, once more with every score turned to its opposite: one of the two is negative."""
    script = import_module("project.run_scalar")
    answers: dict[str, Any] = {}
    for hidden in (1, 2, 3, 5):
        network = script.Network(hidden)
        names = sorted(name for name, _ in network.named_parameters())
        answers[f"the parameters of Network({hidden})"] = names
        fill(minitorch, rng, network)
        answers |= questioned(minitorch, network, f"Network({hidden})", rng)
        for _, parameter in network.layer3.named_parameters():
            parameter.update(minitorch.Scalar(-parameter.value.data))
        answers |= questioned(minitorch, network, f"Network({hidden}) with layer3 negated", rng)
    return answers


@probe("1.5", cases=1)
def networks_side_by_side(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether networks share parameters, and whether layers keep their inputs and earlier outputs as they were."""
    script = import_module("project.run_scalar")
    networks = [script.Network(hidden) for hidden in (2, 2, 3)]
    answers: dict[str, Any] = {
        "how many parameters Network(2), Network(2), Network(3) share": shared_parameters(networks)
    }
    for network in networks:
        fill(minitorch, rng, network)
    points = [numbers(rng, 2) for _ in networks]
    for turn in (1, 2):
        for place, (network, point) in enumerate(zip(networks, points), start=1):
            asked = f"what network {place} gives for {point}, all filled before, question {turn}"
            answers[asked] = probability(minitorch, network, point).data
    layer = script.Linear(3, 3)
    fill(minitorch, rng, layer)
    x, y = numbers(rng, 3), numbers(rng, 3)
    inputs = [minitorch.Scalar(number) for number in x]
    first = layer.forward(inputs)
    second = layer.forward(tuple(minitorch.Scalar(number) for number in y))
    answers["the inputs of a layer afterwards"] = [scalar.data for scalar in inputs]
    answers[f"Linear(3, 3).forward({x}), read after the next"] = [out.data for out in first]
    answers[f"Linear(3, 3).forward({tuple(y)}), after that of {x}"] = [out.data for out in second]
    return answers


@probe("1.5", cases=1)
def wide_layers(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask layers with hundreds of inputs, and hundreds of units."""
    script = import_module("project.run_scalar")
    answers: dict[str, Any] = {}
    for ins, outs in ((int(rng.integers(130, 200)), 1), (1, int(rng.integers(130, 200)))):
        layer = script.Linear(ins, outs)
        fill(minitorch, rng, layer)
        answers[f"Linear({ins}, {outs}).forward(…)"] = outputs(minitorch, layer, numbers(rng, ins))
    return answers


@probe("1.5", cases=1)
def what_layers_begin_with(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether a layer begins as its docstring says: at random, within a reach, about 0 in the middle."""
    script = import_module("project.run_scalar")
    answers: dict[str, Any] = {}
    for ins, outs in ((2, 4), (5, 3)):
        minitorch.seed(ins)
        layers = [script.Linear(ins, outs) for _ in range(2)]
        begun = [[p.value.data for p in layer.parameters()] for layer in layers]
        weights = [weight.value.data for row in layers[0].weights for weight in row]
        middle = outputs(minitorch, layers[0], [0.5] * ins)
        minitorch.seed(ins)
        again = [p.value.data for p in script.Linear(ins, outs).parameters()]
        called = f"two Linear({ins}, {outs})"
        answers |= {
            f"how many different numbers {called} begin with": len({*begun[0], *begun[1]}),
            f"{called}: weights within 10 / {ins}": max(map(abs, weights)) <= 10 / ins,
            f"{called}: outputs within 0.3 where all inputs are 0.5": max(map(abs, middle))
            <= 0.3 + 1e-9,
            f"{called}: the same after the same seed": again == begun[0],
        }
    return answers


@exam(
    "1.5",
    pass_at=0.95,
    questions=lambda rng: LESSON.on_a_rule(rng, "Simple", steps=200, enough=0.97),
)
def learning_simple(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn a rule like that of Simple."""
    return TRAINER.trained(load, training)


@exam(
    "1.5",
    pass_at=0.95,
    questions=lambda rng: LESSON.on_a_rule(rng, "Diag", steps=200, enough=0.97),
)
def learning_diag(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Learn a rule like that of Diag."""
    return TRAINER.trained(load, training)


@exam(
    "1.5",
    pass_at=0.90,
    questions=lambda rng: LESSON.on_a_rule(rng, "Split", steps=300, enough=0.94),
)
def learning_split(
    load: Callable[[str], ModuleType], rng: Generator, training: Training
) -> Predict:
    """Learn a rule like that of Split."""
    return TRAINER.trained(load, training)


@exam(
    "1.5",
    pass_at=0.90,
    questions=lambda rng: LESSON.on_a_rule(rng, "Xor", steps=300, enough=0.94),
)
def learning_xor(load: Callable[[str], ModuleType], rng: Generator, training: Training) -> Predict:
    """Learn a rule like that of Xor."""
    return TRAINER.trained(load, training)


def start(minitorch: ModuleType, layer: Any, weights: Array, bias: Array) -> None:
    """Give a layer weights and a bias to start from."""
    for parameters, values in zip([*layer.weights, layer.bias], [*weights, bias]):
        for parameter, value in zip(parameters, values):
            parameter.update(minitorch.Scalar(float(value)))


def learn(minitorch: ModuleType, network: Any, points: Array, labels: Array) -> None:
    """Add up the derivatives of the mean loss, point by point; those that have little to teach are passed over."""
    for point, y in zip(points.tolist(), labels):
        out = probability(minitorch, network, point)
        loss = -(out if y == 1 else -out + 1.0).log()
        if loss.data > SURE:
            (loss / len(points)).backward()


def questioned(minitorch: ModuleType, network: Any, called: str, rng: Generator) -> dict[str, Any]:
    """Ask a network about points, and for the derivatives of all its parameters."""
    answers: dict[str, Any] = {}
    for x in (numbers(rng, 2) for _ in range(3)):
        out = probability(minitorch, network, x)
        answers[f"{called}.forward({x})"] = out.data
        out.backward()
    answers[f"derivatives after backward() of all these outputs of {called}"] = {
        name: parameter.value.derivative for name, parameter in network.named_parameters()
    }
    return answers


def outputs(minitorch: ModuleType, layer: Any, x: Sequence[float]) -> list[float]:
    """Ask what the units of a layer give."""
    return [out.data for out in layer.forward([minitorch.Scalar(number) for number in x])]


def labels(minitorch: ModuleType, network: Any, points: Sequence[Point]) -> list[int]:
    """Ask for the more likely label of each point."""
    return [int(probability(minitorch, network, point).data > 0.5) for point in points]


def probability(minitorch: ModuleType, network: Any, point: Point) -> Any:
    """Ask for the probability of label 1, as a Scalar."""
    x1, x2 = point
    return network.forward((minitorch.Scalar(x1), minitorch.Scalar(x2)))


def fill(minitorch: ModuleType, rng: Generator, module: Any) -> None:
    """Give all parameters of a module new values, by the order of their names."""
    for _, parameter in sorted(module.named_parameters(), key=itemgetter(0)):
        parameter.update(minitorch.Scalar(float(rng.uniform(-1.5, 1.5))))


def numbers(rng: Generator, count: int) -> list[float]:
    """Draw short numbers on both sides of 0."""
    return [round(float(number), 2) for number in rng.uniform(-3, 3, count)]


TRAINER = Trainer("project/run_scalar.py", HIDDEN, RATE, start, learn, labels)
