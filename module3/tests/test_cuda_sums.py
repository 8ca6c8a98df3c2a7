"""Task 3.3: the practice sum, in shared memory, on a GPU or in the simulator."""

from typing import Any

import numpy as np
import pytest
from global_memory import Reads
from grids import BLOCK
from tensors import assert_cells, plain

import minitorch
from minitorch import cuda_ops


@pytest.mark.task3_3
def test_sum_by_hand() -> None:
    """sum_practice adds up 32 numbers at a time: of forty 1s, it makes 32 and 8."""
    got = cuda_ops.sum_practice(plain([1.0] * 40).tensor())
    assert_cells(got.to_numpy(), [32.0, 8.0], "sum_practice of forty 1s")


@pytest.mark.task3_3
@pytest.mark.parametrize("size", [1, 2, 17, 31, 32, 33, 64, 100])
def test_sums(size: int) -> None:
    """Each block of 32 threads adds up its 32 numbers; of the last one, those that lie below the size."""
    got = sums(np.arange(1.0, 129.0), size)
    rows = [np.arange(1.0, size + 1)[first : first + BLOCK] for first in range(0, size, BLOCK)]
    assert_cells(got, [row.sum() for row in rows], f"the sums of the numbers from 1 to {size}")


@pytest.mark.task3_3
def test_sum_shares_the_work() -> None:
    """No thread adds up alone: the simulator sees each one read a few numbers only. (On a GPU, nobody counts.)"""
    reads = Reads()
    got = sums(reads.of(np.arange(64.0)), 64)
    assert_cells(got, [496.0, 1520.0], "the sums of the numbers from 0 to 63")
    assert reads.most <= 8, f"one thread read {reads.most} of 32 numbers"


@pytest.mark.task3_3
def test_many_sums() -> None:
    """There may be many blocks, and each keeps all digits of its sum."""
    numbers = np.arange(1.0, 1201.0)
    got = sums(numbers, 1025)
    rows = [np.arange(1.0, 1026.0)[first : first + BLOCK] for first in range(0, 1025, BLOCK)]
    assert_cells(got, [row.sum() for row in rows], "the sums of the numbers from 1 to 1025")
    assert_cells(numbers, np.arange(1.0, 1201.0), "the numbers afterwards")
    got = sums(np.array([1e9, 1.0, 2.0] + [0.0] * 29 + [-1e9, -4.0]), 34)
    assert_cells(got + [-1e9, 1e9], [3.0, -4.0], "the sums of 1e9, 1, 2 and -1e9, -4, less 1e9")
    got = minitorch.cuda_ops.sum_practice(plain([1.0] * 100).tensor())
    assert_cells(got.to_numpy(), [32.0, 32.0, 32.0, 4.0], "sum_practice of a hundred 1s")
    got = minitorch.cuda_ops.sum_practice(plain([1.0] * 5).tensor())
    assert_cells(got.to_numpy(), [5.0, 0.0], "sum_practice of five 1s: two cells at least")


def sums(numbers: Any, size: int) -> Any:
    """Launch the kernel, with a block for each sum."""
    out = np.full(-(-size // BLOCK), 777.0)
    cuda_ops.jit_sum_practice[len(out), BLOCK](out, numbers, size)
    return out
