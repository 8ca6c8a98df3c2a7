"""Task 3.3: map, zip and reduce on a GPU, or in the simulator, on storages, shapes and strides of every kind."""

import numpy as np
import pytest
from comparison import assert_close
from global_memory import Reads
from grids import block_a_cell, launched, thread_a_cell
from hypothesis import example, given, settings
from kernels import UNWRITTEN, Kernel, compound, double_minus, folded, run, triple_plus_one
from strategies import Layout, Shape, column_major, row_major
from tensors import Stored, assert_cells, filled, kernel_calls, plain, read, tenths

import minitorch
from minitorch import cuda_ops

some = settings(max_examples=30)

SQUARE = row_major((2, 2))
ROWS = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
TURNED = Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), column_major((2, 3)))  # [[1, 3, 5], [2, 4, 6]]


@pytest.fixture(scope="module")
def cuda_map() -> Kernel:
    """Make the map of 3x + 1."""
    return launched(cuda_ops.tensor_map(cuda_ops.device_jit(triple_plus_one)), thread_a_cell)


@pytest.fixture(scope="module")
def cuda_zip() -> Kernel:
    """Make the zip of 2x - y."""
    return launched(cuda_ops.tensor_zip(cuda_ops.device_jit(double_minus)), thread_a_cell)


# tensor_map


@pytest.mark.task3_3
def test_map_by_hand(cuda_map: Kernel) -> None:
    """The map of 3x + 1 makes [4, 7] of [1, 2], and the same twice where out has two rows."""
    got = run(cuda_map, filled(row_major((2,)), UNWRITTEN), plain([1.0, 2.0]))
    assert_cells(got, [4.0, 7.0], "out, of shape (2,)")
    got = run(cuda_map, filled(SQUARE, UNWRITTEN), plain([1.0, 2.0]))
    assert_cells(got, [[4.0, 7.0], [4.0, 7.0]], "out, of shape (2, 2)")


@pytest.mark.task3_3
@some
@given(drawn=kernel_calls(inputs=1, broadcast=True))
@example(drawn=(row_major((2, 3)), [TURNED]))
@example(drawn=(column_major((2, 3)), [ROWS]))
@example(drawn=(SQUARE, [plain([[1.0], [2.0]])]))
@example(drawn=(SQUARE, [Stored((5.0,), Layout((2, 2), (0, 0)))]))
@example(drawn=(row_major(()), [plain(5.0)]))
def test_map(cuda_map: Kernel, drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_map(fn) puts fn of an input cell into each cell of out that it is broadcast to, however both lie."""
    out, (x,) = drawn
    got = run(cuda_map, filled(out, UNWRITTEN), x)
    expected = np.broadcast_to(triple_plus_one(x.values), out.shape)
    assert_cells(got, expected, "out of the map of 3 * x + 1")


@pytest.mark.task3_3
@pytest.mark.parametrize("shape", [(31,), (32,), (33,), (5, 3, 7)], ids=str)
def test_map_in_many_blocks(cuda_map: Kernel, shape: Shape) -> None:
    """Threads of all blocks count on: thread 0 of block 1 does cell 32, and none is left out at the end."""
    x = numbered(row_major(shape))
    got = run(cuda_map, filled(row_major(shape), UNWRITTEN), x)
    assert_cells(got, triple_plus_one(x.values), "out of the map of 3 * x + 1")


@pytest.mark.task3_3
def test_surplus_threads_of_map_do_nothing(cuda_map: Kernel) -> None:
    """Of 32 threads for 5 cells, the simulator sees 5 read. (On a GPU, nobody counts.)"""
    reads = Reads()
    one, five = np.array([1]), np.array([5])
    cuda_map(np.zeros(5), five, one, reads.of(np.ones(5)), five, one)
    assert reads.threads <= 5, f"{reads.threads} threads have read something, for 5 cells of out"


# tensor_zip


@pytest.mark.task3_3
def test_zip_by_hand(cuda_zip: Kernel) -> None:
    """The zip of 2x - y makes [[18, 17], [38, 37]] of a column [10, 20] and a row [2, 3]: every pair."""
    column, row = plain([[10.0], [20.0]]), plain([2.0, 3.0])
    got = run(cuda_zip, filled(SQUARE, UNWRITTEN), column, row)
    assert_cells(got, [[18.0, 17.0], [38.0, 37.0]], "out of the zip of 2 * x - y")


@pytest.mark.task3_3
@some
@given(drawn=kernel_calls(inputs=2, broadcast=True))
@example(drawn=(row_major((2, 3)), [ROWS, TURNED]))
@example(drawn=(row_major((2, 3)), [TURNED, ROWS]))
@example(drawn=(column_major((2, 3)), [ROWS, ROWS]))
@example(drawn=(SQUARE, [plain(5.0), plain([[1.0], [2.0]])]))
@example(drawn=(SQUARE, [plain([1.0, 2.0]), plain(5.0)]))
def test_zip(cuda_zip: Kernel, drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_zip(fn) puts fn(a's cell, b's cell) into the cell of out where they meet, however all are stored."""
    out, (a, b) = drawn
    got = run(cuda_zip, filled(out, UNWRITTEN), a, b)
    expected = np.broadcast_to(double_minus(a.values, b.values), out.shape)
    assert_cells(got, expected, "out of the zip of 2 * x - y")


@pytest.mark.task3_3
@pytest.mark.parametrize("shape", [(32,), (33,), (5, 3, 7)], ids=str)
def test_zip_in_many_blocks(cuda_zip: Kernel, shape: Shape) -> None:
    """Threads of all blocks count on, and none is left out at the end."""
    a, b = numbered(row_major(shape)), numbered(column_major(shape))
    got = run(cuda_zip, filled(row_major(shape), UNWRITTEN), a, b)
    assert_cells(got, double_minus(a.values, b.values), "out of the zip of 2 * x - y")


@pytest.mark.task3_3
def test_surplus_threads_of_zip_do_nothing(cuda_zip: Kernel) -> None:
    """Of 32 threads for 5 cells, the simulator sees 5 read. (On a GPU, nobody counts.)"""
    reads = Reads()
    one, five, b = np.array([1]), np.array([5]), np.ones(5)
    cuda_zip(np.zeros(5), five, one, reads.of(np.ones(5)), five, one, b, five, one)
    assert reads.threads <= 5, f"{reads.threads} threads have read something, for 5 cells of out"


# tensor_reduce. The simulator starts 1024 threads for each cell of out, so there are few.


@pytest.mark.task3_3
def test_reduce_by_hand() -> None:
    """Folding [1, 2] from 3 with x + y + x * y gives 23, as (1 + 3) * (1 + 1) * (1 + 2) - 1 = 23."""
    got = run(reduce_from(3.0), filled(row_major((1,)), UNWRITTEN), plain([1.0, 2.0]), 0)
    assert_cells(got, [23.0], "out of the reduce of x + y + x * y from 3.0")


@pytest.mark.task3_3
@pytest.mark.parametrize(
    ("a", "dim", "out"),
    [
        (ROWS, 1, row_major((2, 1))),
        (TURNED, 0, row_major((1, 3))),
        (Stored((1.0, 2.0, 3.0, 4.0, 5.0), Layout((5, 1), (1, 0))), 0, row_major((1, 1))),
        (Stored((1.0, 9.0, 2.0, 9.0, 3.0), Layout((1, 3), (0, 2))), 1, row_major((1, 1))),
        (Stored((0.5,), Layout((2, 7), (0, 0))), 1, row_major((2, 1))),
        (
            plain([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]),
            2,
            Layout((2, 2, 1), (1, 2, 4)),
        ),
    ],
    ids=["rows", "turned", "column", "gaps", "one number", "out turned"],
)
def test_reduce(a: Stored, dim: int, out: Layout) -> None:
    """tensor_reduce(fn) combines all cells along a dimension by fn, however they and out are stored."""
    got = run(reduce_from(0.0), filled(out, UNWRITTEN), a, dim)
    expected = folded(compound, np.zeros(out.shape), a.values, dim)
    assert_cells(got, expected, f"out of the reduce of x + y + x * y along {dim}")


@pytest.mark.task3_3
@pytest.mark.parametrize("size", [1, 33, 100, 1023, 1025, 2500])
def test_reduce_of_many(size: int) -> None:
    """However long the dimension, each cell counts once, and the start value too: also beyond 1024 threads."""
    a = Stored(tuple(n % 7 / 1000 for n in range(size)), row_major((size,)))
    got = run(reduce_from(0.5), filled(row_major((1,)), UNWRITTEN), a, 0)
    expected = folded(compound, np.array([0.5]), a.values, 0)
    assert_cells(got, expected, f"out of the reduce of {size} cells")


@pytest.mark.task3_3
def test_reduce_of_nothing() -> None:
    """Where there are no cells along the dimension, the result is the start value."""
    got = run(
        reduce_from(0.5), filled(row_major((1, 2)), UNWRITTEN), filled(row_major((0, 2)), 0.0), 0
    )
    assert_cells(got, [[0.5, 0.5]], "out of the reduce of (0, 2) along 0")


@pytest.mark.task3_3
def test_reduce_shares_the_work() -> None:
    """No thread does it all: of 600 cells, the simulator sees each one read a few only. (On a GPU, nobody counts.)"""
    reads = Reads()
    numbers = reads.of(np.full(600, 0.001))
    sizes, strides, out = np.array([600]), np.array([1]), np.zeros(1)
    reduce_from(0.0)(out, np.array([1]), np.array([1]), numbers, sizes, strides, 0)
    assert_cells(out, [1.001**600 - 1], "out of the reduce of 600 cells")
    assert reads.most <= 20, f"one thread read {reads.most} of 600 cells"


# The operations on tensors that are made of them


@pytest.mark.task3_3
def test_operations() -> None:
    """CudaOps makes operations on tensors of the kernels: map, zip and reduce give what NumPy says."""
    x, y = ROWS, plain([[10.0], [20.0]])
    got = read(minitorch.CudaOps.map(triple_plus_one)(x.tensor()))
    assert_cells(got, triple_plus_one(x.values), "CudaOps.map(3 * x + 1)(x)")
    got = read(minitorch.CudaOps.zip(double_minus)(x.tensor(), y.tensor()))
    assert_cells(got, double_minus(x.values, y.values), "CudaOps.zip(2 * x - y)(x, y)")
    got = read(minitorch.CudaOps.reduce(compound, 0.5)(x.tensor(), 1))
    expected = folded(compound, np.full((2, 1), 0.5), x.values, 1)
    assert_cells(got, expected, "CudaOps.reduce(x + y + x * y, 0.5)(x, 1)")


@pytest.mark.task3_3
def test_operations_side_by_side() -> None:
    """Each operation does what it was made for, and its results have numbers of their own."""
    double, negate = (minitorch.CudaOps.map(lambda x, n=n: n * x) for n in (2.0, -1.0))
    plus, minus = (minitorch.CudaOps.zip(lambda x, y, n=n: x + n * y) for n in (1.0, -1.0))
    total, product = minitorch.CudaOps.reduce(lambda x, y: x + y, 0.0), minitorch.CudaOps.reduce(
        lambda x, y: x * y, 1.0
    )
    x, y = ROWS.tensor(), plain([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]).tensor()
    kept = [double(x), negate(x), double(y), plus(x, y), minus(x, y), plus(y, y)]
    kept += [total(x, 0), product(x, 0)]
    a, b = ROWS.values, read(y)
    expected = [2 * a, -a, 2 * b, a + b, a - b, b + b]
    expected += [a.sum(0, keepdims=True), a.prod(0, keepdims=True)]
    names = ["2x", "-x", "2y", "x + y", "x - y", "y + y", "the sums of x", "the products of x"]
    for name, got, wanted in zip(names, kept, expected):
        assert_cells(read(got), wanted, f"{name}, read after all the others were calculated")
    assert_cells(read(x), ROWS.values, "x afterwards")


@pytest.mark.task3_3
def test_a_map_into_a_tensor() -> None:
    """A map writes into the tensor that it is given, which may be larger than its input."""
    operation = minitorch.CudaOps.map(triple_plus_one)
    row, out = plain([1.0, 2.0, 3.0]).tensor(), ROWS.tensor()
    got = operation(row, out)
    assert_close(got is out, True, "is out what minitorch.CudaOps.map(fn)(x, out) gives")
    assert_cells(read(out), [[4.0, 7.0, 10.0]] * 2, "out, of shape (2, 3), x = [1, 2, 3]")
    assert_cells(read(row), [1.0, 2.0, 3.0], "x afterwards")


@pytest.mark.task3_3
def test_many_cells(cuda_map: Kernel, cuda_zip: Kernel) -> None:
    """More than a thousand cells, or indices beyond 127, take many blocks, the last of which has a rest."""
    for shape in [(1025,), (130, 2), (3, 129)]:
        x, y = numbered(row_major(shape)), numbered(column_major(shape))
        got = run(cuda_map, filled(row_major(shape), UNWRITTEN), y)
        assert_cells(got, triple_plus_one(y.values), f"out of the map of 3 * x + 1, x = {y}")
        got = run(cuda_zip, filled(row_major(shape), UNWRITTEN), x, y)
        assert_cells(got, double_minus(x.values, y.values), f"out of the zip of 2 * x - y, y = {y}")
    x = numbered(row_major((5, 13)))
    got = minitorch.CudaOps.map(triple_plus_one)(x.tensor())
    assert_cells(
        read(got), triple_plus_one(x.values), "CudaOps.map(3 * x + 1)(x), x of shape (5, 13)"
    )
    got = minitorch.CudaOps.zip(double_minus)(x.tensor(), x.tensor())
    assert_cells(read(got), x.values, "CudaOps.zip(2 * x - y)(x, x), x of shape (5, 13)")


@pytest.mark.task3_3
def test_every_digit_counts(cuda_map: Kernel, cuda_zip: Kernel) -> None:
    """Numbers keep all digits, in shared memory too: 1e9 + 1 is 1 more than 1e9."""
    large = plain([1e9, 1e9 + 2.0])
    out = filled(row_major((2,)), UNWRITTEN)
    assert_cells(run(cuda_map, out, large) - 3e9, [1.0, 7.0], "the map of 3 * x + 1, less 3e9")
    assert_cells(run(cuda_zip, out, large, large) - 1e9, [0.0, 2.0], "the zip of 2x - x, less 1e9")
    got = run(reduce_from(0.0), filled(row_major((1,)), UNWRITTEN), plain([1e9 + 1.0]), 0)
    assert_cells(got - 1e9, [1.0], "the reduce of 1e9 + 1 from 0.0, less 1e9")


@pytest.mark.task3_3
def test_operations_that_do_not_fit() -> None:
    """Shapes that don't go together, and dimensions that don't exist, are answered with an IndexingError."""
    rows, operation = ROWS.tensor(), minitorch.CudaOps.map(triple_plus_one)
    assert_cells(read(operation(rows)), triple_plus_one(ROWS.values), "CudaOps.map(fn)(x)")
    for ask in (
        lambda: operation(rows, plain([1.0, 2.0, 3.0]).tensor()),
        lambda: minitorch.CudaOps.zip(double_minus)(rows, plain([1.0, 2.0]).tensor()),
        lambda: minitorch.CudaOps.reduce(compound)(rows, 2),
    ):
        with pytest.raises(minitorch.IndexingError):
            ask()


# What the tests are made with


def reduce_from(start: float) -> Kernel:
    """Make the reduce of x + y + x * y from a start value."""
    kernel = launched(cuda_ops.tensor_reduce(cuda_ops.device_jit(compound)), block_a_cell)
    return lambda *arguments: kernel(*arguments, start)


def numbered(layout: Layout) -> Stored:
    """Store numbers that differ."""
    return Stored(tuple(tenths(number) for number in range(layout.length)), layout)
