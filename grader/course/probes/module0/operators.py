"""Task 0.1: each operator is asked for several values a case; the corners are spread over the cases."""

import math
from collections.abc import Callable, Iterable
from math import nextafter
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .inputs import CORNERS, EXPONENTS, Call, ones, pairs, ties, value

NAMES = (
    *("mul", "id", "add", "neg", "lt", "eq", "max", "is_close", "sigmoid", "relu"),
    *("log", "exp", "log_back", "inv", "inv_back", "relu_back"),
)


@probe("0.1", cases=20)
def mul_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for products."""
    return ask(minitorch, "mul", pairs(rng, case))


@probe("0.1", cases=20)
def id_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for numbers unchanged."""
    return ask(minitorch, "id", ones(rng, case))


@probe("0.1", cases=20)
def add_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for sums."""
    return ask(minitorch, "add", pairs(rng, case))


@probe("0.1", cases=20)
def neg_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for negations."""
    return ask(minitorch, "neg", ones(rng, case))


@probe("0.1", cases=20)
def lt_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for comparisons, ties and next neighbours among them."""
    return ask(minitorch, "lt", pairs(rng, case) + ties(rng, case))


@probe("0.1", cases=20)
def eq_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for equality, ties and next neighbours among them."""
    return ask(minitorch, "eq", pairs(rng, case) + ties(rng, case))


@probe("0.1", cases=20)
def max_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the larger of two, in both orders."""
    both = pairs(rng, case) + ties(rng, case)
    return ask(minitorch, "max", both + [(y, x) for x, y in both])


@probe("0.1", cases=20)
def is_close_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask about distances around 0.01, on either side; near 0, where they are exact, about 0.01 itself."""
    x = value(rng, case, CORNERS[:-1])
    limits = [0.0, 0.0099, 0.0101, 0.5, float(rng.uniform(0, 0.02)), float(rng.uniform(1, 100))]
    calls = [(x, x + sign * distance) for distance in limits for sign in (1.0, -1.0)]
    exact = [
        (0.0, distance) for distance in (0.01, nextafter(0.01, 0.0), -0.01, nextafter(-0.01, 0.0))
    ]
    return ask(minitorch, "is_close", calls + exact + [(y, x) for x, y in exact])


@probe("0.1", cases=20)
def sigmoid_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for sigmoids, also where e^x overflows."""
    return ask(minitorch, "sigmoid", ones(rng, case, EXPONENTS))


@probe("0.1", cases=20)
def relu_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for ReLUs, often enough on either side of the corner that guessing is of no use."""
    many = [(float(x),) for x in (*rng.uniform(-9, -0.1, 8), *rng.uniform(0.1, 9, 8))]
    return ask(minitorch, "relu", [*ones(rng, case), *many])


@probe("0.1", cases=20)
def log_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for logarithms from 0 upwards, where EPS counts and where it does not."""
    near = (float(rng.uniform(0.0, 1e-5)),)
    return ask(minitorch, "log", [near, *((abs(x),) for (x,) in ones(rng, case))])


@probe("0.1", cases=20)
def exp_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for powers of e; too large a one may only raise OverflowError."""
    return ask(minitorch, "exp", ones(rng, case, EXPONENTS), rightly=OverflowError)


@probe("0.1", cases=20)
def log_back_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the logarithm's derivative from 0 upwards, where EPS counts and where it does not."""
    near = (float(rng.uniform(0.0, 1e-5)), float(rng.normal()))
    return ask(minitorch, "log_back", [near, *((abs(x), d) for x, d in pairs(rng, case))])


@probe("0.1", cases=20)
def inv_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for reciprocals on both sides of 0."""
    return ask(minitorch, "inv", [(x,) for (x,) in ones(rng, case) if x != 0.0])


@probe("0.1", cases=20)
def inv_back_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the reciprocal's derivative on both sides of 0."""
    return ask(minitorch, "inv_back", [(x, d) for x, d in pairs(rng, case) if abs(x) > 1e-9])


@probe("0.1", cases=20)
def relu_back_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the ReLU's derivative, at its corner too."""
    d = float(rng.normal())
    corner = [(x, d) for x in (0.0, -0.0, 5e-324, -5e-324)]
    return ask(minitorch, "relu_back", pairs(rng, case) + corner)


@probe("0.1", cases=2 * len(NAMES))
def whole_numbers(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask each operator about whole numbers, and about NumPy's floats."""
    small, x, y = int(rng.integers(0, 9)), *(int(n) for n in rng.integers(1, 9, 2))
    calls = {name: [(x,), (-y,)] for name in ("id", "neg", "sigmoid", "relu", "exp", "inv")}
    calls |= {name: [(x, y), (x, x), (-x, small)] for name in ("mul", "add", "lt", "eq", "max")}
    calls |= {"log": [(small,)], "log_back": [(small, x)], "inv_back": [(x, y), (-x, y)]}
    calls |= {"relu_back": [(x, y), (0, y), (-x, y)], "is_close": [(x, x), (x, x + 1)]}
    name, kind = NAMES[case // 2], (int, np.float64)[case % 2]
    return ask(minitorch, name, [tuple(map(kind, call)) for call in calls[name]])


@probe("0.1", cases=13)
def all_digits(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, float]:
    """Ask for what is left of a large number, or for a small one enlarged: no digit may be lost."""
    ops = minitorch.operators
    large, x = 1e9, float(rng.integers(1, 1000))
    tiny = float(rng.uniform(1, 9)) * 10.0 ** float(rng.integers(-12, -8))
    far = float(rng.uniform(25, 600))
    asked: dict[str, Callable[[], float]] = {
        f"add({large}, {x}) - {large}": lambda: ops.add(large, x) - large,
        f"mul({large + x}, 3.0) - {3 * large}": lambda: ops.mul(large + x, 3.0) - 3 * large,
        f"id({large + x}) - {large}": lambda: ops.id(large + x) - large,
        f"neg({large + x}) + {large}": lambda: ops.neg(large + x) + large,
        f"relu({large + x}) - {large}": lambda: ops.relu(large + x) - large,
        f"max({large + x}, {large}) - {large}": lambda: ops.max(large + x, large) - large,
        f"max({-1e10 * large}, {x})": lambda: ops.max(-1e10 * large, x),
        f"max({x}, {-1e10 * large})": lambda: ops.max(x, -1e10 * large),
        f"relu({tiny}) / {tiny}": lambda: ops.relu(tiny) / tiny,
        f"relu_back({tiny}, {x})": lambda: ops.relu_back(tiny, x),
        f"inv({tiny}) * {tiny}": lambda: ops.inv(tiny) * tiny,
        f"exp({-far}) * e^{far}": lambda: ops.exp(-far) * math.exp(far),
        f"exp({far}) * e^{-far}": lambda: ops.exp(far) * math.exp(-far),
    }
    call, answer = list(asked.items())[case % len(asked)]
    return {call: answer()}


def ask(
    minitorch: ModuleType,
    name: str,
    calls: Iterable[Call],
    rightly: type[Exception] | tuple[()] = (),
) -> dict[str, Any]:
    """Make calls of one operator, and key each answer by its call.

    Args:
        minitorch: The library that is asked.
        name: The operator's name.
        calls: The arguments of each call.
        rightly: An exception that counts as an answer: its name does.

    Returns:
        ``{"add(1.0, 2.0)": 3.0, …}``.
    """
    answers = {}
    for call in calls:
        key = f"{name}({', '.join(repr(x) for x in call)})"
        try:
            answers[key] = getattr(minitorch.operators, name)(*call)
        except rightly as error:
            answers[key] = type(error).__name__
    return answers
