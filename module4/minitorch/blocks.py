"""Blocks of matrices: what makes a matrix product fast once its loops are right.

A product of two matrices of 500 rows and columns reads each number 500 times. What it costs is the reading: from main
memory a number takes as long as a hundred multiplications, from the nearest cache as long as a few, and from a register
no time at all. So a fast product copies a block of each matrix to where its numbers lie close together, and then does
as much as it can with every number that it has in its hands.

Here that is sixteen products at a time: four rows of the result take in four rows of the right matrix.

    for k in range(0, deep, 4):
        for j in range(width):
            b0, b1, b2, b3 = right[k, j], right[k + 1, j], right[k + 2, j], right[k + 3, j]
            sums[0, j] += left[0, k] * b0 + left[0, k + 1] * b1 + left[0, k + 2] * b2 + left[0, k + 3] * b3
            sums[1, j] += left[1, k] * b0 + left[1, k + 1] * b1 + left[1, k + 2] * b2 + left[1, k + 3] * b3
            …

The numbers of ``left`` stay in registers throughout the inner loop, each number of ``right`` is used four times once it
is read, and each sum takes in four products for one time that it is read and written. Along j all lies side by side, so
the processor does four or eight at once. Rows of the result, or of the right matrix, that would be missing in the last
block of four are zeros: to calculate with them is quicker than to ask.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from .tensor_data import Storage

WIDE = 128
"""How many columns of the right matrix and of the result a block has at most."""

DEEP = 512
"""How many rows of the right matrix it has at most: half of it fits into a small cache."""

PITCH = WIDE + 8
"""How far apart the rows of such a block lie: by a power of two, they would get in each other's way in the cache."""

_1, _2, _3, _4, _PITCH = (np.uint64(number) for number in (1, 2, 3, 4, PITCH))  # see loops.py


@njit(error_model="numpy")
def block(
    storage: Storage,
    start: int,
    down: int,
    rows: int,
    across: int,
    columns: int,
    height: int,
    width: int,
    pitch: int,
) -> Storage:
    """Copy a block of a matrix of any strides to where its rows lie side by side, with zeros behind.

    Args:
        storage: The storage of the matrix.
        start: Where in it the block begins.
        down: The stride from row to row.
        rows: How many rows to copy.
        across: The stride from column to column.
        columns: How many columns to copy.
        height: How many rows the copy has; below those that are copied, they are zeros.
        width: How many columns the copy has; behind those that are copied, they are zeros.
        pitch: How far apart the rows of the copy lie.

    Returns:
        The storage of the copy.
    """
    copy = np.empty(height * pitch)
    for row in range(height):
        line = copy[row * pitch : row * pitch + width]
        for column in range(columns if row < rows else 0, width):
            line[column] = 0.0
    step_down, step_across, step = np.uint64(down), np.uint64(across), np.uint64(pitch)
    if across <= down:
        for row in range(np.uint64(rows)):
            first = np.uint64(start) + row * step_down
            for column in range(np.uint64(columns)):
                copy[row * step + column] = storage[first + column * step_across]
    else:  # read along the columns, where the numbers are closer together, and write to few places in turn
        for top in range(0, rows, 64):
            for column in range(np.uint64(columns)):
                first = np.uint64(start) + column * step_across
                for row in range(np.uint64(top), np.uint64(min(rows, top + 64))):
                    copy[row * step + column] = storage[first + row * step_down]
    return copy


@njit(error_model="numpy")
def paste(
    sums: Storage, rows: int, columns: int, storage: Storage, start: int, down: int, across: int
) -> None:
    """Write a block whose rows lie ``PITCH`` apart into a matrix of any strides, and leave it full of zeros.

    Args:
        sums: The block.
        rows: How many of its rows to write.
        columns: How many of its columns to write.
        storage: The storage of the matrix.
        start: Where in it the block begins.
        down: The stride from row to row.
        across: The stride from column to column.
    """
    for row in range(np.uint64(rows)):
        first = np.uint64(start) + row * np.uint64(down)
        for column in range(np.uint64(columns)):
            storage[first + column * np.uint64(across)] = sums[row * _PITCH + column]
            sums[row * _PITCH + column] = 0.0


@njit(error_model="numpy", fastmath={"contract"})
def four_rows(
    sums: Storage,
    to: int,
    left: Storage,
    start: int,
    pitch: int,
    right: Storage,
    deep: int,
    width: int,
) -> None:
    """Add the product of four rows of one block with another block to four rows of sums.

    Args:
        sums: Rows that lie ``PITCH`` apart.
        to: Where in them the first of the four begins.
        left: A block.
        start: Where in it the numbers of the first of the four rows begin.
        pitch: How far apart its rows lie.
        right: A block of ``deep`` rows of ``width`` numbers, ``PITCH`` apart.
        deep: Also how many numbers of each row of ``left`` count: a multiple of four.
        width: Up to ``WIDE``.
    """
    step, columns = np.uint64(pitch), np.uint64(width)
    s0 = np.uint64(to)
    s1, s2, s3 = s0 + _PITCH, s0 + _2 * _PITCH, s0 + _3 * _PITCH
    for k in range(np.uint64(0), np.uint64(deep), _4):
        at = np.uint64(start) + k
        a00, a01, a02, a03 = left[at], left[at + _1], left[at + _2], left[at + _3]
        at += step
        a10, a11, a12, a13 = left[at], left[at + _1], left[at + _2], left[at + _3]
        at += step
        a20, a21, a22, a23 = left[at], left[at + _1], left[at + _2], left[at + _3]
        at += step
        a30, a31, a32, a33 = left[at], left[at + _1], left[at + _2], left[at + _3]
        at = k * _PITCH
        for j in range(columns):
            b0 = right[at + j]
            b1 = right[at + _PITCH + j]
            b2 = right[at + _2 * _PITCH + j]
            b3 = right[at + _3 * _PITCH + j]
            sums[s0 + j] += a00 * b0 + a01 * b1 + a02 * b2 + a03 * b3
            sums[s1 + j] += a10 * b0 + a11 * b1 + a12 * b2 + a13 * b3
            sums[s2 + j] += a20 * b0 + a21 * b1 + a22 * b2 + a23 * b3
            sums[s3 + j] += a30 * b0 + a31 * b1 + a32 * b2 + a33 * b3
