"""CUDA kernels as the tests launch them."""

from collections.abc import Callable
from typing import Any

import numpy as np
from kernels import Kernel

Launch = Callable[[Any, int], tuple[Any, Any]]
"""Says for a shape of ``out`` and its number of cells how many blocks to launch, and how many threads a block has."""

BLOCK = 32  # threads, of map and zip; so many each way, of the matrix product


def launched(kernel: Any, launch: Launch) -> Kernel:
    """Give a CUDA kernel the form of the kernels of ``tensor_ops``, which are told no size.

    Args:
        kernel: It takes the size of ``out`` behind out's strides.
        launch: The grid and the blocks it takes.

    Returns:
        The kernel, to be called without size, grid or block.
    """

    def call(out: Any, out_shape: Any, out_strides: Any, *rest: Any) -> None:
        size = int(np.prod(out_shape))
        blocks, threads = launch(out_shape, size)
        kernel[blocks, threads](out, out_shape, out_strides, size, *rest)

    return call


def thread_a_cell(_shape: Any, size: int) -> tuple[int, int]:
    """Launch what map and zip take: a thread for each cell, and always some too many."""
    return size // BLOCK + 1, BLOCK


def block_a_cell(_shape: Any, size: int) -> tuple[int, int]:
    """Launch what reduce takes."""
    return size, 1024


def squares(shape: Any, _size: int) -> tuple[tuple[int, int, int], tuple[int, int]]:
    """Launch what the matrix product takes: blocks over rows and columns, and for each matrix of the batch."""
    batch, rows, columns = (int(size) for size in shape)
    return (-(-rows // BLOCK), -(-columns // BLOCK), batch), (BLOCK, BLOCK)
