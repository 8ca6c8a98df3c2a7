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
    # solution 0.1
    return operator.mul(y, x)
    # end solution


def id(x: float) -> float:
    """Give the number back."""
    # solution 0.1
    return +x
    # end solution


def add(x: float, y: float) -> float:
    """Add two numbers."""
    # solution 0.1
    return y + x
    # end solution


def neg(x: float) -> float:
    """Subtract from zero."""
    # solution 0.1
    return 0.0 - x
    # end solution


def lt(x: float, y: float) -> float:
    """Compare, and turn the answer into a number."""
    # solution 0.1
    return float(y > x)
    # end solution


def eq(x: float, y: float) -> float:
    """Compare, and turn the answer into a number."""
    # solution 0.1
    return float(not x != y)
    # end solution


def max(x: float, y: float) -> float:
    """Sort, and take the last."""
    # solution 0.1
    return sorted((x, y))[-1]
    # end solution


def is_close(x: float, y: float) -> float:
    """Look for the distance on either side."""
    # solution 0.1
    return float(-1e-2 < y - x < 1e-2)
    # end solution


def sigmoid(x: float) -> float:
    """Use a fraction whose power of e is at most 1 on both sides of 0."""
    # solution 0.1
    return math.exp(min(x, 0.0)) / (1.0 + math.exp(-math.fabs(x)))
    # end solution


def relu(x: float) -> float:
    """Take the mean of x and its size."""
    # solution 0.1
    return (x + abs(x)) / 2.0
    # end solution


def log(x: float) -> float:
    """Go through the logarithm to base 2."""
    # solution 0.1
    return math.log2(x + EPS) * math.log(2.0)
    # end solution


def exp(x: float) -> float:
    """Raise the number e."""
    # solution 0.1
    return math.pow(math.e, x)
    # end solution


def inv(x: float) -> float:
    """Raise to the power -1."""
    # solution 0.1
    return x**-1.0
    # end solution


def log_back(x: float, d: float) -> float:
    """Multiply by the slope."""
    # solution 0.1
    return d * inv(x + EPS)
    # end solution


def inv_back(x: float, d: float) -> float:
    """Multiply by minus the square of the reciprocal."""
    # solution 0.1
    return -inv(x) * inv(x) * d
    # end solution


def relu_back(x: float, d: float) -> float:
    """Multiply by the step function."""
    # solution 0.1
    return d * lt(0.0, x)
    # end solution


def map(fn: Callable[[float], float]) -> Callable[[Iterable[float]], Iterable[float]]:
    """Apply a function to each element; the result is a tuple."""
    # solution 0.3
    return lambda ls: tuple(fn(x) for x in ls)
    # end solution


def zipWith(
    fn: Callable[[float, float], float],
) -> Callable[[Iterable[float], Iterable[float]], Iterable[float]]:
    """Combine two lists element by element; the result is a tuple."""
    # solution 0.3
    return lambda ls1, ls2: tuple(itertools.starmap(fn, zip(ls1, ls2)))
    # end solution


def reduce(fn: Callable[[float, float], float], start: float) -> Callable[[Iterable[float]], float]:
    """Fold from the left with the standard library's fold."""
    # solution 0.3
    return lambda ls: functools.reduce(fn, ls, start)
    # end solution


def negList(ls: Iterable[float]) -> Iterable[float]:
    """Multiply each element by -1."""
    # solution 0.3
    return tuple(-1.0 * x for x in ls)
    # end solution


def addLists(ls1: Iterable[float], ls2: Iterable[float]) -> Iterable[float]:
    """Add pair by pair."""
    # solution 0.3
    return tuple(y + x for x, y in zip(ls1, ls2))
    # end solution


def sum(ls: Iterable[float]) -> float:
    """Add up with one rounding at the end."""
    # solution 0.3
    return math.fsum(ls)
    # end solution


def prod(ls: Iterable[float]) -> float:
    """Multiply from the right."""
    # solution 0.3
    return functools.reduce(mul, reversed(tuple(ls)), 1.0)
    # end solution
