"""Tensors as the probes make and read them: straight from their storage, with nothing that a student writes."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from .layouts import Layout, Shape, row_major

Values = NDArray[np.float64]
Numbers = Callable[[Generator, int], Values]  # draws so many


@dataclass(frozen=True)
class Stored:
    """A tensor before it is one: the numbers of a storage, and how the cells lie among them."""

    numbers: Values
    layout: Layout

    def __str__(self) -> str:
        """Show the cells, as a student would write them, if there are few; and the strides, where they matter."""
        if not 1 <= self.values.size <= 12:
            return f"a tensor of {self.layout}"
        usual = self.layout == row_major(self.shape)
        strides = "" if usual else f" with strides {self.layout.strides}"
        return f"tensor({self.values.tolist()}){strides}"

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
        shape, strides = (np.array(n, np.int64) for n in (self.shape, self.layout.strides))
        return self.numbers.copy(), shape, strides

    def tensor(
        self, minitorch: ModuleType, requires_grad: bool = False, backend: Any = None
    ) -> Any:
        """Make the tensor."""
        made = minitorch.Tensor.make(self.numbers.copy(), self.shape, self.layout.strides, backend)
        made.requires_grad_(requires_grad)
        return made


def hundredths(rng: Generator, count: int) -> Values:
    """Draw numbers from -3 to 3, hardly two of them alike, and none nearer to 0 than 0.01."""
    numbers: Values = rng.integers(1, 301, count) * rng.choice((-1, 1), count) / 100
    return numbers


def store(rng: Generator, layout: Layout, numbers: Numbers = hundredths) -> Stored:
    """Draw at least one number for each cell, though cells may share theirs."""
    return Stored(numbers(rng, max(layout.length, prod(layout.shape))), layout)


def filled(layout: Layout, number: float) -> Stored:
    """Store the same number everywhere."""
    return Stored(np.full(layout.length, number), layout)


def cells(storage: Any, layout: Layout) -> Values:
    """Read the cells that lie in a storage."""
    positions = np.zeros((), np.int64)
    for size, stride in zip(layout.shape, layout.strides):
        positions = np.add.outer(positions, np.arange(size) * stride)
    return np.asarray(storage)[positions].reshape(layout.shape)


def read(tensor: Any) -> Any:
    """Read the cells of a tensor as an array of its shape; text stays, and of anything else, its type will do."""
    if not hasattr(tensor, "tuple"):
        return tensor if isinstance(tensor, str) else f"no tensor but {type(tensor).__name__}"
    storage, shape, strides = tensor.tuple()
    return cells(storage, Layout(tuple(map(int, shape)), tuple(map(int, strides))))


def outcome(
    kernel: Callable[..., None], call: str, out: Stored, *inputs: Stored, dim: int | None = None
) -> dict[str, Any]:
    """Let a kernel write, and tell what out holds then, and whether all else is as it was.

    Args:
        kernel: The kernel.
        call: How it was made.
        out: What out holds beforehand, and where its cells lie.
        *inputs: The tensors to read.
        dim: The dimension to reduce, for a reduce.

    Returns:
        The cells of out, and whether inputs, shapes and strides are as they were.
    """
    arguments = [array for stored in (out, *inputs) for array in stored.arrays()]
    before = [array.copy() for array in arguments]
    kernel(*arguments, *(() if dim is None else (dim,)))
    untouched = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
    along = "" if dim is None else f" along {dim}"
    where = f"{call} of {', '.join(map(str, inputs))}{along} into {out.layout}"
    return {
        f"out after {where}": cells(arguments[0], out.layout),
        f"all else is as it was after {where}": untouched,
    }
