"""Task 2.4: whole expressions and graphs, from their result back to all tensors that they are made of."""

import numpy as np
import pytest
from comparison import assert_close
from gradients import assert_slopes
from hypothesis import example, given, settings
from tensors import Stored, Values, assert_tensor, plain, positive, tenths, tensor_pairs

few = settings(max_examples=15)

ROW_AND_COLUMN = (plain([1.0, 2.0, 3.0]), plain([[10.0], [20.0]]))


# Whole expressions, against a numeric derivative of the same expression in NumPy, at every cell


@pytest.mark.task2_4
@few
@given(tensor_pairs(tenths, positive))
@example(ROW_AND_COLUMN)
def test_expressions(pair: tuple[Stored, Stored]) -> None:
    """Whatever an expression is made of, its gradients are the slopes that a small step to either side shows."""
    assert_slopes(
        lambda x, y: (x * y).sigmoid() * y - x,
        lambda x, y: logistic(x * y) * y - x,
        "(x * y).sigmoid() * y - x",
        *pair,
    )
    assert_slopes(
        lambda x, y: (x * x + y).log() * (x * 0.1).exp(),
        lambda x, y: np.log(x * x + y + 1e-6) * np.exp(x * 0.1),
        "(x * x + y).log() * (x * 0.1).exp()",
        *pair,
    )
    assert_slopes(
        lambda x, y: (x * y + 0.005).relu() / (x * x + 1),
        lambda x, y: np.maximum(x * y + 0.005, 0) / (x * x + 1),
        "(x * y + 0.005).relu() / (x * x + 1)",
        *pair,
    )
    assert_slopes(
        lambda x, y: (x < y + 0.05) * x * y + (x > y + 0.05) * y,
        lambda x, y: (x < y + 0.05) * x * y + (x > y + 0.05) * y,
        "(x < y + 0.05) * x * y + (x > y + 0.05) * y",
        *pair,
    )


@pytest.mark.task2_4
def test_a_small_network() -> None:
    """Three points go through two layers to a loss, whose gradients are the slopes that small steps show."""
    assert_slopes(
        lambda x, y, z: ((x * y).sum(1).sigmoid() * z).sum(2).sigmoid().log().mean(),
        lambda x, y, z: np.log(
            logistic((logistic((x * y).sum(1, keepdims=True)) * z).sum(2, keepdims=True)) + 1e-6
        ).mean(keepdims=True)[0, 0],
        "((x * y).sum(1).sigmoid() * z).sum(2).sigmoid().log().mean()",
        plain([[[0.2], [0.9]], [[0.7], [0.1]], [[0.5], [0.4]]]),  # 3 points, 2 inputs
        plain([[[0.5, -1.0, 0.3], [1.5, 0.2, -0.7]]]),  # 2 inputs, 3 hidden cells
        plain([[[0.8, -0.6, 1.1]]]),  # 3 hidden cells
    )


# Tensors in many places, and derivatives that add up


@pytest.mark.task2_4
def test_broadcasting_by_hand() -> None:
    """A row that serves two rows gets the sum of their derivatives, in its own shape."""
    row, rows = plain([1.0, 2.0]).tensor(True), plain([[3.0, 4.0], [5.0, 6.0]]).tensor(True)
    (row * rows).sum().backward()
    assert_tensor(row.grad, [8.0, 10.0], "row.grad after (row * rows).sum().backward()")
    expected = [[1.0, 2.0], [1.0, 2.0]]
    assert_tensor(rows.grad, expected, "rows.grad after (row * rows).sum().backward()")


@pytest.mark.task2_4
def test_a_tensor_used_twice() -> None:
    """A tensor that is used in several places gets the sum of their derivatives."""
    x = plain([1.0, 2.0, 3.0]).tensor(True)
    column = x.view(3, 1)
    (column * x).sum().backward()  # (1 + 2 + 3) ** 2, whose slope is 2 * (1 + 2 + 3) in each cell
    assert_tensor(x.grad, [12.0, 12.0, 12.0], "x.grad after (x.view(3, 1) * x).sum().backward()")


@pytest.mark.task2_4
def test_backward_again() -> None:
    """Each backward adds to the gradient, until zero_grad_ forgets it."""
    x = plain([[1.0, -2.0]]).tensor(True)
    (x * x).sum().backward()
    (x * 10).backward(plain([[1.0, 1.0]]).tensor())
    assert_tensor(x.grad, [[12.0, 6.0]], "x.grad after two backwards")
    x.zero_grad_()
    (x * x).sum().backward()
    assert_tensor(x.grad, [[2.0, -4.0]], "x.grad after x.zero_grad_() and one more")


@pytest.mark.task2_4
def test_constants_get_no_gradient() -> None:
    """Only tensors that require a gradient get one: grad stays None for constants, and for results on the way."""
    x, constant = plain([[1.0, 2.0]]).tensor(True), plain([[3.0], [4.0]]).tensor()
    between = x * constant
    (between.exp() < 9.0).sum().backward()
    between.sum().backward()
    assert_close(constant.grad, None, "constant.grad after (x * constant).sum().backward()")
    assert_close(between.grad, None, "(x * constant).grad after (x * constant).sum().backward()")
    assert_tensor(x.grad, [[7.0, 7.0]], "x.grad after (x * constant).sum().backward()")


@pytest.mark.task2_4
def test_backward_leaves_everything_else_as_it_was() -> None:
    """Going backward changes no cell, neither of the tensors nor of the derivative that it begins with."""
    x, y = plain([[1.0, 2.0]]).tensor(True), plain([[3.0], [4.0]]).tensor(True)
    d = plain([[1.0, 10.0], [100.0, 1000.0]]).tensor()
    (x * y).exp().sigmoid().relu().backward(d)
    (x * y).log().permute(1, 0).backward(d)
    assert_tensor(x, [[1.0, 2.0]], "x after backward")
    assert_tensor(y, [[3.0], [4.0]], "y after backward")
    assert_tensor(d, [[1.0, 10.0], [100.0, 1000.0]], "d after backward(d)")


# What the tests are made with


def logistic(values: Values) -> Values:
    """Compute the sigmoid in NumPy."""
    return 1 / (1 + np.exp(-values))
