"""Task 1.1: the slope of a function, from two of its values."""

import math
from collections.abc import Callable

import pytest
from comparison import Faults, assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import small_floats, small_ints

import minitorch

few = settings(max_examples=20)


@pytest.mark.task1_1
@few
@given(small_floats, small_floats)
@example(2.0, 3.0)
def test_line(x: float, slope: float) -> None:
    """The slope of a line is the number in front of x, wherever one looks."""
    got = minitorch.central_difference(lambda x: slope * x + 7.0, x)
    assert_close(got, slope, f"central_difference(lambda x: {slope} * x + 7.0, {x})")


@pytest.mark.task1_1
@few
@given(small_floats)
@example(3.0)
@example(0.0)
def test_parabola(x: float) -> None:
    """The slope of x * x is 2x, even with a large step: stepping to both sides alike makes it exact."""
    for epsilon in (0.5, 2.0):
        got = minitorch.central_difference(lambda x: x * x, x, epsilon=epsilon)
        call = f"central_difference(lambda x: x * x, {x}, epsilon={epsilon})"
        assert_close(got, 2.0 * x, call, one_sided(lambda x: x * x, x, epsilon))


@pytest.mark.task1_1
@few
@given(small_floats, st.sampled_from([0.25, 0.5, 1.0, 3.0]))
@example(0.0, 1.0)
@example(2.0, 0.5)
def test_step(x: float, epsilon: float) -> None:
    """The step is epsilon to either side: with x = 2, epsilon = 0.5 it is (f(2.5) - f(1.5)) / 1.0."""
    got = minitorch.central_difference(lambda x: x * x * x, x, epsilon=epsilon)
    expected = ((x + epsilon) ** 3 - (x - epsilon) ** 3) / (2.0 * epsilon)
    call = f"central_difference(lambda x: x * x * x, {x}, epsilon={epsilon})"
    assert_close(got, expected, call, one_sided(lambda x: x * x * x, x, epsilon))


@pytest.mark.task1_1
def test_step_when_none_is_given() -> None:
    """Without epsilon, the step is 1e-6: a jump by 1 at x = 0 has the slope (1 - 0) / 2e-6 there."""
    got = minitorch.central_difference(lambda x: 1.0 if x > 0.0 else 0.0, 0.0)
    assert_close(got, 500000.0, "central_difference(lambda x: 1.0 if x > 0.0 else 0.0, 0.0)")
    for x in (1.2e-6, -1.2e-6):
        got = minitorch.central_difference(lambda x: 1.0 if x > 0.0 else 0.0, x)
        assert_close(got, 0.0, f"central_difference(lambda x: 1.0 if x > 0.0 else 0.0, {x})")


@pytest.mark.task1_1
@pytest.mark.parametrize(
    ("name", "slope"),
    [
        ("sin", math.cos),
        ("exp", math.exp),
        ("atan", lambda x: 1.0 / (1.0 + x * x)),
        ("cosh", math.sinh),
    ],
)
@few
@given(small_floats)
@example(0.0)
@example(1.0)
def test_known_slopes(name: str, slope: Callable[[float], float], x: float) -> None:
    """With the step of 1e-6, the slopes of smooth functions come out as the rules of calculus give them."""
    x = x / 5.0
    got = minitorch.central_difference(getattr(math, name), x)
    assert_close(got, slope(x), f"central_difference(math.{name}, {x})")


@pytest.mark.task1_1
@few
@given(st.lists(small_ints, min_size=1, max_size=4))
@example([2, 3, 4, -1])
@example([2, 3])
def test_each_argument(vals: list[int]) -> None:
    """Only the argument of number arg moves, counted from 0; the others keep their values and their places."""
    for arg in range(len(vals)):
        got = minitorch.central_difference(weighted_product, *vals, arg=arg, epsilon=0.5)
        expected = weighted_product_slope(vals, arg)
        numbers = ", ".join(str(v) for v in vals)
        assert_close(got, expected, f"central_difference(f, {numbers}, arg={arg}, epsilon=0.5)")


@pytest.mark.task1_1
def test_first_argument_when_none_is_named() -> None:
    """Without arg, it is the first argument that moves: the slope of x * y * y in x at (2, 3) is 9."""
    got = minitorch.central_difference(lambda x, y: x * y * y, 2.0, 3.0)
    assert_close(got, 9.0, "central_difference(lambda x, y: x * y * y, 2.0, 3.0)")


@pytest.mark.task1_1
def test_two_arguments_by_hand() -> None:
    """The slope of x * y + y at (2, 5) is 5 in x, and 2 + 1 in y."""
    for arg, expected in ((0, 5.0), (1, 3.0)):
        got = minitorch.central_difference(lambda x, y: x * y + y, 2.0, 5.0, arg=arg)
        call = f"central_difference(lambda x, y: x * y + y, 2.0, 5.0, arg={arg})"
        assert_close(got, expected, call)


# What the tests are made with


def one_sided(fn: Callable[[float], float], x: float, epsilon: float) -> Faults:
    """Say what comes out if only one of the two calls of f steps away from x."""
    steps = {"f(x + epsilon) and f(x)": epsilon, "f(x) and f(x - epsilon)": -epsilon}
    return {
        f"only one of the two calls steps away from x: {calls}.": (fn(x + step) - fn(x)) / step
        for calls, step in steps.items()
    }


def weighted_product(*vals: float) -> float:
    """Multiply all, and add 1, 10, 100, … times each: no two arguments can be mistaken for each other."""
    return math.prod(vals) + sum(10**place * value for place, value in enumerate(vals))


def weighted_product_slope(vals: list[int], arg: int) -> float:
    """Take its slope in one argument: the product of the others, and that argument's power of ten."""
    return float(math.prod(vals[:arg] + vals[arg + 1 :]) + 10**arg)
