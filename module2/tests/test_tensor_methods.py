"""Task 2.3: what else a tensor is: its shape and its views, where it came from, what it calculates with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import Layout, row_major, shapes
from tensors import Stored, assert_tensor, plain, stored, tensors

import minitorch

few = settings(max_examples=15)

# [[1, 3, 5], [2, 4, 6]], stored column by column
TRANSPOSED = Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), Layout((2, 3), (1, 2)))
VIEWS = ("x.permute", "x.view")  # which need not calculate


# Shapes


@pytest.mark.task2_3
@few
@given(tensors())
def test_size_and_dims(x: Stored) -> None:
    """x.size counts the cells, x.dims the dimensions."""
    assert_close(int(x.tensor().size), x.values.size, "x.size")
    assert_close(int(x.tensor().dims), x.values.ndim, "x.dims")


@pytest.mark.task2_3
@few
@given(tensors().flatmap(lambda x: st.tuples(st.just(x), st.permutations(range(len(x.shape))))))
@example((plain(np.arange(24.0).reshape(2, 3, 4)), [1, 2, 0]))
@example((plain(np.arange(24.0).reshape(2, 3, 4)), [2, 0, 1]))
def test_permute(drawn: tuple[Stored, list[int]]) -> None:
    """x.permute(2, 0, 1) has x's dimension 2 first, then 0, then 1."""
    x, order = drawn
    what = f"x.permute({', '.join(map(str, order))})"
    assert_tensor(x.tensor().permute(*order), x.values.transpose(order), what)


@pytest.mark.task2_3
@few
@given(stored(shapes.map(row_major)))
@example(plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
def test_view(x: Stored) -> None:
    """x.view(…) reads the same cells, in the same order, in another shape."""
    for shape in [(x.values.size,), (1, x.values.size), (*reversed(x.shape),)]:
        what = f"x.view({', '.join(map(str, shape))})"
        assert_tensor(x.tensor().view(*shape), x.values.reshape(shape), what)


@pytest.mark.task2_3
@few
@given(tensors())
@example(TRANSPOSED)
def test_view_of_what_was_permuted(x: Stored) -> None:
    """x.contiguous() lays the cells out in order, so that a permuted tensor can be viewed too."""
    flat = x.tensor().contiguous().view(x.values.size)
    assert_tensor(flat, x.values.ravel(), f"x.contiguous().view({x.values.size})")


@pytest.mark.task2_3
def test_views_share_the_storage() -> None:
    """permute and view copy nothing: what is written into x afterwards shows in them too."""
    x = plain([[1.0, 2.0], [3.0, 4.0]]).tensor()
    permuted, viewed = x.permute(1, 0), x.view(4)
    x.tuple()[0][1] = 9.0
    assert_tensor(permuted, [[1.0, 3.0], [9.0, 4.0]], "x.permute(1, 0) after x[0, 1] = 9.0")
    assert_tensor(viewed, [1.0, 9.0, 3.0, 4.0], "x.view(4) after x[0, 1] = 9.0")


# What results remember


@pytest.mark.task2_3
@pytest.mark.parametrize("requires_grad", [True, False])
def test_history(requires_grad: bool) -> None:
    """A result remembers how it came from a tensor that requires a gradient; of constants it remembers nothing."""
    x = plain([[1.0, 2.0], [3.0, 4.0]]).tensor(requires_grad)
    y = plain([[2.0, 2.0], [2.0, 2.0]]).tensor()
    for what, result in results(x, y):
        assert_close(result.requires_grad(), requires_grad, f"({what}).requires_grad()")
        assert_close(comes_from(result, x), requires_grad, f"does {what} come from x?")


@pytest.mark.task2_3
def test_inputs_stay_as_they_were() -> None:
    """Every operation makes a new tensor, and leaves those that it works on as they were."""
    before = plain([[1.0, -2.0], [3.0, 4.0]])
    x, y = before.tensor(), before.tensor()
    for what, _ in results(x, y):
        assert_tensor(x, before.values, f"x after {what}")
        assert_tensor(y, before.values, f"y after {what}")


@pytest.mark.task2_3
def test_zero_grad() -> None:
    """x.zero_grad_() forgets the gradient: x.grad is None again, and the cells stay."""
    x = plain([1.0, 2.0]).tensor(requires_grad=True)
    x.grad = plain([3.0, 4.0]).tensor()
    x.zero_grad_()
    assert_close(x.grad, None, "x.grad after x.zero_grad_()")
    assert_tensor(x, [1.0, 2.0], "x after x.zero_grad_()")


@pytest.mark.task2_3
def test_backend() -> None:
    """An operation calculates with the backend of its tensors, and its result has the same one."""
    backend = minitorch.TensorBackend(Counted)
    x, y = (plain([[1.0, 2.0], [3.0, 4.0]]).tensor() for _ in range(2))
    x._type_(backend)
    y._type_(backend)
    before = Counted.calls
    for what, result in results(x, y):
        assert_close(result.backend is backend, True, f"is the backend of {what} that of x and y?")
        if not what.startswith(VIEWS):
            assert_close(Counted.calls > before, True, f"did {what} ask the backend of x and y?")
        before = Counted.calls


# What cannot be


@pytest.mark.task2_3
def test_what_does_not_fit() -> None:
    """Shapes that don't broadcast, orders that are none and sizes that differ are answered with an IndexingError."""
    x, y = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).tensor(), plain([1.0, 2.0]).tensor()
    misfits: dict[str, Callable[[], minitorch.Tensor]] = {
        "x + y": lambda: x + y,
        "y * x": lambda: y * x,
        "x < y": lambda: x < y,
        "x.sum(2)": lambda: x.sum(2),
        "x.permute(0, 0)": lambda: x.permute(0, 0),
        "x.permute(1, 0, 2)": lambda: x.permute(1, 0, 2),
        "x.view(4)": lambda: x.view(4),
        "x.permute(1, 0).view(6)": lambda: x.permute(1, 0).view(6),
    }
    for what, compute in misfits.items():
        assert_close(refused(compute), True, f"is {what} refused, with x of (2, 3) and y of (2,)?")


# What the tests are made with


class Counted:
    """Calculate as SimpleOps does, and count how often."""

    calls = 0
    cuda = False

    @staticmethod
    def map(fn: Callable[[float], float]) -> Any:
        """Count the calls of a map."""
        return counted(minitorch.SimpleOps.map(fn))

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Any:
        """Count the calls of a zip."""
        return counted(minitorch.SimpleOps.zip(fn))

    @staticmethod
    def reduce(fn: Callable[[float, float], float], start: float = 0.0) -> Any:
        """Count the calls of a reduce."""
        return counted(minitorch.SimpleOps.reduce(fn, start))

    @staticmethod
    def matrix_multiply(*factors: minitorch.Tensor) -> minitorch.Tensor:
        """Multiply matrices, which nothing here does."""
        return minitorch.SimpleOps.matrix_multiply(*factors)


def counted(operation: Callable[..., minitorch.Tensor]) -> Callable[..., minitorch.Tensor]:
    """Wrap an operation such that its calls are counted."""

    def wrapped(*arguments: Any) -> minitorch.Tensor:
        Counted.calls += 1
        return operation(*arguments)

    return wrapped


def results(x: minitorch.Tensor, y: minitorch.Tensor) -> Iterator[tuple[str, minitorch.Tensor]]:
    """Apply every operation of this task, one after the other.

    Args:
        x: A 2 x 2 tensor.
        y: Another one.

    Yields:
        tuple[str, minitorch.Tensor]: Pairs of what was computed and what came out.
    """
    yield "-x", -x
    yield "x.sigmoid()", x.sigmoid()
    yield "x.relu()", x.relu()
    yield "x.exp()", x.exp()
    yield "(x * x).log()", (x * x).log()
    yield "x + y", x + y
    yield "y + x", y + x
    yield "x - y", x - y
    yield "y - x", y - x
    yield "x * y", x * y
    yield "y * x", y * x
    yield "x + 1", x + 1
    yield "1 + x", 1 + x
    yield "x * 2", x * 2
    yield "2 * x", 2 * x
    yield "x < y", x < y
    yield "x > y", x > y
    yield "x == y", x == y
    yield "x.is_close(y)", x.is_close(y)
    yield "x.sum()", x.sum()
    yield "x.sum(0)", x.sum(0)
    yield "x.mean()", x.mean()
    yield "x.mean(1)", x.mean(1)
    yield "x.all()", x.all()
    yield "x.all(1)", x.all(1)
    yield "x.permute(1, 0)", x.permute(1, 0)
    yield "x.view(4)", x.view(4)


def refused(compute: Callable[[], minitorch.Tensor]) -> bool:
    """Say whether a computation is answered with an IndexingError."""
    try:
        compute()
    except minitorch.IndexingError:
        return True
    return False


def comes_from(result: minitorch.Tensor, source: minitorch.Tensor) -> bool:
    """Walk back along what a tensor was made from, and say whether a certain tensor is among it."""
    if result is source:
        return True
    inputs = result.history.inputs if result.history is not None else ()
    return any(comes_from(each, source) for each in inputs)
