"""Kernels as the tests run them: compiled once for each kind, and watched for writing anywhere but into ``out``."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numba
import numpy as np
from numba import types
from tensors import Stored, Values, cells

Kernel = Callable[..., None]

_NUMBERS = types.Array(types.float64, 1, "C")
_SIZES = types.Array(types.int64, 1, "C")
TENSOR = (_NUMBERS, _SIZES, _SIZES)
"""What a kernel is handed of each tensor: storage, shape and strides."""

UNWRITTEN = 777.0  # what out holds beforehand where it is only to be written


def checked(kernel: Any, *arguments: types.Type) -> Kernel:
    """Compile a kernel anew, for one thread, so that each place outside an array is an IndexError.

    Args:
        kernel: What ``numba.njit`` made of a Python function, or the function itself.
        *arguments: The types that it will be called with.

    Returns:
        The same kernel: it is compiled by now, so that what Numba has to say is said once.
    """
    compiled = numba.njit(getattr(kernel, "py_func", kernel), boundscheck=True, error_model="numpy")
    if not numba.config.DISABLE_JIT:
        compiled.compile(arguments)
    return compiled


def run(kernel: Kernel, out: Stored, *inputs: Stored | int) -> Values:
    """Let a kernel write into out, and see that it leaves everything else alone.

    Args:
        kernel: The kernel.
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
    untouched = all(np.array_equal(was, now) for was, now in zip(before[1:], arguments[1:]))
    assert untouched, "the kernel wrote into an argument other than out's storage"
    return cells(arguments[0], out.layout)


def folded(fn: Callable[[Any, Any], Any], start: Values, values: Values, dim: int) -> Values:
    """Fold an array along one dimension, all rows at once."""
    result = start
    for place in range(values.shape[dim]):
        result = fn(result, values.take([place], axis=dim))
    return result


def folded_too_often(
    fn: Callable[[Any, Any], Any], out: Stored, values: Values, dim: int
) -> Values:
    """Fold as a loop does that runs ``len(out)`` times: past the last cell, it begins again at the first one.

    Args:
        fn: What to fold with.
        out: What the storage of out holds beforehand, and where its cells lie.
        values: What is folded.
        dim: Along which dimension.

    Returns:
        The cells of out afterwards.
    """
    result = out.values
    rows = result.reshape(-1)  # a view: the cells, one after the other
    for turn in range(out.layout.length):
        cell = turn % rows.size
        row = np.moveaxis(values, dim, -1).reshape(rows.size, -1)[cell]
        rows[cell] = reduce(fn, row.tolist(), rows[cell])
    return result


def triple_plus_one(x: Any) -> Any:
    """Compute 3x + 1: of 0 it is not 0, and done twice it is not the same."""
    return 3.0 * x + 1.0


def double_minus(x: Any, y: Any) -> Any:
    """Compute 2x - y; the order matters."""
    return 2.0 * x - y


def latest(x: Any, y: Any) -> Any:
    """Give y: the order matters, the grouping of several numbers doesn't."""
    return y


def compound(x: Any, y: Any) -> Any:
    """Compute (1 + x) * (1 + y) - 1: neither order nor grouping of several numbers matters."""
    return x + y + x * y
