"""Tasks 0.2 and 0.3: your own property tests. What holds for every number can be tested with any number.

Keep the names of the tests, and the lines above them: Hypothesis hands each test a hundred examples.
"""

import pytest
from comparison import assert_close
from hypothesis import given
from strategies import small_floats, two_float_lists

from minitorch.operators import add, addLists, lt, max, mul, sigmoid, sum

# Task 0.2


@pytest.mark.task0_2
@given(small_floats)
def test_sigmoid_bounds(x: float) -> None:
    """sigmoid(x) is never below 0 and never above 1."""
    # solution 0.2
    assert 0.0 <= sigmoid(x) <= 1.0
    # end solution


@pytest.mark.task0_2
@given(small_floats)
def test_sigmoid_symmetry(x: float) -> None:
    """1 - sigmoid(x) equals sigmoid(-x)."""
    # solution 0.2
    assert_close(1.0 - sigmoid(x), sigmoid(-x), f"1 - sigmoid({x})")
    # end solution


@pytest.mark.task0_2
def test_sigmoid_at_zero() -> None:
    """sigmoid crosses 0 at one half. (One number needs no Hypothesis.)"""
    # solution 0.2
    assert_close(sigmoid(0.0), 0.5, "sigmoid(0.0)")
    # end solution


@pytest.mark.task0_2
@given(small_floats, small_floats)
def test_sigmoid_monotone(x: float, y: float) -> None:
    """sigmoid never falls: of two numbers, the larger has a sigmoid at least as large."""
    # solution 0.2
    low, high = sorted((x, y))
    assert sigmoid(low) <= sigmoid(high)
    # end solution


@pytest.mark.task0_2
@given(small_floats, small_floats, small_floats)
def test_lt_transitive(x: float, y: float, z: float) -> None:
    """Whenever x is less than y and y is less than z, x is less than z."""
    # solution 0.2
    if lt(x, y) == 1.0 and lt(y, z) == 1.0:
        assert lt(x, z) == 1.0
    # end solution


@pytest.mark.task0_2
@given(small_floats, small_floats)
def test_mul_symmetric(x: float, y: float) -> None:
    """The order in which two numbers are multiplied does not matter."""
    # solution 0.2
    assert_close(mul(x, y), mul(y, x), f"mul({x}, {y})")
    # end solution


@pytest.mark.task0_2
@given(small_floats, small_floats, small_floats)
def test_mul_distributes_over_add(x: float, y: float, z: float) -> None:
    """Multiplying a sum by z is the same as multiplying each of its parts by z, and then adding."""
    # solution 0.2
    assert_close(mul(z, add(x, y)), add(mul(z, x), mul(z, y)), f"mul({z}, add({x}, {y}))")
    # end solution


@pytest.mark.task0_2
@given(small_floats, small_floats)
def test_max_your_own(x: float, y: float) -> None:
    """Your own property of max: it holds for all x and y, and no wrong version of max gets past it."""
    # solution 0.2
    largest = max(x, y)
    assert largest >= x and largest >= y
    assert largest == x or largest == y
    # end solution


# Task 0.3


@pytest.mark.task0_3
@given(two_float_lists)
def test_sum_distributes(lists: tuple[list[float], list[float]]) -> None:
    """Adding two lists and summing up gives the same as summing each up and adding the sums."""
    ls1, ls2 = lists
    # solution 0.3
    assert_close(sum(addLists(ls1, ls2)), add(sum(ls1), sum(ls2)), f"sum(addLists({ls1}, {ls2}))")
    # end solution
