"""Jacobians: the table of all slopes of a function that takes several numbers and gives several.

From the end, a row at a time: run the function on Scalars, and walk back from a result (reverse mode). From the start,
a column at a time: run it on Duals, numbers that carry a slope along (forward mode).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import operators
from .module import Module
from .scalar import Scalar

Table = list[list[float]]
"""Row j, column k: how fast result j changes with input k. It has m rows, one for each result, of n numbers each."""


# From the end: Scalars


def vjp(f: Callable[..., Sequence[Any]], at: Sequence[float], v: Sequence[float]) -> list[float]:
    """Multiply a row by the Jacobian, v · J, without computing the Jacobian (a "vector-Jacobian product").

    Entry k of the product is v[0] · J[0][k] + v[1] · J[1][k] + …, which is how fast the single number
    v[0] · y[0] + v[1] · y[1] + … changes with input k, where y are the results of f. So one walk finds all entries:
    however many results there are, the ``backward`` of every recorded step runs once at most.

    Other leaves that f uses, such as the parameters of a layer, add up what arrives, as in any walk.

    For ``f = lambda a, b: [a * b, a + b]``, ``vjp(f, [2.0, 3.0], [10.0, 1.0])`` is [31.0, 21.0].

    Args:
        f: A function of n Scalars that gives a sequence of m numbers: Scalars, also those that it was given, or plain
            numbers. It is run once.
        at: The point: n numbers.
        v: The row: m numbers.

    Returns:
        A list of n numbers; 0.0 for an input that no result depends on.

    Raises:
        ValueError: f does not give as many results as there are numbers in v.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement vjp in minitorch/jacobian.py")


def jacobian(f: Callable[..., Sequence[Any]], at: Sequence[float]) -> Table:
    """Compute the Jacobian of f by walking back: each walk gives a row, so m walks are enough.

    Other leaves that f uses add up what arrives, as in any walk.

    For ``f = lambda a, b: [a * b, a + b]``, ``jacobian(f, [2.0, 3.0])`` is [[3.0, 2.0], [1.0, 1.0]].

    Args:
        f: A function of n Scalars that gives a sequence of m numbers: Scalars, also those that it was given, or plain
            numbers.
        at: The point: n numbers.

    Returns:
        m rows of n numbers; 0.0 where a result does not depend on an input.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement jacobian in minitorch/jacobian.py")


# From the start: Duals


@dataclass(frozen=True, eq=False)
class Dual:
    """A number with a slope: how fast it changes while the inputs change.

    It calculates like a float, with other Duals and, on either side, with plain numbers. Each operation gives a new
    Dual: its value, and the slope that follows from the values and slopes of what goes in. Nothing is recorded.

    Attributes:
        value: The number.
        slope: How fast it changes.
    """

    value: float
    slope: float

    def __add__(self, b: Dual | float) -> Dual:
        other = as_dual(b)
        return Dual(self.value + other.value, self.slope + other.slope)

    def __radd__(self, b: float) -> Dual:
        return self + b

    def __neg__(self) -> Dual:
        """Turn the signs of value and slope around."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.__neg__ in minitorch/jacobian.py")

    def __sub__(self, b: Dual | float) -> Dual:
        return self + -as_dual(b)

    def __rsub__(self, b: float) -> Dual:
        return -self + b

    def __mul__(self, b: Dual | float) -> Dual:
        """Multiply, by the product rule: (a · b)' = a' · b + a · b'."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.__mul__ in minitorch/jacobian.py")

    def __rmul__(self, b: float) -> Dual:
        return self * b

    def __truediv__(self, b: Dual | float) -> Dual:
        """Divide, by the quotient rule: (a / b)' = (a' · b − a · b') / b²."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.__truediv__ in minitorch/jacobian.py")

    def __rtruediv__(self, b: float) -> Dual:
        return as_dual(b) / self

    def __lt__(self, b: Dual | float) -> Dual:
        return Dual(operators.lt(self.value, as_dual(b).value), 0.0)

    def __gt__(self, b: Dual | float) -> Dual:
        return Dual(operators.lt(as_dual(b).value, self.value), 0.0)

    def __eq__(self, b: Dual | float) -> Dual:  # type: ignore[override]
        return Dual(operators.eq(self.value, as_dual(b).value), 0.0)

    def __bool__(self) -> bool:
        return bool(self.value)

    def log(self) -> Dual:
        """Take the logarithm that Scalars take, ``operators.log``, which adds EPS; its slope has EPS in it as well."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.log in minitorch/jacobian.py")

    def exp(self) -> Dual:
        """Raise e to this power."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.exp in minitorch/jacobian.py")

    def sigmoid(self) -> Dual:
        """Squash into the range from 0 to 1."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.sigmoid in minitorch/jacobian.py")

    def relu(self) -> Dual:
        """Hold back negative numbers. The slope at 0 is 0, as it is for Scalars."""
        # TODO: Task 1.7
        raise NotImplementedError("Task 1.7: implement Dual.relu in minitorch/jacobian.py")


def as_dual(x: Dual | float) -> Dual:
    """Make a Dual of a plain number, which does not change with any input; give a Dual back unchanged.

    ``float(x)`` takes any plain number, and refuses a Scalar, which carries no slope along.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement as_dual in minitorch/jacobian.py")


def jvp(f: Callable[..., Sequence[Any]], at: Sequence[float], u: Sequence[float]) -> list[float]:
    """Multiply the Jacobian by a column, J · u, without computing the Jacobian (a "Jacobian-vector product").

    Entry j of the product is J[j][0] · u[0] + J[j][1] · u[1] + …, which is how fast result j changes while all inputs
    change at once, input k at the speed u[k].

    For ``f = lambda a, b: [a * b, a + b]``, ``jvp(f, [2.0, 3.0], [1.0, 10.0])`` is [23.0, 11.0].

    Args:
        f: A function of n Duals that gives a sequence of m numbers: Duals, also those that it was given, or plain
            numbers. It is run once, and no Scalar is made.
        at: The point: n numbers.
        u: The direction: n numbers.

    Returns:
        A list of m numbers.

    Raises:
        ValueError: There are not as many numbers in u as in the point.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement jvp in minitorch/jacobian.py")


def jacobian_forward(f: Callable[..., Sequence[Any]], at: Sequence[float]) -> Table:
    """Compute the Jacobian of f by running it on Duals: each run gives a column.

    Args:
        f: A function of n Duals, as ``jvp`` takes it. It is run n times.
        at: The point: n numbers, at least one.

    Returns:
        m rows of n numbers, as ``jacobian`` gives them.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement jacobian_forward in minitorch/jacobian.py")


# The chain rule, for tables


def compose(outer: Table, inner: Table) -> Table:
    """Compute the Jacobian of outer(inner(…)) from those of both: their product, outer · inner.

    The chain rule says, for every result j and every input k: go through all numbers i between them, multiply along
    each way, and add over all ways, outer[j][0] · inner[0][k] + outer[j][1] · inner[1][k] + …

    Args:
        outer: The Jacobian of the function that is called last, at what the first one gives: m rows of i numbers.
        inner: The Jacobian of the function that is called first: i rows, at least one, of n numbers each.

    Returns:
        m rows of n numbers.

    Raises:
        ValueError: The rows of ``outer`` are not as long as ``inner`` has rows.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement compose in minitorch/jacobian.py")


def layer_jacobians(layer: Module, z: Sequence[float]) -> tuple[Table, Table]:
    """Compute both Jacobians of a layer: by its inputs z, and by its weights.

    Args:
        layer: A module whose ``forward`` takes a sequence of n Scalars and gives a sequence of m, and whose p
            parameters hold Scalars. Afterwards each parameter holds the Scalar that it held before, whose derivative
            is what it was. (Where ``forward`` raises, nothing is promised of the parameters.)
        z: What goes in: n numbers.

    Returns:
        Two tables of m rows: the first with n columns, the second with p, in the order of ``named_parameters``.
    """
    # TODO: Task 1.7
    raise NotImplementedError("Task 1.7: implement layer_jacobians in minitorch/jacobian.py")
