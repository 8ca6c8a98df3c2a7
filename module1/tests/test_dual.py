"""Task 1.7: numbers that carry a slope along, and Jacobians by running forwards."""

from __future__ import annotations

import math
from typing import Any

import pytest
import tables
from comparison import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch
from minitorch import jacobian

few = settings(max_examples=10)
directions = st.tuples(tables.numbers, tables.numbers)
SIGMOID = 1 / (1 + math.exp(-2.0))

OPERATIONS = {  # at a, which is 2 with slope 10, and b, which is 4 with slope 1: value and slope
    "a + b": (6.0, 11.0),
    "a + 3": (5.0, 10.0),
    "3 + a": (5.0, 10.0),
    "-a": (-2.0, -10.0),
    "a - b": (-2.0, 9.0),
    "a - 3": (-1.0, 10.0),
    "3 - a": (1.0, -10.0),
    "a * b": (8.0, 42.0),
    "a * 3": (6.0, 30.0),
    "3 * a": (6.0, 30.0),
    "a / b": (0.5, 2.375),
    "a / 4": (0.5, 2.5),
    "3 / a": (1.5, -7.5),
    "a.exp()": (math.exp(2.0), 10 * math.exp(2.0)),
    "a.log()": (math.log(2.000001), 10 / 2.000001),
    "a.sigmoid()": (SIGMOID, 10 * SIGMOID * (1 - SIGMOID)),
    "a.relu()": (2.0, 10.0),
    "(-a).relu()": (0.0, 0.0),
    "a < b": (1.0, 0.0),
    "a > 3": (0.0, 0.0),
    "3 > a": (1.0, 0.0),
    "a == b": (0.0, 0.0),
    "a * a * a": (8.0, 120.0),
}


@pytest.mark.task1_7
@pytest.mark.parametrize("text", OPERATIONS)
def test_dual_by_hand(text: str) -> None:
    """An operation on Duals gives a Dual: the value, and the slope by the rules of school."""
    got = eval(text, {}, {"a": jacobian.Dual(2.0, 10.0), "b": jacobian.Dual(4.0, 1.0)})
    call = f"value and slope of {text} at a = Dual(2.0, 10.0), b = Dual(4.0, 1.0)"
    assert_close([got.value, got.slope], list(OPERATIONS[text]), call)


@pytest.mark.task1_7
def test_dual_corners() -> None:
    """The slope of relu at 0 is 0, and the logarithm's slope has EPS in it, which shows near 0."""
    corner = jacobian.Dual(0.0, 3.0).relu()
    assert_close(
        [corner.value, corner.slope], [0.0, 0.0], "value and slope of Dual(0.0, 3.0).relu()"
    )
    steep = jacobian.Dual(0.0, 2.0).log()
    expected = [math.log(1e-6), 2e6]
    assert_close([steep.value, steep.slope], expected, "value and slope of Dual(0.0, 2.0).log()")
    low = jacobian.Dual(-800.0, 3.0).sigmoid()
    assert_close(
        [low.value, low.slope], [0.0, 0.0], "value and slope of Dual(-800.0, 3.0).sigmoid()"
    )


@pytest.mark.task1_7
def test_as_dual() -> None:
    """A plain number becomes a Dual with slope 0; a Dual is given back as it is."""
    made, dual = jacobian.as_dual(3), jacobian.Dual(3.0, 1.0)
    assert_close([made.value, made.slope], [3.0, 0.0], "value and slope of as_dual(3)")
    assert_close(jacobian.as_dual(dual) is dual, True, "as_dual(dual) is dual")


@pytest.mark.task1_7
def test_jvp_by_hand() -> None:
    """The table times a column: [[3, 2], [1, 1]] times [1, 10] is [3 + 20, 1 + 10]."""
    got = jacobian.jvp(lambda a, b: [a * b, a + b], [2.0, 3.0], [1.0, 10.0])
    known = {"it is the row u times the table.": [13.0, 12.0]}
    call = "jvp of [a * b, a + b] at [2.0, 3.0] with u = [1.0, 10.0]"
    assert_close(got, [23.0, 11.0], call, known)


@pytest.mark.task1_7
@pytest.mark.parametrize("text", tables.JACOBIANS)
@few
@given(tables.numbers, tables.numbers, directions)
def test_jvp_of_many_functions(text: str, a: float, b: float, u: tuple[float, float]) -> None:
    """jvp is the Jacobian times the column u, also where a result is a plain number or an input."""
    got = jacobian.jvp(tables.function(text), [a, b], u)
    expected = tables.times_column(tables.expected(text, a, b), u)
    assert_close(got, expected, f"jvp of {text} at [{a}, {b}] with u = {u}")


@pytest.mark.task1_7
def test_columns_by_hand() -> None:
    """A run gives a column, and yet the table is a list of rows."""
    got = jacobian.jacobian_forward(lambda a, b: [a * b, a + b], [2.0, 3.0])
    known = {"rows and columns are exchanged.": [[3.0, 1.0], [2.0, 1.0]]}
    call = "jacobian_forward of [a * b, a + b] at [2.0, 3.0]"
    assert_close(got, [[3.0, 2.0], [1.0, 1.0]], call, known)


@pytest.mark.task1_7
@pytest.mark.parametrize("text", tables.JACOBIANS)
@few
@given(tables.numbers, tables.numbers)
def test_jacobian_by_columns(text: str, a: float, b: float) -> None:
    """Filled column by column, the table is the same: a row for each result."""
    got = jacobian.jacobian_forward(tables.function(text), [a, b])
    assert_close(got, tables.expected(text, a, b), f"jacobian_forward of {text} at [{a}, {b}]")


@pytest.mark.task1_7
def test_jvp_and_columns_take_a_run_each() -> None:
    """jvp runs f once, jacobian_forward once for each input; neither makes a Scalar, so nothing is recorded."""
    runs: list[Any] = []

    def f(*numbers: Any) -> list[Any]:
        runs.append(numbers)
        return [numbers[0] * numbers[1] * numbers[2], 1.0]

    before = next(minitorch.autodiff.variable_count)
    jacobian.jvp(f, [1.0, 2.0, 3.0], [1.0, 1.0, 1.0])
    assert_close(len(runs), 1, "how often jvp runs f, of 3 inputs")
    runs.clear()
    jacobian.jacobian_forward(f, [1.0, 2.0, 3.0])
    assert_close(len(runs), 3, "how often jacobian_forward runs f, of 3 inputs")
    made = next(minitorch.autodiff.variable_count) - before - 1
    assert_close(made, 0, "how many Scalars both have made")


@pytest.mark.task1_7
@pytest.mark.parametrize("u", [[1.0], [1.0, 2.0, 3.0]])
def test_jvp_with_a_column_of_another_length(u: list[float]) -> None:
    """A column that has not one number for each input is a ValueError."""
    got = tables.raised(lambda: jacobian.jvp(lambda a, b: [a * b, a + b], [2.0, 3.0], u))
    assert_close(got, "ValueError", f"what jvp of [a * b, a + b] at [2.0, 3.0] with u = {u} raises")
