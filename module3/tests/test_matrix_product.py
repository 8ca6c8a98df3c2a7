"""Task 3.2: the product of tensors, in parallel, and its gradient.

All else that the tensors here calculate is calculated by NumPy: nothing depends on Task 3.1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, reduce

import numpy as np
import pytest
from strategies import Layout, Shape, column_major, row_major
from tensors import Stored, Values, assert_cells, read, tenths
from threads import assert_always, in_parallel

import minitorch

PRODUCTS: list[tuple[Shape, Shape]] = [
    ((2, 3), (3, 4)),
    ((1, 3), (3, 1)),
    ((1, 1), (1, 1)),
    ((5, 2), (2, 5)),
    ((2, 2, 3), (2, 3, 4)),
    ((1, 2, 3), (2, 3, 4)),
    ((2, 2, 3), (1, 3, 4)),
    ((3, 2, 3), (3, 4)),
    ((2, 3), (3, 3, 4)),
]
"""Shapes of factors: matrices, and stacks of matrices that broadcast."""

STEP = (
    1e-3  # of a numeric derivative; a product is straight in each factor, so it need not be small
)


@pytest.fixture(autouse=True)
def one_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have small products calculated as large ones are, in parallel: so nothing else has to be compiled."""
    monkeypatch.setattr("minitorch.fast_ops.SMALL", 0, raising=False)


@pytest.mark.task3_2
@pytest.mark.parametrize(("left", "right"), PRODUCTS, ids=str)
def test_product(left: Shape, right: Shape) -> None:
    """x @ y multiplies the matrices that the last two dimensions hold; a dimension in front broadcasts."""
    for lies in (row_major, column_major):
        x, y = numbered(lies(left), 3), numbered(lies(right), 50)
        got = x.tensor(backend()) @ y.tensor(backend())
        assert_cells(read(got), x.values @ y.values, f"x @ y, x = {x}, y = {y}")


@pytest.mark.task3_2
@pytest.mark.parametrize(("left", "right"), PRODUCTS, ids=str)
def test_gradient(left: Shape, right: Shape) -> None:
    """The gradient of x @ y is, cell by cell, what a small step to either side says, in the shapes of x and of y."""
    x, y = numbered(column_major(left), 3), numbered(row_major(right), 50)
    product = x.tensor(backend(), requires_grad=True) @ y.tensor(backend(), requires_grad=True)
    d = numbered(column_major((x.values @ y.values).shape), 70)
    (_, dx), (_, dy) = product.chain_rule(d.tensor(backend()))
    expected = slopes(lambda values: ((values @ y.values) * d.values).sum(), x.values)
    assert_cells(read(dx), expected, f"the gradient of x @ y by x, x = {x}, y = {y}")
    expected = slopes(lambda values: ((x.values @ values) * d.values).sum(), y.values)
    assert_cells(read(dy), expected, f"the gradient of x @ y by y, x = {x}, y = {y}")


@pytest.mark.task3_2
@in_parallel
def test_product_has_no_race() -> None:
    """A product is the same every time: no thread adds to what another one is adding up."""
    shape = (8, 150, 150)
    whole = tuple(float(n * n % 11 - 5) for n in range(int(np.prod(shape))))
    x, y = Stored(whole, row_major(shape)), Stored(whole, column_major(shape))
    a, b = x.tensor(backend()), y.tensor(backend())
    assert_always(lambda: read(a @ b), x.values @ y.values, "x @ y, x and y of shape (8, 150, 150)")


@pytest.mark.task3_2
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((2, 1, 2, 3), (3, 3, 2)),
        ((2, 2, 2, 3), (2, 2, 3, 1)),
        ((2, 3), (2, 1, 3, 2)),
        ((2, 0), (0, 3)),
        ((2, 1, 2, 0), (3, 0, 2)),
        ((0, 2, 3), (3, 4)),
    ],
    ids=str,
)
def test_any_number_of_dimensions(left: Shape, right: Shape) -> None:
    """There may be any number of dimensions in front of the two that are multiplied, and any of them may be empty."""
    x, y = numbered(column_major(left), 3), numbered(row_major(right), 50)
    got = minitorch.FastOps.matrix_multiply(x.tensor(), y.tensor())
    assert_cells(read(got), x.values @ y.values, f"FastOps.matrix_multiply(x, y), x = {x}, y = {y}")


@pytest.mark.task3_2
def test_factors_that_do_not_fit() -> None:
    """Factors that don't go together are answered with an IndexingError; those that do stay as they were."""
    x, y = numbered(row_major((2, 3)), 3), numbered(row_major((3, 2)), 50)
    a, b = x.tensor(), y.tensor()
    multiply = minitorch.FastOps.matrix_multiply
    first = multiply(a, b)
    multiply(b.permute(1, 0), a.permute(1, 0))
    assert_cells(read(first), x.values @ y.values, "the product, read after another one")
    assert_cells(read(a), x.values, "the left factor afterwards")
    assert_cells(read(b), y.values, "the right factor afterwards")
    two, four = (numbered(row_major((n, 3, 2)), 3).tensor() for n in (2, 4))
    row = numbered(row_major((3,)), 3).tensor()
    for one, other in ((a, a), (a, row), (two.permute(0, 2, 1), four)):
        with pytest.raises(minitorch.IndexingError):
            multiply(one, other)


# What the tests are made with


class MatrixOps:
    """FastOps for matrices, and NumPy for everything else."""

    cuda = False

    @staticmethod
    def matrix_multiply(a: minitorch.Tensor, b: minitorch.Tensor) -> minitorch.Tensor:
        """Multiply matrices by the library's own kernel."""
        return minitorch.FastOps.matrix_multiply(a, b)

    @staticmethod
    def map(fn: Callable[[float], float]) -> minitorch.MapProto:
        """Apply a function to each cell; what is smaller than out is broadcast to it."""

        def mapped(a: minitorch.Tensor, out: minitorch.Tensor | None = None) -> minitorch.Tensor:
            shape = a.shape if out is None else out.shape
            values = np.broadcast_to(np.vectorize(fn, otypes=[float])(read(a)), tuple(shape))
            return minitorch.Tensor.make(values.ravel(), tuple(shape), backend=a.backend)

        return mapped

    @staticmethod
    def zip(
        fn: Callable[[float, float], float],
    ) -> Callable[[minitorch.Tensor, minitorch.Tensor], minitorch.Tensor]:
        """Apply a function to each pair of cells that meet."""

        def zipped(a: minitorch.Tensor, b: minitorch.Tensor) -> minitorch.Tensor:
            values = np.vectorize(fn, otypes=[float])(read(a), read(b))
            return minitorch.Tensor.make(values.ravel(), values.shape, backend=a.backend)

        return zipped

    @staticmethod
    def reduce(
        fn: Callable[[float, float], float], start: float = 0.0
    ) -> Callable[[minitorch.Tensor, int], minitorch.Tensor]:
        """Fold along one dimension."""

        def reduced(a: minitorch.Tensor, dim: int) -> minitorch.Tensor:
            rows = np.moveaxis(read(a), dim, 0)
            values = np.expand_dims(
                reduce(np.vectorize(fn), rows, np.full(rows.shape[1:], start)), dim
            )
            return minitorch.Tensor.make(values.ravel(), values.shape, backend=a.backend)

        return reduced


@cache
def backend() -> minitorch.TensorBackend:
    """Make one backend for all tests: what it compiles, is compiled once."""
    return minitorch.TensorBackend(MatrixOps)


def numbered(layout: Layout, first: int) -> Stored:
    """Store numbers that differ."""
    return Stored(tuple(tenths(first + k) for k in range(layout.length)), layout)


def slopes(fn: Callable[[Values], float], values: Values) -> Values:
    """Take a function's numeric derivative in every cell of its argument."""
    found = np.zeros(values.shape)
    for index in np.ndindex(*values.shape):
        around = []
        for step in (STEP, -STEP):
            moved = values.copy()
            moved[index] += step
            around.append(fn(moved))
        found[index] = (around[0] - around[1]) / (2 * STEP)
    return found
