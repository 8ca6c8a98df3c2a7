"""CUDA kernels as the probes launch them."""

from math import prod
from typing import Any

import numpy as np

from ..layouts import Layout
from ..stored import Stored, cells, filled

UNWRITTEN = 777.0  # what out holds beforehand
BLOCK = 32  # threads, of map and zip; so many each way, of the matrix product


def threads_for(size: int) -> tuple[int, int]:
    """Say what map and zip are launched with: a thread for each cell, and always some too many."""
    return size // BLOCK + 1, BLOCK


def squares_for(shape: tuple[int, ...]) -> tuple[tuple[int, int, int], tuple[int, int]]:
    """Say what the matrix product is launched with: blocks over rows and columns, and for each matrix."""
    number, rows, columns = shape
    return (-(-rows // BLOCK), -(-columns // BLOCK), number), (BLOCK, BLOCK)


def launch(
    kernel: Any, launched: tuple[Any, Any], call: str, out: Layout, *inputs: Stored, more: Any = ()
) -> dict[str, Any]:
    """Let a kernel write, and tell what out holds then, and whether all else is as it was.

    Args:
        kernel: The kernel.
        launched: How many blocks, and threads in each.
        call: How it was made.
        out: Where the cells of out lie.
        *inputs: The tensors to read.
        more: What else it is called with.

    Returns:
        The cells of out, and whether inputs, shapes and strides are as they were.
    """
    storage, shape, strides = filled(out, UNWRITTEN).arrays()
    rest = [shape, strides, *(array for stored in inputs for array in stored.arrays())]
    before = [array.copy() for array in rest]
    blocks, threads = launched
    kernel[blocks, threads](storage, shape, strides, prod(out.shape), *rest[2:], *more)
    untouched = all(np.array_equal(was, now) for was, now in zip(before, rest))
    where = f"{call} of {', '.join(map(str, (*inputs, *more)))} into {out}"
    return {
        f"out after {where}": cells(storage, out),
        f"all else is as it was after {where}": untouched,
    }
