"""Convolutions: a small window of weights that slides along a signal or over an image.

Every output channel has a window of its own, which sees all input channels at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np  # noqa: F401  for buffers, which not every way to write the kernels needs
from numba import prange

from .autodiff import Context
from .fast_ops import (  # noqa: F401  there are several ways to write the kernels
    ANY_ORDER,
    SMALL,
    alone,
    broadcast_index,
    index_to_position,
    njit,
    to_index,
)
from .tensor import Tensor
from .tensor_data import IndexingError, Shape, Storage, Strides, UserShape
from .tensor_functions import Function

Kernels = tuple[Callable[..., None], Callable[..., None]]


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
    # solution 4.1
    out_channels, out_width = out_shape[1], out_shape[2]
    in_channels, width, window = input_shape[1], input_shape[2], weight_shape[2]
    # Around each signal go as many zeros as a window can reach beyond it.
    size = out_width + window - 1
    first = window - 1 if reverse else 0  # where the signal begins among them
    windows = np.empty((out_channels, in_channels, window))  # as they lie upon it, left to right
    for o in range(out_channels):
        for c in range(in_channels):
            weights = windows[o, c]
            at = o * weight_strides[0] + c * weight_strides[1]
            for k in range(window):
                weights[abs(first - k)] = weight[at + k * weight_strides[2]]
    for b in prange(out_shape[0]):
        frames = np.zeros((in_channels, size))
        for c in range(in_channels):
            at = b * input_strides[0] + c * input_strides[1]
            for i in range(min(width, size - first)):
                frames[c, first + i] = input[at + i * input_strides[2]]
        totals = np.empty(out_width)
        for o in range(out_channels):
            totals[:] = 0.0
            for c in range(in_channels):
                if window < out_width:
                    # Few weights: each one adds the signal, shifted, to all results at once.
                    for k in range(window):
                        w = windows[o, c, k]
                        shifted = frames[c, k:]
                        for i in range(out_width):
                            totals[i] += w * shifted[i]
                else:
                    # Few results: each one is a sum over all weights at once.
                    row = windows[o, c]
                    for i in range(out_width):
                        shifted = frames[c, i:]
                        total = 0.0
                        for k in range(window):
                            total += row[k] * shifted[k]
                        totals[i] += total
            at = b * out_strides[0] + o * out_strides[1]
            for i in range(out_width):
                out[at + i * out_strides[2]] = totals[i]
    # end solution


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
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        """Find both derivatives by convolving once more.

        An input at place j was used by all windows that begin up to a window's width before it: that is a window which
        reaches to the left. A weight at place k met, for each place i, the input at i + k: that is the derivative
        sliding along the input as one long window, where batch and channels have swapped roles.
        """
        input, weight = ctx.saved_values
        grad_input = _convolve(_conv1d, input.shape, grad_output, _swap_first(weight), reverse=True)
        out_channels, in_channels, window = weight.shape
        grad_weight = _convolve(
            _conv1d,
            (in_channels, out_channels, window),
            _swap_first(input),
            _swap_first(grad_output),
        )
        return grad_input, _swap_first(grad_weight)


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
    # solution 4.2
    out_channels, out_height, out_width = out_shape[1], out_shape[2], out_shape[3]
    in_channels, height, width = input_shape[1], input_shape[2], input_shape[3]
    window_height, window_width = weight_shape[2], weight_shape[3]
    # Each image gets a frame of as many zeros as a window can reach beyond it. Results and windows are laid out in rows
    # of the same length, the pitch. So moving a window by i rows and j columns is one shift, by i * pitch + j.
    rows, pitch = out_height + window_height - 1, out_width + window_width - 1
    size, cells = rows * pitch, out_height * pitch
    top, left = (window_height - 1, window_width - 1) if reverse else (0, 0)
    few_weights = window_height * window_width < out_height * out_width
    # Few weights stand one behind the other, and three zeros more, with their places in the layout beside them.
    # Many stand in these places.
    count = in_channels * window_height * window_width
    # (Of np.zeros, Numba would make a parallel loop, which takes a second to compile.)
    windows = np.empty((out_channels, count + 3 if few_weights else in_channels * size))
    places = np.empty(count + 3, np.int64)
    for n in range(count, count + 3):
        places[n] = 0
    for o in range(out_channels):
        for n in range(windows.shape[1]):
            windows[o, n] = 0.0
        n = 0
        for c in range(in_channels):
            for k in range(window_height):
                at = o * weight_strides[0] + c * weight_strides[1] + k * weight_strides[2]
                row = c * size + abs(top - k) * pitch
                for m in range(window_width):
                    places[n] = row + abs(left - m)
                    index = n if few_weights else places[n]
                    windows[o, index] = weight[at + m * weight_strides[3]]
                    n += 1
    for b in prange(out_shape[0]):
        frames = np.zeros(in_channels * size + window_width)
        for c in range(in_channels):
            for i in range(min(height, rows - top)):
                at = b * input_strides[0] + c * input_strides[1] + i * input_strides[2]
                place = c * size + (top + i) * pitch + left
                for j in range(min(width, pitch - left)):
                    frames[place + j] = input[at + j * input_strides[3]]
        totals = np.empty(cells)
        for o in range(out_channels):
            totals[:] = 0.0
            if few_weights:
                # Each one adds the image, shifted, to all results at once. Four go in one pass.
                weights = windows[o]
                for t in range(0, count, 4):
                    w0, w1, w2, w3 = weights[t], weights[t + 1], weights[t + 2], weights[t + 3]
                    x0, x1 = frames[places[t] :], frames[places[t + 1] :]
                    x2, x3 = frames[places[t + 2] :], frames[places[t + 3] :]
                    for p in range(cells):
                        totals[p] += w0 * x0[p] + w1 * x1[p] + w2 * x2[p] + w3 * x3[p]
            else:
                # Each result is a sum over all weights of a channel at once.
                for c in range(in_channels):
                    window = windows[o, c * size :]
                    for i in range(out_height):
                        for j in range(out_width):
                            shifted = frames[c * size + i * pitch + j :]
                            total = 0.0
                            for p in range((window_height - 1) * pitch + window_width):
                                total += window[p] * shifted[p]
                            totals[i * pitch + j] += total
            for i in range(out_height):
                at = b * out_strides[0] + o * out_strides[1] + i * out_strides[2]
                for j in range(out_width):
                    out[at + j * out_strides[3]] = totals[i * pitch + j]
    # end solution


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
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        """Find both derivatives by convolving once more: see ``Conv1dFun``."""
        input, weight = ctx.saved_values
        grad_input = _convolve(_conv2d, input.shape, grad_output, _swap_first(weight), reverse=True)
        out_channels, in_channels, *window = weight.shape
        grad_weight = _convolve(
            _conv2d,
            (in_channels, out_channels, *window),
            _swap_first(input),
            _swap_first(grad_output),
        )
        return grad_input, _swap_first(grad_weight)


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
    out = input.zeros(shape)
    size = out._tensor.size
    steps = size * math.prod(weight.shape[1:])
    if steps > 0 and input._tensor.size > 0:
        kernel = kernels[steps < 8 * SMALL]
        kernel(*out.tuple(), size, *input.tuple(), *weight.tuple(), reverse)
    return out


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
