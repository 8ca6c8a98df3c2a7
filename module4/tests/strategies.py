"""What Hypothesis draws the examples from: convolutions, and tensors that lie in storage in many ways."""

from collections.abc import Callable

import numpy as np
from convolutions import Convolution
from hypothesis import strategies as st
from tensors import Laid, Shape, Values, lay, numbers

FEW = st.sampled_from((2, 1, 3))
"""How many images there are, or channels."""


@st.composite
def convolutions(draw: st.DrawFn, dims: int, widest: int) -> Convolution:
    """Draw a convolution in one dimension or two.

    Args:
        draw: Given by Hypothesis.
        dims: How many dimensions the windows slide along.
        widest: The largest size of the input along them; windows may be one larger, and so may out.

    Returns:
        What to call the kernel with.
    """
    batch, in_channels, out_channels = draw(FEW), draw(FEW), draw(FEW)
    sizes = tuple(draw(st.integers(1, widest)) for _ in range(dims))
    window = tuple(draw(st.integers(1, widest + 1)) for _ in range(dims))
    places = tuple(draw(st.integers(1, widest + 1)) for _ in range(dims))
    return Convolution(
        draw_shared(draw, (batch, in_channels, *sizes)),
        draw_shared(draw, (out_channels, in_channels, *window)),
        draw_laid(draw, (batch, out_channels, *(places if draw(st.booleans()) else sizes))),
        draw(st.booleans()),
    )


def draw_laid(draw: st.DrawFn, shape: Shape) -> Laid:
    """Draw numbers, and a storage for them: its dimensions in any order, now and then with gaps between the cells."""
    order = draw(st.permutations(range(len(shape))))
    return lay(numbers(shape, draw(st.integers(0, 100))), order, draw(st.sampled_from((1, 1, 2))))


def draw_shared(draw: st.DrawFn, shape: Shape) -> Laid:
    """Draw the same, but now and then with one dimension of stride 0: all cells along it are one number."""
    shared = draw(st.integers(0, 2 * len(shape)))
    laid = draw_laid(draw, tuple(1 if dim == shared else n for dim, n in enumerate(shape)))
    return Laid(laid.storage, np.broadcast_to(laid.cells, shape))


@st.composite
def permuted(
    draw: st.DrawFn,
    shapes: st.SearchStrategy[Shape],
    spread: Callable[[Shape, int], Values] = numbers,
) -> Laid:
    """Draw what a tensor can be made of: any numbers of a spread, dimensions in any order."""
    shape = draw(shapes)
    order = draw(st.permutations(range(len(shape))))
    return lay(spread(shape, draw(st.integers(0, 100))), order)


@st.composite
def images(draw: st.DrawFn) -> tuple[Laid, tuple[int, int]]:
    """Draw a batch of images, and a tile whose height and width divide theirs."""
    kernel = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    height, width = (size * draw(st.integers(1, 3)) for size in kernel)
    return draw(permuted(st.just((draw(FEW), draw(FEW), height, width)))), kernel


shapes = st.integers(1, 4).flatmap(lambda dims: st.tuples(*[st.sampled_from((2, 1, 3))] * dims))
"""Shapes of one dimension to four, none of them empty, and none with more than a hundred cells."""


@st.composite
def along_a_dimension(
    draw: st.DrawFn, spread: Callable[[Shape, int], Values] = numbers
) -> tuple[Laid, int]:
    """Draw a tensor and one of its dimensions."""
    x = draw(permuted(shapes, spread))
    return x, draw(st.integers(0, len(x.shape) - 1))
