"""Probes of task 1.1: slopes of many functions, in each of their arguments."""

import math
from collections.abc import Callable
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import number

SMOOTH = {
    "math.sin": math.sin,
    "math.exp": math.exp,
    "math.tanh": math.tanh,
    "lambda x: x * x * x": lambda x: x * x * x,
    "lambda x: x / 2 - 7": lambda x: x / 2 - 7,
    "lambda x: 1 / (x * x + 1)": lambda x: 1 / (x * x + 1),
    "lambda x: 4.0": lambda x: 4.0,
}


@probe("1.1", cases=20)
def slopes_of_one_argument(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for slopes of smooth functions, with the usual step; at 0 and at whole numbers first."""
    difference = minitorch.autodiff.central_difference
    x = [0, 0.0, 1, -1][case] if case < 4 else number(rng)
    return {f"central_difference({name}, {x})": difference(f, x) for name, f in SMOOTH.items()}


@probe("1.1", cases=20)
def slopes_with_a_large_step(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask with steps so large that the size and the sides of the step show in the result."""
    difference = minitorch.autodiff.central_difference
    x, epsilon = (0.0, 1.0) if case == 0 else (number(rng), round(float(rng.uniform(0.1, 2)), 2))
    return {
        f"central_difference({name}, {x}, epsilon={epsilon})": difference(f, x, epsilon=epsilon)
        for name, f in SMOOTH.items()
    }


@probe("1.1", cases=8)
def slopes_across_a_jump(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask near a jump: the usual step reaches across it from less than 1e-6 away, and from no farther."""
    difference = minitorch.autodiff.central_difference
    height, reach = number(rng), float(rng.uniform(0.1, 0.9)) * 1e-6
    places = (0.0, reach, -reach, 1e-6 + reach, -1e-6 - reach)
    return {
        f"central_difference(lambda x: {height} * (x > 0), {x})": difference(
            lambda x: height * (x > 0), x
        )
        for x in places
    }


@probe("1.1", cases=24)
def slopes_in_each_argument(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask functions of one to four arguments for their slope in each, and for what they were called with."""
    difference = minitorch.autodiff.central_difference
    vals = [number(rng) for _ in range(1 + case % 4)]
    spelt = ", ".join(map(repr, vals))
    weights = [number(rng) for _ in vals]
    f = product_and_sum(weights)
    answers = {
        f"central_difference(f, {spelt}, arg={arg})": difference(f, *vals, arg=arg)
        for arg in range(len(vals))
    }
    answers[f"central_difference(f, {spelt})"] = difference(f, *vals)
    last = len(vals) - 1
    answers[f"central_difference(f, {spelt}, arg={last}, epsilon=0.25)"] = difference(
        f, *vals, arg=last, epsilon=0.25
    )
    return answers


@probe("1.1", cases=8)
def slopes_of_many_arguments(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask a function of hundreds of arguments, whole ones every other time, for its slope in some of them."""
    difference = minitorch.autodiff.central_difference
    size = int(rng.integers(150, 400))
    vals: list[Any] = [number(rng) for _ in range(size)]
    if case % 2:
        vals = [int(n) for n in rng.integers(-9, 10, size)]

    def f(*xs: float) -> float:
        return sum(place * x * x for place, x in enumerate(xs))

    chosen = [3, 127, 128, size - 1, int(rng.integers(size))]
    kind = "whole numbers" if case % 2 else "numbers"
    return {
        f"central_difference(f, {size} {kind}, arg={arg}, epsilon=0.5)": difference(
            f, *vals, arg=arg, epsilon=0.5
        )
        for arg in chosen
    }


@probe("1.1", cases=8)
def tiny_slopes(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for tiny slopes and with tiny steps, and enlarge the answers."""
    difference = minitorch.autodiff.central_difference
    x, slope = number(rng), number(rng)
    small, epsilon = 10.0 ** -float(rng.integers(8, 12)), 10.0 ** -float(rng.integers(9, 16))
    return {
        f"central_difference(lambda x: {small} * x * x, {x}, epsilon=0.5) / {small}": difference(
            lambda x: small * x * x, x, epsilon=0.5
        )
        / small,
        f"central_difference(lambda x: {slope} * x, 0.0, epsilon={epsilon})": difference(
            lambda x: slope * x, 0.0, epsilon=epsilon
        ),
    }


def product_and_sum(weights: list[float]) -> Callable[..., float]:
    """Make a function of as many arguments: the product of all their sines, and their weighted sum."""

    def f(*vals: float) -> float:
        return math.prod(map(math.sin, vals)) + sum(w * v for w, v in zip(weights, vals))

    return f
