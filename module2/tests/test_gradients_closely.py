"""Task 2.4 once more: corners, derivatives that several tensors share, second walks, and what is given around them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from gradients import assert_slopes, beginning
from tensors import Stored, assert_tensor, plain, read

import minitorch

X = plain([[0.5, -1.5, 2.0], [1.0, 0.25, -0.75]])

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "-x": lambda x: -x,
    "x.sigmoid()": lambda x: x.sigmoid(),
    "x.relu()": lambda x: x.relu(),
    "x.exp()": lambda x: x.exp(),
    "(x * x).log()": lambda x: (x * x).log(),
    "x * 3.0": lambda x: x * 3.0,
    "x * x": lambda x: x * x,
    "2.0 / x": lambda x: 2.0 / x,
    "x + 1.0": lambda x: x + 1.0,
    "1.0 - x": lambda x: 1.0 - x,
    "x < 0.7": lambda x: x < 0.7,
    "x == 0.5": lambda x: x == 0.5,
    "x.sum(0)": lambda x: x.sum(0),
    "x.mean(1)": lambda x: x.mean(1),
    "x.permute(1, 0)": lambda x: x.permute(1, 0),
    "x.view(3, 2)": lambda x: x.view(3, 2),
    "x.view(6)": lambda x: x.view(6),
    "x.permute(1, 0).contiguous()": lambda x: x.permute(1, 0).contiguous(),
}


# Corners


@pytest.mark.task2_4
def test_relu_at_its_corner() -> None:
    """At exactly 0, the slope of relu counts as 0; however near above 0, it is 1."""
    x = plain([0.0, -0.0, 1e-300, -1e-300, 1e-9]).tensor(True)
    x.relu().backward(plain([1.0, 2.0, 3.0, 4.0, 5.0]).tensor())
    assert_tensor(x.grad, [0.0, 0.0, 3.0, 0.0, 5.0], "x.grad after x.relu().backward(d)")


@pytest.mark.task2_4
def test_steep_slopes() -> None:
    """Near 0, the slopes of 1/x and log are steep, and right to the last digits."""
    x = plain([1e-4, -1e-4]).tensor(True)
    (1.0 / x).sum().backward()
    assert_tensor(x.grad, [-1e8, -1e8], "x.grad after (1.0 / x).sum().backward(), x = 1e-4, -1e-4")
    x = plain([0.0, 1e-7]).tensor(True)
    x.log().sum().backward()
    assert_tensor(x.grad, [1e6, 1.0 / 1.1e-6], "x.grad after x.log().sum().backward(), x = 0, 1e-7")
    x = plain([0.0, 50.0, -50.0, 1000.0]).tensor(True)
    x.sigmoid().sum().backward()
    assert_tensor(x.grad, [0.25, 0.0, 0.0, 0.0], "x.grad after x.sigmoid().sum().backward()")


# Derivatives that several hold


@pytest.mark.task2_4
def test_a_backward_only_reads() -> None:
    """A backward makes a new tensor: what it is given goes to others too, as in f(x) + w, and stays as it was."""
    for call, compute in FUNCTIONS.items():
        for first in (True, False):
            alone, d = gradient(compute, in_rows=first)
            x = X.tensor(True)
            result = compute(x)
            w, start = result.zeros(), d.tensor()
            w.requires_grad_(True)
            (result + w if first else w + result).backward(start)
            assert_tensor(start, d.values, f"d after ({call} + w).backward(d)")
            assert_tensor(w.grad, d.values, f"w.grad after ({call} + w).backward(d)")
            assert_tensor(x.grad, alone, f"x.grad after ({call} + w).backward(d)")
            assert_tensor(x, X.values, f"x after ({call} + w).backward(d)")


@pytest.mark.task2_4
def test_each_walk_adds_the_same() -> None:
    """A backward leaves what forward saved as it was: a second walk from the same result adds the same again."""
    for call, compute in FUNCTIONS.items():
        alone, d = gradient(compute, in_rows=True)
        x = X.tensor(True)
        result = compute(x)
        compute(plain(2.0 * X.values).tensor(True))  # another call in between
        for times in (1, 2, 3):
            result.backward(d.tensor())
            assert_tensor(x.grad, times * alone, f"x.grad after {times} walks from {call}")


@pytest.mark.task2_4
def test_gradients_are_apart() -> None:
    """Each leaf has a gradient of its own: writing into it changes no other, nor what backward was given."""
    pairs: dict[str, Callable[[Any, Any], Any]] = {
        "a + b": lambda a, b: a + b,
        "a.permute(1, 0) + b": lambda a, b: a.permute(1, 0) + b,
        "a.view(2, 2) + b.contiguous()": lambda a, b: a.view(2, 2) + b.contiguous(),
        "a + (b + a)": lambda a, b: a + (b + a),
        "a.sum(0) + b": lambda a, b: a.view(1, 2, 2).sum(0).view(2, 2) + b,
    }
    for call, compute in pairs.items():
        a, b = (plain([[1.0, 2.0], [3.0, 4.0]]).tensor(True) for _ in range(2))
        d = plain([[1.0, 10.0], [100.0, 1000.0]])
        start = d.tensor()
        compute(a, b).backward(start)
        a.grad.tuple()[0][:] = -7.0
        assert_tensor(b.grad, d.values, f"b.grad after ({call}).backward(d), a.grad overwritten")
        assert_tensor(start, d.values, f"d after ({call}).backward(d), a.grad overwritten")
        start.tuple()[0][:] = 5.0
        assert_tensor(b.grad, d.values, f"b.grad after ({call}).backward(d), d overwritten")
    x, start = plain([1.0, 2.0]).tensor(True), plain([3.0, 4.0]).tensor()
    (x * 1.0).backward(start)
    x.backward(start)
    x.backward(start)
    assert_tensor(x.grad, [9.0, 12.0], "x.grad after three walks with [3, 4]")
    assert_tensor(start, [3.0, 4.0], "[3, 4] afterwards")


@pytest.mark.task2_4
def test_gradients_that_lie_otherwise() -> None:
    """Derivatives add up cell by cell, however each of them lies in its storage."""
    x = plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]).tensor(True)
    rows, columns = plain(np.arange(6.0).reshape(2, 3)), beginning((2, 3))
    (x * 1.0).backward(rows.tensor())
    x.permute(1, 0).backward(plain(columns.values.T).tensor())
    (x + 0.0).backward(columns.tensor())
    x.view(3, 2).backward(beginning((3, 2)).tensor())
    expected = rows.values + 2 * columns.values + beginning((3, 2)).values.reshape(2, 3)
    assert_tensor(
        x.grad, expected, "x.grad after four walks, each with a derivative that lies otherwise"
    )


@pytest.mark.task2_4
def test_copies_hand_their_derivatives_on() -> None:
    """contiguous copies cells, and hands each one's derivative back to where it came from."""
    assert_slopes(
        lambda x, y: x.permute(1, 0).contiguous() * y,
        lambda x, y: x.T * y,
        "x.permute(1, 0).contiguous() * y",
        X,
        plain(X.values.T + 1.0),
    )


@pytest.mark.task2_4
def test_gradients_have_the_backend_of_their_tensors() -> None:
    """A gradient calculates with what its tensor calculates with, whatever functions it came through."""
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    for call, compute in FUNCTIONS.items():
        x = X.tensor(True)
        x._type_(backend)
        result = compute(x)
        d = result.zeros() + 1.0
        result.backward(d)
        got = [d.backend is backend, x.grad.backend is backend]
        assert_close(got, [True, True], f"do d and x.grad have the backend of x, after {call}")


# Sizes and digits


@pytest.mark.task2_4
def test_many_cells() -> None:
    """Hundreds of cells get their derivatives, also where one of them serves hundreds."""
    row, column = plain(np.arange(150.0) / 50), plain(np.arange(130.0).reshape(130, 1) / 50)
    x, y = row.tensor(True), column.tensor(True)
    (x * y).sum().backward()
    assert_tensor(
        x.grad, np.full(150, column.values.sum()), "x.grad after (x * y).sum().backward()"
    )
    assert_tensor(
        y.grad, np.full((130, 1), row.values.sum()), "y.grad after (x * y).sum().backward()"
    )


@pytest.mark.task2_4
def test_tiny_derivatives() -> None:
    """A derivative may be tiny and still counts, and large ones keep all their digits."""
    x = plain([1.0, 2.0]).tensor(True)
    for _ in range(10):
        (x * x).backward(plain([1e-9, 2e-9]).tensor())
    assert_tensor(
        x.grad * 1e8, [2.0, 8.0], "1e8 * x.grad after ten walks from x * x with 1e-9, 2e-9"
    )
    x.zero_grad_()
    for d in (1e9, 1.0, -1e9):
        (x * 1.0).backward(plain([d, d]).tensor())
    assert_tensor(x.grad, [1.0, 1.0], "x.grad after walks with 1e9, 1 and -1e9")


# What is given around your functions


def halved() -> Any:
    """Make a Function that gives x, and says by a number that each cell has the slope 0.5."""
    return function(lambda ctx, x: x.f.id_map(x), lambda ctx, d: 0.5)


def short() -> Any:
    """Make a Function that gives x + y; its backward forgets the second input."""
    return function(lambda ctx, x, y: x.f.add_zip(x, y), lambda ctx, d: (d,))


def function(forward: Callable[..., Any], backward: Callable[..., Any]) -> Any:
    """Make a Function of its two halves."""
    halves = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return type("Made", (minitorch.Function,), halves)


@pytest.mark.task2_4
def test_a_number_for_a_derivative() -> None:
    """A backward may give a number, which counts for all cells, and has to give one derivative per input."""
    x = plain([[1.0, 2.0], [3.0, 4.0]]).tensor(True)
    (halved().apply(x) * 4.0).sum().backward()
    assert_tensor(x.grad, np.full((2, 2), 0.5), "x.grad after a backward that gives 0.5")
    with pytest.raises(ValueError):
        (short().apply(x, x) * 2.0).sum().backward()


@pytest.mark.task2_4
def test_only_leaves_accept_derivatives() -> None:
    """accumulate_derivative is for leaves, and chain_rule for results; asked of others, they raise a ValueError."""
    x = plain([1.0, 2.0]).tensor(True)
    result = x * x
    result.sum().backward()
    assert_tensor(x.grad, [2.0, 4.0], "x.grad after (x * x).sum().backward()")
    with pytest.raises(ValueError):
        result.accumulate_derivative(plain([1.0, 1.0]).tensor())
    with pytest.raises(ValueError):
        list(x.chain_rule(plain([1.0, 1.0]).tensor()))


@pytest.mark.task2_4
def test_where_backward_begins() -> None:
    """Without an argument, backward begins with 1, and only at a single element; any other start has its shape."""
    x = plain([[1.0, 2.0]]).tensor(True)
    result = x * x
    for ask in (lambda: result.backward(), lambda: result.backward(plain([1.0, 1.0]).tensor())):
        with pytest.raises(minitorch.IndexingError):
            ask()
    result.backward(plain([[0.0, 1.0]]).tensor())
    assert_tensor(x.grad, [[0.0, 4.0]], "x.grad after (x * x).backward([[0, 1]])")


@pytest.mark.task2_4
def test_constants_in_the_chain() -> None:
    """By a constant, nobody wants a derivative: in chain_rule, 0.0 stands in its place."""
    x, constant = plain([1.0, 2.0]).tensor(True), plain([3.0, 4.0]).tensor()
    (one, by_x), (other, by_constant) = (x * constant).chain_rule(plain([1.0, 1.0]).tensor())
    assert_close([one is x, other is constant], [True, True], "the inputs in chain_rule(d)")
    assert_tensor(by_x, [3.0, 4.0], "the derivative by x")
    assert_close(by_constant, 0.0, "what stands in the place of that by the constant")


@pytest.mark.task2_4
def test_tensors_alike_are_different() -> None:
    """Two tensors that hold the same numbers are still two, and each gets its own gradient."""
    x, y = plain([1.0, 2.0]).tensor(True), plain([1.0, 2.0]).tensor(True)
    ((x * 2.0) * (y * 3.0)).sum().backward()
    (x * 10.0).sum().backward()
    assert_tensor(x.grad, [16.0, 22.0], "x.grad after (2x * 3y).sum().backward() and 10x")
    assert_tensor(y.grad, [6.0, 12.0], "y.grad after (2x * 3y).sum().backward()")


@pytest.mark.task2_4
def test_the_check_measures() -> None:
    """grad_check passes what is right, and grad_central_difference measures without moving the tensors."""
    x, y = plain([[1.0, 2.0], [3.0, 4.0]]).tensor(), plain([2.0, 3.0]).tensor()
    minitorch.grad_check(lambda x, y: (x * y).sigmoid() * x, x, y)
    got = minitorch.grad_central_difference(lambda x, y: x * x * y, x, y, ind=(1, 0))
    assert_close(
        abs(got - 12.0) < 1e-3, True, f"the measured slope of x * x * y by x[1, 0] = 3: {got}"
    )
    assert_tensor(x, [[1.0, 2.0], [3.0, 4.0]], "x afterwards")
    with pytest.raises(AssertionError):
        minitorch.grad_check(lambda x: halved().apply(x) * x, plain([3.0]).tensor())


# What the tests are made with


def gradient(compute: Callable[[Any], Any], in_rows: bool) -> tuple[Any, Stored]:
    """Walk back from a function of X alone, and give x.grad and what the walk began with, laid in rows or columns."""
    x = X.tensor(True)
    result = compute(x)
    d = beginning(tuple(int(size) for size in result.shape))
    d = plain(d.values) if in_rows else d
    result.backward(d.tensor())
    return read(x.grad), d
