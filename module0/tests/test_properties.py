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
    # TODO: Task 0.2
    raise NotImplementedError("Task 0.2: implement test_sigmoid_bounds in tests/test_properties.py")


@pytest.mark.task0_2
@given(small_floats)
def test_sigmoid_symmetry(x: float) -> None:
    """1 - sigmoid(x) equals sigmoid(-x)."""
    # TODO: Task 0.2
    raise NotImplementedError(
        "Task 0.2: implement test_sigmoid_symmetry in tests/test_properties.py"
    )


@pytest.mark.task0_2
def test_sigmoid_at_zero() -> None:
    """sigmoid crosses 0 at one half. (One number needs no Hypothesis.)"""
    # TODO: Task 0.2
    raise NotImplementedError(
        "Task 0.2: implement test_sigmoid_at_zero in tests/test_properties.py"
    )


@pytest.mark.task0_2
@given(small_floats, small_floats)
def test_sigmoid_monotone(x: float, y: float) -> None:
    """sigmoid never falls: of two numbers, the larger has a sigmoid at least as large."""
    # TODO: Task 0.2
    raise NotImplementedError(
        "Task 0.2: implement test_sigmoid_monotone in tests/test_properties.py"
    )


@pytest.mark.task0_2
@given(small_floats, small_floats, small_floats)
def test_lt_transitive(x: float, y: float, z: float) -> None:
    """Whenever x is less than y and y is less than z, x is less than z."""
    # TODO: Task 0.2
    raise NotImplementedError("Task 0.2: implement test_lt_transitive in tests/test_properties.py")


@pytest.mark.task0_2
@given(small_floats, small_floats)
def test_mul_symmetric(x: float, y: float) -> None:
    """The order in which two numbers are multiplied does not matter."""
    # TODO: Task 0.2
    raise NotImplementedError("Task 0.2: implement test_mul_symmetric in tests/test_properties.py")


@pytest.mark.task0_2
@given(small_floats, small_floats, small_floats)
def test_mul_distributes_over_add(x: float, y: float, z: float) -> None:
    """Multiplying a sum by z is the same as multiplying each of its parts by z, and then adding."""
    # TODO: Task 0.2
    raise NotImplementedError(
        "Task 0.2: implement test_mul_distributes_over_add in tests/test_properties.py"
    )


@pytest.mark.task0_2
@given(small_floats, small_floats)
def test_max_your_own(x: float, y: float) -> None:
    """Your own property of max: it holds for all x and y, and no wrong version of max gets past it."""
    # TODO: Task 0.2
    raise NotImplementedError("Task 0.2: implement test_max_your_own in tests/test_properties.py")


# Task 0.3


@pytest.mark.task0_3
@given(two_float_lists)
def test_sum_distributes(lists: tuple[list[float], list[float]]) -> None:
    """Adding two lists and summing up gives the same as summing each up and adding the sums."""
    ls1, ls2 = lists
    # TODO: Task 0.3
    raise NotImplementedError(
        "Task 0.3: implement test_sum_distributes in tests/test_properties.py"
    )
