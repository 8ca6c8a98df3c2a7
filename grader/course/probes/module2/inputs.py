"""What the probes of Module 2 ask about: shapes, layouts, storages and pairs of shapes, corners first."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Shape = tuple[int, ...]
Index = tuple[int, ...]

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
)
"""Shapes of every number of dimensions up to four; where sizes differ, so do the answers of a wrong order."""


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

    def indices(self) -> list[Index]:
        """List the index of every cell; the last dimension runs fastest."""
        return list(product(*(range(size) for size in self.shape)))


def shape_of(rng: Generator, case: int) -> Shape:
    """Take the shape of this case, or draw one of up to four dimensions once there are no more."""
    if case < len(SHAPES):
        return SHAPES[case]
    dims = int(rng.integers(1, 5))
    return tuple(int(size) for size in rng.integers(1, 5 if dims < 4 else 4, dims))


def order_of(rng: Generator, dims: int) -> Index:
    """Draw an order of dimensions."""
    return tuple(int(dim) for dim in rng.permutation(dims))


def row_major(shape: Shape) -> Layout:
    """Lay the cells one behind the other, in the order of their indices."""
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return Layout(shape, tuple(strides))


def dense(rng: Generator, shape: Shape) -> Layout:
    """Draw a layout without gaps or sharing, its dimensions in any order: what permuting leads to."""
    order = order_of(rng, len(shape))
    stored = row_major(tuple(shape[dim] for dim in order)).strides
    return Layout(shape, tuple(stored[order.index(dim)] for dim in range(len(shape))))


def strided(rng: Generator, shape: Shape) -> Layout:
    """Draw any layout: its dimensions in any order, some with stride 0 (one cell for a whole row), some with gaps."""
    plain = dense(rng, shape)
    factors = rng.choice((1, 1, 0, 2), len(shape))
    return Layout(shape, tuple(s * int(factor) for s, factor in zip(plain.strides, factors)))


def part(rng: Generator, shape: Shape) -> Shape:
    """Draw a shape that broadcasts to the given one: leading dimensions left out, sizes replaced by 1."""
    rest = shape[int(rng.integers(0, len(shape) + 1)) :]
    return tuple(size if keep else 1 for size, keep in zip(rest, rng.random(len(rest)) < 0.6))


def values(rng: Generator, count: int) -> NDArray[np.float64]:
    """Draw up to 1000 numbers from -10 to 10 for a storage, no two of them alike."""
    return rng.permutation(1000)[:count] / 50 - 10


def ints(*numbers: int, wide: bool = True) -> NDArray[np.int64] | NDArray[np.int32]:
    """Make the array that an index, a shape or strides are: of 64-bit integers, or of 32-bit ones."""
    return np.array(numbers, dtype=np.int64 if wide else np.int32)
