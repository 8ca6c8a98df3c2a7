"""What the probes of Module 1 ask about: numbers, and small programs that stay clear of every function's edges."""

from collections.abc import Mapping
from typing import Any

from numpy.random import Generator

Program = list[tuple[str, str]]
"""Names in the order in which they are worked out, each with its expression in x, y, z and the names before it."""

FORMS = (
    "{a} + {b}",
    "{a} - {b}",
    "{a} * {b}",
    "{a} * {b}.sigmoid()",
    "{a} / ({b} * {b} + 1.5)",
    "{a} < {b}",
    "{a} + 2",
    "3.0 - {a}",
    "0.5 * {a}",
    "{a} / 4",
    "2.0 / ({a} * {a} + 1.5)",
    "-{a}",
    "{a}.sigmoid()",
    "{a}.relu()",
    "{a}.sigmoid().exp()",
    "({a} * {a} + 0.5).log()",
    "{a} > 1.5",
)


def number(rng: Generator, size: float = 3.0) -> float:
    """Draw a number of either sign, short to read, at least 0.1 away from 0."""
    return round(float(rng.choice([-1.0, 1.0]) * rng.uniform(0.1, size)), 3)


def positive(rng: Generator, size: float = 3.0) -> float:
    """Draw a number from 0.1 upwards, short to read."""
    return abs(number(rng, size))


def program(rng: Generator, steps: int) -> Program:
    """Draw a program: later steps use earlier results, some of them more than once.

    No logarithm meets a negative number, no division a zero and no power of e a large exponent.

    Args:
        rng: Draws the functions and what goes in.
        steps: How many names are worked out; the last of them is the result.

    Returns:
        ``[("p1", "x * y"), ("p2", "p1.sigmoid()"), …]``.
    """
    names, lines = ["x", "y", "z"], []
    for step in range(1, steps + 1):
        a = names[-1] if step == steps else str(rng.choice(names))
        lines.append((f"p{step}", str(rng.choice(FORMS)).format(a=a, b=str(rng.choice(names)))))
        names.append(f"p{step}")
    return lines


def spelled(lines: Program) -> str:
    """Spell a program in one line: ``"p1 = x * y; p2 = p1.sigmoid()"``."""
    return "; ".join(f"{name} = {text}" for name, text in lines)


def run(lines: Program, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Run a program.

    Args:
        lines: What is worked out.
        inputs: What its x, y and z are.

    Returns:
        All names and what they stand for in the end, those of the inputs among them.
    """
    known = dict(inputs)
    for name, text in lines:
        known[name] = eval(text, {}, known)
    return known


def place(values: Mapping[str, float]) -> str:
    """Spell where something is asked: ``"x, y = 1.5, -2.0"``."""
    return f"{', '.join(values)} = {', '.join(repr(value) for value in values.values())}"
