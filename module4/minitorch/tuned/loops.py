"""Planned loops: through tensors of any strides, but with as few steps as possible that are not the same again.

Whoever asks for the index of each element divides, multiplies and adds for each; and the processor, which could add up
eight numbers at once if they lay side by side, never gets to know that they do. A plan looks at the shapes and strides
once, before the loop, and finds long rows in which nothing changes but "one step further".

Take a zip of ``a``, shape (100, 10, 20), with ``b``, shape (20,). Every row of 20 elements is as long as ``b``, so the
plan has 1000 rows of 20. With ``b`` of shape (100, 10, 20) too, it is one row of 20000: all lie side by side.

    loop = plan(out_shape, out_strides, a_shape, a_strides, b_shape, b_strides)
    out_step, a_step, b_step = loop[1, -1], loop[2, -1], loop[3, -1]
    parts = pieces(loop, PIECE)
    for number in prange(len(parts)):
        rows, count = parts[number, 0], parts[number, 1]
        to, a, b = parts[number, 2], parts[number, 3], parts[number, 4]
        for row in range(rows):
            for i in range(count):
                out[to + i * out_step] = fn(a_storage[a + i * a_step], b_storage[b + i * b_step])
            to, a, b = to + loop[1, -2], a + loop[2, -2], b + loop[3, -2]

All numbers in a plan are unsigned: of others, Numba thinks that an index may count from the end, and looks every time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit
from numpy.typing import NDArray

if TYPE_CHECKING:
    from ..tensor_data import Shape, Strides

PIECE = 4096
"""How many elements one thread takes on at a time: enough to be worth it, few enough that all threads get some."""

Loop = NDArray[np.uint64]
"""A plan: for each of its dimensions a column of four numbers, the size and the steps of ``out``, ``a`` and ``b``."""

Pieces = NDArray[np.uint64]
"""A row of five numbers for each piece: see ``pieces``."""

_1 = np.uint64(1)


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
        The plan, of at least two dimensions. The last one is the row, the others count rows.
    """
    dims = len(out_shape)
    loop = np.empty((4, dims + 2), np.uint64)
    for dim in range(2):  # a single number is one row of one
        loop[0, dim], loop[1, dim], loop[2, dim], loop[3, dim] = 1, 0, 0, 0
    count = 1
    for dim in range(dims):
        if out_shape[dim] == 1:
            continue
        place = count
        while place > 1 and loop[1, place - 1] < np.uint64(out_strides[dim]):
            for part in range(4):
                loop[part, place] = loop[part, place - 1]
            place -= 1
        loop[0, place] = out_shape[dim]
        loop[1, place] = out_strides[dim]
        loop[2, place] = _step(dim - dims + len(a_shape), a_shape, a_strides)
        loop[3, place] = _step(dim - dims + len(b_shape), b_shape, b_strides)
        count += 1
    last = 1
    for dim in range(2, count):
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
def pieces(loop: Loop, most: int) -> Pieces:
    """Cut a plan into pieces for the threads: parts of a row, or several rows if they are short.

    Args:
        loop: The plan.
        most: How many elements a piece has at most.

    Returns:
        A row for each piece: how many rows it has, and how many elements of each; and where its first ones lie in the
        storage of ``out``, ``a`` and ``b``. The next elements follow at the steps ``loop[1, -1]``, ``loop[2, -1]`` and
        ``loop[3, -1]``, the next rows at the steps ``loop[1, -2]``, ``loop[2, -2]`` and ``loop[3, -2]``.
    """
    above = loop.shape[1] - 2  # dimensions that count tables of rows
    rows, length = loop[0, -2], loop[0, -1]
    wide = max(_1, min(length, np.uint64(most)))
    tall = max(_1, min(rows, np.uint64(most) // wide))
    count = (rows + tall - _1) // tall * ((length + wide - _1) // wide)
    for dim in range(above):
        count *= loop[0, dim]
    found = np.empty((np.int64(count), 5), np.uint64)
    index, starts = np.zeros(above, np.uint64), np.zeros(3, np.uint64)
    n = 0
    while n < len(found):
        for row in range(np.uint64(0), rows, tall):
            for column in range(np.uint64(0), length, wide):
                found[n, 0], found[n, 1] = min(tall, rows - row), min(wide, length - column)
                for part in range(3):
                    ahead = row * loop[part + 1, -2] + column * loop[part + 1, -1]
                    found[n, part + 2] = starts[part] + ahead
                n += 1
        for dim in range(above - 1, -1, -1):  # on to the next table, as a counter goes on
            for part in range(3):
                starts[part] += loop[part + 1, dim]
            index[dim] += _1
            if index[dim] < loop[0, dim]:
                break
            for part in range(3):  # back to the first one
                starts[part] -= loop[0, dim] * loop[part + 1, dim]
            index[dim] = 0
    return found
