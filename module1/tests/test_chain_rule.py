"""Task 1.3: one step of the chain rule, through functions that the tests define themselves (see graphs.py)."""

from __future__ import annotations

import pytest
from comparison import assert_close
from graphs import Blend, Box, Miscounted, Triple
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import small_floats

import minitorch

few = settings(max_examples=20)


@pytest.mark.task1_3
@few
@given(small_floats, small_floats)
@example(2.0, 1.0)
@example(2.0, 5.0)
def test_one_input(x: float, d: float) -> None:
    """A function of one input gives one pair: the input, and its local slope times d_output."""
    a = minitorch.Scalar(x)
    got = pairs(Triple.apply(a), d, {"x": a})
    assert_close(got, [("x", 3.0 * d)], f"pairs of Triple.apply(x).chain_rule({d}), x = {x}")


@pytest.mark.task1_3
@few
@given(small_floats, small_floats, small_floats, small_floats)
@example(2.0, 3.0, 5.0, 1.0)
@example(2.0, 3.0, 5.0, -2.0)
def test_three_inputs(x: float, y: float, z: float, d: float) -> None:
    """A function of several inputs gives a pair for each, in the order of the inputs; saved values reach backward."""
    a, b, c = minitorch.Scalar(x), minitorch.Scalar(y), minitorch.Scalar(z)
    got = pairs(Box.apply(a, b, c), d, {"x": a, "y": b, "z": c})
    expected = [("x", d * y * z), ("y", d * x * z), ("z", d * x * y)]
    call = f"pairs of Box.apply(x, y, z).chain_rule({d}), x, y, z = {x}, {y}, {z}"
    assert_close(got, expected, call)


@pytest.mark.task1_3
@few
@given(st.integers(1, 5), small_floats)
@example(2, 1.0)
@example(4, 3.0)
def test_any_number_of_inputs(count: int, d: float) -> None:
    """There are as many pairs as inputs, and each derivative stands beside the input it belongs to."""
    inputs = {f"x{number}": minitorch.Scalar(1.0) for number in range(1, count + 1)}
    got = pairs(Blend.apply(*inputs.values()), d, inputs)
    expected = [(name, weight * d) for weight, name in enumerate(inputs, 1)]
    assert_close(got, expected, f"pairs of Blend.apply({', '.join(inputs)}).chain_rule({d})")


@pytest.mark.task1_3
def test_the_same_input_twice() -> None:
    """An input that goes in twice is in two pairs, one for each place; adding them up is not done here."""
    x = minitorch.Scalar(2.0)
    got = pairs(Blend.apply(x, x), 1.0, {"x": x})
    assert_close(got, [("x", 1.0), ("x", 2.0)], "pairs of Blend.apply(x, x).chain_rule(1.0)")


@pytest.mark.task1_3
def test_plain_numbers_have_pairs_too() -> None:
    """A plain number among the inputs has its pair as well, so that there is always one pair for each input."""
    x = minitorch.Scalar(2.0)
    got = [derivative for _, derivative in Blend.apply(7.0, x, 8.0).chain_rule(1.0)]
    call = "derivatives of Blend.apply(7.0, x, 8.0).chain_rule(1.0)"
    assert_close(got, [1.0, 2.0, 3.0], call)
    got = pairs(Blend.apply(7.0, x, 8.0), 1.0, {"x": x})[1]
    assert_close(got, ("x", 2.0), "second pair of Blend.apply(7.0, x, 8.0).chain_rule(1.0)")


@pytest.mark.task1_3
def test_derivatives_of_zero() -> None:
    """A derivative of 0 is a derivative like any other, and its pair is there."""
    x, y, z = minitorch.Scalar(0.0), minitorch.Scalar(0.0), minitorch.Scalar(5.0)
    got = pairs(Box.apply(x, y, z), 1.0, {"x": x, "y": y, "z": z})
    expected = [("x", 0.0), ("y", 0.0), ("z", 0.0)]
    assert_close(got, expected, "pairs of Box.apply(x, y, z).chain_rule(1.0), x, y, z = 0, 0, 5")


@pytest.mark.task1_3
def test_one_step_only() -> None:
    """The rule is applied to the last function alone: its inputs are in the pairs, not what they were made of."""
    x = minitorch.Scalar(2.0)
    inner = Triple.apply(x)
    got = pairs(Blend.apply(inner, x), 10.0, {"x": x, "inner": inner})
    expected = [("inner", 10.0), ("x", 20.0)]
    assert_close(got, expected, "pairs of Blend.apply(Triple.apply(x), x).chain_rule(10.0)")


@pytest.mark.task1_3
def test_nothing_is_written_down() -> None:
    """chain_rule only answers: nobody's derivative changes, and it answers the same when asked again."""
    x, y = minitorch.Scalar(2.0), minitorch.Scalar(3.0)
    result = Blend.apply(x, y)
    first = pairs(result, 1.0, {"x": x, "y": y})
    pairs(result, 5.0, {"x": x, "y": y})
    assert_close(pairs(result, 1.0, {"x": x, "y": y}), first, "the pairs of chain_rule(1.0) again")
    got = [x.derivative, y.derivative, result.derivative]
    assert_close(got, [None, None, None], "derivatives of x, y and the result after chain_rule")


@pytest.mark.task1_3
@pytest.mark.parametrize("count", [1, 3])
def test_a_wrong_number_of_derivatives(count: int) -> None:
    """When a backward gives fewer derivatives than there are inputs, or more, that is a ValueError."""
    result = Miscounted.apply(minitorch.Scalar(float(count)), minitorch.Scalar(0.0))
    with pytest.raises(ValueError):
        list(result.chain_rule(1.0))


# What the tests are made with


def pairs(
    result: minitorch.Scalar, d: float, known: dict[str, minitorch.Scalar]
) -> list[tuple[str, float]]:
    """List the pairs of ``result.chain_rule(d)`` with the names of the Scalars instead of the Scalars."""
    return [(name_of(one, known), derivative) for one, derivative in result.chain_rule(d)]


def name_of(one: minitorch.Scalar, known: dict[str, minitorch.Scalar]) -> str:
    """Name a Scalar; a copy is not what was known."""
    return next((name for name, scalar in known.items() if scalar is one), "another Scalar")
