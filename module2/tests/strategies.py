"""What Hypothesis draws the examples from: shapes, shapes that broadcast together, and ways to lie in storage."""

from dataclasses import dataclass
from itertools import product

from hypothesis import strategies as st

Shape = tuple[int, ...]
Index = tuple[int, ...]

small_floats = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
"""Numbers from -100 to 100 with one decimal: easy to read, and never closer to each other than rounding can tell."""


@st.composite
def _shapes(draw: st.DrawFn, sizes: st.SearchStrategy[int]) -> Shape:
    """Draw the number of dimensions first, so that each number is as likely as another."""
    return tuple(draw(sizes) for _ in range(draw(st.integers(0, 4))))


shapes = _shapes(st.sampled_from((2, 1, 3)))
"""Shapes of no dimension up to four, none of them empty; about a third of the dimensions have size 1."""

any_shapes = _shapes(st.sampled_from((2, 1, 3, 0)))
"""The same, and empty ones among them: a dimension of size 0 leaves no cell."""


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

    def position(self, index: Index) -> int:
        """Say where in the storage a cell is."""
        return sum(i * stride for i, stride in zip(index, self.strides))


def row_major(shape: Shape) -> Layout:
    """Lay the cells one behind the other, in the order of their indices."""
    strides: list[int] = []
    step = 1
    for size in reversed(shape):
        strides.insert(0, step)
        step *= size
    return Layout(shape, tuple(strides))


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
SHARED = st.sampled_from((1, 1, 1, 0))
ANYHOW = st.sampled_from((1, 1, 0, 2))


@st.composite
def dense_layouts(draw: st.DrawFn, among: st.SearchStrategy[Shape] = shapes) -> Layout:
    """Draw a layout without gaps or sharing, its dimensions in any order: what permuting leads to."""
    return draw_layout(draw, draw(among), DENSE)


@st.composite
def layouts(draw: st.DrawFn, among: st.SearchStrategy[Shape] = shapes) -> Layout:
    """Draw any layout: its dimensions in any order, some with stride 0 (one cell for a whole row), some with gaps."""
    return draw_layout(draw, draw(among), ANYHOW)


@st.composite
def parts(draw: st.DrawFn, shape: Shape) -> Shape:
    """Draw a shape that broadcasts to the given one."""
    return draw_part(draw, shape)


shape_and_part = shapes.flatmap(lambda shape: st.tuples(st.just(shape), parts(shape)))
"""Pairs of a shape and one that broadcasts to it."""

broadcast_pairs = shapes.flatmap(lambda shape: st.tuples(parts(shape), parts(shape)))
"""Pairs of shapes that broadcast together, of equal or different rank."""
