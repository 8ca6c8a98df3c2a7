"""Task 3.4: matrix multiplication on a GPU, or in the simulator, by tiles in shared memory."""

import numpy as np
import pytest
from global_memory import Reads
from grids import BLOCK, launched, squares
from kernels import UNWRITTEN, run
from strategies import Layout, Shape, column_major, row_major
from tensors import Stored, Values, assert_cells, cells, filled, plain, read, tenths

import minitorch
from minitorch import cuda_ops

LEFT = plain([[[1.0, 2.0], [3.0, 4.0]]])
RIGHT = plain([[[5.0, 6.0], [7.0, 8.0]]])
PAIR = plain([[[1.0, 0.0], [0.0, 2.0]], [[0.0, 1.0], [1.0, 0.0]]])


# _mm_practice


@pytest.mark.task3_4
def test_practice_by_hand() -> None:
    """[[1, 2], [3, 4]] times [[5, 6], [7, 8]] is [[19, 22], [43, 50]]: row 0 times column 0 is 1 * 5 + 2 * 7."""
    a, b = plain([[1.0, 2.0], [3.0, 4.0]]), plain([[5.0, 6.0], [7.0, 8.0]])
    got = cuda_ops.mm_practice(a.tensor(), b.tensor())
    assert_cells(got.to_numpy(), [[19.0, 22.0], [43.0, 50.0]], "mm_practice(a, b)")


@pytest.mark.task3_4
@pytest.mark.parametrize("size", [1, 3, 7, 32])
def test_practice(size: int) -> None:
    """One block multiplies square matrices of up to 32 rows; threads beyond them neither read nor write."""
    a, b = numbered(row_major((size, size))), numbered(row_major((size, size)), 30)
    out = np.full(size * size, UNWRITTEN)
    threads = min(size + 2, BLOCK)
    cuda_ops.jit_mm_practice[1, (threads, threads)](out, a.arrays()[0], b.arrays()[0], size)
    expected = (a.values @ b.values).ravel()
    assert_cells(out, expected, f"out of two matrices of {size} x {size}, row by row")


@pytest.mark.task3_4
def test_practice_shares_the_work() -> None:
    """Of 9 x 9 numbers, each thread reads one of a and one of b, not a whole row and column. (A GPU does not count.)"""
    of_a, of_b = Reads(), Reads()
    a, b = (reads.of(np.arange(81.0)) for reads in (of_a, of_b))
    out = np.zeros(81)
    cuda_ops.jit_mm_practice[1, (BLOCK, BLOCK)](out, a, b, 9)
    square = np.arange(81.0).reshape(9, 9)
    assert_cells(out, (square @ square).ravel(), "out of a matrix of 9 x 9 and itself")
    most = max(of_a.most, of_b.most)
    assert most <= 2, f"one thread read {most} numbers of a matrix of 9 x 9"


# _tensor_matrix_multiply


@pytest.mark.task3_4
def test_by_hand() -> None:
    """The kernel makes the same of the same two matrices."""
    got = multiplied(row_major((1, 2, 2)), LEFT, RIGHT)
    assert_cells(got, [[[19.0, 22.0], [43.0, 50.0]]], "out, one matrix")


@pytest.mark.task3_4
def test_batches() -> None:
    """A batch is multiplied matrix by matrix; where one factor is a single matrix, it is used for all."""
    two = row_major((2, 2, 2))
    got = multiplied(two, PAIR, PAIR)
    assert_cells(got, [[[1.0, 0.0], [0.0, 4.0]], [[1.0, 0.0], [0.0, 1.0]]], "out of two times two")
    got = multiplied(two, LEFT, PAIR)
    assert_cells(got, [[[1.0, 4.0], [3.0, 8.0]], [[2.0, 1.0], [4.0, 3.0]]], "out of one times two")
    got = multiplied(two, PAIR, RIGHT)
    expected = [[[5.0, 6.0], [14.0, 16.0]], [[7.0, 8.0], [5.0, 6.0]]]
    assert_cells(got, expected, "out of two times one")


@pytest.mark.task3_4
@pytest.mark.parametrize(
    ("out", "a", "b"),
    [
        (row_major((1, 2, 3)), column_major((1, 2, 4)), column_major((1, 4, 3))),
        (column_major((2, 2, 3)), row_major((2, 2, 4)), row_major((2, 4, 3))),
        (row_major((2, 3, 2)), Layout((2, 3, 3), (1, 2, 6)), Layout((2, 3, 2), (6, 0, 1))),
        (row_major((2, 2, 2)), Layout((1, 2, 3), (5, 3, 1)), Layout((2, 3, 2), (0, 1, 3))),
    ],
    ids=["factors turned", "out turned", "any strides", "single matrix"],
)
def test_any_strides(out: Layout, a: Layout, b: Layout) -> None:
    """Each cell of out is a row of a times a column of b, however the three are stored."""
    x, y = numbered(a), numbered(b, 40)
    assert_cells(multiplied(out, x, y), x.values @ y.values, f"out of {a} times {b}")


@pytest.mark.task3_4
@pytest.mark.parametrize(
    "sizes",
    [(1, 1, 1), (3, 40, 2), (2, 32, 3), (34, 3, 2), (2, 3, 34), (33, 35, 34), (5, 70, 5)],
    ids=str,
)
def test_any_sizes(sizes: tuple[int, int, int]) -> None:
    """Sizes that are no multiple of 32 come out right as well: tiles stick out over the edges, and count as 0 there."""
    n, k, m = sizes
    a, b = numbered(row_major((1, n, k))), numbered(row_major((1, k, m)), 40)
    got = multiplied(row_major((1, n, m)), a, b)
    assert_cells(got, a.values @ b.values, f"out of {n} x {k} times {k} x {m}")


@pytest.mark.task3_4
def test_no_inner_cells() -> None:
    """Where k is 0, each cell of out is the sum of nothing, which is 0."""
    got = multiplied(
        row_major((1, 2, 3)), filled(row_major((1, 2, 0)), 1.0), filled(row_major((1, 0, 3)), 1.0)
    )
    assert_cells(got, np.zeros((1, 2, 3)), "out of 2 x 0 times 0 x 3")


@pytest.mark.task3_4
def test_tiles_are_shared() -> None:
    """Of 40 numbers in a row, each thread reads one a tile, so two, and not all. (On a GPU, nobody counts.)"""
    left, right = numbered(row_major((1, 5, 40))), numbered(row_major((1, 40, 5)))
    a, *of_a = left.arrays()
    b, *of_b = right.arrays()
    a_reads, b_reads = Reads(), Reads()
    out = filled(row_major((1, 5, 5)), UNWRITTEN)
    storage, *of_out = out.arrays()
    launched(cuda_ops.tensor_matrix_multiply, squares)(
        storage, *of_out, a_reads.of(a), *of_a, b_reads.of(b), *of_b
    )
    assert_cells(
        cells(storage, out.layout), left.values @ right.values, "out of 5 x 40 times 40 x 5"
    )
    most = max(a_reads.most, b_reads.most)
    assert most <= 4, f"one thread read {most} numbers of one factor"


# The product of tensors that is made of it


@pytest.mark.task3_4
@pytest.mark.parametrize(
    ("left", "right"), [((2, 3), (3, 4)), ((2, 2, 3), (3, 2)), ((2, 1, 2, 3), (2, 3, 1))], ids=str
)
def test_product(left: Shape, right: Shape) -> None:
    """CudaOps.matrix_multiply multiplies what the last two dimensions hold; what stands in front broadcasts."""
    x, y = numbered(column_major(left)), numbered(row_major(right), 40)
    got = read(minitorch.CudaOps.matrix_multiply(x.tensor(), y.tensor()))
    assert_cells(got, x.values @ y.values, f"CudaOps.matrix_multiply(x, y), x = {x}, y = {y}")


@pytest.mark.task3_4
def test_products_of_more_dimensions() -> None:
    """There may be more dimensions in front, all alike in both factors or not, and inner ones may be empty."""
    for left, right in [
        ((2, 2, 2, 3), (2, 2, 3, 2)),
        ((2, 1, 2, 0), (3, 0, 2)),
        ((35, 3), (3, 2)),
    ]:
        x, y = numbered(row_major(left)), numbered(row_major(right), 40)
        a, b = x.tensor(), y.tensor()
        got = read(minitorch.CudaOps.matrix_multiply(a, b))
        assert_cells(got, x.values @ y.values, f"CudaOps.matrix_multiply of {left} and {right}")
        assert_cells(read(a), x.values, f"the left factor after {left} times {right}")
    with pytest.raises(minitorch.IndexingError):
        minitorch.CudaOps.matrix_multiply(
            plain([[1.0, 2.0]]).tensor(), plain([[1.0, 2.0]]).tensor()
        )


@pytest.mark.task3_4
def test_practice_of_turned_factors() -> None:
    """mm_practice multiplies matrices as they read, however they lie in memory."""
    x, y = numbered(column_major((3, 3))), numbered(column_major((3, 3)), 40)
    got = minitorch.cuda_ops.mm_practice(x.tensor(), y.tensor())
    assert_cells(got.to_numpy(), x.values @ y.values, f"mm_practice(x, y), x = {x}, y = {y}")


@pytest.mark.task3_4
@pytest.mark.parametrize("sizes", [(65, 2, 66), (3, 65, 129), (2, 97, 2)], ids=str)
def test_many_blocks_with_a_rest(sizes: tuple[int, int, int]) -> None:
    """Rows, columns and the inner dimension may each take three tiles or more, and the last one has a rest."""
    n, k, m = sizes
    a, b = numbered(row_major((1, n, k))), numbered(row_major((1, k, m)), 40)
    got = multiplied(row_major((1, n, m)), a, b)
    assert_cells(got, a.values @ b.values, f"out of {n} x {k} times {k} x {m}")


@pytest.mark.task3_4
def test_every_digit_counts() -> None:
    """Sums keep all digits, in shared memory too: 1e9 + 3 - 1e9 is 3."""
    terms, ones = [1e9 + 1.0, 1.0, 1.0, -1e9], [[1.0] * 4] * 4
    got = minitorch.cuda_ops.mm_practice(plain([terms] * 4).tensor(), plain(ones).tensor())
    assert_cells(
        got.to_numpy(), [[3.0] * 4] * 4, "mm_practice of rows of 1e9 + 1, 1, 1, -1e9 and of 1s"
    )
    got = multiplied(row_major((1, 4, 4)), plain([[terms] * 4]), plain([ones]))
    assert_cells(got, [[[3.0] * 4] * 4], "out of rows of 1e9 + 1, 1, 1, -1e9 times columns of 1")


# What the tests are made with


def multiplied(out: Layout, a: Stored, b: Stored) -> Values:
    """Launch the kernel of matrix multiplication."""
    return run(launched(cuda_ops.tensor_matrix_multiply, squares), filled(out, UNWRITTEN), a, b)


def numbered(layout: Layout, first: int = 0) -> Stored:
    """Store numbers that differ."""
    return Stored(tuple(tenths(first + k) for k in range(layout.length)), layout)
