"""Task 3.7: weights to start with, layers in a row, and how large numbers and derivatives are on their way.

The probes calculate with ``SimpleBackend``, which has nothing to compile.
"""

from collections.abc import Sequence
from functools import partial
from importlib import import_module
from math import erf, sqrt
from statistics import NormalDist
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..points import Array

NORMAL = (erf(sqrt(0.5)), erf(sqrt(2.0)))  # shares within one standard deviation, and within two
EVEN = (1 / sqrt(3.0), 1.0)


@probe("3.7", cases=1)
def how_weights_spread(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether weights have the mean, the spread and the form that are asked for, within six standard errors.

    About 20,000 weights are enough to tell one scale from another.
    """
    lab, scale = import_module("project.initialization"), float(rng.uniform(0.05, 3.0))
    asked = [
        ("normal", (150, 150), {"scale": scale}, scale, NORMAL),
        ("uniform", (150, 150), {"scale": scale}, scale, EVEN),
        *[("xavier", sizes, {}, sqrt(2 / sum(sizes)), NORMAL) for sizes in ((100, 250), (300, 80))],
        *[("kaiming", sizes, {}, sqrt(2 / sizes[0]), NORMAL) for sizes in ((100, 250), (300, 80))],
    ]
    minitorch.seed(int(rng.integers(2**32)))
    answers: dict[str, Any] = {}
    for name, sizes, more, right, shares in asked:
        called = f"{name}{sizes}" if not more else f"{name}({sizes[0]}, {sizes[1]}, scale={scale})"
        drawn = getattr(lab, name)(*sizes, **more).to_numpy()
        answers |= spread(called, drawn, right, shares)
    return answers


def spread(called: str, drawn: Array, scale: float, shares: Sequence[float]) -> dict[str, Any]:
    """Ask about the mean, the standard deviation, and the shares within one and within two of them."""
    many = drawn.size
    answers: dict[str, Any] = {
        f"the shape of {called}": list(drawn.shape),
        f"{called}: is the standard deviation about {scale:.4g}": bool(
            abs(float(drawn.std()) / scale - 1) < 6 / sqrt(2 * many)
        ),
        f"{called}: is the mean about 0": bool(abs(float(drawn.mean())) < 6 * scale / sqrt(many)),
    }
    for number, share in enumerate(shares, 1):
        off = abs(float((np.abs(drawn) <= number * scale).mean()) - share)
        key = f"{called}: lie about {share:.1%} within {number * scale:.4g} of 0"
        answers[key] = off <= 6 * sqrt(share * (1 - share) / many)
    return answers


@probe("3.7", cases=1)
def what_weights_are_made_of(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask about the backend, about seeds, and whether each number is drawn for itself."""
    lab = import_module("project.initialization")
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    seed = int(rng.integers(2**32))
    answers: dict[str, Any] = {}
    for name in ("normal", "uniform", "xavier", "kaiming"):
        start = getattr(lab, name)
        minitorch.seed(seed)
        first, second = start(4, 6, backend), start(4, 6, backend)
        minitorch.seed(seed)
        again = start(4, 6, backend)
        numbers = {*first.to_numpy().ravel().tolist(), *second.to_numpy().ravel().tolist()}
        answers |= {
            f"whether {name}(4, 6, backend) has this backend": first.backend is backend,
            f"whether {name}(4, 6) has SimpleBackend": start(4, 6).backend
            is minitorch.SimpleBackend,
            f"how many numbers of two {name}(4, 6) differ": len(numbers),
            f"whether a seed repeats {name}(4, 6)": first.to_numpy().tolist()
            == again.to_numpy().tolist(),
        }
    return answers


@probe("3.7", cases=3)
def what_layers_give(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask layers that are made by a start, and layers made of PyTorch's numbers."""
    lab, backend = import_module("project.initialization"), fresh_backend(minitorch)
    n_in, n_out = [(1, 1), (3, 2), (2, 4)][case]
    given = quarters(rng, n_in, n_out)
    calls: list[tuple[Any, ...]] = []

    def start(n_in: int, n_out: int, backend: Any) -> Any:
        calls.append((n_in, n_out, backend))
        return minitorch.tensor(given, backend)

    layer = lab.Linear(n_in, n_out, start, backend)
    weight, bias = quarters(rng, n_out, n_in), quarters(rng, 1, n_out)[0]
    torch = lab.Linear.from_torch(weight, bias, backend)
    x = quarters(rng, 3, n_in)
    made, turned = f"Linear({n_in}, {n_out}, start)", f"Linear.from_torch({weight}, {bias})"
    answers: dict[str, Any] = {
        f"how {made} calls start": [list(args[:2]) for args in calls],
        f"whether {made} hands its backend to start": [args[2] is backend for args in calls],
    }
    for called, asked in ((made, layer), (turned, torch)):
        out = asked(minitorch.tensor(x, backend))
        out.sum().backward()
        answers[f"{called}({x})"] = out.to_numpy()
        for name, parameter in sorted(asked.named_parameters(), key=lambda pair: pair[0]):
            answers |= {
                f"{name} of {called}": parameter.value.to_numpy(),
                f"whether {name} of {called} has the backend": parameter.value.backend is backend,
                f"the derivative of the sum of {called}({x}) by {name}": gradient(parameter.value),
            }
    return answers


@probe("3.7", cases=1)
def functions_as_modules(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask ReLU and Tanh about small and large numbers, and for their derivatives."""
    lab = import_module("project.initialization")
    numbers = [[-40.0, -1.0, -1e-3], [1e-3, *rng.uniform(0.1, 3.0, 2).tolist()]]
    answers: dict[str, Any] = {}
    for name in ("ReLU", "Tanh"):
        x = minitorch.tensor(numbers, requires_grad=True)
        module = getattr(lab, name)()
        out = module(x)
        out.sum().backward()
        answers |= {
            f"{name}()({numbers})": out.to_numpy(),
            f"the derivative of the sum of {name}()({numbers})": x.grad.to_numpy(),
            f"how many parameters {name}() has": len(module.parameters()),
        }
    return answers


@probe("3.7", cases=2)
def modules_in_a_row(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask a Sequential for its output, its parameters, derivatives, and the mode of what is in it."""
    lab = import_module("project.initialization")
    x = minitorch.tensor(quarters(rng, 3, 2), requires_grad=True)
    inner = lab.Sequential(linear(lab, rng), lab.ReLU())
    parts = [
        [linear(lab, rng), lab.ReLU(), linear(lab, rng)],
        [lab.ReLU(), inner, linear(lab, rng)],
    ]
    network = lab.Sequential(*parts[case])
    many = lab.Sequential(*[linear(lab, rng) for _ in range(11 + case)])
    called = ["Sequential(Linear, ReLU, Linear)", "Sequential(ReLU, Sequential(…), Linear)"][case]
    out = network(x)
    out.sum().backward()
    network.eval()
    modes = [inner.training, *[child.training for child in network.modules()]]
    empty = lab.Sequential()(x)
    return {
        f"{called}({x.to_numpy().tolist()})": out.to_numpy(),
        f"the derivative of the sum of {called} by x": gradient(x),
        f"the parameters of {called}": sorted(name for name, _ in network.named_parameters()),
        f"the derivatives of the sum of {called} by its parameters": {
            name: gradient(parameter.value) for name, parameter in network.named_parameters()
        },
        f"the parameters of {11 + case} layers": sorted(
            name for name, _ in many.named_parameters()
        ),
        f"{11 + case} layers on {x.to_numpy().tolist()}": many(x).to_numpy(),
        f"modes inside {called} after eval()": modes,
        f"whether its children are its modules, {called}": [
            child is part for child, part in zip(network.modules(), parts[case])
        ],
        f"Sequential()({x.to_numpy().tolist()})": empty.to_numpy(),
    }


@probe("3.7", cases=4)
def how_large_numbers_are(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the spread after each layer and that of derivatives before each, of up to five layers."""
    lab = import_module("project.initialization")
    layers = [linear(lab, rng) if rng.random() < 0.6 else lab.ReLU() for _ in range(case + 1)]
    layers = [*layers, lab.Sequential(linear(lab, rng), lab.ReLU())][: case + 1]
    called = [type(layer).__name__ for layer in layers]
    x, d_output = (minitorch.tensor(quarters(rng, 4, 2)) for _ in range(2))
    told = f"layers {called}, x {x.to_numpy().tolist()}"
    forward = lab.scales(layers, x)
    backward = lab.gradient_scales(layers, x, d_output)
    again = lab.gradient_scales(layers, x, d_output)
    return {
        f"scales of {told}": [float(n) for n in forward],
        f"gradient_scales of {told}, d_output {d_output.to_numpy().tolist()}": [
            float(n) for n in backward
        ],
        f"gradient_scales of {told}, asked again": [float(n) for n in again],
        f"whether x has a grad after gradient_scales of {told}": x.grad is not None,
        f"whether x wants one after gradient_scales of {told}": x.requires_grad(),
        f"x after gradient_scales of {told}": x.to_numpy(),
        f"scales and gradient_scales without layers, {told}": [
            lab.scales([], x),
            lab.gradient_scales([], x, d_output),
        ],
    }


@probe("3.7", cases=1)
def which_scales_are_right(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for the right scale of some functions, for a few numbers and for many that spread normally."""
    lab = import_module("project.initialization")
    few, factor = quarters(rng, 3, 4), float(rng.uniform(0.2, 3.0))
    many = [NormalDist().inv_cdf((n + 0.5) / 500) for n in range(500)]
    functions = {
        "ReLU()": lab.ReLU(),
        "Tanh()": lab.Tanh(),
        f"lambda t: t * {factor} + 1.0": partial(moved, factor=factor),
    }
    return {
        f"right_scale({name}, {told})": float(lab.right_scale(f, minitorch.tensor(numbers)))
        for name, f in functions.items()
        for told, numbers in ((f"tensor({few})", few), ("500 normal numbers", many))
    }


def moved(t: Any, factor: float) -> Any:
    """Multiply by a factor, and add 1."""
    return t * factor + 1.0


def fresh_backend(minitorch: ModuleType) -> Any:
    """Make a backend that is not the usual one, and has nothing to compile either."""
    return minitorch.TensorBackend(minitorch.SimpleOps)


def linear(lab: ModuleType, rng: Generator) -> Any:
    """Make a layer from 2 to 2, with numbers that are drawn here."""
    return lab.Linear.from_torch(quarters(rng, 2, 2), quarters(rng, 1, 2)[0])


def quarters(rng: Generator, height: int, width: int) -> list[list[float]]:
    """Draw rows of quarters, none of them 0: sums and products of these are exact, so relu is never in doubt."""
    drawn: Sequence[Sequence[float]] = (
        (rng.integers(1, 9, (height, width)) / 4) * rng.choice([-1.0, 1.0], (height, width))
    ).tolist()
    return [list(row) for row in drawn]


def gradient(value: Any) -> Any:
    """Give the derivative that a tensor has, as an array; None if it has none."""
    return None if value.grad is None else value.grad.to_numpy()
