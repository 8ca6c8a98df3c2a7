"""Task 3.1: map, zip and reduce in parallel, as they will be used.

A wrong answer here that is right in ``test_fast_kernels.py``, or that comes only now and then, is a race: threads share
something that each of them should have for itself. Compiling for threads takes long, so one kernel stands for all; of
the others, ``test_fast_as_python.py`` watches what each turn of the loop writes into.
"""

import numba
import pytest
from kernels import UNWRITTEN, Kernel, run
from strategies import column_major, row_major
from tensors import Stored, assert_cells, filled, plain
from threads import DIMS, MANY, assert_always, in_parallel, triple_hesitantly

from minitorch import fast_ops

FEW = [
    plain(5.0),
    plain([5.0]),
    plain([1.0, 2.0, 3.0]),
    Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), column_major((2, 3))),
    Stored((5.0, 6.0), row_major((2, 1, 1))),
]


# What comes out of threads


@pytest.fixture(scope="module")
def fast_map() -> Kernel:
    """Make the map of 3x + 1."""
    return fast_ops.tensor_map(numba.njit(triple_hesitantly))


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
    out, what = filled(row_major(MANY.shape), UNWRITTEN), f"x of shape (2,) * {DIMS}"
    expected = 3 * MANY.values + 1
    assert_always(
        lambda: run(fast_map, out, MANY), expected, f"out of the map of 3 * x + 1, {what}"
    )
