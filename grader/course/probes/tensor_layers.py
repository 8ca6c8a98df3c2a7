"""Questions for layers and networks of tensors, which Modules 2 and 3 share. A module says how it makes a layer."""

from collections.abc import Callable
from operator import itemgetter
from types import ModuleType
from typing import Any

from numpy.random import Generator

from .starts import shared_parameters

Make = Callable[..., Any]  # of sizes: a student's layer or network


def ask_layers(
    minitorch: ModuleType, rng: Generator, linear: Make, told: str = ""
) -> dict[str, Any]:
    """Ask layers of several sizes about several points, before and after their biases change.

    Args:
        minitorch: The library.
        rng: Draws parameters and points.
        linear: Makes a layer of its numbers of inputs and units.
        told: What else the call says, for the keys.

    Returns:
        The outputs, by question.
    """
    answers: dict[str, Any] = {}
    for points, ins, outs in ((1, 1, 1), (1, 2, 3), (3, 2, 2), (4, 3, 2), (2, 4, 1)):
        layer = linear(ins, outs)
        fill(minitorch, rng, layer)
        x = matrix(rng, points, ins)
        asked = f"Linear({ins}, {outs}{told}).forward(tensor({x}))"
        answers[asked] = layer.forward(minitorch.tensor(x)).to_numpy()
        layer.bias.update(minitorch.tensor([7.5] * outs))
        again = f"{asked} after bias.update(tensor({[7.5] * outs}))"
        answers[again] = layer.forward(minitorch.tensor(x)).to_numpy()
    return answers


def ask_wide_layers(minitorch: ModuleType, rng: Generator, linear: Make) -> dict[str, Any]:
    """Ask layers with hundreds of inputs, units and points; see ``ask_layers``."""
    answers: dict[str, Any] = {}
    for points, ins, outs in ((2, 150, 1), (140, 1, 3), (1, 2, 150)):
        layer = linear(ins, outs)
        fill(minitorch, rng, layer)
        x = matrix(rng, points, ins)
        called = f"Linear({ins}, {outs}).forward(…) of {points} points"
        answers[called] = layer.forward(minitorch.tensor(x)).to_numpy()
    return answers


def ask_beginnings(minitorch: ModuleType, linear: Make) -> dict[str, Any]:
    """Ask whether a layer begins as its docstring says: at random, within a reach, about 0 in the middle."""
    answers: dict[str, Any] = {}
    for ins, outs in ((2, 4), (5, 3)):
        minitorch.seed(ins)
        layers = [linear(ins, outs) for _ in range(2)]
        begun = [numbers_of(layer) for layer in layers]
        middle = layers[0].forward(minitorch.tensor([[0.5] * ins])).to_numpy()
        weights = layers[0].weights.value.to_numpy()
        minitorch.seed(ins)
        again = numbers_of(linear(ins, outs))
        called = f"two Linear({ins}, {outs})"
        answers |= {
            f"how many different numbers {called} begin with": len({*begun[0], *begun[1]}),
            f"{called}: weights within 10 / {ins}": bool((abs(weights) <= 10 / ins).all()),
            f"{called}: outputs within 0.3 at 0.5 each": bool((abs(middle) <= 0.3 + 1e-9).all()),
            f"{called}: the same after the same seed": again == begun[0],
        }
    return answers


def ask_side_by_side(
    minitorch: ModuleType, rng: Generator, linear: Make, network: Make
) -> dict[str, Any]:
    """Ask whether networks share parameters, and whether layers keep their inputs and earlier outputs as they were."""
    networks = [network(hidden) for hidden in (2, 2, 3)]
    answers: dict[str, Any] = {
        "how many parameters Network(2), Network(2), Network(3) share": shared_parameters(networks)
    }
    for each in networks:
        fill(minitorch, rng, each)
    for turn in (1, 2):
        for place, each in enumerate(networks, start=1):
            x = matrix(rng, turn, 2)
            asked = f"what network {place} gives for {x}, all filled before, question {turn}"
            answers[asked] = each.forward(minitorch.tensor(x)).to_numpy()
    layer = linear(3, 3)
    fill(minitorch, rng, layer)
    x, y = matrix(rng, 2, 3), matrix(rng, 2, 3)
    points = minitorch.tensor(x)
    first = layer.forward(points)
    second = layer.forward(minitorch.tensor(y))
    answers["the points of a layer afterwards"] = points.to_numpy()
    answers[f"Linear(3, 3).forward(tensor({x})), read after the next"] = first.to_numpy()
    answers[f"Linear(3, 3).forward(tensor({y})), after that"] = second.to_numpy()
    return answers


def ask_both_signs(
    minitorch: ModuleType, network: Any, called: str, rng: Generator
) -> dict[str, Any]:
    """Ask a network, once more with every score turned to its opposite: one of the two is negative."""
    fill(minitorch, rng, network)
    answers = questioned(minitorch, network, called, rng)
    for _, parameter in network.layer3.named_parameters():
        parameter.update(minitorch.tensor((-parameter.value.to_numpy()).tolist()))
    return answers | questioned(minitorch, network, f"{called} with layer3 negated", rng)


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
