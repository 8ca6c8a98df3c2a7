"""Task 2.4: the gradient of each function, cell by cell, with broadcasting undone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gradients import backward, collected
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import Layout, shapes
from tensors import (
    Stored,
    assert_tensor,
    plain,
    positive,
    small_whole,
    tenths,
    tensor_pairs,
    tensors,
)

import minitorch

few = settings(max_examples=15)

ROW_AND_COLUMN = (plain([1.0, 2.0, 3.0]), plain([[10.0], [20.0]]))
with_dimensions = shapes.filter(lambda shape: len(shape) > 0)


# Functions of one tensor


@pytest.mark.task2_4
@few
@given(tensors())
@example(plain([[-1.0, 0.0, 2.0]]))
def test_sigmoid(x: Stored) -> None:
    """The slope of sigmoid is s * (1 - s), where s is the sigmoid itself."""
    s = 0.5 + 0.5 * np.tanh(x.values / 2)
    d, (dx,) = backward(lambda t: t.sigmoid(), x)
    assert_tensor(dx, d * s * (1 - s), "x.grad after x.sigmoid().backward(d)")


@pytest.mark.task2_4
@few
@given(tensors().filter(lambda x: 0.0 not in x.numbers))
@example(plain([[-1.0, 3.0, 2.0]]))
def test_relu(x: Stored) -> None:
    """The slope of relu is 1 where x is positive, and 0 where it is negative."""
    d, (dx,) = backward(lambda t: t.relu(), x)
    assert_tensor(dx, d * (x.values > 0), "x.grad after x.relu().backward(d)")


@pytest.mark.task2_4
@few
@given(tensors(numbers=positive))
@example(plain([[1.0, 2.0, 0.0]]))
def test_log(x: Stored) -> None:
    """The slope of log is 1 / (x + EPS)."""
    d, (dx,) = backward(lambda t: t.log(), x)
    assert_tensor(dx, d / (x.values + 1e-6), "x.grad after x.log().backward(d)")


@pytest.mark.task2_4
@few
@given(tensors())
@example(plain([[-1.0, 0.0, 2.0]]))
def test_exp(x: Stored) -> None:
    """The slope of e^x is e^x."""
    d, (dx,) = backward(lambda t: t.exp(), x)
    assert_tensor(dx, d * np.exp(x.values), "x.grad after x.exp().backward(d)")


# Functions of two tensors. What was broadcast collects a derivative from each cell that it served.


@pytest.mark.task2_4
@few
@given(tensor_pairs())
@example(ROW_AND_COLUMN)
def test_mul(pair: tuple[Stored, Stored]) -> None:
    """In x * y, the slope for x is y and the slope for y is x; each gradient has the shape of its tensor."""
    x, y = pair
    d, (dx, dy) = backward(lambda s, t: s * t, x, y)
    assert_tensor(dx, collected(d * y.values, x.shape), "x.grad after (x * y).backward(d)")
    assert_tensor(dy, collected(d * x.values, y.shape), "y.grad after (x * y).backward(d)")


@pytest.mark.task2_4
@few
@given(tensor_pairs(tenths, positive))
@example(ROW_AND_COLUMN)
def test_div(pair: tuple[Stored, Stored]) -> None:
    """In x / y, which is made of * and Inv, the slope for x is 1 / y and the slope for y is -x / y^2."""
    x, y = pair
    d, (dx, dy) = backward(lambda s, t: s / t, x, y)
    assert_tensor(dx, collected(d / y.values, x.shape), "x.grad after (x / y).backward(d)")
    expected = collected(-d * x.values / y.values**2, y.shape)
    assert_tensor(dy, expected, "y.grad after (x / y).backward(d)")


@pytest.mark.task2_4
@pytest.mark.parametrize("sign", ["<", ">", "=="])
@few
@given(pair=tensor_pairs(small_whole, small_whole))
@example(pair=ROW_AND_COLUMN)
def test_comparisons(sign: str, pair: tuple[Stored, Stored]) -> None:
    """A comparison is flat wherever it has a slope, so both gradients are zeros, in the shapes of their tensors."""
    x, y = pair
    compare: dict[str, Callable[[minitorch.Tensor, minitorch.Tensor], minitorch.Tensor]] = {
        "<": lambda s, t: s < t,
        ">": lambda s, t: s > t,
        "==": lambda s, t: s == t,
    }
    _, (dx, dy) = backward(compare[sign], x, y)
    assert_tensor(dx, np.zeros(x.shape), f"x.grad after (x {sign} y).backward(d)")
    assert_tensor(dy, np.zeros(y.shape), f"y.grad after (x {sign} y).backward(d)")


# Reductions and shapes. Each is mixed with a product or a power, so that the cells' derivatives differ.


@pytest.mark.task2_4
@few
@given(tensors(with_dimensions))
@example(plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
def test_sum_along_a_dimension(x: Stored) -> None:
    """A sum along a dimension hands its derivative to every cell that it added up."""
    for dim in range(len(x.shape)):
        d, (dx,) = backward(lambda t: (t * t).sum(dim), x)
        what = f"x.grad after (x * x).sum({dim}).backward(d)"
        assert_tensor(dx, d * 2 * x.values, what)


@pytest.mark.task2_4
@few
@given(tensors(with_dimensions))
@example(plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
def test_mean_along_a_dimension(x: Stored) -> None:
    """A mean along a dimension hands each cell its share of the derivative."""
    for dim, size in enumerate(x.shape):
        d, (dx,) = backward(lambda t: (t * t).mean(dim), x)
        what = f"x.grad after (x * x).mean({dim}).backward(d)"
        assert_tensor(dx, d * 2 * x.values / size, what)


@pytest.mark.task2_4
@few
@given(tensors())
@example(plain([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]))
def test_sum_and_mean_of_everything(x: Stored) -> None:
    """After a sum or mean of all cells, which has shape (1,), backward() needs no argument: the derivative is 1."""
    t = x.tensor(requires_grad=True)
    (t * t).sum().backward()
    assert_tensor(t.grad, 2 * x.values, "x.grad after (x * x).sum().backward()")
    t = x.tensor(requires_grad=True)
    (t * t).mean().backward()
    assert_tensor(t.grad, 2 * x.values / x.values.size, "x.grad after (x * x).mean().backward()")


@pytest.mark.task2_4
@few
@given(tensors().flatmap(lambda x: st.tuples(st.just(x), st.permutations(range(len(x.shape))))))
@example((plain(np.arange(24.0).reshape(2, 3, 4)), [1, 2, 0]))
@example((plain(np.arange(24.0).reshape(2, 3, 4)), [2, 0, 1]))
def test_permute(drawn: tuple[Stored, list[int]]) -> None:
    """The derivative of a permuted tensor goes back to the places where its cells came from."""
    x, order = drawn
    d, (dx,) = backward(lambda t: t.permute(*order), x)
    what = f"x.grad after x.permute({', '.join(map(str, order))}).backward(d)"
    assert_tensor(dx, d.transpose(np.argsort(order)), what)


@pytest.mark.task2_4
@few
@given(tensors())
@example(Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), Layout((2, 3), (1, 2))))
def test_view(x: Stored) -> None:
    """The derivative of a view goes back cell by cell, also where the tensor was permuted before."""
    size = x.values.size
    d, (dx,) = backward(lambda t: (t * t).contiguous().view(size), x)
    what = f"x.grad after (x * x).contiguous().view({size}).backward(d)"
    assert_tensor(dx, 2 * x.values * d.reshape(x.shape), what)
