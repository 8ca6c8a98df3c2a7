"""A second correct implementation: other formulas, other loops, tuples for lists.

What a student's own test demands beyond the specification fails here, on code that is right.
"""

import functools
import itertools
import math
import operator
from collections.abc import Callable, Iterable

EPS = 1e-06


def mul(x: float, y: float) -> float:
    """Multiply two numbers."""
    return operator.mul(y, x)


def id(x: float) -> float:
    """Give the number back."""
    return +x


def add(x: float, y: float) -> float:
    """Add two numbers."""
    return y + x


def neg(x: float) -> float:
    """Subtract from zero."""
    return 0.0 - x


def lt(x: float, y: float) -> float:
    """Compare, and turn the answer into a number."""
    return float(y > x)


def eq(x: float, y: float) -> float:
    """Compare, and turn the answer into a number."""
    return float(not x != y)


def max(x: float, y: float) -> float:
    """Sort, and take the last."""
    return sorted((x, y))[-1]


def is_close(x: float, y: float) -> float:
    """Look for the distance on either side."""
    return float(-1e-2 < y - x < 1e-2)


def sigmoid(x: float) -> float:
    """Use a fraction whose power of e is at most 1 on both sides of 0."""
    return math.exp(min(x, 0.0)) / (1.0 + math.exp(-math.fabs(x)))


def relu(x: float) -> float:
    """Take the mean of x and its size."""
    return (x + abs(x)) / 2.0


def log(x: float) -> float:
    """Go through the logarithm to base 2."""
    return math.log2(x + EPS) * math.log(2.0)


def exp(x: float) -> float:
    """Raise the number e."""
    return math.pow(math.e, x)


def inv(x: float) -> float:
    """Raise to the power -1."""
    return x**-1.0


def log_back(x: float, d: float) -> float:
    """Multiply by the slope."""
    return d * inv(x + EPS)


def inv_back(x: float, d: float) -> float:
    """Multiply by minus the square of the reciprocal."""
    return -inv(x) * inv(x) * d


def relu_back(x: float, d: float) -> float:
    """Multiply by the step function."""
    return d * lt(0.0, x)


def map(fn: Callable[[float], float]) -> Callable[[Iterable[float]], Iterable[float]]:
    """Apply a function to each element; the result is a tuple."""
    return lambda ls: tuple(fn(x) for x in ls)


def zipWith(
    fn: Callable[[float, float], float],
) -> Callable[[Iterable[float], Iterable[float]], Iterable[float]]:
    """Combine two lists element by element; the result is a tuple."""
    return lambda ls1, ls2: tuple(itertools.starmap(fn, zip(ls1, ls2)))


def reduce(fn: Callable[[float, float], float], start: float) -> Callable[[Iterable[float]], float]:
    """Fold from the left with the standard library's fold."""
    return lambda ls: functools.reduce(fn, ls, start)


def negList(ls: Iterable[float]) -> Iterable[float]:
    """Multiply each element by -1."""
    return tuple(-1.0 * x for x in ls)


def addLists(ls1: Iterable[float], ls2: Iterable[float]) -> Iterable[float]:
    """Add pair by pair."""
    return tuple(y + x for x, y in zip(ls1, ls2))


def sum(ls: Iterable[float]) -> float:
    """Add up with one rounding at the end."""
    return math.fsum(ls)


def prod(ls: Iterable[float]) -> float:
    """Multiply from the right."""
    return functools.reduce(mul, reversed(tuple(ls)), 1.0)
