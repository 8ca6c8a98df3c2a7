"""Task 3.6: five ways to multiply two matrices. All give the same numbers; each does what its docstring counts.

All of it calculates with ``SimpleBackend`` or a copy of it that counts: nothing is compiled.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from counting import Costs
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import ANYHOW, Layout, column_major, draw_layout, row_major
from tensors import Stored, Values, assert_cells, draw_stored, plain, read, tenths

import minitorch
from project import matmul_ladder

RUNGS = ("by_cells", "by_rows", "by_rows_at_once", "by_broadcast")
"""Those that take tensors; by_lists takes lists."""

LEFT, RIGHT = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], [[1.0, 0.0], [2.0, -1.0], [3.0, 10.0]]
PRODUCT = [[14.0, 28.0], [32.0, 55.0]]  # 1 * 1 + 2 * 2 + 3 * 3 is 14, 1 * 0 + 2 * -1 + 3 * 10 is 28

rungs = pytest.mark.parametrize("name", RUNGS)


def multiply(name: str, a: Stored, b: Stored) -> Any:
    """Multiply two matrices by one of the rungs."""
    return getattr(matmul_ladder, name)(a.tensor(), b.tensor())


# sizes


@pytest.mark.task3_6
def test_sizes() -> None:
    """(n, k) times (k, m): sizes gives n, k and m, in this order."""
    assert_close(tuple(matmul_ladder.sizes((2, 3), (3, 4))), (2, 3, 4), "sizes((2, 3), (3, 4))")
    assert_close(tuple(matmul_ladder.sizes((5, 1), (1, 1))), (5, 1, 1), "sizes((5, 1), (1, 1))")
    assert_close(tuple(matmul_ladder.sizes([0, 2], [2, 0])), (0, 2, 0), "sizes([0, 2], [2, 0])")


@pytest.mark.task3_6
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ((2, 3), (2, 3)),
        ((2, 3), (4, 2)),
        ((3, 1), (3, 2)),
        ((3,), (3, 2)),
        ((2, 3), (3,)),
        ((2, 2, 3), (3, 4)),
        ((2, 3), (2, 3, 4)),
        ((2, 3), (3, 3, 4)),
        ((), ()),
    ],
    ids=str,
)
def test_sizes_that_do_not_go_together(left: tuple[int, ...], right: tuple[int, ...]) -> None:
    """Where inner sizes differ, or a shape is not of two sizes, sizes raises an IndexingError naming both shapes."""
    with pytest.raises(minitorch.IndexingError) as raised:
        matmul_ladder.sizes(left, right)
    for shape in (left, right):
        assert str(shape) in str(raised.value), f"{shape} is not named in: {raised.value}"


# Values


@pytest.mark.task3_6
@rungs
def test_by_hand(name: str) -> None:
    """Element (0, 0) of the example is 1 * 1 + 2 * 2 + 3 * 3 = 14, element (0, 1) is 1 * 0 - 2 * 1 + 3 * 10 = 28."""
    a, b = plain(LEFT), plain(RIGHT)
    assert_cells(read(multiply(name, a, b)), PRODUCT, f"{name}(a, b), a = {a}, b = {b}")


@pytest.mark.task3_6
def test_by_lists_by_hand() -> None:
    """by_lists gives the same numbers as lists of lists, new ones in each row."""
    got = matmul_ladder.by_lists(LEFT, RIGHT)
    assert_close(got, PRODUCT, f"by_lists({LEFT}, {RIGHT})")
    got[0][0] = 100.0
    assert_close(got[1], PRODUCT[1], "row 1, after a number was written into row 0")


@pytest.mark.task3_6
@rungs
@pytest.mark.parametrize("size", [(1, 1, 1), (1, 3, 2), (3, 1, 2), (2, 3, 1), (3, 3, 3)], ids=str)
def test_sizes_of_one(name: str, size: tuple[int, int, int]) -> None:
    """A matrix may be a single row, a single column, or a single number."""
    n, k, m = size
    a, b = numbered(row_major((n, k)), 3), numbered(row_major((k, m)), 50)
    got = multiply(name, a, b)
    assert_cells(read(got), a.values @ b.values, f"{name}(a, b), a = {a}, b = {b}")


@pytest.mark.task3_6
@rungs
@pytest.mark.parametrize("size", [(2, 0, 3), (0, 2, 3), (2, 3, 0)], ids=str)
def test_nothing_to_multiply(name: str, size: tuple[int, int, int]) -> None:
    """Where k is 0, all sums are 0.0; where n or m is 0, the product has no elements, and still its shape."""
    n, k, m = size
    a, b = (numbered(row_major(shape), 3) for shape in ((n, k), (k, m)))
    assert_cells(
        read(multiply(name, a, b)), np.zeros((n, m)), f"{name}(a, b), {(n, k)} by {(k, m)}"
    )


@pytest.mark.task3_6
@rungs
def test_columns_that_lie_side_by_side(name: str) -> None:
    """A matrix may lie in memory column by column, as permute(1, 0) leaves it; the product is the same."""
    for left, right in ((column_major, row_major), (row_major, column_major)):
        a, b = numbered(left((3, 2)), 3), numbered(right((2, 4)), 50)
        got = multiply(name, a, b)
        assert_cells(read(got), a.values @ b.values, f"{name}(a, b), a = {a}, b = {b}")


@st.composite
def factors(draw: st.DrawFn) -> tuple[Stored, Stored]:
    """Draw two matrices that go together, stored in any way at all."""
    n, k, m = draw(st.tuples(*[st.integers(1, 4)] * 3))
    a, b = (draw_layout(draw, shape, ANYHOW) for shape in ((n, k), (k, m)))
    return draw_stored(draw, a), draw_stored(draw, b)


@pytest.mark.task3_6
@rungs
@settings(max_examples=12)
@given(drawn=factors())
def test_any_matrices(name: str, drawn: tuple[Stored, Stored]) -> None:
    """The product is the same however the cells lie in memory, and both factors stay as they were."""
    a, b = drawn
    x, y = a.tensor(), b.tensor()
    got = getattr(matmul_ladder, name)(x, y)
    assert_cells(read(got), a.values @ b.values, f"{name}(a, b), a = {a}, b = {b}")
    for tensor, stored in ((x, a), (y, b)):
        assert_cells(tensor.storage(), stored.tensor().storage(), "a factor's storage afterwards")


@pytest.mark.task3_6
@given(drawn=factors())
def test_any_lists(drawn: tuple[Stored, Stored]) -> None:
    """by_lists multiplies lists of any sizes, and leaves them as they were."""
    a, b = (stored.values.tolist() for stored in drawn)
    got = matmul_ladder.by_lists(a, b)
    assert_close(got, (np.array(a) @ np.array(b)).tolist(), f"by_lists({a}, {b})")
    for now, stored in zip((a, b), drawn):
        assert_close(now, stored.values.tolist(), "a factor afterwards")


@pytest.mark.task3_6
@rungs
def test_products_are_new(name: str) -> None:
    """Each product is a tensor of its own, of the left factor's backend: what is calculated next leaves it alone."""
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    a, b = plain(LEFT).tensor(backend), plain(RIGHT).tensor(backend)
    first = getattr(matmul_ladder, name)(a, b)
    getattr(matmul_ladder, name)(b, a)
    getattr(matmul_ladder, name)(a, b * 2)
    assert_cells(read(first), PRODUCT, f"{name}(a, b), read after others")
    assert_close(first.backend is backend, True, "whether its backend is that of a")


@pytest.mark.task3_6
@pytest.mark.parametrize("name", (*RUNGS, "by_lists"))
def test_factors_that_do_not_go_together(name: str) -> None:
    """Every rung raises the IndexingError of sizes: both shapes are named."""
    for left, right in ((LEFT, LEFT), (RIGHT, [[1.0, 2.0, 3.0]]), ([[1.0], [2.0]], RIGHT)):
        a, b = plain(left), plain(right)
        pair = (left, right) if name == "by_lists" else (a.tensor(), b.tensor())
        with pytest.raises(minitorch.IndexingError) as raised:
            getattr(matmul_ladder, name)(*pair)
        for shape in (a.shape, b.shape):
            assert str(shape) in str(raised.value), f"{shape} is not named in: {raised.value}"


# Counts


SIZES = [(2, 3, 4), (3, 2, 1), (1, 4, 2)]


@pytest.mark.task3_6
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_how_many_cells_by_cells_reads(size: tuple[int, int, int]) -> None:
    """by_cells reads a[i, p] and b[p, j] for each product: a cell of a m times, a cell of b n times."""
    n, k, m = size
    costs = counted("by_cells", size)
    if costs.parts:
        wrong = f"by_cells read {costs.parts[0]}, which is more than a cell"
        raise AssertionError(f"{wrong}; read cells as a[i, p] and b[p, j]")
    for factor, shape, times in (("a", (n, k), m), ("b", (k, m), n)):
        got = [[costs.reads[factor][i, j] for j in range(shape[1])] for i in range(shape[0])]
        what = f"how often by_cells reads each cell of {factor}, {(n, k)} times {(k, m)}"
        assert_close(got, [[times] * shape[1]] * shape[0], what)
    assert_close(dict(costs.told()), operations(0, 0), "operations of tensors in by_cells")


@pytest.mark.task3_6
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_how_many_numbers_by_lists_multiplies(size: tuple[int, int, int]) -> None:
    """by_lists multiplies numbers of Python itself, n * k * m times: neither NumPy nor a tensor does it."""
    n, k, m = size
    costs = Costs(minitorch)
    a, b = (numbered(row_major(shape), 3).values.tolist() for shape in ((n, k), (k, m)))
    matmul_ladder.by_lists(costs.lists(a), costs.lists(b))
    what = f"multiplications of by_lists, {(n, k)} times {(k, m)}"
    assert_close(costs.multiplications, n * k * m, what)


@pytest.mark.task3_6
@pytest.mark.parametrize("name", RUNGS[1:])
@pytest.mark.parametrize("size", SIZES, ids=str)
def test_how_many_operations(name: str, size: tuple[int, int, int]) -> None:
    """by_rows takes n * m products and as many sums, by_rows_at_once n of each, by_broadcast one; and nothing else."""
    n, _, m = size
    costs = counted(name, size)
    wanted = {"by_rows": n * m, "by_rows_at_once": n, "by_broadcast": 1}[name]
    what = f"what {name} calls, {size[:2]} times {size[1:]}"
    for operation, times in operations(wanted, wanted).items():
        assert_close(costs.told()[operation], times, f"{what}: {operation}")


@pytest.mark.task3_6
def test_row_and_column_copy_nothing() -> None:
    """row and column, which are given, share the numbers of their matrix: what is written into it is seen."""
    a, b = plain(LEFT).tensor(), plain(RIGHT).tensor()
    row, column = matmul_ladder.row(a, 1), matmul_ladder.column(a, 2)
    assert_cells(read(row), [4.0, 5.0, 6.0], "row(a, 1)")
    assert_cells(read(column), [3.0, 6.0], "column(a, 2)")
    a.storage()[5] = 60.0
    assert_cells(read(row), [4.0, 5.0, 60.0], "row(a, 1), after a[1, 2] became 60")
    assert_cells(read(column), [3.0, 60.0], "column(a, 2), after a[1, 2] became 60")
    expected = [PRODUCT[0], [194.0, 595.0]]
    assert_cells(read(matmul_ladder.by_rows(a, b)), expected, "by_rows(a, b), after that")


# What the tests are made with


def numbered(layout: Layout, first: int) -> Stored:
    """Store numbers from -5 to 5, hardly two of them alike."""
    return Stored(tuple(tenths(first + n) for n in range(layout.length)), layout)


def counted(name: str, size: tuple[int, int, int]) -> Costs:
    """Multiply two matrices whose use is counted; their product must be right, or counts say nothing."""
    n, k, m = size
    costs = Costs(minitorch)
    stored = {"a": numbered(row_major((n, k)), 3), "b": numbered(row_major((k, m)), 50)}
    a, b = (costs.tensor(minitorch, factor, each.tensor()) for factor, each in stored.items())
    expected: Values = stored["a"].values @ stored["b"].values
    assert_cells(read(getattr(matmul_ladder, name)(a, b)), expected, f"{name}(a, b)")
    return costs


def operations(products: int, sums: int) -> dict[str, int]:
    """List what ``Costs.told`` should tell."""
    return {
        "products of tensors (*)": products,
        "sums of tensors": sums,
        "other operations of tensors": 0,
    }
