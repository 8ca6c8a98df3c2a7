"""Tensors as the tests make and read them: straight from their storage, with nothing that a student writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from comparison import assert_close
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import SHARED, Layout, Shape, draw_layout, draw_part, row_major, shapes

import minitorch

Values = NDArray[np.float64]
"""The cells of a tensor, side by side as its shape says."""


@dataclass(frozen=True)
class Stored:
    """A tensor before it is one: the numbers of a storage, and how the cells lie among them."""

    numbers: tuple[float, ...]
    layout: Layout

    def __repr__(self) -> str:
        """Show the cells, as a student would write them, if there are few; and the strides, where they matter."""
        if not 1 <= self.values.size <= 40:
            return f"a tensor of {self.layout}"
        usual = self.layout == row_major(self.shape)
        strides = "" if usual else f" with strides {self.layout.strides}"
        return f"tensor({self.values.tolist()}){strides}"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """Show it in an example of Hypothesis as it is shown elsewhere."""
        printer.text(repr(self))

    @property
    def shape(self) -> Shape:
        """The shape of the tensor."""
        return self.layout.shape

    @property
    def values(self) -> Values:
        """The cells, each taken from where it lies."""
        cells = [self.numbers[self.layout.position(index)] for index in self.layout.indices()]
        return np.array(cells, dtype=np.float64).reshape(self.shape)

    def arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Make the storage, the shape and the strides that a kernel takes."""
        shape, strides = (np.array(n, dtype=np.int64) for n in (self.shape, self.layout.strides))
        return np.array(self.numbers, dtype=np.float64), shape, strides

    def tensor(self, requires_grad: bool = False) -> minitorch.Tensor:
        """Make the tensor."""
        made = minitorch.Tensor.make(list(self.numbers), self.shape, self.layout.strides)
        made.requires_grad_(requires_grad)
        return made


def plain(values: Any) -> Stored:
    """Store nested lists row by row."""
    array = np.array(values, dtype=np.float64)
    return Stored(tuple(array.ravel().tolist()), row_major(array.shape))


def filled(layout: Layout, number: float) -> Stored:
    """Store the same number everywhere."""
    return Stored((number,) * layout.length, layout)


def read(tensor: minitorch.Tensor) -> Values:
    """Read the cells of a tensor from its storage."""
    storage, shape, strides = tensor.tuple()
    layout = Layout(tuple(int(size) for size in shape), tuple(int(step) for step in strides))
    return Stored(tuple(float(number) for number in storage), layout).values


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


# Strategies


def tenths(number: int) -> float:
    """Spread numbers from -5 to 5 with one decimal, no two of a hundred in a row alike."""
    return (37 * number % 101 - 50) / 10


def positive(number: int) -> float:
    """Spread numbers from 0.1 to 5 with one decimal, no two of fifty in a row alike."""
    return (23 * number % 50 + 1) / 10


def small_whole(number: int) -> float:
    """Spread whole numbers from -2 to 1, so that two tensors often have the same number in the same place."""
    return float(number * number // 3 % 5 - 2)


def hair(number: int) -> float:
    """Spread numbers so near 0 that is_close holds for most pairs of them, and not for all."""
    return 0.0049 * small_whole(number)


def truth(number: int) -> float:
    """Spread ones, and a few zeros among them."""
    return 0.0 if number * number % 7 == 4 else 1.0


@st.composite
def stored(
    draw: st.DrawFn, where: st.SearchStrategy[Layout], numbers: Callable[[int], float] = tenths
) -> Stored:
    """Draw a layout, and numbers for it."""
    return draw_stored(draw, draw(where), numbers)


@st.composite
def tensors(
    draw: st.DrawFn,
    among: st.SearchStrategy[Shape] = shapes,
    numbers: Callable[[int], float] = tenths,
) -> Stored:
    """Draw what a Tensor can be made of: dimensions in any order, some of them of stride 0, but no gaps."""
    return draw_stored(draw, draw_layout(draw, draw(among), SHARED), numbers)


@st.composite
def tensor_pairs(
    draw: st.DrawFn,
    numbers: Callable[[int], float] = tenths,
    seconds: Callable[[int], float] = tenths,
) -> tuple[Stored, Stored]:
    """Draw two that broadcast together, the second's numbers from a spread of their own."""
    shape = draw(shapes)
    x = draw_layout(draw, draw_part(draw, shape), SHARED)
    y = draw_layout(draw, draw_part(draw, shape), SHARED)
    return draw_stored(draw, x, numbers), draw_stored(draw, y, seconds)


def draw_stored(draw: st.DrawFn, layout: Layout, numbers: Callable[[int], float]) -> Stored:
    """Draw where the numbers begin, and store at least one for each cell, though cells may share theirs."""
    first = draw(st.integers(0, 100))
    count = max(layout.length, prod(layout.shape))
    return Stored(tuple(numbers(first + k) for k in range(count)), layout)
