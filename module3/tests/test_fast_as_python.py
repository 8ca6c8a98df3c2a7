"""Task 3.1: map, zip and reduce as plain Python, before anything is compiled.

What is right here may still be wrong when it is compiled. But what is wrong here is wrong, and an error names its line;
and where several turns of a loop write at the same place, that is seen here, and by luck only when threads run. Code
that plain Python cannot run is compiled.
"""

import numba
import numpy as np
import pytest
from comparison import assert_close
from kernels import (
    UNWRITTEN,
    compound,
    double_minus,
    folded,
    folded_too_often,
    latest,
    run,
    triple_plus_one,
)
from strategies import Layout, column_major, row_major
from tensors import Stored, assert_cells, filled, plain
from turns import plainly, shared

from minitorch import fast_ops

ROWS = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
TURNED = Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), column_major((2, 3)))  # [[1, 3, 5], [2, 4, 6]]
CUBE = Stored(tuple(float(n * n) for n in range(24)), column_major((2, 3, 4)))
NARROW = Stored(tuple(float(n * n) for n in range(5, 17)), column_major((3, 4)))
SHARED = "arrays that several turns of a prange write into at the same place"
LAYOUTS = [row_major((2, 3)), column_major((2, 3))]
READ = [ROWS, TURNED, Stored((5.0, 6.0), Layout((2, 3), (1, 0)))]


@pytest.mark.task3_1
def test_plain_map() -> None:
    """As plain Python, a map puts fn of each input cell into the cell of out with the same index."""
    kernel = plainly(fast_ops.tensor_map(numba.njit(triple_plus_one)))
    for out in LAYOUTS:
        for x in [*READ, plain([1.0, 2.0, 3.0]), plain([[1.0], [2.0]])]:
            got = run(kernel, filled(out, UNWRITTEN), x)
            expected = np.broadcast_to(triple_plus_one(x.values), out.shape)
            assert_cells(got, expected, f"out of {out}, x = {x}")


@pytest.mark.task3_1
def test_plain_zip() -> None:
    """As plain Python, a zip puts fn of the two input cells that meet into each cell of out."""
    kernel = plainly(fast_ops.tensor_zip(numba.njit(double_minus)))
    narrow = [plain([7.0, 8.0, 9.0]), plain([[7.0], [8.0]])]
    for out in LAYOUTS:
        for a, b in [(x, y) for x in READ for y in READ + narrow] + [(y, ROWS) for y in narrow]:
            got = run(kernel, filled(out, UNWRITTEN), a, b)
            assert_cells(got, double_minus(a.values, b.values), f"out of {out}, a = {a}, b = {b}")


@pytest.mark.task3_1
def test_plain_reduce() -> None:
    """As plain Python, a reduce folds each row into the cell of out that it belongs to, and what that held before."""
    kernel = plainly(fast_ops.tensor_reduce(numba.njit(compound)))
    for a in READ:
        for dim, kept in enumerate([(1, 3), (2, 1)]):
            for out in (row_major(kept), column_major(kept), Layout(kept, (5, 2))):
                start = filled(out, 0.5)
                got = run(kernel, start, a, dim)
                expected = folded(compound, start.values, a.values, dim)
                too_often = (
                    f"the loop runs len(out) times: out has gaps, so len(out) is {out.length}, the length of its"
                    f" storage; out has {expected.size} elements, which is np.prod(out_shape)."
                )
                faults = {too_often: folded_too_often(compound, start, a.values, dim).tolist()}
                assert_cells(got, expected, f"out of {out}, a = {a}, along {dim}", faults)


@pytest.mark.task3_1
def test_plain_reduce_in_order() -> None:
    """fn of a reduce gets the result so far first, and the next cell second."""
    kernel = plainly(fast_ops.tensor_reduce(numba.njit(latest)))
    start = plain([[8.0], [9.0]])
    for a in READ:
        got = run(kernel, start, a, 1)
        faults = {"the arguments of fn are swapped.": start.values.tolist()}
        what = f"out of the reduce by fn(x, y) = y along 1, a = {a}"
        assert_cells(got, a.values[:, -1:], what, faults)


# What the turns of a loop write into


@pytest.mark.task3_1
def test_turns_of_map() -> None:
    """No two turns of a map's parallel loop write at the same place: an index buffer, say, is each turn's own."""
    out = filled(row_major(CUBE.shape), UNWRITTEN)
    kernel = fast_ops.tensor_map(numba.njit(triple_plus_one))
    assert_close(shared(kernel, *out.arrays(), *CUBE.arrays()), [], SHARED)


@pytest.mark.task3_1
def test_turns_of_zip() -> None:
    """No two turns of a zip's parallel loop write at the same place: all three index buffers are each turn's own."""
    out = filled(row_major(CUBE.shape), UNWRITTEN)
    kernel = fast_ops.tensor_zip(numba.njit(double_minus))
    assert_close(shared(kernel, *out.arrays(), *CUBE.arrays(), *NARROW.arrays()), [], SHARED)


@pytest.mark.task3_1
def test_turns_of_reduce() -> None:
    """No two turns of a reduce's parallel loop write at the same place: each folds for elements of its own."""
    kernel = fast_ops.tensor_reduce(numba.njit(compound))
    for dim, kept in enumerate([(1, 3, 4), (2, 1, 4), (2, 3, 1)]):
        out = filled(row_major(kept), 1.0)
        assert_close(shared(kernel, *out.arrays(), *CUBE.arrays(), dim), [], SHARED)
