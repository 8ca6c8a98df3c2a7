"""Tensors as the tests make and read them: NumPy arrays that lie in a row of numbers, as a tensor's cells do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from comparison import assert_close
from numpy.typing import NDArray

import minitorch

Shape = tuple[int, ...]
Values = NDArray[np.float64]
"""The cells of a tensor, side by side as its shape says."""

UNUSED = 777.0  # what lies between the cells, where there are gaps


class Laid:
    """A tensor before it is one.

    Args:
        storage: The numbers, in a row.
        cells: The tensor's cells: an array that looks into the storage.
    """

    def __init__(self, storage: Values, cells: Values) -> None:
        self.storage = storage
        self.cells = cells

    def __repr__(self) -> str:
        """Show the cells, as a student would write them, if there are few; and the strides, where they matter."""
        if not 1 <= self.cells.size <= 16:
            return f"<a tensor of shape {self.shape} and strides {self.strides}>"
        strides = "" if self.cells.flags.c_contiguous else f" with strides {self.strides}"
        return f"tensor({self.cells.tolist()}){strides}"

    @property
    def shape(self) -> Shape:
        """The shape of the tensor."""
        return self.cells.shape

    @property
    def strides(self) -> tuple[int, ...]:
        """How far apart neighbours along each dimension lie in the storage."""
        return tuple(step // self.storage.itemsize for step in self.cells.strides)

    def arrays(self) -> tuple[Values, NDArray[np.int64], NDArray[np.int64]]:
        """Give the storage, the shape and the strides that a kernel takes."""
        return self.storage, np.array(self.shape, np.int64), np.array(self.strides, np.int64)

    def tensor(self, requires_grad: bool = False) -> minitorch.Tensor:
        """Make the tensor. (It may have no gaps.)"""
        made = minitorch.Tensor.make(self.storage.copy(), self.shape, self.strides)
        made.requires_grad_(requires_grad)
        return made


def lay(values: Any, order: Sequence[int] | None = None, gap: int = 1) -> Laid:
    """Lay the cells of an array into a storage.

    Args:
        values: The cells, as an array or nested lists.
        order: The dimensions, from the one whose neighbours lie farthest apart to the one where they are nearest; by
            default as they come, which is row-major.
        gap: How far apart neighbours lie at least; above 1, numbers that belong to no cell lie between them.

    Returns:
        The storage, and the cells in it.
    """
    array = np.array(values, dtype=np.float64)
    order = range(array.ndim) if order is None else order
    rows = np.full((*(array.shape[dim] for dim in order), gap), UNUSED)
    cells = rows[..., 0].transpose(np.argsort(order).astype(int))
    cells[...] = array
    return Laid(rows.reshape(-1), cells)


def numbers(shape: Shape, first: int = 0) -> Values:
    """Spread numbers from -5 to 5 with one decimal over a shape, no two of a hundred in a row alike, none of them 0."""
    spread = [(37 * k % 101 - 50) / 10 or 5.5 for k in range(first, first + int(np.prod(shape)))]
    return np.array(spread).reshape(shape)


def read(tensor: minitorch.Tensor) -> Values:
    """Read the cells of a tensor from its storage."""
    storage, shape, strides = tensor.tuple()
    cells = np.empty(tuple(int(size) for size in shape))
    for index in np.ndindex(cells.shape):
        cells[index] = storage[sum(i * int(step) for i, step in zip(index, strides))]
    return cells


def assert_tensor(got: Any, expected: Any, what: str) -> None:
    """Assert that a result is a tensor of the expected shape and cells.

    Args:
        got: What came out.
        expected: The cells that should have come out, as an array or nested lists.
        what: The call that gave it, as one would type it.

    Raises:
        AssertionError: It is no tensor, or has another shape, or other cells.
    """
    __tracebackhide__ = True
    expected = np.asarray(expected, dtype=np.float64)
    if type(got).__name__ != "Tensor":
        raise AssertionError(f"{what}: got {got!r}, expected a Tensor")
    assert_close([int(size) for size in got.shape], list(expected.shape), f"({what}).shape")
    assert_close(read(got).tolist(), expected.tolist(), what)


def backward(fn: Callable[..., minitorch.Tensor], *inputs: Laid) -> tuple[Values, list[Any]]:
    """Compute with tensors that require gradients, and go backward from the result.

    Args:
        fn: What to compute.
        *inputs: The tensors.

    Returns:
        The derivative ``d`` that backward began with, different in each cell, and the gradients of the inputs.
    """
    tensors = [x.tensor(requires_grad=True) for x in inputs]
    result = fn(*tensors)
    d = numbers(tuple(int(size) for size in result.shape), first=50)
    result.backward(lay(d, order=range(d.ndim)[::-1]).tensor())  # stored column by column
    return d, [tensor.grad for tensor in tensors]
