"""Convolutions by NumPy, in the place of the library's own: networks that are made of them have nothing to compile."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from types import ModuleType
from typing import Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]


@contextmanager
def slid_by_numpy(minitorch: ModuleType) -> Iterator[None]:
    """Let ``minitorch.conv1d`` and ``minitorch.conv2d`` be NumPy's for a while."""
    convolve = _convolution(minitorch)
    with patch.multiple(minitorch, conv1d=convolve, conv2d=convolve):
        yield


def _convolution(minitorch: ModuleType) -> Callable[..., Any]:
    """Make a function of tensors that convolves along one dimension or two, forward and backward."""

    def made(values: Values, like: Any) -> Any:
        return minitorch.Tensor.make(values.ravel(), values.shape, backend=like.backend)

    class Slide(minitorch.Function):  # type: ignore[misc, name-defined]
        """Slide windows along signals or images, which count as 0 behind their ends."""

        @staticmethod
        def forward(ctx: Any, input: Any, weight: Any) -> Any:
            """Add up, for each weight, the input that it meets."""
            x, w = input.to_numpy(), weight.to_numpy()
            ctx.save_for_backward(x, w)
            padded, out = _padded(x, w), np.zeros((len(x), len(w), *x.shape[2:]))
            for at, place in _met(x, w):
                out += np.einsum("bc...,oc->bo...", padded[place], w[at])
            return made(out, input)

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> tuple[Any, Any]:
            """Send the derivative back to the input that each weight met, and to the weight."""
            x, w = ctx.saved_values
            grad, padded = grad_output.to_numpy(), _padded(x, w)
            by_input, by_weight = np.zeros_like(padded), np.zeros_like(w)
            summed = [0, *range(2, x.ndim)]  # all but the channels
            for at, place in _met(x, w):
                by_input[place] += np.einsum("bo...,oc->bc...", grad, w[at])
                by_weight[at] = np.tensordot(grad, padded[place], (summed, summed))
            inside = by_input[(..., *(slice(size) for size in x.shape[2:]))]
            return made(inside, grad_output), made(by_weight, grad_output)

    apply: Callable[..., Any] = Slide.apply
    return apply


def _padded(x: Values, w: Values) -> Values:
    """Add as many zeros behind the ends as windows can reach beyond them."""
    return np.pad(x, [(0, 0), (0, 0), *((0, size - 1) for size in w.shape[2:])])


def _met(x: Values, w: Values) -> Iterator[tuple[Any, Any]]:
    """Yield the index of each weight, and that of the part of the padded input that it meets."""
    for offsets in product(*map(range, w.shape[2:])):
        parts = (slice(start, start + size) for start, size in zip(offsets, x.shape[2:]))
        yield (..., *offsets), (..., *parts)
