"""What Hypothesis draws the examples from: shapes, shapes that broadcast together, and ways to lie in storage."""

from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

Shape = tuple[int, ...]
Index = tuple[int, ...]


@st.composite
def _shapes(draw: st.DrawFn, sizes: st.SearchStrategy[int]) -> Shape:
    """Draw the number of dimensions first, so that each number is as likely as another."""
    return tuple(draw(sizes) for _ in range(draw(st.integers(0, 4))))


shapes = _shapes(st.sampled_from((2, 1, 3)))
"""Shapes of no dimension up to four, none of them empty; about a third of the dimensions have size 1."""


@dataclass(frozen=True)
class Layout:
    """How the cells of a tensor lie in its storage: the cell at an index is at the sum of index * stride."""

    shape: Shape
    strides: tuple[int, ...]

    def __repr__(self) -> str:
        """Show the layout as a student would write it."""
        return f"shape={self.shape}, strides={self.strides}"

    @property
    def length(self) -> int:
        """Count the numbers that the storage must hold."""
        if 0 in self.shape:
            return 0
        return 1 + sum((size - 1) * stride for size, stride in zip(self.shape, self.strides))

    def indices(self) -> list[Index]:
        """List the index of every cell; the last dimension runs fastest."""
        return list(product(*(range(size) for size in self.shape)))


def row_major(shape: Shape) -> Layout:
    """Lay the cells one behind the other, in the order of their indices."""
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return Layout(shape, tuple(strides))


def column_major(shape: Shape) -> Layout:
    """Lay the cells so that the first dimension runs fastest: what turning a row-major tensor around leads to."""
    return Layout(shape, tuple(reversed(row_major(tuple(reversed(shape))).strides)))


# What a strategy of several things draws, one after the other. (Making strategies on the way costs ten times more.)


def draw_layout(draw: st.DrawFn, shape: Shape, factors: st.SearchStrategy[int]) -> Layout:
    """Draw the order in which dimensions lie in storage, and what each of their strides is multiplied by."""
    order = draw(st.permutations(range(len(shape))))
    stored = row_major(tuple(shape[dim] for dim in order)).strides
    strides = (stored[order.index(dim)] * draw(factors) for dim in range(len(shape)))
    return Layout(shape, tuple(strides))


def draw_part(draw: st.DrawFn, shape: Shape) -> Shape:
    """Draw a shape that broadcasts to the given one: leading dimensions left out, sizes replaced by 1."""
    rest = shape[draw(st.integers(0, len(shape))) :]
    return tuple(size if draw(st.booleans()) else 1 for size in rest)


DENSE = st.just(1)
"""Each cell beside another, the dimensions in any order: how every result lies."""

ANYHOW = st.sampled_from((1, 1, 0, 2))
"""Some dimensions with stride 0 (one cell for a whole row), some with gaps between the cells."""
