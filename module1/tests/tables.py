"""Functions of two numbers that give several, with their Jacobians as the rules of school have them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

Table = list[list[float]]

halves = st.integers(1, 6).map(lambda n: n / 2)
numbers = st.one_of(halves, halves.map(lambda x: -x))
"""Numbers of either sign from 0.5 to 3: safe to divide by."""

JACOBIANS: dict[str, Callable[[float, float], Table]] = {
    "[a * b, a + b]": lambda a, b: [[b, a], [1, 1]],
    "[a * 5, 5 * b, 2 + a]": lambda a, b: [[5, 0], [0, 5], [1, 0]],
    "[a - b, 3.0 - a, b - 3.0]": lambda a, b: [[1, -1], [-1, 0], [0, 1]],
    "[-a]": lambda a, b: [[-1, 0]],
    "[a / b, 2.0 / b, b / 4.0]": lambda a, b: [[1 / b, -a / b**2], [0, -2 / b**2], [0, 0.25]],
    "[(a - b).exp()]": lambda a, b: [[math.exp(a - b), -math.exp(a - b)]],
    "[a.sigmoid(), (-b).sigmoid()]": lambda a, b: [[bump(a), 0], [0, -bump(b)]],
    "[a.relu(), b.relu() * a]": lambda a, b: [[a > 0, 0], [max(b, 0), a * (b > 0)]],
    "[(a * a).log()]": lambda a, b: [[2 * a / (a * a + 1e-6), 0]],
    "[b, b, 7.0, a]": lambda a, b: [[0, 1], [0, 1], [0, 0], [1, 0]],
    "[(a > b) * a, b < a, (a == b) * b]": lambda a, b: [[a > b, 0], [0, 0], [0, a == b]],
    "[(s := a * b) * s, s + a, s]": lambda a, b: [
        [2 * a * b * b, 2 * a * a * b],
        [b + 1, a],
        [b, a],
    ],
    "[]": lambda a, b: [],
}


def bump(x: float) -> float:
    """Compute the slope of the sigmoid."""
    return 0.25 / math.cosh(x / 2.0) ** 2


def expected(text: str, a: float, b: float) -> Table:
    """Compute the Jacobian of one of the functions above."""
    return [[float(slope) for slope in row] for row in JACOBIANS[text](a, b)]


def function(text: str) -> Callable[..., Sequence[Any]]:
    """Make a function of a and b out of its text."""
    return lambda a, b: eval(text, {}, {"a": a, "b": b})


def row_times(row: Sequence[float], table: Table, width: int) -> list[float]:
    """Multiply a row by a table of so many columns."""
    return [sum(w * line[k] for w, line in zip(row, table)) for k in range(width)]


def times_column(table: Table, column: Sequence[float]) -> list[float]:
    """Multiply a table by a column."""
    return [sum(slope * x for slope, x in zip(line, column)) for line in table]


def raised(call: Callable[[], Any]) -> str:
    """Say what a call raises: a ValueError, or nothing."""
    try:
        call()
    except ValueError:
        return "ValueError"
    return "nothing"
