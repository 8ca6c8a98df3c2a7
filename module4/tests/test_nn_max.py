"""Task 4.4: the largest along a dimension, where it stands, and what its derivative is."""

import pytest
from hypothesis import example, given, settings
from strategies import along_a_dimension
from tensors import Laid, assert_tensor, backward, lay, numbers

import minitorch

few = settings(max_examples=20)

SCORES = lay([[1.0, 5.0, 3.0], [6.0, 2.0, 4.0]])
CUBE = lay(numbers((2, 3, 4)), order=(2, 0, 1))


@pytest.mark.task4_4
def test_argmax_by_hand() -> None:
    """argmax puts a 1 where the largest stands, in each row or in each column, and 0 everywhere else."""
    along_rows = [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    assert_tensor(
        minitorch.argmax(SCORES.tensor(), 1), along_rows, "argmax([[1, 5, 3], [6, 2, 4]], 1)"
    )
    along_columns = [[0.0, 1.0, 0.0], [1.0, 0.0, 1.0]]
    assert_tensor(
        minitorch.argmax(SCORES.tensor(), 0), along_columns, "argmax([[1, 5, 3], [6, 2, 4]], 0)"
    )


@pytest.mark.task4_4
def test_max_by_hand() -> None:
    """max keeps the dimension, with size 1: the largest of each row, or of each column."""
    assert_tensor(
        minitorch.max(SCORES.tensor(), 1), [[5.0], [6.0]], "max([[1, 5, 3], [6, 2, 4]], 1)"
    )
    assert_tensor(
        minitorch.max(SCORES.tensor(), 0), [[6.0, 5.0, 4.0]], "max([[1, 5, 3], [6, 2, 4]], 0)"
    )


@pytest.mark.task4_4
def test_max_of_very_negative_numbers() -> None:
    """The largest of numbers far below 0 is one of them."""
    x = lay([[-1e12, -2e12], [-1.5e300, -1e300]])
    assert_tensor(minitorch.max(x.tensor(), 1), [[-1e12], [-1e300]], f"max({x.cells.tolist()}, 1)")


@pytest.mark.task4_4
def test_max_with_ties() -> None:
    """Where two are the largest, max gives that number all the same."""
    x = lay([[7.0, 7.0, 1.0]])
    assert_tensor(minitorch.max(x.tensor(), 1), [[7.0]], "max([[7, 7, 1]], 1)")


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((CUBE, 1))
def test_argmax(drawn: tuple[Laid, int]) -> None:
    """Along any dimension, argmax marks the largest, however x is stored."""
    x, dim = drawn
    largest = x.cells.max(axis=dim, keepdims=True)
    assert_tensor(minitorch.argmax(x.tensor(), dim), x.cells == largest, f"argmax(x, {dim})")


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((CUBE, 1))
def test_max(drawn: tuple[Laid, int]) -> None:
    """Along any dimension, max finds the largest, however x is stored."""
    x, dim = drawn
    assert_tensor(
        minitorch.max(x.tensor(), dim), x.cells.max(axis=dim, keepdims=True), f"max(x, {dim})"
    )


@pytest.mark.task4_4
@few
@given(along_a_dimension())
@example((SCORES, 1))
@example((CUBE, 1))
def test_gradient_of_max(drawn: tuple[Laid, int]) -> None:
    """The derivative by a largest goes to the one cell that it was taken from; the others get 0."""
    x, dim = drawn
    d, (dx,) = backward(lambda t: minitorch.max(t, dim), x)
    stands = x.cells == x.cells.max(axis=dim, keepdims=True)
    assert_tensor(dx, d * stands, f"x.grad after max(x, {dim}).backward(d)")
