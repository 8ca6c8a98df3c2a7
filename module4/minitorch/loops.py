"""Planned loops: through tensors of any strides, but with as few steps as possible that are not the same again.

Whoever asks for the index of each element divides, multiplies and adds for each; and the processor, which could add up
eight numbers at once if they lay side by side, never gets to know that they do. A plan looks at the shapes and strides
once, before the loop, and finds long rows in which nothing changes but "one step further".

Take a zip of ``a``, shape (100, 10, 20), with ``b``, shape (20,). Every row of 20 elements is as long as ``b``, so the
plan has 1000 rows of 20. With ``b`` of shape (100, 10, 20) too, it is one row of 20000: all lie side by side.

    loop = plan(out_shape, out_strides, a_shape, a_strides, b_shape, b_strides)
    out_step, a_step, b_step = loop[1, -1], loop[2, -1], loop[3, -1]
    for number in prange(pieces(loop, PIECE)):
        count, to, a, b = piece(number, loop, PIECE)
        for i in range(count):
            out[to + i * out_step] = fn(a_storage[a + i * a_step], b_storage[b + i * b_step])

All numbers in a plan are unsigned: of others, Numba thinks that an index may count from the end, and looks every time.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .tensor_data import Shape, Strides

PIECE = 4096
"""How many elements one thread takes on at a time: enough to be worth it, few enough that all threads get some."""

Loop = NDArray[np.uint64]
"""A plan: for each of its dimensions a column of four numbers, the size and the steps of ``out``, ``a`` and ``b``."""


@njit(error_model="numpy")
def plan(
    out_shape: Shape,
    out_strides: Strides,
    a_shape: Shape,
    a_strides: Strides,
    b_shape: Shape,
    b_strides: Strides,
) -> Loop:
    """Plan a loop through all elements of a tensor, and through those of two others that they meet.

    Dimensions of size 1 are dropped, the others sorted so that the elements of ``out`` come in the order in which they
    lie in memory, and neighbours become one dimension where all three tensors allow it: where the step along the one
    is as long as the whole way along the other.

    Args:
        out_shape: The shape to go through.
        out_strides: The strides of the tensor that is written.
        a_shape: A shape that broadcasts to ``out_shape``.
        a_strides: Its strides. Along a dimension that is broadcast, the step is 0.
        b_shape: Another, or the same again where there is only one.
        b_strides: Its strides.

    Returns:
        The plan, of at least one dimension. The last one is the row, the others count rows.
    """
    dims = len(out_shape)
    loop = np.empty((4, dims + 1), np.uint64)
    loop[0, 0], loop[1, 0], loop[2, 0], loop[3, 0] = 1, 0, 0, 0  # a single number is a row of one
    count = 0
    for dim in range(dims):
        if out_shape[dim] == 1:
            continue
        place = count
        while place > 0 and loop[1, place - 1] < np.uint64(out_strides[dim]):
            for part in range(4):
                loop[part, place] = loop[part, place - 1]
            place -= 1
        loop[0, place] = out_shape[dim]
        loop[1, place] = out_strides[dim]
        loop[2, place] = _step(dim - dims + len(a_shape), a_shape, a_strides)
        loop[3, place] = _step(dim - dims + len(b_shape), b_shape, b_strides)
        count += 1
    last = 0
    for dim in range(1, count):
        if _one_way(loop, last, dim):
            loop[0, dim] *= loop[0, last]
        else:
            last += 1
        for part in range(4):
            loop[part, last] = loop[part, dim]
    return loop[:, : last + 1]


@njit(error_model="numpy")
def _step(dim: int, shape: Shape, strides: Strides) -> int:
    """Tell how far it is to the next element along a dimension; nowhere, where that is broadcast."""
    return 0 if dim < 0 or shape[dim] == 1 else strides[dim]


@njit(error_model="numpy")
def _one_way(loop: Loop, outer: int, inner: int) -> bool:
    """Say whether the end of each row along ``inner`` leads to the next one along ``outer``, for all tensors."""
    for part in range(1, 4):
        if loop[part, outer] != loop[part, inner] * loop[0, inner]:
            return False
    return True


@njit(error_model="numpy")
def pieces(loop: Loop, most: int) -> int:
    """Count the pieces that the rows of a plan are cut into, of up to ``most`` elements each."""
    last = loop.shape[1] - 1
    count = (loop[0, last] + np.uint64(most - 1)) // np.uint64(most)
    for dim in range(last):
        count *= loop[0, dim]
    return np.int64(count)


@njit(error_model="numpy")
def piece(number: int, loop: Loop, most: int) -> tuple[int, int, int, int]:
    """Find a piece of a plan.

    Args:
        number: Which one.
        loop: The plan.
        most: How many elements a piece has at most.

    Returns:
        How many it has, and where its first ones lie in the storage of ``out``, ``a`` and ``b``. The next ones follow
        at the steps ``loop[1, -1]``, ``loop[2, -1]`` and ``loop[3, -1]``.
    """
    last = loop.shape[1] - 1
    length, size = loop[0, last], np.uint64(most)
    per_row = (length + size - np.uint64(1)) // size
    row = np.uint64(number) // per_row
    first = (np.uint64(number) - row * per_row) * size
    out, a, b = first * loop[1, last], first * loop[2, last], first * loop[3, last]
    for dim in range(last - 1, -1, -1):
        above = row // loop[0, dim]
        index = row - above * loop[0, dim]
        out += index * loop[1, dim]
        a += index * loop[2, dim]
        b += index * loop[3, dim]
        row = above
    return min(size, length - first), out, a, b
