"""Tensors as the probes make and read them: straight from their storage, with nothing that a student writes."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .inputs import Layout, Shape, dense, ints, strided

Values = NDArray[np.float64]
Spread = Callable[[Generator, int], Values]


@dataclass(frozen=True)
class Stored:
    """A tensor before it is one: the numbers of a storage, and how the cells lie among them."""

    numbers: tuple[float, ...]
    layout: Layout

    def __str__(self) -> str:
        """Show it as a student would make it, unless it is long."""
        if len(self.numbers) > 12:
            return f"a tensor of {self.layout}"
        return f"Tensor.make({list(self.numbers)}, {self.layout.shape}, {self.layout.strides})"

    @property
    def shape(self) -> Shape:
        """The shape of the tensor."""
        return self.layout.shape

    @property
    def values(self) -> Values:
        """The cells, each taken from where it lies."""
        return cells(self.numbers, self.layout)

    def arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Make the storage, the shape and the strides that a kernel takes."""
        return np.array(self.numbers, np.float64), ints(*self.shape), ints(*self.layout.strides)

    def tensor(self, minitorch: ModuleType, requires_grad: bool = False) -> Any:
        """Make the tensor."""
        made = minitorch.Tensor.make(list(self.numbers), self.shape, self.layout.strides)
        made.requires_grad_(requires_grad)
        return made


# Where the cells lie


def kernel_input(rng: Generator, shape: Shape, spread: Spread | None = None) -> Stored:
    """Store a tensor in any way: dimensions in any order, places that serve many cells, and others that serve none."""
    return store(rng, strided(rng, shape), spread or hundredths)


def tensor_input(rng: Generator, shape: Shape, spread: Spread | None = None) -> Stored:
    """Store what a Tensor can be made of: dimensions in any order, now and then one of stride 0, but no gaps."""
    plain = dense(rng, shape)
    strides = tuple(0 if rng.random() < 0.2 else stride for stride in plain.strides)
    return store(rng, Layout(shape, strides), spread or hundredths)


def store(rng: Generator, layout: Layout, spread: Spread) -> Stored:
    """Draw at least one number for each cell, though cells may share theirs."""
    count = max(layout.length, prod(layout.shape))
    return Stored(tuple(spread(rng, count).tolist()), layout)


def filled(layout: Layout, number: float) -> Stored:
    """Store the same number everywhere."""
    return Stored((number,) * layout.length, layout)


# Which numbers there are


def hundredths(rng: Generator, count: int) -> Values:
    """Draw numbers from -3 to 3, hardly two of them alike, and none nearer to 0 than 0.01."""
    return (rng.integers(1, 301, count) * rng.choice((-1, 1), count)) / 100


def positive(rng: Generator, count: int) -> Values:
    """Draw numbers from 0.1 to 3."""
    return rng.integers(10, 301, count) / 100


def small_whole(rng: Generator, count: int) -> Values:
    """Draw whole numbers from -1 to 1, so that two tensors often have the same number in the same place."""
    return rng.integers(-1, 2, count).astype(np.float64)


def hair(rng: Generator, count: int) -> Values:
    """Draw numbers so near 0 that is_close holds for most pairs of them, and not for all."""
    return rng.integers(-2, 3, count) * 0.0049


def truth(rng: Generator, count: int) -> Values:
    """Draw ones, and a few zeros among them."""
    return (rng.random(count) < 0.8).astype(np.float64)


# What came out


def cells(storage: Any, layout: Layout) -> Values:
    """Read the cells that lie in a storage."""
    positions = [
        sum(i * stride for i, stride in zip(at, layout.strides)) for at in layout.indices()
    ]
    return np.array([float(storage[p]) for p in positions]).reshape(layout.shape)


def read(tensor: Any) -> Any:
    """Read the cells of a tensor as an array of its shape; text stays, and of anything else, its type will do."""
    if not hasattr(tensor, "tuple"):
        return tensor if isinstance(tensor, str) else f"no tensor but {type(tensor).__name__}"
    storage, shape, strides = tensor.tuple()
    return cells(storage, Layout(tuple(map(int, shape)), tuple(map(int, strides))))
