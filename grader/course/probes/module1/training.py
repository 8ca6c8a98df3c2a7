"""Task 1.5: what the layers give for given parameters, and exams that train a network and ask it about fresh points."""

from collections.abc import Callable, Sequence
from importlib import import_module
from operator import itemgetter
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import Point, Predict, exam, probe

from ..points import examine
from ..starts import Training, first_numbers

HIDDEN = 6
RATE = 0.6  # of the first step; the steps get shorter all the time, down to nothing
BATCH = 5  # fresh points for each step
SURE = 0.1  # a point whose loss is less than that has little to teach


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


@exam("1.5", pass_at=0.95, questions=lambda rng: examine(rng, lambda x1, x2: x1 < 0.5))
def learning_simple(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Learn Simple."""
    return TRAINING.trained(load, rng, "Simple", steps=200, enough=0.97)


@exam("1.5", pass_at=0.95, questions=lambda rng: examine(rng, lambda x1, x2: x1 + x2 < 0.5))
def learning_diag(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Learn Diag."""
    return TRAINING.trained(load, rng, "Diag", steps=200, enough=0.97)


@exam("1.5", pass_at=0.90, questions=lambda rng: examine(rng, lambda x1, x2: not 0.2 <= x1 <= 0.8))
def learning_split(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Learn Split."""
    return TRAINING.trained(load, rng, "Split", steps=300, enough=0.94)


@exam(
    "1.5", pass_at=0.90, questions=lambda rng: examine(rng, lambda x1, x2: (x1 < 0.5) != (x2 < 0.5))
)
def learning_xor(load: Callable[[str], ModuleType], rng: Generator) -> Predict:
    """Learn Xor."""
    return TRAINING.trained(load, rng, "Xor", steps=300, enough=0.94)


def start(minitorch: ModuleType, rng: Generator, network: Any) -> None:
    """Give a network numbers to start from, the same for all students."""
    for layer in (network.layer1, network.layer2, network.layer3):
        ins, outs = len(layer.weights), len(layer.bias)
        weights, bias = first_numbers(rng, ins, outs)
        for parameters, values in zip([*layer.weights, layer.bias], [*weights, bias]):
            for parameter, value in zip(parameters, values):
                parameter.update(minitorch.Scalar(float(value)))


def learn(minitorch: ModuleType, network: Any, dataset: str, steps: int) -> None:
    """Take steps downhill, each on a few points that were never seen before."""
    optimizer = minitorch.SGD(network.parameters(), RATE)
    for step in range(steps):
        optimizer.lr = RATE * (1 - step / steps)
        optimizer.zero_grad()
        data = minitorch.datasets[dataset](BATCH)
        for point, y in zip(data.X, data.y):
            out = probability(minitorch, network, point)
            loss = -(out if y == 1 else -out + 1.0).log()
            if loss.data > SURE:
                (loss / BATCH).backward()
        optimizer.step()


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


TRAINING = Training("project/run_scalar.py", HIDDEN, start, learn, labels)
