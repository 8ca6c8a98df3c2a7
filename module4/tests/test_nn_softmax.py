"""Task 4.4: softmax and log-softmax, for numbers of any size."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from strategies import along_a_dimension
from tensors import Laid, Values, backward, lay, numbers, read

import minitorch

few = settings(max_examples=20)

ODDS = lay([[0.0, log(2.0), log(3.0)]])  # e to the power of these is 1, 2 and 3
CUBE = lay(numbers((2, 3, 4)), order=(2, 0, 1))
HUGE = lay([[1000.0, 999.0, -1000.0], [-1000.0, -1000.0, -1001.0], [1000.0, 0.0, -1000.0]])


def shares(x: Values, dim: int) -> Values:
    """Compute e^x of each cell as a share of their sum along a dimension, with the largest x moved to 0."""
    powers = np.exp(x - x.max(axis=dim, keepdims=True))
    return powers / powers.sum(axis=dim, keepdims=True)


def log_shares(x: Values, dim: int) -> Values:
    """Compute the logarithm of the same without computing the share, which may be too small for a float."""
    moved = x - x.max(axis=dim, keepdims=True)
    return moved - np.log(np.exp(moved).sum(axis=dim, keepdims=True))


def assert_near(got: minitorch.Tensor, expected: Values, what: str) -> None:
    """Assert that a tensor's cells are as expected, up to what the EPS inside of log may add to them."""
    __tracebackhide__ = True
    assert_close([int(size) for size in got.shape], list(expected.shape), f"({what}).shape")
    cells = read(got)
    far = np.argwhere(~np.isclose(cells, expected, rtol=1e-5, atol=1e-5))
    for index in map(tuple, far):
        place = "".join(f"[{number}]" for number in index)
        told = f"got {float(cells[index])!r} at {place}, expected {float(expected[index])!r}"
        raise AssertionError(f"{what}: {told}")


# Softmax


@pytest.mark.task4_4
def test_softmax_by_hand() -> None:
    """Of 0, ln 2 and ln 3, the powers of e are 1, 2 and 3; their shares in the sum 6 are 1/6, 2/6 and 3/6."""
    expected = np.array([[1 / 6, 2 / 6, 3 / 6]])
    assert_near(minitorch.softmax(ODDS.tensor(), 1), expected, "softmax([[0, ln 2, ln 3]], 1)")


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((CUBE, 1))
def test_softmax(drawn: tuple[Laid, int]) -> None:
    """Along any dimension, each cell of softmax is e^x as a share of the sum of these powers."""
    x, dim = drawn
    assert_near(minitorch.softmax(x.tensor(), dim), shares(x.cells, dim), f"softmax(x, {dim})")


@pytest.mark.task4_4
@pytest.mark.parametrize("dim", [0, 1])
def test_softmax_of_large_numbers(dim: int) -> None:
    """softmax is right also where e^1000 fits into no float, and where e^-1000 is 0 everywhere."""
    assert_near(
        minitorch.softmax(HUGE.tensor(), dim), shares(HUGE.cells, dim), f"softmax({HUGE}, {dim})"
    )


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((HUGE, 0))
@example((HUGE, 1))
@example((CUBE, 1))
def test_gradient_of_softmax(drawn: tuple[Laid, int]) -> None:
    """By x, the derivative of softmax is s * (d - sum of s * d), where s is the softmax."""
    x, dim = drawn
    d, (dx,) = backward(lambda t: minitorch.softmax(t, dim), x)
    s = shares(x.cells, dim)
    expected = s * (d - (s * d).sum(axis=dim, keepdims=True))
    assert_near(dx, expected, f"x.grad after softmax(x, {dim}).backward(d)")


# Log-softmax


@pytest.mark.task4_4
def test_logsoftmax_by_hand() -> None:
    """Log-softmax of 0, ln 2 and ln 3 is ln(1/6), ln(2/6) and ln(3/6)."""
    expected = np.array([[log(1 / 6), log(2 / 6), log(3 / 6)]])
    assert_near(
        minitorch.logsoftmax(ODDS.tensor(), 1), expected, "logsoftmax([[0, ln 2, ln 3]], 1)"
    )


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((CUBE, 1))
def test_logsoftmax(drawn: tuple[Laid, int]) -> None:
    """Along any dimension, log-softmax is x minus the logarithm of the sum of the powers e^x."""
    x, dim = drawn
    assert_near(
        minitorch.logsoftmax(x.tensor(), dim), log_shares(x.cells, dim), f"logsoftmax(x, {dim})"
    )


@pytest.mark.task4_4
@pytest.mark.parametrize("dim", [0, 1])
def test_logsoftmax_of_large_numbers(dim: int) -> None:
    """Log-softmax is right also where softmax itself is 0: of [1000, 0, -1000] it is [0, -1000, -2000]."""
    expected = log_shares(HUGE.cells, dim)
    assert_near(minitorch.logsoftmax(HUGE.tensor(), dim), expected, f"logsoftmax({HUGE}, {dim})")


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((HUGE, 0))
@example((HUGE, 1))
@example((CUBE, 1))
def test_gradient_of_logsoftmax(drawn: tuple[Laid, int]) -> None:
    """By x, the derivative of log-softmax is d - s * (sum of d), where s is the softmax."""
    x, dim = drawn
    d, (dx,) = backward(lambda t: minitorch.logsoftmax(t, dim), x)
    expected = d - shares(x.cells, dim) * d.sum(axis=dim, keepdims=True)
    assert_near(dx, expected, f"x.grad after logsoftmax(x, {dim}).backward(d)")


@pytest.mark.task4_4
@pytest.mark.parametrize("name", ["softmax", "logsoftmax"])
def test_moving_all_numbers(name: str) -> None:
    """Adding the same to all numbers changes nothing."""
    function = getattr(minitorch, name)
    x, moved = CUBE, lay(CUBE.cells + 300.0)
    for dim in range(3):
        near, far = function(x.tensor(), dim), function(moved.tensor(), dim)
        assert_near(far, read(near), f"{name}(x + 300, {dim})")
