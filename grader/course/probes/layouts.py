"""Shapes, and how the cells of a tensor of some shape lie in its storage: corners first."""

from dataclasses import dataclass
from itertools import product
from math import prod

from numpy.random import Generator

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

    def indices(self) -> list[Index]:
        """List the index of every cell; the last dimension runs fastest."""
        return list(product(*(range(size) for size in self.shape)))


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


def order_of(rng: Generator, dims: int) -> Index:
    """Draw an order of dimensions."""
    return tuple(int(dim) for dim in rng.permutation(dims))


def row_major(shape: Shape) -> Layout:
    """Lay the cells one behind the other, in the order of their indices."""
    return Layout(shape, tuple(prod(shape[dim + 1 :]) for dim in range(len(shape))))


def column_major(shape: Shape) -> Layout:
    """Lay the cells so that the first dimension runs fastest."""
    return Layout(shape, tuple(prod(shape[:dim]) for dim in range(len(shape))))


def permuted(rng: Generator, shape: Shape) -> Layout:
    """Draw a layout without gaps or sharing, its dimensions in any order: what permuting leads to."""
    order = order_of(rng, len(shape))
    stored = row_major(tuple(shape[dim] for dim in order)).strides
    return Layout(shape, tuple(stored[order.index(dim)] for dim in range(len(shape))))


def spread(rng: Generator, layout: Layout) -> Layout:
    """Give some dimensions stride 0, so that one cell serves a whole row, and put gaps between the cells of others."""
    factors = rng.choice((1, 1, 0, 2), len(layout.shape))
    strides = (stride * int(factor) for stride, factor in zip(layout.strides, factors))
    return Layout(layout.shape, tuple(strides))
