"""Probes of task 1.6: losses and gradients at drawn places, and whole paths for drawn batches."""

from collections.abc import Callable, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import number

Samples = list[tuple[tuple[float, ...], float]]


@probe("1.6", cases=12)
def losses(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for costs and losses, and for the derivatives that they send back."""
    descent = import_module("project.descent")
    y, said = number(rng), number(rng)
    scalar = minitorch.Scalar(said)
    cost = descent.cost(y, scalar)
    cost.backward(2.0)
    answers: dict[str, Any] = {f"cost({y}, Scalar({said}))": [cost.data, scalar.derivative]}
    model, called = linear(descent, rng, 1 + case % 3)
    samples = drawn_samples(rng, 1 + case % 3, 1 + case % 4)
    loss = descent.sample_loss(model, samples[0])
    answers[f"sample_loss({called}, {samples[0]})"] = loss.data
    samples += samples[:1] * (case % 3)
    mean = descent.average_loss(model, samples)
    mean.backward()
    answers[f"average_loss({called}, {samples})"] = mean.data
    answers["derivatives after its backward()"] = derivatives(model)
    return answers


@probe("1.6", cases=12)
def gradients_of_losses(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for gradients at one place, again and again: of linear models, and of one that nobody knows."""
    descent = import_module("project.descent")
    inputs = 1 + case % 3
    answers: dict[str, Any] = {}
    for model, called in (linear(descent, rng, inputs), bent(minitorch, rng, inputs)):
        for _ in range(2):
            samples = drawn_samples(rng, inputs, 1 + case % 4)
            answers[f"gradient({called}, {samples})"] = descent.gradient(model, samples)
        answers[f"gradient({called}, …) again"] = descent.gradient(model, samples)
        answers[f"values of {called} afterwards"] = descent.values(model)
        steps = [number(rng) for _ in model.parameters()]
        descent.move(model, steps)
        answers[f"values of {called} after move(model, {steps})"] = descent.values(model)
        answers["gradient there"] = descent.gradient(model, samples)
    return answers


@probe("1.6", cases=16)
def paths_downhill(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for paths: batches of one sample, of several, of all, with repeated numbers, and of none."""
    descent = import_module("project.descent")
    inputs = 1 + case % 3
    samples = drawn_samples(rng, inputs, 5)
    rate = round(float(rng.uniform(0.01, 0.05)), 3)
    batches = drawn_batches(rng, len(samples), steps=case % 6, most=1 + case % 7)
    answers: dict[str, Any] = {"samples": samples}
    for model, called in (linear(descent, rng, inputs), bent(minitorch, rng, inputs)):
        asked = f"descend({called}, samples, {rate}, {batches})"
        path = descent.descend(model, samples, rate, iter(batches))
        answers[f"the path of {asked}"] = path
        further = descent.descend(model, samples, rate, [[0, 1]])
        answers["and further, by [[0, 1]]"] = further
        answers["the first path, read afterwards"] = path
        answers["the values of the model"] = descent.values(model)
    return answers


@probe("1.6", cases=16)
def paths_by_a_matrix(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for paths with drawn matrices: full ones, diagonal ones, and some that leave a direction out."""
    descent = import_module("project.descent")
    inputs = 1 + case % 3
    samples = drawn_samples(rng, inputs, 5)
    batches = drawn_batches(rng, len(samples), steps=1 + case % 3, most=3)
    eta = [
        [round(float(rng.uniform(-0.04, 0.04)), 3) for _ in range(inputs + 1)]
        for _ in range(inputs + 1)
    ]
    if case % 4 == 2:
        eta = [
            [n if row == column else 0.0 for column, n in enumerate(line)]
            for row, line in enumerate(eta)
        ]
    if case % 4 == 3:
        eta[case % len(eta)] = [0.0] * len(eta)
    model, called = linear(descent, rng, inputs)
    path = descent.descend_by_matrix(model, samples, eta, iter(batches))
    asked = f"descend_by_matrix({called}, {samples}, {eta}, {batches})"
    return {asked: path, "the values of the model": descent.values(model)}


@probe("1.6", cases=8)
def batches_of_samples(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for batches with numbers that are drawn here, and for how often which count was asked for."""
    descent = import_module("project.descent")
    count, steps, size = (int(n) for n in rng.integers(1, 9, 3))
    answers: dict[str, Any] = {}
    for asked, make in (
        (f"full_batch({count}, {steps})", lambda draw: descent.full_batch(count, steps)),
        (
            f"single_sample({count}, {steps}, draw)",
            lambda draw: descent.single_sample(count, steps, draw),
        ),
        (
            f"mini_batch({count}, {size}, {steps}, draw)",
            lambda draw: descent.mini_batch(count, size, steps, draw),
        ),
    ):
        draw, counts = drawing(rng)
        answers[asked] = [list(batch) for batch in make(draw)]
        answers[f"the counts that draw got from {asked}"] = counts
    return answers


@probe("1.6", cases=16)
def nearest_rows(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask which row is nearest: among whole numbers, where many are equally near, and among others."""
    nearest = import_module("project.descent").nearest
    answers: dict[str, Any] = {}
    for size in (1, 2, 3):
        rows = [[int(n) for n in row] for row in rng.integers(-2, 3, (1 + case % 8, size))]
        x = [int(n) for n in rng.integers(-2, 3, size)]
        answers[f"nearest({rows}, {x})"] = nearest(rows, x)
        far = [[number(rng) for _ in row] for row in rows]
        y = [number(rng) for _ in x]
        answers[f"nearest({far}, {y})"] = nearest(far, y)
    return answers


@probe("1.6", cases=16)
def estimated_gradients(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for estimates in drawn directions, of smooth functions and of stairs."""
    estimate = import_module("project.descent").estimate_gradient
    size = 1 + case % 4
    at = [number(rng) for _ in range(size)]
    directions = [[number(rng) for _ in at] for _ in range(1 + case % 3)]
    sigma = round(float(rng.uniform(0.1, 2.0)), 2)
    functions: dict[str, Callable[[Sequence[float]], float]] = {
        "sum(n ** 3 for n in x)": lambda x: sum(n**3 for n in x),
        "x[0] * x[-1] + 2 * x[0]": lambda x: x[0] * x[-1] + 2 * x[0],
        "sum(n > 0 for n in x)": lambda x: float(sum(n > 0 for n in x)),
    }
    answers: dict[str, Any] = {
        f"estimate_gradient(lambda x: {text}, {at}, {sigma}, {directions})": estimate(
            f, at, sigma, directions
        )
        for text, f in functions.items()
    }
    answers["the place and the directions afterwards"] = [at, *directions]
    return answers


def linear(descent: ModuleType, rng: Generator, inputs: int) -> tuple[Any, str]:
    """Make a linear model, and say how."""
    weights, bias = [number(rng) for _ in range(inputs)], number(rng)
    return descent.LinearModel(weights, bias), f"LinearModel({weights}, {bias})"


def bent(minitorch: ModuleType, rng: Generator, inputs: int) -> tuple[Any, str]:
    """Make a model that students don't know: the sigmoid of the weighted inputs, times a number of a child."""

    class Bent(minitorch.Module):  # type: ignore[name-defined, misc]
        """Its parameter ``idle`` does nothing."""

        def __init__(self, values: Sequence[float]) -> None:
            super().__init__()
            self.idle = minitorch.Parameter(minitorch.Scalar(values[0]))
            self.weights = [
                self.add_parameter(f"weight_{i}", minitorch.Scalar(value))
                for i, value in enumerate(values[2:])
            ]
            self.child = minitorch.Module()
            self.child.height = minitorch.Parameter(minitorch.Scalar(values[1]))

        def forward(self, x: Sequence[float]) -> Any:
            total = minitorch.Scalar(0.5)
            for one, weight in zip(x, self.weights):
                total = total + weight.value * one
            return total.sigmoid() * self.child.height.value

    values = [number(rng) for _ in range(2 + inputs)]
    return Bent(values), f"a bent model of {values}"


def drawn_samples(rng: Generator, inputs: int, count: int) -> Samples:
    """Draw samples, short to read."""
    return [(tuple(number(rng) for _ in range(inputs)), number(rng)) for _ in range(count)]


def drawn_batches(rng: Generator, count: int, steps: int, most: int) -> list[list[int]]:
    """Draw batches of up to so many numbers, in any order, some of them more than once."""
    return [
        [int(n) for n in rng.integers(0, count, int(rng.integers(1, most + 1)))]
        for _ in range(steps)
    ]


def drawing(rng: Generator) -> tuple[Callable[[int], int], list[int]]:
    """Make a draw, and a list of the counts that it will be asked for."""
    counts: list[int] = []

    def draw(count: int) -> int:
        counts.append(count)
        return int(rng.integers(count))

    return draw, counts


def derivatives(model: Any) -> list[float | None]:
    """Read the derivatives of all parameters."""
    return [parameter.value.derivative for parameter in model.parameters()]
