"""Task 2.3: the functions of tensors, forward: element by element, and along dimensions."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import Layout, shapes, small_floats
from tensors import (
    Stored,
    assert_tensor,
    hair,
    plain,
    positive,
    small_whole,
    tensor_pairs,
    tensors,
    tenths,
    truth,
)

few = settings(max_examples=15)

# [[1, 3, 5], [2, 4, 6]], stored column by column
TRANSPOSED = Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), Layout((2, 3), (1, 2)))


with_dimensions = shapes.filter(lambda shape: len(shape) > 0)


# Functions of one tensor


@pytest.mark.task2_3
@few
@given(tensors())
@example(TRANSPOSED)
def test_neg(x: Stored) -> None:
    """-x turns the sign of each cell around."""
    assert_tensor(-x.tensor(), -x.values, "-x")


@pytest.mark.task2_3
@few
@given(tensors())
@example(plain([[-1000.0, 0.0, 1000.0]]))
def test_sigmoid(x: Stored) -> None:
    """x.sigmoid() is 1 / (1 + e^-cell) for each cell."""
    assert_tensor(x.tensor().sigmoid(), 0.5 + 0.5 * np.tanh(x.values / 2), "x.sigmoid()")


@pytest.mark.task2_3
@few
@given(tensors())
@example(plain([[-1.0, 0.0, 2.0]]))
def test_relu(x: Stored) -> None:
    """x.relu() keeps the positive cells, and puts 0 for the others."""
    assert_tensor(x.tensor().relu(), np.maximum(x.values, 0.0), "x.relu()")


@pytest.mark.task2_3
@few
@given(tensors(numbers=positive))
@example(plain([[0.0, 1.0]]))
def test_log(x: Stored) -> None:
    """x.log() is the logarithm of each cell, with the EPS that operators.log adds."""
    assert_tensor(x.tensor().log(), np.log(x.values + 1e-6), "x.log()")


@pytest.mark.task2_3
@few
@given(tensors())
@example(plain([[0.0, 1.0, -1.0]]))
def test_exp(x: Stored) -> None:
    """x.exp() is e to the power of each cell."""
    assert_tensor(x.tensor().exp(), np.exp(x.values), "x.exp()")


# Functions of two tensors


@pytest.mark.task2_3
@few
@given(tensor_pairs())
@example((plain([[1.0], [2.0]]), plain([10.0, 20.0, 30.0])))
def test_add(pair: tuple[Stored, Stored]) -> None:
    """x + y adds cell to cell, broadcasting whichever is smaller."""
    x, y = pair
    assert_tensor(x.tensor() + y.tensor(), x.values + y.values, "x + y")


@pytest.mark.task2_3
@few
@given(tensor_pairs())
@example((plain([[1.0], [2.0]]), plain([10.0, 20.0, 30.0])))
def test_sub(pair: tuple[Stored, Stored]) -> None:
    """x - y takes the cells of y from those of x."""
    x, y = pair
    assert_tensor(x.tensor() - y.tensor(), x.values - y.values, "x - y")


@pytest.mark.task2_3
@few
@given(tensor_pairs())
@example((plain([[1.0], [2.0]]), plain([10.0, 20.0, 30.0])))
def test_mul(pair: tuple[Stored, Stored]) -> None:
    """x * y multiplies cell by cell."""
    x, y = pair
    assert_tensor(x.tensor() * y.tensor(), x.values * y.values, "x * y")


@pytest.mark.task2_3
@few
@given(tensor_pairs(tenths, positive))
@example((plain([[1.0], [2.0]]), plain([10.0, 20.0, 40.0])))
def test_div(pair: tuple[Stored, Stored]) -> None:
    """x / y, which is made of multiplication and Inv, divides cell by cell."""
    x, y = pair
    assert_tensor(x.tensor() / y.tensor(), x.values / y.values, "x / y")


@pytest.mark.task2_3
@few
@given(tensor_pairs(small_whole, small_whole))
@example((plain([1.0, 2.0, 3.0]), plain([2.0])))
def test_lt(pair: tuple[Stored, Stored]) -> None:
    """x < y is 1.0 where x's cell is less, and 0.0 where it is greater or equal."""
    x, y = pair
    assert_tensor(x.tensor() < y.tensor(), x.values < y.values, "x < y")


@pytest.mark.task2_3
@few
@given(tensor_pairs(small_whole, small_whole))
@example((plain([1.0, 2.0, 3.0]), plain([2.0])))
def test_gt(pair: tuple[Stored, Stored]) -> None:
    """x > y is 1.0 where x's cell is greater, and 0.0 where it is less or equal."""
    x, y = pair
    assert_tensor(x.tensor() > y.tensor(), x.values > y.values, "x > y")


@pytest.mark.task2_3
@few
@given(tensor_pairs(small_whole, small_whole))
@example((plain([1.0, 2.0, 3.0]), plain([2.0])))
@example((plain([1.0, 2.0]), plain([1.001, 2.0])))
def test_eq(pair: tuple[Stored, Stored]) -> None:
    """x == y is a tensor too: 1.0 where the cells are exactly equal, and 0.0 elsewhere."""
    x, y = pair
    assert_tensor(x.tensor() == y.tensor(), x.values == y.values, "x == y")


@pytest.mark.task2_3
@few
@given(tensor_pairs(hair, hair))
@example((plain([1.0, 2.0]), plain([1.0099, 2.0101])))
@example((plain([1.0099, 2.0101]), plain([1.0, 2.0])))
def test_is_close(pair: tuple[Stored, Stored]) -> None:
    """x.is_close(y) is 1.0 where the cells are less than 0.01 apart, and 0.0 elsewhere."""
    x, y = pair
    expected = np.abs(x.values - y.values) < 0.01
    assert_tensor(x.tensor().is_close(y.tensor()), expected, "x.is_close(y)")


@pytest.mark.task2_3
@few
@given(tensors(), small_floats.filter(lambda n: n != 0.0))
@example(plain([[1.0, 2.0], [3.0, 4.0]]), 10)
def test_numbers_beside_tensors(x: Stored, n: float) -> None:
    """A number may stand on either side of + - * and /, and counts as a tensor of one cell."""
    t, values = x.tensor(), x.values
    assert_tensor(t + n, values + n, f"x + {n}")
    assert_tensor(n + t, n + values, f"{n} + x")
    assert_tensor(t - n, values - n, f"x - {n}")
    assert_tensor(n - t, n - values, f"{n} - x")
    assert_tensor(t * n, values * n, f"x * {n}")
    assert_tensor(n * t, n * values, f"{n} * x")
    assert_tensor(t / n, values / n, f"x / {n}")
    assert_tensor(n / (t * t + 1), n / (values * values + 1), f"{n} / (x * x + 1)")


@pytest.mark.task2_3
@few
@given(tensors(numbers=small_whole), st.sampled_from((0, 1, -1, 0.0, 1.0, -1.0)))
@example(plain([0.0, 1.0, 2.0]), 1)
def test_tensors_compared_with_numbers(x: Stored, n: float) -> None:
    """A number may stand on either side of < > and ==, also where a cell is equal to it."""
    t, values = x.tensor(), x.values
    assert_tensor(t < n, values < n, f"x < {n}")
    assert_tensor(t > n, values > n, f"x > {n}")
    assert_tensor(t == n, values == n, f"x == {n}")
    assert_tensor(n < t, n < values, f"{n} < x")
    assert_tensor(n > t, n > values, f"{n} > x")


# Reductions


@pytest.mark.task2_3
@few
@given(tensors(with_dimensions))
@example(TRANSPOSED)
def test_sum_along_a_dimension(x: Stored) -> None:
    """x.sum(dim) adds up along one dimension, which stays, with size 1."""
    for dim in range(len(x.shape)):
        assert_tensor(x.tensor().sum(dim), x.values.sum(dim, keepdims=True), f"x.sum({dim})")


@pytest.mark.task2_3
@few
@given(tensors())
@example(TRANSPOSED)
def test_sum_of_everything(x: Stored) -> None:
    """x.sum() adds up all cells, and gives a tensor of shape (1,)."""
    assert_tensor(x.tensor().sum(), [x.values.sum()], "x.sum()")


@pytest.mark.task2_3
@few
@given(tensors(with_dimensions))
@example(TRANSPOSED)
def test_mean_along_a_dimension(x: Stored) -> None:
    """x.mean(dim) is the sum along the dimension divided by the dimension's size."""
    for dim in range(len(x.shape)):
        assert_tensor(x.tensor().mean(dim), x.values.mean(dim, keepdims=True), f"x.mean({dim})")


@pytest.mark.task2_3
@few
@given(tensors())
@example(TRANSPOSED)
def test_mean_of_everything(x: Stored) -> None:
    """x.mean() is the sum of all cells divided by how many there are, in a tensor of shape (1,)."""
    assert_tensor(x.tensor().mean(), [x.values.mean()], "x.mean()")


@pytest.mark.task2_3
@few
@given(tensors(with_dimensions, truth))
@example(plain([[1.0, 1.0, 0.0], [1.0, 1.0, 1.0]]))
def test_all_along_a_dimension(x: Stored) -> None:
    """x.all(dim) is 1.0 where every cell along the dimension is 1.0, and 0.0 where one is 0.0."""
    for dim in range(len(x.shape)):
        assert_tensor(x.tensor().all(dim), x.values.all(dim, keepdims=True), f"x.all({dim})")


@pytest.mark.task2_3
@few
@given(tensors(numbers=truth))
@example(plain([[1.0, 1.0], [1.0, 1.0]]))
@example(plain([[1.0, 1.0], [1.0, 0.0]]))
def test_all_of_everything(x: Stored) -> None:
    """x.all() is 1.0 where all cells are 1.0, and 0.0 where one is 0.0, in a tensor of shape (1,)."""
    assert_tensor(x.tensor().all(), [x.values.all()], "x.all()")


@pytest.mark.task2_3
def test_reductions_of_nothing() -> None:
    """Of no cells, the sum is 0.0 and all() is 1.0; a mean there is none, and asking for it is a ZeroDivisionError."""
    x = Stored((), Layout((0, 2), (2, 1))).tensor()
    assert_tensor(x.sum(), [0.0], "x.sum() where x has shape (0, 2)")
    assert_tensor(x.sum(0), [[0.0, 0.0]], "x.sum(0) where x has shape (0, 2)")
    assert_tensor(x.all(), [1.0], "x.all() where x has shape (0, 2)")
    for mean in (lambda: x.mean(), lambda: x.mean(0)):
        with pytest.raises(ZeroDivisionError):
            mean()
