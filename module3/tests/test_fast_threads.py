"""Task 3.1: map, zip and reduce in parallel, as they will be used.

A wrong answer here that is right in ``test_fast_kernels.py``, or that comes only now and then, is a race: threads share
something that each of them should have for itself.
"""

import numba
import numpy as np
import pytest
from kernels import UNWRITTEN, Kernel, run
from strategies import column_major, row_major
from tensors import Stored, assert_cells, filled, plain
from threads import (
    DIMS,
    MANY,
    add_hesitantly,
    assert_always,
    double_hesitantly,
    in_parallel,
    triple_hesitantly,
)

from minitorch.fast_ops import tensor_map, tensor_reduce, tensor_zip

FEW = [
    plain(5.0),
    plain([5.0]),
    plain([1.0, 2.0, 3.0]),
    Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), column_major((2, 3))),
    Stored((5.0, 6.0), row_major((2, 1, 1))),
]
OUT = filled(row_major(MANY.shape), UNWRITTEN)
HALF = Stored(tuple(float(n) for n in range(2 ** (DIMS // 2))), row_major((2,) * (DIMS // 2)))


@pytest.fixture(scope="module")
def fast_map() -> Kernel:
    """Make the map of 3x + 1."""
    return tensor_map(numba.njit(triple_hesitantly))


@pytest.fixture(scope="module")
def fast_zip() -> Kernel:
    """Make the zip of 2x - y."""
    return tensor_zip(numba.njit(double_hesitantly))


@pytest.fixture(scope="module")
def fast_sum() -> Kernel:
    """Make the reduce of x + y."""
    return tensor_reduce(numba.njit(add_hesitantly))


@pytest.mark.task3_1
def test_map_of_few(fast_map: Kernel) -> None:
    """In parallel too, a map comes to each cell, though there are fewer cells than threads."""
    for x in FEW:
        got = run(fast_map, filled(row_major(x.shape), UNWRITTEN), x)
        assert_cells(got, 3 * x.values + 1, f"out of the map of 3 * x + 1, x = {x}")


@pytest.mark.task3_1
@in_parallel
def test_map_has_no_race(fast_map: Kernel) -> None:
    """A map gives the same result every time: no thread writes into an index buffer that another one reads."""
    what = f"out of the map of 3 * x + 1, x of shape (2,) * {DIMS}"
    assert_always(lambda: run(fast_map, OUT, MANY), 3 * MANY.values + 1, what)


@pytest.mark.task3_1
def test_zip_of_few(fast_zip: Kernel) -> None:
    """In parallel too, a zip comes to each pair of cells, though there are fewer than threads."""
    two = plain([[1.0], [2.0]])
    for x in FEW:
        for a, b in [(x, x), (x, two), (two, x)]:
            expected = 2 * a.values - b.values
            got = run(fast_zip, filled(row_major(expected.shape), UNWRITTEN), a, b)
            assert_cells(got, expected, f"out of the zip of 2 * x - y, x = {a}, y = {b}")


@pytest.mark.task3_1
@in_parallel
def test_zip_has_no_race(fast_zip: Kernel) -> None:
    """A zip gives the same result every time: no thread writes into an index buffer that another one reads."""
    expected = 2 * MANY.values - HALF.values
    what = f"out of the zip of 2 * x - y, x of shape (2,) * {DIMS}, y of shape (2,) * {DIMS // 2}"
    assert_always(lambda: run(fast_zip, OUT, MANY, HALF), expected, what)


@pytest.mark.task3_1
def test_reduce_of_few(fast_sum: Kernel) -> None:
    """In parallel too, a reduce comes to each cell, and begins at its start value once for each result."""
    for x in FEW:
        for dim in range(len(x.shape)):
            expected = 100 + x.values.sum(dim, keepdims=True)
            got = run(fast_sum, filled(row_major(expected.shape), 100.0), x, dim)
            assert_cells(got, expected, f"out of the sum from 100 along {dim}, x = {x}")


@pytest.mark.task3_1
@in_parallel
def test_reduce_has_no_race(fast_sum: Kernel) -> None:
    """A reduce gives the same result every time: no thread adds to what another one is adding up."""
    dim = 3
    expected = 100 + np.add.reduce(MANY.values, dim, keepdims=True)
    starts = filled(row_major(expected.shape), 100.0)
    what = f"out of the sum from 100 along {dim}, x of shape (2,) * {DIMS}"
    assert_always(lambda: run(fast_sum, starts, MANY, dim), expected, what)
