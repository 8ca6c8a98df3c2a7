"""Task 3.1: the operations on tensors that FastOps makes of your kernels.

Here they run your kernels as plain Python, so that nothing is compiled but what plain Python cannot run.
"""

from collections.abc import Callable
from typing import Any

import pytest
from comparison import assert_close
from kernels import compound, double_minus, triple_plus_one
from tensors import assert_cells, plain, read
from turns import plainly

import minitorch
from minitorch import fast_ops

ROWS = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
COLUMN = plain([[10.0], [20.0]])


@pytest.fixture(autouse=True)
def plain_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the operations take the plain function of a kernel where they would have it compiled for one thread."""
    monkeypatch.setattr(fast_ops, "alone", plainly, raising=False)


@pytest.mark.task3_1
def test_operations() -> None:
    """FastOps makes operations on tensors of the kernels, which broadcast, and begin where they are told to."""
    got = fast_ops.FastOps.map(triple_plus_one)(ROWS.tensor())
    assert_cells(read(got), triple_plus_one(ROWS.values), "FastOps.map(3 * x + 1)(x)")
    got = fast_ops.FastOps.zip(double_minus)(COLUMN.tensor(), ROWS.tensor())
    expected = double_minus(COLUMN.values, ROWS.values)
    assert_cells(read(got), expected, "FastOps.zip(2 * x - y)(column, rows)")
    for dim in (0, 1):
        got = fast_ops.FastOps.reduce(lambda x, y: x + y, 100.0)(ROWS.tensor(), dim)
        expected = 100.0 + ROWS.values.sum(dim, keepdims=True)
        assert_cells(read(got), expected, f"FastOps.reduce(x + y, 100.0)(x, {dim})")


@pytest.mark.task3_1
def test_a_map_into_a_tensor() -> None:
    """A map writes into the tensor that it is given, be it a larger one or its own input."""
    operation = fast_ops.FastOps.map(triple_plus_one)
    row, out = plain([1.0, 2.0, 3.0]).tensor(), ROWS.tensor()
    got = operation(row, out)
    assert_close(got is out, True, "is out what FastOps.map(fn)(x, out) gives")
    assert_cells(read(out), [[4.0, 7.0, 10.0]] * 2, "out, of shape (2, 3), x = [1, 2, 3]")
    assert_cells(read(row), [1.0, 2.0, 3.0], "x afterwards")
    got = operation(row, row)
    assert_cells(read(row), [4.0, 7.0, 10.0], "x after FastOps.map(3 * x + 1)(x, x)")


@pytest.mark.task3_1
def test_what_does_not_fit() -> None:
    """Shapes that don't go together, and dimensions that don't exist, are answered with an IndexingError."""
    operation, rows = fast_ops.FastOps.map(triple_plus_one), ROWS.tensor()
    assert_cells(read(operation(rows)), triple_plus_one(ROWS.values), "FastOps.map(fn)(x)")
    misfits: dict[str, Callable[[], Any]] = {
        "a map of (2, 3) into (3,)": lambda: operation(rows, plain([1.0, 2.0, 3.0]).tensor()),
        "a zip of (2, 3) and (2,)": lambda: fast_ops.FastOps.zip(double_minus)(
            rows, plain([1.0, 2.0]).tensor()
        ),
        "a reduce of (2, 3) along 2": lambda: fast_ops.FastOps.reduce(compound)(rows, 2),
    }
    for what, ask in misfits.items():
        with pytest.raises(minitorch.IndexingError):
            ask()
        assert_cells(read(rows), ROWS.values, f"x after {what}")


@pytest.mark.task3_1
def test_operations_side_by_side() -> None:
    """Each operation does what it was made for, and its results have numbers of their own."""
    double, negate = (fast_ops.FastOps.map(lambda x, n=n: n * x) for n in (2.0, -1.0))
    plus, minus = (fast_ops.FastOps.zip(lambda x, y, n=n: x + n * y) for n in (1.0, -1.0))
    total, product = (
        fast_ops.FastOps.reduce(lambda x, y: x + y, 0.0),
        fast_ops.FastOps.reduce(lambda x, y: x * y, 1.0),
    )
    x, y = ROWS.tensor(), plain([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]).tensor()
    kept = [double(x), negate(x), double(y), plus(x, y), minus(x, y), plus(y, y)]
    kept += [total(x, 1), product(x, 1), total(y, 1)]
    a, b = ROWS.values, read(y)
    expected = [2 * a, -a, 2 * b, a + b, a - b, b + b]
    expected += [each.sum(1, keepdims=True) for each in (a, b)]
    expected.insert(7, a.prod(1, keepdims=True))
    names = [
        "2x",
        "-x",
        "2y",
        "x + y",
        "x - y",
        "y + y",
        "sum of x",
        "product of x",
        "sum of y",
    ]
    for name, got, wanted in zip(names, kept, expected):
        assert_cells(read(got), wanted, f"{name}, read after all the others were calculated")
    assert_cells(read(x), ROWS.values, "x afterwards")
