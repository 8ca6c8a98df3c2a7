"""Task 3.1: map, zip and reduce, compiled, on storages, shapes and strides of every kind.

Here the kernels run on one thread, each compiled once for all its tests. ``test_fast_as_python.py`` comes before that,
and ``test_fast_threads.py`` lets them loose.
"""

import numba
import numpy as np
import pytest
from hypothesis import example, given, settings
from kernels import (
    TENSOR,
    UNWRITTEN,
    Kernel,
    checked,
    compound,
    double_minus,
    folded,
    run,
    triple_plus_one,
)
from strategies import Layout, column_major, row_major
from tensors import Stored, assert_cells, filled, kernel_calls, plain, reductions, tenths

from minitorch import fast_ops

some = settings(max_examples=40)

SQUARE = row_major((2, 2))
ROWS = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
TURNED = Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), column_major((2, 3)))  # [[1, 3, 5], [2, 4, 6]]


@pytest.fixture(scope="module")
def fast_map() -> Kernel:
    """Compile the map of 3x + 1."""
    return checked(fast_ops.tensor_map(numba.njit(triple_plus_one)), *TENSOR * 2)


@pytest.fixture(scope="module")
def fast_zip() -> Kernel:
    """Compile the zip of 2x - y."""
    return checked(fast_ops.tensor_zip(numba.njit(double_minus)), *TENSOR * 3)


@pytest.fixture(scope="module")
def fast_reduce() -> Kernel:
    """Compile the reduce of x + y + x * y."""
    return checked(fast_ops.tensor_reduce(numba.njit(compound)), *TENSOR * 2, numba.int64)


# tensor_map


@pytest.mark.task3_1
def test_map_by_hand(fast_map: Kernel) -> None:
    """The map of 3x + 1 makes [4, 7] of [1, 2], and the same twice where out has two rows."""
    got = run(fast_map, filled(row_major((2,)), UNWRITTEN), plain([1.0, 2.0]))
    assert_cells(got, [4.0, 7.0], "out, of shape (2,)")
    got = run(fast_map, filled(SQUARE, UNWRITTEN), plain([1.0, 2.0]))
    assert_cells(got, [[4.0, 7.0], [4.0, 7.0]], "out, of shape (2, 2)")


@pytest.mark.task3_1
@some
@given(drawn=kernel_calls(inputs=1))
@example(drawn=(row_major((2, 3)), [ROWS]))
@example(drawn=(row_major((2, 3)), [TURNED]))
@example(drawn=(column_major((2, 3)), [ROWS]))
@example(drawn=(column_major((2, 3)), [TURNED]))
@example(drawn=(SQUARE, [Stored((5.0,), Layout((2, 2), (0, 0)))]))
@example(drawn=(row_major(()), [plain(5.0)]))
def test_map(fast_map: Kernel, drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_map(fn) puts fn of each input cell into the cell of out with the same index, however both are stored."""
    out, (x,) = drawn
    got = run(fast_map, filled(out, UNWRITTEN), x)
    assert_cells(got, triple_plus_one(x.values), "out of the map of 3 * x + 1")


@pytest.mark.task3_1
@some
@given(drawn=kernel_calls(inputs=1, broadcast=True))
@example(drawn=(SQUARE, [plain([[1.0], [2.0]])]))
@example(drawn=(SQUARE, [plain(5.0)]))
@example(drawn=(row_major((2, 1, 2)), [plain([[1.0, 2.0]])]))
def test_map_broadcasts(fast_map: Kernel, drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_map broadcasts an input that is smaller than out: one of its cells serves several cells of out."""
    out, (x,) = drawn
    got = run(fast_map, filled(out, UNWRITTEN), x)
    expected = np.broadcast_to(triple_plus_one(x.values), out.shape)
    assert_cells(got, expected, "out of the map of 3 * x + 1")


@pytest.mark.task3_1
def test_map_of_equal_strides(fast_map: Kernel) -> None:
    """Equal strides alone say nothing: (1, 3) and (2, 3) may both have strides (3, 1), and lie differently."""
    numbers = tuple(float(n) for n in range(1, 10))
    for out, shape in [
        (row_major((2, 3)), (1, 3)),
        (row_major((3, 2)), (3, 1)),
        (row_major((5,)), (1,)),
        (Layout((3, 2), (1, 3)), (3, 1)),
        (row_major((2, 2, 2)), (2, 1, 2)),
    ]:
        x = Stored(numbers, Layout(shape, out.strides))
        got = run(fast_map, filled(out, UNWRITTEN), x)
        expected = np.broadcast_to(triple_plus_one(x.values), out.shape)
        assert_cells(got, expected, f"out of {out} after the map of {x}")


# tensor_zip


@pytest.mark.task3_1
def test_zip_by_hand(fast_zip: Kernel) -> None:
    """The zip of 2x - y makes [[18, 17], [38, 37]] of a column [10, 20] and a row [2, 3]: every pair."""
    column, row = plain([[10.0], [20.0]]), plain([2.0, 3.0])
    got = run(fast_zip, filled(SQUARE, UNWRITTEN), column, row)
    assert_cells(got, [[18.0, 17.0], [38.0, 37.0]], "out of the zip of 2 * x - y")


@pytest.mark.task3_1
@some
@given(drawn=kernel_calls(inputs=2))
@example(drawn=(row_major((2, 3)), [ROWS, ROWS]))
@example(drawn=(row_major((2, 3)), [ROWS, TURNED]))
@example(drawn=(row_major((2, 3)), [TURNED, ROWS]))
@example(drawn=(column_major((2, 3)), [ROWS, ROWS]))
@example(drawn=(column_major((2, 3)), [TURNED, TURNED]))
def test_zip(fast_zip: Kernel, drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_zip(fn) puts fn(a's cell, b's cell) into the cell of out with the same index, however all are stored."""
    out, (a, b) = drawn
    got = run(fast_zip, filled(out, UNWRITTEN), a, b)
    assert_cells(got, double_minus(a.values, b.values), "out of the zip of 2 * x - y")


@pytest.mark.task3_1
@some
@given(drawn=kernel_calls(inputs=2, broadcast=True))
@example(drawn=(SQUARE, [plain([10.0, 20.0]), plain([[1.0], [2.0]])]))
@example(drawn=(SQUARE, [plain(5.0), plain([[1.0, 2.0], [3.0, 4.0]])]))
@example(drawn=(SQUARE, [plain([[1.0, 2.0], [3.0, 4.0]]), plain(5.0)]))
def test_zip_broadcasts(fast_zip: Kernel, drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_zip broadcasts whichever of a and b is smaller than out, and both where both are."""
    out, (a, b) = drawn
    got = run(fast_zip, filled(out, UNWRITTEN), a, b)
    expected = np.broadcast_to(double_minus(a.values, b.values), out.shape)
    assert_cells(got, expected, "out of the zip of 2 * x - y")


@pytest.mark.task3_1
def test_zip_of_equal_strides(fast_zip: Kernel) -> None:
    """All three must agree in shape and in strides before a zip may walk through the storages side by side."""
    numbers = tuple(float(n) for n in range(1, 10))
    rows = row_major((2, 3))
    like_rows = Stored(numbers, rows)
    for other in [
        Stored(numbers, Layout((1, 3), (3, 1))),  # strides agree, shapes don't
        Stored(numbers, column_major((2, 3))),  # shapes agree, strides don't
        Stored(numbers, Layout((2, 3), (0, 1))),
    ]:
        for a, b in [(like_rows, other), (other, like_rows), (other, other)]:
            got = run(fast_zip, filled(rows, UNWRITTEN), a, b)
            expected = np.broadcast_to(double_minus(a.values, b.values), (2, 3))
            assert_cells(got, expected, f"out of {rows} after the zip of {a} and {b}")


# tensor_reduce


@pytest.mark.task3_1
def test_reduce_by_hand(fast_reduce: Kernel) -> None:
    """Folding [1, 2] from 3 with x + y + x * y gives 23, as (1 + 3) * (1 + 1) * (1 + 2) - 1 = 23."""
    got = run(fast_reduce, plain([[3.0], [0.0]]), plain([[1.0, 2.0], [1.0, 1.0]]), 1)
    assert_cells(got, [[23.0], [3.0]], "out of the reduce of x + y + x * y along 1")


@pytest.mark.task3_1
@some
@given(drawn=reductions())
@example(drawn=(plain([[1.0], [2.0]]), ROWS, 1))
@example(drawn=(plain([[1.0, 2.0, 3.0]]), ROWS, 0))
@example(drawn=(plain([[0.0], [0.0]]), TURNED, 1))
@example(drawn=(plain([[10.0]]), plain([[7.0]]), 0))
@example(
    drawn=(
        Stored((0.0, 1.0, 2.0, 3.0), Layout((2, 2, 1), (1, 2, 4))),
        plain([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]),
        2,
    )
)
def test_reduce(fast_reduce: Kernel, drawn: tuple[Stored, Stored, int]) -> None:
    """tensor_reduce(fn) folds along a dimension: fn(result so far, next cell), beginning with what out holds."""
    out, a, dim = drawn
    got = run(fast_reduce, out, a, dim)
    expected = folded(compound, out.values, a.values, dim)
    assert_cells(got, expected, f"out of the reduce of x + y + x * y along {dim}")


@pytest.mark.task3_1
def test_reduce_of_many(fast_reduce: Kernel) -> None:
    """However long the dimension, each cell counts once: of 1 to 37 rates of 10 %, in rows and in columns."""
    for size in range(1, 38):
        expected = 1.1 ** (size + 1) - 1
        for shape, dim in [((3, size), 1), ((size, 3), 0)]:
            kept = shape[:dim] + (1,) + shape[dim + 1 :]
            start, rates = filled(row_major(kept), 0.1), filled(row_major(shape), 0.1)
            got = run(fast_reduce, start, rates, dim)
            assert_cells(got, np.full(kept, expected), f"out of the reduce of {shape} along {dim}")


# All three


@pytest.mark.task3_1
def test_no_cells(fast_map: Kernel, fast_zip: Kernel, fast_reduce: Kernel) -> None:
    """Where there are no cells, map and zip write nothing, and reduce leaves the start values as they are."""
    none, three = filled(row_major((0, 3)), 0.0), plain([1.0, 2.0, 3.0])
    assert_cells(run(fast_map, none, three), np.zeros((0, 3)), "out of a map into (0, 3)")
    assert_cells(run(fast_zip, none, none, three), np.zeros((0, 3)), "out of a zip into (0, 3)")
    got = run(fast_reduce, plain([[8.0, 9.0, 10.0]]), none, 0)
    assert_cells(got, [[8.0, 9.0, 10.0]], "out of the reduce of (0, 3) along 0")


# Many cells, many dimensions, all digits


@pytest.mark.task3_1
def test_many_cells(fast_map: Kernel, fast_zip: Kernel, fast_reduce: Kernel) -> None:
    """Hundreds and thousands of cells, in rows, in columns or in many dimensions, come out as a few do."""
    for shape in [(300,), (130, 3), (3, 130), (70, 90), (2,) * 9]:
        for lies in (row_major, column_major):
            x, y = numbered(lies(shape), 3), numbered(row_major(shape), 50)
            got = run(fast_map, filled(row_major(shape), UNWRITTEN), x)
            assert_cells(got, triple_plus_one(x.values), f"out of the map of 3 * x + 1, x = {x}")
            got = run(fast_zip, filled(row_major(shape), UNWRITTEN), x, y)
            assert_cells(
                got, double_minus(x.values, y.values), f"out of the zip of 2x - y, x = {x}"
            )
            for dim in (0, len(shape) - 1):
                kept = shape[:dim] + (1,) + shape[dim + 1 :]
                start = filled(row_major(kept), 0.5)
                got = run(fast_reduce, start, x, dim)
                expected = folded(compound, start.values, x.values, dim)
                assert_cells(got, expected, f"out of the reduce of {x} along {dim}")


@pytest.mark.task3_1
def test_every_digit_counts(fast_map: Kernel, fast_zip: Kernel, fast_reduce: Kernel) -> None:
    """Cells keep all digits of large numbers: 1e9 + 1 is 1 more than 1e9."""
    for lies in (row_major((1, 2)), column_major((2, 1)), Layout((2, 2), (1, 0))):
        large = Stored((1e9, 1e9 + 2.0), lies)
        out = filled(row_major(large.shape), UNWRITTEN)
        got = run(fast_map, out, large) - 3e9
        assert_cells(
            got, 3.0 * (large.values - 1e9) + 1.0, f"the map of 3 * x + 1, x = {large}, less 3e9"
        )
        got = run(fast_zip, out, large, large) - 1e9
        assert_cells(got, large.values - 1e9, f"the zip of 2 * x - y, x = y = {large}, less 1e9")
    for shape, dim in [((1, 2), 0), ((2, 1), 1), ((3, 1, 2), 1)]:
        rates = filled(row_major(shape), 1e9 + 1.0)
        kept = shape[:dim] + (1,) + shape[dim + 1 :]
        got = run(fast_reduce, filled(row_major(kept), 0.0), rates, dim) - 1e9
        assert_cells(got, np.ones(kept), f"the reduce of {rates} along {dim} from 0, less 1e9")


# What the tests are made with


def numbered(layout: Layout, first: int) -> Stored:
    """Store small numbers that differ."""
    return Stored(tuple(tenths(first + k) / 1000 for k in range(layout.length)), layout)
