"""Numbers to time work on: new ones in each round, so that nothing can be calculated before the clock runs."""

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Array = NDArray[np.float64]


class Fresh:
    """A store of positive numbers, of which each piece of work takes another stretch.

    Args:
        rng: Draws what all rounds begin with.
        cells: How many numbers one piece of work takes.
    """

    def __init__(self, rng: Generator, cells: int) -> None:
        self._cells = cells
        self._drawn = rng.random(cells + cells // 8 + 1)
        self._store = np.empty(len(self._drawn))

    def renew(self, rng: Generator) -> None:
        """Change all numbers: a root of a sum is cheap, and no result for other numbers helps to a result for these."""
        np.add(self._drawn, rng.random(), out=self._store)
        np.sqrt(self._store, out=self._store)

    def some(self, rng: Generator) -> Array:
        """Take a stretch that begins anywhere; nothing is copied."""
        begin = int(rng.integers(len(self._store) - self._cells + 1))
        return self._store[begin : begin + self._cells]


def layout(shape: tuple[int, ...], order: tuple[int, ...] = ()) -> tuple[Array, Array]:
    """Give shape and strides of a tensor without gaps, as kernels take them.

    Args:
        shape: Its shape in memory.
        order: How its dimensions are permuted afterwards; none: not at all.

    Returns:
        Two arrays of whole numbers.
    """
    strides = [int(np.prod(shape[dim + 1 :])) for dim in range(len(shape))]
    dims = list(order or range(len(shape)))
    return np.array(shape)[dims], np.array(strides)[dims]
