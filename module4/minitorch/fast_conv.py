"""Convolutions: a small window of weights that slides along a signal or over an image.

Every output channel has a window of its own, which sees all input channels at once. Numbers keep all their digits
(float64), and of all arguments of a kernel, only ``out`` is written to.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numba import prange

from . import fast_ops
from .autodiff import Context
from .fast_ops import ANY_ORDER, SMALL, alone, njit
from .tensor import Tensor
from .tensor_data import IndexingError, Shape, Storage, Strides, UserShape
from .tensor_functions import Function

# For kernels that find positions by an index.
to_index = fast_ops.to_index
index_to_position = fast_ops.index_to_position
broadcast_index = fast_ops.broadcast_index

Kernels = tuple[Callable[..., None], Callable[..., None]]
Convolve = Callable[..., Tensor]


def _slide(sums: Storage, weights: Storage, numbers: Storage) -> None:
    """Slide a row of weights along a row of numbers, and add what it gives at each place.

        sums[i] += sum over k of weights[k] * numbers[i + k]

    The longer of the two loops is the inner one: then the processor multiplies several numbers in one step.

    Args:
        sums: Results so far, of shape (width,).
        weights: The window, of shape (window width,).
        numbers: What it slides along, of at least width + window width - 1 numbers.
    """
    if len(weights) < len(sums):
        for k in range(len(weights)):
            for i in range(len(sums)):
                sums[i] += weights[k] * numbers[i + k]
    else:
        for i in range(len(sums)):
            for k in range(len(weights)):
                sums[i] += weights[k] * numbers[i + k]


slide = njit(_slide)


def _tensor_conv1d(
    out: Storage,
    out_shape: Shape,
    out_strides: Strides,
    out_size: int,
    input: Storage,
    input_shape: Shape,
    input_strides: Strides,
    weight: Storage,
    weight_shape: Shape,
    weight_strides: Strides,
    reverse: bool,
) -> None:
    """Slide windows of weights along signals of several channels.

    For every signal b of the batch, output channel o and place i, ``out`` gets

        out[b, o, i] = sum over c and k of input[b, c, i + k] * weight[o, c, k]

    for c over the input channels and k over the width of the window, which thus begins at i and reaches to the right.
    With ``reverse``, it ends at i and reaches to the left: ``input[b, c, i - k]`` takes the place of
    ``input[b, c, i + k]``. Outside of the signal, the input counts as 0.

    Args:
        out: Where the result is written.
        out_shape: (batch, out_channels, out_width). Mostly, out_width is the width of the input; it may differ.
        out_strides: Any strides, as for the other two.
        out_size: How many elements ``out`` has.
        input: The signals.
        input_shape: (batch, in_channels, width).
        input_strides: How to read them.
        weight: The windows.
        weight_shape: (out_channels, in_channels, window width). A window may be wider than the signal.
        weight_strides: How to read them.
        reverse: Whether the windows reach to the left.
    """
    # TODO: Task 4.1
    raise NotImplementedError("Task 4.1: implement _tensor_conv1d in minitorch/fast_conv.py")


tensor_conv1d = njit(_tensor_conv1d, parallel=True, fastmath=ANY_ORDER)
_conv1d = tensor_conv1d, alone(tensor_conv1d)


class Conv1dFun(Function):
    """Slide windows of weights along signals."""

    @staticmethod
    def forward(ctx: Context, input: Tensor, weight: Tensor) -> Tensor:
        """Slide windows along signals; the input counts as 0 behind its end.

        Args:
            ctx: Where to save what ``backward`` needs.
            input: Signals, of shape (batch, in_channels, width).
            weight: Windows, of shape (out_channels, in_channels, window width).

        Returns:
            The result, of shape (batch, out_channels, width).

        Raises:
            IndexingError: The shapes don't fit: it names both.
        """
        _check_shapes(input, weight, "width")
        ctx.save_for_backward(input, weight)
        batch, _, width = input.shape
        return _convolve(_conv1d, (batch, weight.shape[0], width), input, weight)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Find both derivatives by convolving once more.

        An input at place j was used by all windows that begin up to a window's width before it: that is a window which
        reaches to the left. A weight at place k met, for each place i, the input at i + k: that is the derivative
        sliding along the input as one long window, where batch and channels have swapped roles.
        """
        return derivatives(partial(_convolve, _conv1d), ctx, grad_output)


conv1d = Conv1dFun.apply


def _tensor_conv2d(
    out: Storage,
    out_shape: Shape,
    out_strides: Strides,
    out_size: int,
    input: Storage,
    input_shape: Shape,
    input_strides: Strides,
    weight: Storage,
    weight_shape: Shape,
    weight_strides: Strides,
    reverse: bool,
) -> None:
    """Slide windows of weights over images of several channels.

    For every image b of the batch, output channel o, row i and column j, ``out`` gets

        out[b, o, i, j] = sum over c, k and m of input[b, c, i + k, j + m] * weight[o, c, k, m]

    for c over the input channels, k over the height and m over the width of the window, whose top left corner is thus
    at (i, j). With ``reverse``, its bottom right corner is there: ``input[b, c, i - k, j - m]`` takes the place of
    ``input[b, c, i + k, j + m]``. Outside of the image, the input counts as 0.

    Args:
        out: Where the result is written.
        out_shape: (batch, out_channels, out_height, out_width). Mostly, height and width are those of the input; they
            may differ.
        out_strides: Any strides, as for the other two.
        out_size: How many elements ``out`` has.
        input: The images.
        input_shape: (batch, in_channels, height, width).
        input_strides: How to read them.
        weight: The windows.
        weight_shape: (out_channels, in_channels, window height, window width). A window may be larger than the image.
        weight_strides: How to read them.
        reverse: Whether the windows reach to the left and up.
    """
    # TODO: Task 4.2
    raise NotImplementedError("Task 4.2: implement _tensor_conv2d in minitorch/fast_conv.py")


tensor_conv2d = njit(_tensor_conv2d, parallel=True, fastmath=ANY_ORDER)
_conv2d = tensor_conv2d, alone(tensor_conv2d)


class Conv2dFun(Function):
    """Slide windows of weights over images."""

    @staticmethod
    def forward(ctx: Context, input: Tensor, weight: Tensor) -> Tensor:
        """Slide windows over images; the input counts as 0 beyond its right and its bottom edge.

        Args:
            ctx: Where to save what ``backward`` needs.
            input: Images, of shape (batch, in_channels, height, width).
            weight: Windows, of shape (out_channels, in_channels, window height, window width).

        Returns:
            The result, of shape (batch, out_channels, height, width).

        Raises:
            IndexingError: The shapes don't fit: it names both.
        """
        _check_shapes(input, weight, "height, width")
        ctx.save_for_backward(input, weight)
        batch, _, height, width = input.shape
        return _convolve(_conv2d, (batch, weight.shape[0], height, width), input, weight)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Find both derivatives by convolving once more: see ``Conv1dFun``."""
        return derivatives(partial(_convolve, _conv2d), ctx, grad_output)


conv2d = Conv2dFun.apply


# What both need


def _convolve(
    kernels: Kernels, shape: UserShape, input: Tensor, weight: Tensor, reverse: bool = False
) -> Tensor:
    """Run a kernel into a new tensor. Where there is nothing to add up, that is zeros.

    Args:
        kernels: The one for many threads, and the one for a single thread, which takes the small ones.
        shape: That of the result.
        input: Signals or images.
        weight: Windows.
        reverse: Whether the windows reach to the left, and up.

    Returns:
        The result.
    """
    size = math.prod(shape)
    steps = size * math.prod(weight.shape[1:])
    if steps == 0 or input._tensor.size == 0:
        return input.zeros(shape)
    out = input._room(shape)
    tuned = getattr(input.backend, "convolutions", {})  # of a backend that brings its own
    kernel = tuned.get(len(shape) - 2, kernels)[steps < 8 * SMALL]
    kernel(*out.tuple(), size, *input.tuple(), *weight.tuple(), reverse)
    return out


def derivatives(
    convolve: Convolve, ctx: Context, grad_output: Tensor
) -> tuple[Tensor | float, Tensor | float]:
    """Find the derivatives by the input and by the weights. Who learns from images wants none by them: then it is 0.0.

    Args:
        convolve: Takes the shape of the result, input and weights, and whether the windows reach to the left.
        ctx: Holds input and weights.
        grad_output: The derivative by the result of the convolution.

    Returns:
        Both.
    """
    input, weight = ctx.saved_values
    grad_input: Tensor | float = 0.0
    grad_weight: Tensor | float = 0.0
    if ctx.wants(0):
        grad_input = convolve(input.shape, grad_output, _swap_first(weight), reverse=True)
    if ctx.wants(1):
        out_channels, in_channels, *window = weight.shape
        shape = in_channels, out_channels, *window
        turned = convolve(shape, _swap_first(input), _swap_first(grad_output))
        grad_weight = _swap_first(turned)
    return grad_input, grad_weight


def _swap_first(a: Tensor) -> Tensor:
    """Let the first two dimensions swap places, as a view without a history."""
    return a._new(a._tensor.permute(1, 0, *range(2, a._tensor.dims)))


def _check_shapes(input: Tensor, weight: Tensor, sizes: str) -> None:
    """Raise an IndexingError unless a convolution can take these two."""
    dims = 2 + len(sizes.split(", "))
    if len(input.shape) != dims or len(weight.shape) != dims:
        raise IndexingError(
            f"conv{dims - 2}d takes an input of shape (batch, in_channels, {sizes})"
            f" and weights of shape (out_channels, in_channels, {sizes}),"
            f" but got {input.shape} and {weight.shape}"
        )
    if input.shape[1] != weight.shape[1]:
        raise IndexingError(
            f"the input of shape {input.shape} has {input.shape[1]} channels,"
            f" but the weights of shape {weight.shape} take {weight.shape[1]}"
        )
