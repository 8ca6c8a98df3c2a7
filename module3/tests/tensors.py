"""Tensors as the tests make and read them: straight from their storage, with nothing that a student writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from comparison import Faults, difference
from hypothesis import strategies as st
from numpy.typing import NDArray
from strategies import ANYHOW, DENSE, Layout, Shape, draw_layout, draw_part, row_major, shapes

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
        return cells(np.array(self.numbers, dtype=np.float64), self.layout)

    def arrays(self) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
        """Make the storage, the shape and the strides that a kernel takes."""
        shape, strides = (np.array(n, dtype=np.int64) for n in (self.shape, self.layout.strides))
        return np.array(self.numbers, dtype=np.float64), shape, strides

    def tensor(
        self, backend: minitorch.TensorBackend | None = None, requires_grad: bool = False
    ) -> minitorch.Tensor:
        """Make the tensor."""
        made = minitorch.Tensor.make(list(self.numbers), self.shape, self.layout.strides, backend)
        made.requires_grad_(requires_grad)
        return made


def plain(values: Any) -> Stored:
    """Store nested lists row by row."""
    array = np.array(values, dtype=np.float64)
    return Stored(tuple(array.ravel().tolist()), row_major(array.shape))


def filled(layout: Layout, number: float) -> Stored:
    """Store the same number everywhere."""
    return Stored((number,) * layout.length, layout)


def cells(storage: Values, layout: Layout) -> Values:
    """Read the cells that lie in a storage."""
    positions = np.zeros((), dtype=np.int64)
    for size, stride in zip(layout.shape, layout.strides):
        positions = np.add.outer(positions, np.arange(size) * stride)
    return storage[positions].reshape(layout.shape)


def read(tensor: minitorch.Tensor) -> Values:
    """Read the cells of a tensor from its storage."""
    storage, shape, strides = tensor.tuple()
    layout = Layout(tuple(int(size) for size in shape), tuple(int(step) for step in strides))
    return cells(np.asarray(storage), layout)


def assert_cells(got: Any, expected: Any, what: str, faults: Faults | None = None) -> None:
    """Assert that two arrays have the same shape and, up to rounding, the same cells.

    Args:
        got: What came out.
        expected: What should have come out.
        what: The call that gave it.
        faults: What comes out by common mistakes, as lists: see ``assert_close``.

    Raises:
        AssertionError: They differ. It names the first cell that does: ``…: got 5.0 at [0][2], expected 6.0``.
    """
    __tracebackhide__ = True
    got, expected = np.asarray(got, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    if got.shape != expected.shape:
        raise AssertionError(f"{what}: got shape {got.shape}, expected shape {expected.shape}")
    if not np.isclose(got, expected, rtol=1e-6, atol=1e-6).all():
        raise AssertionError(difference(got.tolist(), expected.tolist(), what, faults))


# Strategies


def tenths(number: int) -> float:
    """Spread numbers from -5 to 5 with one decimal, no two of a hundred in a row alike."""
    return (37 * number % 101 - 50) / 10


def positive(number: int) -> float:
    """Spread numbers from 0.1 to 5 with one decimal, no two of fifty in a row alike."""
    return (23 * number % 50 + 1) / 10


def draw_stored(
    draw: st.DrawFn, layout: Layout, numbers: Callable[[int], float] = tenths
) -> Stored:
    """Draw where the numbers begin, and store at least one for each cell, though cells may share theirs."""
    first = draw(st.integers(0, 100))
    count = max(layout.length, prod(layout.shape))
    return Stored(tuple(numbers(first + k) for k in range(count)), layout)


@st.composite
def kernel_calls(
    draw: st.DrawFn, inputs: int, broadcast: bool = False
) -> tuple[Layout, list[Stored]]:
    """Draw where the cells of out lie, each in a place of its own, and inputs that are stored in any way at all."""
    shape = draw(shapes)
    out = draw_layout(draw, shape, DENSE)
    sizes = [draw_part(draw, shape) if broadcast else shape for _ in range(inputs)]
    return out, [draw_stored(draw, draw_layout(draw, size, ANYHOW)) for size in sizes]


@st.composite
def reductions(draw: st.DrawFn) -> tuple[Stored, Stored, int]:
    """Draw an out that holds start values, an input, and the dimension to reduce."""
    shape = draw(shapes.filter(lambda shape: len(shape) > 0))
    a = draw_stored(draw, draw_layout(draw, shape, ANYHOW), positive)
    dim = draw(st.integers(0, len(shape) - 1))
    out = draw_layout(draw, shape[:dim] + (1,) + shape[dim + 1 :], DENSE)
    return draw_stored(draw, out, positive), a, dim


@st.composite
def matrices(draw: st.DrawFn) -> tuple[Layout, Stored, Stored]:
    """Draw where the cells of a product lie, and its factors: in three dimensions; the first one counts matrices."""
    number, n, k, m = draw(st.tuples(*[st.sampled_from((2, 1, 3, 5))] * 4))
    alone = draw(st.sampled_from(("neither", "a", "b")))
    a = draw_layout(draw, (1 if alone == "a" else number, n, k), ANYHOW)
    b = draw_layout(draw, (1 if alone == "b" else number, k, m), ANYHOW)
    out = draw_layout(draw, (number, n, m), DENSE)
    return out, draw_stored(draw, a), draw_stored(draw, b)
