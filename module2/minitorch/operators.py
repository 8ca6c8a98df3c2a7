"""The functions of plain numbers that everything later stands on, and four ways to apply them to lists.

The numbers are floats; a whole number counts as the float that is equal to it.

Some share their name with a Python built-in (``id``, ``max``, ``map``, ``sum``): inside this file, the name means ours.
"""

import math
from collections.abc import Callable, Iterable

EPS = 1e-06
"""Added inside ``log``, so that the logarithm of 0 is a number."""


# Arithmetic and comparison


def mul(x: float, y: float) -> float:
    """Multiply two numbers."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement mul in minitorch/operators.py")


def id(x: float) -> float:
    """Give the number back, unchanged."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement id in minitorch/operators.py")


def add(x: float, y: float) -> float:
    """Add two numbers."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement add in minitorch/operators.py")


def neg(x: float) -> float:
    """Turn the sign of a number around."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement neg in minitorch/operators.py")


def lt(x: float, y: float) -> float:
    """Say whether x is less than y: 1.0 if it is, else 0.0. Equal numbers give 0.0."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement lt in minitorch/operators.py")


def eq(x: float, y: float) -> float:
    """Say whether two numbers are exactly equal: 1.0 if they are, else 0.0."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement eq in minitorch/operators.py")


def max(x: float, y: float) -> float:
    """Give the larger of two numbers."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement max in minitorch/operators.py")


def is_close(x: float, y: float) -> float:
    """Say whether x and y are less than 0.01 apart, whichever is larger: 1.0 if they are, else 0.0.

    A distance of exactly ``1e-2`` is not close.
    """
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement is_close in minitorch/operators.py")


# Functions of one number


def sigmoid(x: float) -> float:
    """Squash any number into the range from 0 to 1: 1 / (1 + e^-x).

    Multiplied by e^x above and below, that is e^x / (1 + e^x). Of these two forms of the same number, one never
    overflows for positive x, and the other never for negative x.
    """
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement sigmoid in minitorch/operators.py")


def relu(x: float) -> float:
    """Give x where it is positive, else 0.0 ("rectified linear unit")."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement relu in minitorch/operators.py")


def log(x: float) -> float:
    """Take the natural logarithm of x + EPS."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement log in minitorch/operators.py")


def exp(x: float) -> float:
    """Raise e to the power x. Above about 709 that fits no float, and is an OverflowError."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement exp in minitorch/operators.py")


def inv(x: float) -> float:
    """Take the reciprocal, 1/x."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement inv in minitorch/operators.py")


# Derivatives. Each ``f_back(x, d)`` is d times the slope of f at x.


def log_back(x: float, d: float) -> float:
    """Multiply d by the derivative of our ``log`` (with its EPS) at x."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement log_back in minitorch/operators.py")


def inv_back(x: float, d: float) -> float:
    """Multiply d by the derivative of ``inv`` at x."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement inv_back in minitorch/operators.py")


def relu_back(x: float, d: float) -> float:
    """Multiply d by the derivative of ``relu`` at x; at 0, where there is a corner, that counts as 0."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement relu_back in minitorch/operators.py")


# Functions of lists. They take any iterable, of any length, and each call begins afresh.


def map(fn: Callable[[float], float]) -> Callable[[Iterable[float]], Iterable[float]]:
    """Turn a function of one number into a function of a list.

    Args:
        fn: What to do to each element.

    Returns:
        A function that takes numbers x1, x2, … and gives fn(x1), fn(x2), … in the same order, leaving its argument as
        it was.
    """

    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement map in minitorch/operators.py")


def zipWith(
    fn: Callable[[float, float], float],
) -> Callable[[Iterable[float], Iterable[float]], Iterable[float]]:
    """Turn a function of two numbers into a function of two lists of equal length.

    Args:
        fn: How to combine an element of the first list with the one beside it in the second.

    Returns:
        A function that takes x1, x2, … and y1, y2, … and gives fn(x1, y1), fn(x2, y2), … in the same order, leaving its
        arguments as they were.
    """

    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement zipWith in minitorch/operators.py")


def reduce(fn: Callable[[float, float], float], start: float) -> Callable[[Iterable[float]], float]:
    """Turn a function of two numbers into a function that folds a list into one number, from the left.

    Args:
        fn: How to combine the result so far (first argument) with the next element (second argument).
        start: The result before the first element, and so that of an empty list.

    Returns:
        A function that takes x1, x2, x3 and gives fn(fn(fn(start, x1), x2), x3), however many there are, leaving its
        argument as it was.
    """

    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement reduce in minitorch/operators.py")


def negList(ls: Iterable[float]) -> Iterable[float]:
    """Make the list of the negated elements, by way of ``map``. The list itself stays as it is."""
    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement negList in minitorch/operators.py")


def addLists(ls1: Iterable[float], ls2: Iterable[float]) -> Iterable[float]:
    """Make the list of the sums of two lists of equal length, by way of ``zipWith``. Both lists stay as they are."""
    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement addLists in minitorch/operators.py")


def sum(ls: Iterable[float]) -> float:
    """Add up a list, by way of ``reduce``. An empty list gives 0.0. The list stays as it is."""
    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement sum in minitorch/operators.py")


def prod(ls: Iterable[float]) -> float:
    """Multiply up a list, by way of ``reduce``. An empty list gives 1.0. The list stays as it is."""
    # TODO: Task 0.3
    raise NotImplementedError("Task 0.3: implement prod in minitorch/operators.py")
