"""Task 2.3: map, zip and reduce, on storages, shapes and strides of every kind."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import Faults, assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import ANYHOW, DENSE, Layout, draw_layout, draw_part, row_major, shapes
from tensors import Stored, Values, draw_stored, filled, plain, tenths

from minitorch import tensor_ops

few = settings(max_examples=25)

UNWRITTEN = 777.0  # what out holds beforehand where it is only to be written
SQUARE = row_major((2, 2))
TRANSPOSED = Layout((2, 3), (1, 2))  # three rows of two numbers each, read column by column
COLUMNS = Stored((0.0, 10.0, 20.0, 30.0), Layout((2, 2, 1), (1, 2, 4)))  # start values, likewise


@st.composite
def kernel_calls(
    draw: st.DrawFn, inputs: int, broadcast: bool = False
) -> tuple[Layout, list[Stored]]:
    """Draw where the cells of out lie, each in a place of its own, and inputs that are stored in any way at all."""
    shape = draw(shapes)
    out = draw_layout(draw, shape, DENSE)
    sizes = [draw_part(draw, shape) if broadcast else shape for _ in range(inputs)]
    return out, [draw_stored(draw, draw_layout(draw, size, ANYHOW), tenths) for size in sizes]


@st.composite
def reductions(draw: st.DrawFn) -> tuple[Stored, Stored, int]:
    """Draw an out that holds start values, an input, and the dimension to reduce."""
    shape = draw(shapes.filter(lambda shape: len(shape) > 0))
    a = draw_stored(draw, draw_layout(draw, shape, ANYHOW), tenths)
    dim = draw(st.integers(0, len(shape) - 1))
    out = draw_layout(draw, shape[:dim] + (1,) + shape[dim + 1 :], DENSE)
    return draw_stored(draw, out, tenths), a, dim


# tensor_map


@pytest.mark.task2_3
def test_map_by_hand() -> None:
    """A row [1, -2] mapped into two rows by a function that gives 0 for negative numbers makes [1, 0] twice."""
    got = run(
        tensor_ops.tensor_map(positive_part),
        filled(SQUARE, UNWRITTEN),
        plain([1.0, -2.0]),
    )
    expected = [[1.0, 0.0], [1.0, 0.0]]
    assert_close(got.tolist(), expected, "out of the map of x if x > 0 else 0")


@pytest.mark.task2_3
@few
@given(kernel_calls(inputs=1))
@example((row_major((2, 3)), [Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), TRANSPOSED)]))
@example((TRANSPOSED, [plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])]))
@example((SQUARE, [Stored((5.0,), Layout((2, 2), (0, 0)))]))
def test_map(drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_map(fn) puts fn of each input cell into the cell of out with the same index, however both are stored."""
    out, (x,) = drawn
    got = run(tensor_ops.tensor_map(triple_plus_one), filled(out, UNWRITTEN), x)
    assert_close(got.tolist(), triple_plus_one(x.values).tolist(), "out of the map of 3 * x + 1")


@pytest.mark.task2_3
@few
@given(kernel_calls(inputs=1, broadcast=True))
@example((SQUARE, [plain([1.0, 2.0])]))
@example((SQUARE, [plain([[1.0], [2.0]])]))
@example((SQUARE, [plain(5.0)]))
def test_map_broadcasts(drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_map broadcasts an input that is smaller than out: one of its cells serves several cells of out."""
    out, (x,) = drawn
    got = run(tensor_ops.tensor_map(triple_plus_one), filled(out, UNWRITTEN), x)
    expected = np.broadcast_to(triple_plus_one(x.values), out.shape)
    assert_close(got.tolist(), expected.tolist(), "out of the map of 3 * x + 1")


# tensor_zip


@pytest.mark.task2_3
def test_zip_by_hand() -> None:
    """A column [10, 20] minus a row [1, 2] is [[9, 8], [19, 18]]: every pair, the first tensor's number first."""
    column, row = plain([[10.0], [20.0]]), plain([1.0, 2.0])
    got = run(tensor_ops.tensor_zip(lambda x, y: x - y), filled(SQUARE, UNWRITTEN), column, row)
    assert_close(got.tolist(), [[9.0, 8.0], [19.0, 18.0]], "out of the zip of x - y")


@pytest.mark.task2_3
@few
@given(kernel_calls(inputs=2))
@example((SQUARE, [plain([[1.0, 2.0], [3.0, 4.0]]), plain([[10.0, 20.0], [30.0, 40.0]])]))
@example((SQUARE, [plain([[1.0, 2.0], [3.0, 4.0]]), Stored((10.0, 20.0), Layout((2, 2), (1, 0)))]))
@example(
    (Layout((2, 2), (1, 2)), [plain([[1.0, 2.0], [3.0, 4.0]]), plain([[5.0, 6.0], [7.0, 8.0]])])
)
def test_zip(drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_zip(fn) puts fn(a's cell, b's cell) into the cell of out with the same index, however all are stored."""
    out, (a, b) = drawn
    got = run(tensor_ops.tensor_zip(double_minus), filled(out, UNWRITTEN), a, b)
    expected = double_minus(a.values, b.values)
    assert_close(got.tolist(), expected.tolist(), "out of the zip of 2 * x - y")


@pytest.mark.task2_3
@few
@given(kernel_calls(inputs=2, broadcast=True))
@example((SQUARE, [plain([[1.0], [2.0]]), plain([10.0, 20.0])]))
@example((SQUARE, [plain([10.0, 20.0]), plain([[1.0], [2.0]])]))
@example((SQUARE, [plain(5.0), plain([[1.0, 2.0], [3.0, 4.0]])]))
def test_zip_broadcasts(drawn: tuple[Layout, list[Stored]]) -> None:
    """tensor_zip broadcasts whichever of a and b is smaller than out, and both where both are."""
    out, (a, b) = drawn
    got = run(tensor_ops.tensor_zip(double_minus), filled(out, UNWRITTEN), a, b)
    expected = np.broadcast_to(double_minus(a.values, b.values), out.shape)
    assert_close(got.tolist(), expected.tolist(), "out of the zip of 2 * x - y")


# tensor_reduce


@pytest.mark.task2_3
def test_reduce_by_hand() -> None:
    """Rows [1, 2, 3] and [4, 5, 6], begun at 10 and taken off one by one, leave 4 and -5."""
    start, rows = plain([[10.0], [10.0]]), plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    got = run(tensor_ops.tensor_reduce(take_off), start, rows, 1)
    what = "out of the reduce of acc - x along 1"
    assert_close(got.tolist(), [[4.0], [-5.0]], what, swapped(take_off, start, rows, 1))


@pytest.mark.task2_3
@settings(max_examples=40)
@given(reductions())
@example((plain([[100.0], [200.0]]), plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 1))
@example((plain([[10.0, 20.0, 30.0]]), plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]), 0))
@example((plain([[0.0], [0.0]]), Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), TRANSPOSED), 1))
@example((plain([[10.0]]), plain([[7.0]]), 0))
@example((COLUMNS, plain([[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]), 2))
def test_reduce(drawn: tuple[Stored, Stored, int]) -> None:
    """tensor_reduce(fn) folds along a dimension: fn(result so far, next cell), beginning with what out holds."""
    out, a, dim = drawn
    got = run(tensor_ops.tensor_reduce(halve_minus), out, a, dim)
    expected = folded(halve_minus, out.values, a.values, dim)
    what = f"out of the reduce of acc / 2 - x along {dim}"
    assert_close(got.tolist(), expected.tolist(), what, swapped(halve_minus, out, a, dim))


@pytest.mark.task2_3
def test_no_cells() -> None:
    """Where there are no cells, map and zip write nothing, and reduce leaves the start values as they are."""
    none, three = filled(row_major((0, 3)), 0.0), plain([1.0, 2.0, 3.0])
    got = run(tensor_ops.tensor_map(triple_plus_one), none, three)
    assert_close(list(got.shape), [0, 3], "shape of out of a map into (0, 3)")
    got = run(tensor_ops.tensor_zip(double_minus), none, none, three)
    assert_close(list(got.shape), [0, 3], "shape of out of a zip into (0, 3)")
    got = run(tensor_ops.tensor_reduce(halve_minus), plain([[8.0, 9.0, 10.0]]), none, 0)
    assert_close(got.tolist(), [[8.0, 9.0, 10.0]], "out of the reduce of (0, 3) along 0")


# What the tests are made with


def run(kernel: Callable[..., None], out: Stored, *inputs: Stored | int) -> Values:
    """Let a kernel write into out, and see that it leaves everything else alone.

    Args:
        kernel: What tensor_map, tensor_zip or tensor_reduce gave.
        out: What the storage of out holds beforehand, and where its cells lie.
        *inputs: The input tensors; for a reduce, the dimension too.

    Returns:
        The cells of out afterwards.
    """
    arguments: list[Any] = list(out.arrays())
    for each in inputs:
        arguments += each.arrays() if isinstance(each, Stored) else [each]
    before = [np.copy(argument) for argument in arguments]
    kernel(*arguments)
    for was, now in zip(before[1:], arguments[1:]):
        assert_close(np.asarray(now).tolist(), was.tolist(), "an argument other than out's storage")
    return Stored(tuple(arguments[0].tolist()), out.layout).values


def folded(fn: Callable[[Any, Any], Any], start: Values, values: Values, dim: int) -> Values:
    """Fold an array along one dimension, all rows at once."""
    result = start
    for place in range(values.shape[dim]):
        result = fn(result, values.take([place], axis=dim))
    return result


def swapped(fn: Callable[[Any, Any], Any], out: Stored, a: Stored, dim: int) -> Faults:
    """Say what a reduce gives that calls fn with its arguments the wrong way round."""
    found = folded(lambda acc, x: fn(x, acc), out.values, a.values, dim)
    return {
        "the arguments of fn are swapped: it is fn(result so far, next element).": found.tolist()
    }


def triple_plus_one(x: Any) -> Any:
    """Compute 3x + 1: of 0 it is not 0, and done twice it is not the same."""
    return 3.0 * x + 1.0


def positive_part(x: float) -> float:
    """Replace negative numbers by 0. It is a function of one number: asked about an array, it fails."""
    return x if x > 0 else 0.0


def double_minus(x: Any, y: Any) -> Any:
    """Compute 2x - y; the order matters."""
    return 2.0 * x - y


def take_off(acc: Any, x: Any) -> Any:
    """Compute acc - x."""
    return acc - x


def halve_minus(acc: Any, x: Any) -> Any:
    """Compute acc / 2 - x; neither order nor grouping can be changed unseen."""
    return acc / 2.0 - x
