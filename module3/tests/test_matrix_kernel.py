"""Task 3.2: the kernel of matrix multiplication, on strides, numbers of matrices and sizes of every kind.

Here it runs on one thread; ``test_matrix_product.py`` has the product of tensors, in parallel.
"""

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from kernels import TENSOR, UNWRITTEN, Kernel, checked, run
from strategies import Layout, column_major, row_major
from tensors import Stored, assert_cells, filled, matrices, plain, tenths
from turns import plainly, shared

from minitorch import fast_ops

some = settings(max_examples=60)

ONE = row_major((1, 2, 2))
TWO = row_major((2, 2, 2))
LEFT = plain([[[1.0, 2.0], [3.0, 4.0]]])
RIGHT = plain([[[5.0, 6.0], [7.0, 8.0]]])
PAIR = plain([[[1.0, 0.0], [0.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]]])


@pytest.fixture(scope="module")
def multiply() -> Kernel:
    """Compile the kernel."""
    return checked(fast_ops.tensor_matrix_multiply, *TENSOR * 3)


@pytest.mark.task3_2
def test_by_hand(multiply: Kernel) -> None:
    """[[1, 2], [3, 4]] times [[5, 6], [7, 8]] is [[19, 22], [43, 50]]: row 0 times column 0 is 1 * 5 + 2 * 7."""
    for how, kernel in (("as plain Python", plainly(multiply)), ("compiled", multiply)):
        got = run(kernel, filled(ONE, UNWRITTEN), LEFT, RIGHT)
        assert_cells(got, [[[19.0, 22.0], [43.0, 50.0]]], f"out, one matrix, {how}")


@pytest.mark.task3_2
def test_single_matrices_go_with_all(multiply: Kernel) -> None:
    """Where one factor is a single matrix and the other has two, the single one is used for both."""
    got = run(multiply, filled(TWO, UNWRITTEN), LEFT, PAIR)
    expected = [[[1.0, 4.0], [3.0, 8.0]], [[2.0, 1.0], [4.0, 3.0]]]
    assert_cells(got, expected, "out of one matrix times two")
    got = run(multiply, filled(TWO, UNWRITTEN), PAIR, RIGHT)
    expected = [[[5.0, 6.0], [14.0, 16.0]], [[7.0, 8.0], [5.0, 6.0]]]
    assert_cells(got, expected, "out of two matrices times one")


@pytest.mark.task3_2
@some
@given(drawn=matrices())
@example(drawn=(TWO, PAIR, PAIR))
@example(drawn=(Layout((1, 2, 2), (4, 1, 2)), LEFT, RIGHT))
@example(drawn=(ONE, Stored((1.0, 3.0, 2.0, 4.0), Layout((1, 2, 2), (4, 1, 2))), RIGHT))
@example(drawn=(ONE, LEFT, Stored((5.0, 7.0, 6.0, 8.0), Layout((1, 2, 2), (4, 1, 2)))))
@example(drawn=(row_major((1, 2, 3)), LEFT, plain([[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]])))
@example(drawn=(TWO, Stored(LEFT.numbers * 2, Layout((1, 2, 2), (4, 2, 1))), PAIR))
def test_any_strides(multiply: Kernel, drawn: tuple[Layout, Stored, Stored]) -> None:
    """Each cell of out is a row of a times a column of b, however the three are stored."""
    out, a, b = drawn
    got = run(multiply, filled(out, UNWRITTEN), a, b)
    assert_cells(got, a.values @ b.values, f"out of {out}")


@pytest.mark.task3_2
@pytest.mark.parametrize(
    "sizes",
    [
        (2, 4, 8, 4),
        (1, 3, 9, 7),
        (2, 17, 1, 5),
        (1, 35, 34, 33),
        (2, 66, 67, 65),
        (1, 259, 2, 3),
        (1, 3, 259, 2),
        (1, 2, 3, 259),
    ],
    ids=str,
)
def test_any_sizes(multiply: Kernel, sizes: tuple[int, int, int, int]) -> None:
    """Sizes that are no multiple of anything come out right as well, and so do factors that are turned around."""
    number, n, k, m = sizes
    for a_lies in (row_major, column_major):
        for b_lies in (row_major, column_major):
            a, b = numbered(a_lies((number, n, k))), numbered(b_lies((number, k, m)))
            got = run(multiply, filled(a_lies((number, n, m)), UNWRITTEN), a, b)
            assert_cells(got, a.values @ b.values, f"out of {a.layout} times {b.layout}")


@pytest.mark.task3_2
def test_no_cells(multiply: Kernel) -> None:
    """Where k is 0, each cell is the sum of nothing, which is 0; where n, m or the number is 0, there is no cell."""
    for number, n, k, m in [(1, 2, 0, 3), (2, 3, 0, 1), (1, 0, 2, 3), (1, 2, 3, 0), (0, 2, 2, 2)]:
        a, b = filled(row_major((number, n, k)), 1.0), filled(row_major((number, k, m)), 1.0)
        got = run(multiply, filled(row_major((number, n, m)), UNWRITTEN), a, b)
        assert_cells(got, np.zeros((number, n, m)), f"out of {a.shape} times {b.shape}")


@pytest.mark.task3_2
def test_turns() -> None:
    """No two turns of the parallel loop write at the same place: a row of out is one turn's, and so is each buffer."""
    a, b = numbered(row_major((2, 70, 5))), numbered(column_major((2, 5, 6)))
    out = filled(row_major((2, 70, 6)), UNWRITTEN)
    found = shared(fast_ops.tensor_matrix_multiply, *out.arrays(), *a.arrays(), *b.arrays())
    assert_close(found, [], "arrays that several turns of a prange write into at the same place")


@pytest.mark.task3_2
def test_many_matrices(multiply: Kernel) -> None:
    """There may be hundreds of matrices, and of one of them there may be hundreds of rows and columns."""
    for number, n, k, m in [(150, 2, 3, 2), (300, 1, 1, 1), (2, 130, 3, 131)]:
        a, b = numbered(row_major((number, n, k))), numbered(column_major((number, k, m)))
        got = run(multiply, filled(row_major((number, n, m)), UNWRITTEN), a, b)
        assert_cells(got, a.values @ b.values, f"out of {a.layout} times {b.layout}")


@pytest.mark.task3_2
def test_every_digit_counts(multiply: Kernel) -> None:
    """Sums keep all their digits: 1e9 + 3 is 3 more than 1e9, in whichever order it is added up."""
    ones = [[1.0, 1.0]] * 4
    for last in (-1e9, 0.0):
        terms, large = [1e9, 1.0, 2.0, last], 1e9 + last
        got = run(multiply, filled(ONE, UNWRITTEN), plain([[terms, terms]]), plain([ones]))
        what = f"out of rows of 1e9, 1, 2, {last} times columns of 1, less {large}"
        assert_cells(got - large, [[[3.0, 3.0], [3.0, 3.0]]], what)


# What the tests are made with


def numbered(layout: Layout) -> Stored:
    """Store numbers that differ."""
    return Stored(tuple(tenths(number) for number in range(layout.length)), layout)
