"""What the probes of Module 3 ask about: tensors of many shapes, in storages of many kinds, corners first."""

from dataclasses import dataclass
from math import prod
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Shape = tuple[int, ...]
Values = NDArray[np.float64]

SHAPES: tuple[Shape, ...] = (
    (),
    (1,),
    (4,),
    (2, 3),
    (3, 1),
    (1, 3),
    (1, 1),
    (4, 3, 2),
    (1, 2, 3),
    (2, 1, 3),
    (2, 3, 1),
    (1, 1, 1),
    (2, 3, 2, 2),
    (1, 2, 1, 3),
    (2, 2, 1, 1),
    (2, 1, 2, 1, 3),
)
"""Shapes of every number of dimensions up to five; where sizes differ, so do the answers of a wrong order."""


@dataclass(frozen=True)
class Layout:
    """How the cells of a tensor lie in its storage: the cell at an index is at the sum of index * stride."""

    shape: Shape
    strides: tuple[int, ...]

    def __str__(self) -> str:
        """Show the layout as a student would write it."""
        return f"shape {self.shape}, strides {self.strides}"

    @property
    def length(self) -> int:
        """Count the numbers that the storage must hold."""
        if 0 in self.shape:
            return 0
        return 1 + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides))


@dataclass(frozen=True)
class Stored:
    """A tensor before it is one: the numbers of a storage, and how the cells lie among them."""

    numbers: Values
    layout: Layout

    def __str__(self) -> str:
        """Show it as a student would make it, unless it is long."""
        if len(self.numbers) > 12:
            return f"a tensor of {self.layout}"
        return f"Tensor.make({self.numbers.tolist()}, {self.layout.shape}, {self.layout.strides})"

    @property
    def shape(self) -> Shape:
        """The shape of the tensor."""
        return self.layout.shape

    def arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Make the storage, the shape and the strides that a kernel takes."""
        shape, strides = (np.array(n, np.int64) for n in (self.shape, self.layout.strides))
        return self.numbers.copy(), shape, strides

    def tensor(self, minitorch: ModuleType, backend: Any, requires_grad: bool = False) -> Any:
        """Make the tensor."""
        made = minitorch.Tensor.make(self.numbers.copy(), self.shape, self.layout.strides, backend)
        made.requires_grad_(requires_grad)
        return made


# Where the cells lie


def shape_of(rng: Generator, case: int) -> Shape:
    """Take the shape of this case, or draw one of up to four dimensions once there are no more."""
    if case < len(SHAPES):
        return SHAPES[case]
    dims = int(rng.integers(1, 5))
    return tuple(int(size) for size in rng.integers(1, 6 if dims < 4 else 4, dims))


def part(rng: Generator, shape: Shape) -> Shape:
    """Draw a shape that broadcasts to the given one: leading dimensions left out, sizes replaced by 1."""
    rest = shape[int(rng.integers(0, len(shape) + 1)) :]
    return tuple(size if keep else 1 for size, keep in zip(rest, rng.random(len(rest)) < 0.6))


def row_major(shape: Shape) -> Layout:
    """Lay the cells one behind the other, in the order of their indices."""
    return Layout(shape, tuple(prod(shape[dim + 1 :]) for dim in range(len(shape))))


def column_major(shape: Shape) -> Layout:
    """Lay the cells so that the first dimension runs fastest."""
    return Layout(shape, tuple(prod(shape[:dim]) for dim in range(len(shape))))


def dense(rng: Generator, shape: Shape) -> Layout:
    """Draw a layout without gaps or sharing, its dimensions in any order; every third time in their own."""
    order = [int(dim) for dim in rng.permutation(len(shape))]
    stored = row_major(tuple(shape[dim] for dim in order)).strides
    if rng.random() < 0.33:
        return row_major(shape)
    return Layout(shape, tuple(stored[order.index(dim)] for dim in range(len(shape))))


def anyhow(rng: Generator, shape: Shape) -> Layout:
    """Draw a layout with its dimensions in any order, some of stride 0 (one cell for a whole row), some with gaps."""
    plain = dense(rng, shape)
    if rng.random() < 0.33:
        return plain
    factors = rng.choice((1, 1, 0, 2), len(shape))
    return Layout(shape, tuple(s * int(factor) for s, factor in zip(plain.strides, factors)))


# Which numbers there are


def store(rng: Generator, layout: Layout) -> Stored:
    """Draw at least one number for each cell, though cells may share theirs."""
    return Stored(hundredths(rng, max(layout.length, prod(layout.shape))), layout)


def hundredths(rng: Generator, count: int) -> Values:
    """Draw numbers from -3 to 3, hardly two of them alike, and none nearer to 0 than 0.01."""
    numbers: Values = rng.integers(1, 301, count) * rng.choice((-1, 1), count) / 100
    return numbers


def filled(layout: Layout, number: float) -> Stored:
    """Store the same number everywhere."""
    return Stored(np.full(layout.length, number), layout)


# What came out


def cells(storage: Values, layout: Layout) -> Values:
    """Read the cells that lie in a storage."""
    positions = np.zeros((), np.int64)
    for size, stride in zip(layout.shape, layout.strides):
        positions = np.add.outer(positions, np.arange(size) * stride)
    return np.asarray(storage)[positions].reshape(layout.shape)


def read(tensor: Any) -> Any:
    """Read the cells of a tensor as an array of its shape."""
    storage, shape, strides = tensor.tuple()
    return cells(storage, Layout(tuple(map(int, shape)), tuple(map(int, strides))))
