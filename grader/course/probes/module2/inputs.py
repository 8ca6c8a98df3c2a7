"""What the probes of Module 2 ask about: layouts and tensors, and the arrays that kernels and indices are made of."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from ..layouts import Layout, Shape, permuted, spread
from ..stored import Numbers, Stored, Values, hundredths, store


def strided(rng: Generator, shape: Shape) -> Layout:
    """Draw any layout: its dimensions in any order, some with stride 0 (one cell for a whole row), some with gaps."""
    return spread(rng, permuted(rng, shape))


def kernel_input(rng: Generator, shape: Shape, numbers: Numbers = hundredths) -> Stored:
    """Store a tensor in any way: dimensions in any order, places that serve many cells, and others that serve none."""
    return store(rng, strided(rng, shape), numbers)


def tensor_input(rng: Generator, shape: Shape, numbers: Numbers = hundredths) -> Stored:
    """Store what a Tensor can be made of: dimensions in any order, now and then one of stride 0, but no gaps."""
    plain = permuted(rng, shape)
    strides = tuple(0 if rng.random() < 0.2 else stride for stride in plain.strides)
    return store(rng, Layout(shape, strides), numbers)


def ints(*numbers: int, wide: bool = True) -> NDArray[np.int64] | NDArray[np.int32]:
    """Make the array that an index, a shape or strides are: of 64-bit integers, or of 32-bit ones."""
    return np.array(numbers, dtype=np.int64 if wide else np.int32)


# Which numbers there are


def values(rng: Generator, count: int) -> Values:
    """Draw up to 1000 numbers from -10 to 10 for a storage, no two of them alike."""
    return rng.permutation(1000)[:count] / 50 - 10


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
