"""Convolutions on a GPU. The names are those of ``fast_conv``, and so is what comes out."""

from __future__ import annotations

import numba
from numba import cuda

from .autodiff import Context
from .cuda_ops import _result, blocks, jit
from .fast_conv import _check_shapes, derivatives
from .tensor import Tensor
from .tensor_data import Shape, Storage, Strides
from .tensor_functions import Function

WIDTH = 32
"""How many threads a block of ``_tensor_conv1d`` has, and how many weights it takes in one step."""

STRETCH = 2 * WIDTH
"""Room for the part of a signal that they meet. (Shared arrays take constants only, no calculations.)"""

SIDE = 16
"""The same for ``_tensor_conv2d``, each way."""

SQUARE = 2 * SIDE
"""Room for the part of an image that they meet, each way."""


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
    """Slide windows of weights along signals of several channels: see ``fast_conv._tensor_conv1d``.

    A block has 32 threads (``WIDTH``), and calculates 32 neighbours of one output channel of one signal: the grid's x
    counts blocks along ``out``, the last of which may stick out, and its z counts pairs of a signal and an output
    channel; pair z is signal z // out_channels with channel z % out_channels. For one input channel after the other, a
    block goes along the window in steps of 32. It copies up to 32 weights into shared memory, each thread one of them,
    and the up to 63 numbers of the signal that they meet, each thread two; outside of the signal, these are 0. Then
    each thread adds to its own sum what weights and signal bring.

    Args:
        out: Where the result is written.
        out_shape: (batch, out_channels, out_width).
        out_strides: Any strides, as for the other two.
        out_size: How many elements ``out`` has.
        input: The signals.
        input_shape: (batch, in_channels, width).
        input_strides: How to read them.
        weight: The windows.
        weight_shape: (out_channels, in_channels, window width).
        weight_strides: How to read them.
        reverse: Whether the windows reach to the left.
    """
    # solution 4.6
    weights = cuda.shared.array(WIDTH, numba.float64)
    signal = cuda.shared.array(STRETCH, numba.float64)
    _, out_channels, out_width = out_shape
    _, in_channels, width = input_shape
    window_width = weight_shape[2]
    b = cuda.blockIdx.z // out_channels
    o = cuda.blockIdx.z % out_channels
    thread = cuda.threadIdx.x
    first = cuda.blockIdx.x * WIDTH  # the place in out of the block's first thread

    total = 0.0
    for c in range(in_channels):
        for k in range(0, window_width, WIDTH):
            count = window_width - k if window_width - k < WIDTH else WIDTH
            if thread < count:
                weights[thread] = weight[
                    o * weight_strides[0] + c * weight_strides[1] + (k + thread) * weight_strides[2]
                ]
            # The leftmost place that any thread may need; each thread's own numbers begin `thread` places further on.
            left = first - (k + WIDTH - 1) if reverse else first + k
            for near in range(thread, STRETCH, WIDTH):
                signal[near] = 0.0
                if 0 <= left + near < width:
                    signal[near] = input[
                        b * input_strides[0]
                        + c * input_strides[1]
                        + (left + near) * input_strides[2]
                    ]
            cuda.syncthreads()
            for m in range(count):
                total += weights[m] * signal[thread + (WIDTH - 1 - m if reverse else m)]
            cuda.syncthreads()
    place = first + thread
    if place < out_width:
        out[b * out_strides[0] + o * out_strides[1] + place * out_strides[2]] = total
    # end solution


tensor_conv1d = jit(_tensor_conv1d)


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
    """Slide windows of weights over images of several channels: see ``fast_conv._tensor_conv2d``.

    A block has 16 x 16 threads (``SIDE``), and calculates a square of one output channel of one image: the grid's x
    counts blocks over the rows of ``out``, its y over the columns, its z pairs of an image and an output channel, as in
    ``_tensor_conv1d``. For one input channel after the other, a block goes over the window in squares of 16 x 16
    weights. It copies such a square into shared memory, each thread one weight, and the square of up to 31 x 31 numbers
    of the image that the weights meet, each thread four.

    Args:
        out: Where the result is written.
        out_shape: (batch, out_channels, out_height, out_width).
        out_strides: Any strides, as for the other two.
        out_size: How many elements ``out`` has.
        input: The images.
        input_shape: (batch, in_channels, height, width).
        input_strides: How to read them.
        weight: The windows.
        weight_shape: (out_channels, in_channels, window height, window width).
        weight_strides: How to read them.
        reverse: Whether the windows reach to the left and up.
    """
    # solution 4.6
    weights = cuda.shared.array((SIDE, SIDE), numba.float64)
    image = cuda.shared.array((SQUARE, SQUARE), numba.float64)
    _, out_channels, out_height, out_width = out_shape
    _, in_channels, height, width = input_shape
    window_height, window_width = weight_shape[2], weight_shape[3]
    b = cuda.blockIdx.z // out_channels
    o = cuda.blockIdx.z % out_channels
    i = cuda.threadIdx.x
    j = cuda.threadIdx.y
    first_row = cuda.blockIdx.x * SIDE
    first_column = cuda.blockIdx.y * SIDE

    total = 0.0
    for c in range(in_channels):
        for k in range(0, window_height, SIDE):
            for m in range(0, window_width, SIDE):
                rows = window_height - k if window_height - k < SIDE else SIDE
                columns = window_width - m if window_width - m < SIDE else SIDE
                if i < rows and j < columns:
                    weights[i, j] = weight[
                        o * weight_strides[0]
                        + c * weight_strides[1]
                        + (k + i) * weight_strides[2]
                        + (m + j) * weight_strides[3]
                    ]
                top = first_row - (k + SIDE - 1) if reverse else first_row + k
                left = first_column - (m + SIDE - 1) if reverse else first_column + m
                for y in range(i, SQUARE, SIDE):
                    for x in range(j, SQUARE, SIDE):
                        image[y, x] = 0.0
                        if 0 <= top + y < height and 0 <= left + x < width:
                            image[y, x] = input[
                                b * input_strides[0]
                                + c * input_strides[1]
                                + (top + y) * input_strides[2]
                                + (left + x) * input_strides[3]
                            ]
                cuda.syncthreads()
                for p in range(rows):
                    y = i + (SIDE - 1 - p if reverse else p)
                    for q in range(columns):
                        total += weights[p, q] * image[y, j + (SIDE - 1 - q if reverse else q)]
                cuda.syncthreads()
    row = first_row + i
    column = first_column + j
    if row < out_height and column < out_width:
        out[
            b * out_strides[0] + o * out_strides[1] + row * out_strides[2] + column * out_strides[3]
        ] = total
    # end solution


tensor_conv2d = jit(_tensor_conv2d)


class Conv1dFun(Function):
    """Slide windows of weights along signals."""

    @staticmethod
    def forward(ctx: Context, input: Tensor, weight: Tensor) -> Tensor:
        """Slide windows along signals: see ``fast_conv.Conv1dFun``."""
        _check_shapes(input, weight, "width")
        return _forward(ctx, input, weight)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Find both derivatives by convolving once more: see ``fast_conv.Conv1dFun``."""
        return derivatives(_convolve, ctx, grad_output)


conv1d = Conv1dFun.apply


class Conv2dFun(Function):
    """Slide windows of weights over images."""

    @staticmethod
    def forward(ctx: Context, input: Tensor, weight: Tensor) -> Tensor:
        """Slide windows over images: see ``fast_conv.Conv2dFun``."""
        _check_shapes(input, weight, "height, width")
        return _forward(ctx, input, weight)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Find both derivatives by convolving once more: see ``fast_conv.Conv1dFun``."""
        return derivatives(_convolve, ctx, grad_output)


conv2d = Conv2dFun.apply


# What both need


def _forward(ctx: Context, input: Tensor, weight: Tensor) -> Tensor:
    """Convolve into a tensor as large as the input."""
    ctx.save_for_backward(input, weight)
    return _convolve((input.shape[0], weight.shape[0], *input.shape[2:]), input, weight)


def _convolve(
    shape: tuple[int, ...], input: Tensor, weight: Tensor, reverse: bool = False
) -> Tensor:
    """Launch the kernel of one dimension or of two, and write into a new tensor of a given shape."""
    out = _result(input, shape)
    size = out._tensor.size
    batch, channels, *places = shape
    if size == 0:
        return out
    if len(places) == 1:
        grid, threads, kernel = (blocks(places[0], WIDTH), 1), (WIDTH, 1), tensor_conv1d
    else:
        grid = blocks(places[0], SIDE), blocks(places[1], SIDE)
        threads, kernel = (SIDE, SIDE), tensor_conv2d
    kernel[(*grid, batch * channels), threads](
        *out.tuple(), size, *input.tuple(), *weight.tuple(), reverse
    )
    return out
