"""Going backward, and what has to come of it: by formula or by measuring."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from strategies import Layout, Shape
from tensors import Stored, Values, assert_tensor

import minitorch

STEP = 1e-5  # of a numeric derivative


def backward(fn: Callable[..., minitorch.Tensor], *inputs: Stored) -> tuple[Values, list[Any]]:
    """Compute with tensors that require gradients, and go backward from the result.

    Args:
        fn: What to compute.
        *inputs: The tensors.

    Returns:
        The derivative ``d`` that backward began with, and the gradients of the inputs.
    """
    tensors = [x.tensor(requires_grad=True) for x in inputs]
    result = fn(*tensors)
    d = beginning(tuple(int(size) for size in result.shape))
    result.backward(d.tensor())
    return d.values, [tensor.grad for tensor in tensors]


def beginning(shape: Shape) -> Stored:
    """Make a derivative to begin with: different in each cell, never 0, and stored column by column."""
    numbers = [1.5 - k if k % 2 else 0.5 + k for k in range(int(np.prod(shape)))]
    return Stored(tuple(numbers), Layout(shape, column_major(shape)))


def column_major(shape: Shape) -> tuple[int, ...]:
    """Give the strides of storage in which the first dimension runs fastest."""
    return tuple(int(np.prod(shape[:dim])) for dim in range(len(shape)))


def collected(values: Values, shape: Shape) -> Values:
    """Undo a broadcast: add up what came of the same cell of a tensor of the given shape."""
    added = values.ndim - len(shape)
    stretched = [added + dim for dim, size in enumerate(shape) if size == 1]
    return values.sum((*range(added), *stretched), keepdims=True).reshape(shape)


def assert_slopes(
    fn: Callable[..., minitorch.Tensor], same: Callable[..., Values], what: str, *inputs: Stored
) -> None:
    """Assert that the gradients of an expression are its numeric derivatives.

    Args:
        fn: The expression, of tensors.
        same: The same expression, of NumPy arrays.
        what: How it is written.
        *inputs: The tensors that it is asked about.

    Raises:
        AssertionError: A cell of a gradient is not what a step to either side says.
    """
    __tracebackhide__ = True
    d, gradients = backward(fn, *inputs)
    for place, (name, gradient) in enumerate(zip("xyz", gradients)):
        expected = slopes(lambda *values: float((same(*values) * d).sum()), place, *inputs)
        assert_tensor(gradient, expected, f"{name}.grad after ({what}).backward(d)")


def slopes(fn: Callable[..., float], place: int, *inputs: Stored) -> Values:
    """Take a function's numeric derivative in every cell of one of its arguments."""
    values = [x.values for x in inputs]
    found = np.zeros(inputs[place].shape)
    for index in inputs[place].layout.indices():
        around = []
        for step in (STEP, -STEP):
            moved = [np.copy(each) for each in values]
            moved[place][index] += step
            around.append(fn(*moved))
        found[index] = (around[0] - around[1]) / (2 * STEP)
    return found
