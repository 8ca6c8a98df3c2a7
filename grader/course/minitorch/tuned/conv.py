"""Convolutions as fast as this course knows how: windows that slide through memory (windows.py), by blocks."""

from __future__ import annotations

import numpy as np
from numba import prange

from ..fast_ops import ANY_ORDER, alone, njit
from ..tensor_data import Shape, Storage, Strides
from .blocks import LINE, zeros
from .windows import add_shifted, copy, grid, packed, sum_shifted


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
    """Slide windows along signals: see ``fast_conv._tensor_conv1d``."""
    out_channels, out_width = out_shape[1], out_shape[2]
    in_channels, width, window = input_shape[1], input_shape[2], weight_shape[2]
    # See windows.py: each channel of a signal gets a frame, and so does each window. They are of one row only.
    size, cells = out_width + window - 1, (out_width + LINE - 1) // LINE * LINE
    windows = zeros(out_channels, in_channels * size)
    length = windows.shape[1] + cells
    shape, strides = (in_channels, 1, window), (weight_strides[1], 0, weight_strides[2])
    for o in range(out_channels):
        source = weight[o * weight_strides[0] :]
        copy(windows[o], (size, 0, 1), source, strides, shape, reverse)
    few_weights = window < out_width
    if few_weights:
        places = grid(in_channels, size, 0, 1, window)
        windows = packed(windows, places)
    else:
        places = grid(1, 0, 0, 1, out_width)
    first = window - 1 if reverse else 0
    for b in prange(out_shape[0]):
        frames = np.zeros(length)
        signal, inside = input[b * input_strides[0] :], frames[first:]
        shape = in_channels, 1, min(width, size - first)
        strides = input_strides[1], 0, input_strides[2]
        copy(inside, (size, 0, 1), signal, strides, shape, False)
        totals = zeros(out_channels, cells)
        if few_weights:
            add_shifted(totals, windows, frames, places)
        else:
            sum_shifted(totals, windows, frames, places)
        result, shape = out[b * out_strides[0] :], (out_channels, 1, out_width)
        strides = out_strides[1], 0, out_strides[2]
        copy(result, strides, totals.reshape(-1), (cells, 0, 1), shape, False)


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
    """Slide windows over images: see ``fast_conv._tensor_conv2d``."""
    out_channels, out_height, out_width = out_shape[1], out_shape[2], out_shape[3]
    in_channels, height, width = input_shape[1], input_shape[2], input_shape[3]
    window_height, window_width = weight_shape[2], weight_shape[3]
    # See windows.py: each channel of an image gets a frame of rows that lie the pitch apart. So do windows and results.
    rows, pitch = out_height + window_height - 1, out_width + window_width - 1
    size, cells = rows * pitch, (out_height * pitch + LINE - 1) // LINE * LINE
    windows = zeros(out_channels, in_channels * size)
    length = windows.shape[1] + cells
    shape, layout = (in_channels, window_height, window_width), (size, pitch, 1)
    strides = weight_strides[1], weight_strides[2], weight_strides[3]
    for o in range(out_channels):
        copy(windows[o], layout, weight[o * weight_strides[0] :], strides, shape, reverse)
    few_weights = window_height * window_width < out_height * out_width
    if few_weights:
        places = grid(in_channels, size, pitch, window_height, window_width)
        windows = packed(windows, places)
    else:
        places = grid(1, size, pitch, out_height, out_width)
    top, left = (window_height - 1, window_width - 1) if reverse else (0, 0)
    for b in prange(out_shape[0]):
        frames = np.zeros(length)
        image, inside = input[b * input_strides[0] :], frames[top * pitch + left :]
        shape = in_channels, min(height, rows - top), min(width, pitch - left)
        strides = input_strides[1], input_strides[2], input_strides[3]
        copy(inside, layout, image, strides, shape, False)
        totals = zeros(out_channels, cells)
        if few_weights:
            add_shifted(totals, windows, frames, places)
        else:
            sum_shifted(totals, windows, frames, places)
        result, shape = out[b * out_strides[0] :], (out_channels, out_height, out_width)
        strides = out_strides[1], out_strides[2], out_strides[3]
        copy(result, strides, totals.reshape(-1), (cells, pitch, 1), shape, False)


tensor_conv1d = njit(_tensor_conv1d, parallel=True, fastmath=ANY_ORDER)
tensor_conv2d = njit(_tensor_conv2d, parallel=True, fastmath=ANY_ORDER)

_conv1d = tensor_conv1d, alone(tensor_conv1d)
_conv2d = tensor_conv2d, alone(tensor_conv2d)

CONVOLUTIONS = {1: _conv1d, 2: _conv2d}
"""By the number of dimensions: the kernel for many threads, and the one for a single thread."""
