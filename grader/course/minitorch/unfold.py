"""Convolution as one product of matrices: what a window sees at a place becomes a row.

Looking through windows copies nothing but the images. Laying what they see into rows does: that is the price.
"""

from __future__ import annotations

import numpy as np

from .autodiff import Context
from .tensor import Tensor
from .tensor_data import IndexingError, UserShape, strides_from_shape
from .tensor_functions import Function, tensor


class Windows(Function):
    """Look at images through a window at every place."""

    @staticmethod
    def forward(ctx: Context, images: Tensor, window: Tensor) -> Tensor:
        """Give what the window sees at every place, without repeating a number in memory.

        Element (b, i, j, c, k, m) of the result is number (i + k, j + m) of channel c of image b, and 0 beyond the
        right and the bottom edge. Overlapping windows share their numbers: the storage of the result is the images in
        a frame of zeros, of shape (B, C, H + kh - 1, W + kw - 1), and strides say how to read it. (A NumPy array that
        is made for the frame becomes a tensor by ``Tensor.make(storage, shape, strides, backend)``; its storage is one
        row, ``ravel()``.)

        Args:
            ctx: Not needed: ``fold`` finds all sizes in the shape of the derivative.
            images: Of shape (B, C, H, W): batch, channels, height, width; with any strides and any backend.
            window: Its height kh and width kw, at least 1 each, as a tensor of two elements. It may be larger than the
                images.

        Returns:
            A tensor of shape (B, H, W, C, kh, kw) and the same backend as the images.
        """
        B, C, H, W = images.shape
        kh, kw = (int(size) for size in window.to_numpy())
        # solution 4.7
        frame = np.zeros((B, C, H + kh - 1, W + kw - 1))
        frame[:, :, :H, :W] = images.to_numpy()
        image, channel, row, column = strides_from_shape(frame.shape)
        strides = (image, row, column, channel, row, column)
        return Tensor.make(frame.ravel(), (B, H, W, C, kh, kw), strides, images.backend)
        # end solution

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, float]:
        """Send each derivative back to the number that was seen (``fold``). Then 0.0, for the window."""
        # solution 4.7
        return fold(grad_output), 0.0
        # end solution


def windows(images: Tensor, window: tuple[int, int]) -> Tensor:
    """Give what a window of (height, width) sees at every place of images (``Windows``).

    Args:
        images: Of shape (B, C, H, W).
        window: Height kh and width kw.

    Returns:
        A tensor of shape (B, H, W, C, kh, kw), in which numbers that several windows see lie in memory once.

    Raises:
        IndexingError: The images don't have four dimensions, or the window is smaller than 1 x 1.
    """
    _check_window(images.shape, tuple(window))
    return Windows.apply(images, tensor(list(window), backend=images.backend))


def fold(seen: Tensor) -> Tensor:
    """Send all that windows hold back to where it was seen, and add up what meets there.

    It is the adjoint of ``windows``: number (i, j) of channel c of image b gets the sum of all elements of ``seen``
    that ``windows`` would have read there, those at (b, i - k, j - m, c, k, m). What belongs to the zeros beyond the
    edges is dropped.

    Args:
        seen: Of shape (B, H, W, C, kh, kw), with any strides. It stays as it is.

    Returns:
        Images, of shape (B, C, H, W), with the same backend and without a history.
    """
    # solution 4.7
    B, H, W, C, kh, kw = seen.shape
    numbers = seen.to_numpy()
    frame = np.zeros((B, C, H + kh - 1, W + kw - 1))
    for k in range(kh):
        for m in range(kw):
            frame[:, :, k : k + H, m : m + W] += numbers[..., k, m].transpose(0, 3, 1, 2)
    return Tensor.make(frame[:, :, :H, :W].ravel(), (B, C, H, W), backend=seen.backend)
    # end solution


def unfold(images: Tensor, window: tuple[int, int]) -> Tensor:
    """Lay what a window sees at every place into a row.

    Args:
        images: Of shape (B, C, H, W), with any strides.
        window: Height kh and width kw.

    Returns:
        A tensor of shape (B, H * W, C * kh * kw): for each image one row for each place, place after place along the
        rows of the image. In it stands what is seen of channel 0, row by row, then what is seen of channel 1, and so
        on.

    Raises:
        IndexingError: As for ``windows``.
    """
    _check_window(images.shape, tuple(window))
    # solution 4.7
    seen = windows(images, window)
    B, H, W, C, kh, kw = seen.shape
    return seen.contiguous().view(B, H * W, C * kh * kw)
    # end solution


def unfold1d(signals: Tensor, width: int) -> Tensor:
    """Lay what a window sees at every place of signals into a row.

    The signal 1, 2, 3 and width 2 give the rows [1, 2], [2, 3], [3, 0].

    Args:
        signals: Of shape (B, C, W), with any strides.
        width: Of the window.

    Returns:
        A tensor of shape (B, W, C * width): what is seen of channel 0, then what is seen of channel 1, and so on.

    Raises:
        IndexingError: The signals don't have three dimensions, or the width is below 1.
    """
    _check_window(signals.shape, (width,))
    # solution 4.7
    B, C, W = signals.shape
    return unfold(signals.contiguous().view(B, C, 1, W), (1, width))
    # end solution


def conv1d_by_unfold(signals: Tensor, weight: Tensor) -> Tensor:
    """Do what ``conv1d`` does by one product of matrices: unfolded signals @ weights.

    Args:
        signals: Of shape (B, C, W), with any strides.
        weight: Of shape (O, C, width): a window for each of O output channels; with any strides.

    Returns:
        A tensor of shape (B, O, W). Derivatives reach the signals and the weights.

    Raises:
        IndexingError: The shapes don't fit together.
    """
    _check_weight(signals.shape, weight.shape)
    # solution 4.7
    out_channels, C, width = weight.shape
    columns = weight.contiguous().view(out_channels, C * width).permute(1, 0)  # (C * width, O)
    out = unfold1d(signals, width) @ columns  # (B, W, O)
    return out.permute(0, 2, 1)
    # end solution


def conv2d_by_unfold(images: Tensor, weight: Tensor) -> Tensor:
    """Do what ``conv2d`` does by one product of matrices: unfolded images @ weights.

    Args:
        images: Of shape (B, C, H, W), with any strides.
        weight: Of shape (O, C, kh, kw): a window for each of O output channels; with any strides.

    Returns:
        A tensor of shape (B, O, H, W). Derivatives reach the images and the weights.

    Raises:
        IndexingError: The shapes don't fit together.
    """
    _check_weight(images.shape, weight.shape)
    # solution 4.7
    B, C, H, W = images.shape
    out_channels, _, kh, kw = weight.shape
    columns = weight.contiguous().view(out_channels, C * kh * kw).permute(1, 0)  # (C * kh * kw, O)
    out = unfold(images, (kh, kw)) @ columns  # (B, H * W, O)
    return out.permute(0, 2, 1).contiguous().view(B, out_channels, H, W)
    # end solution


LAYOUTS = {1: "(batch, channels, width)", 2: "(batch, channels, height, width)"}


def _check_window(shape: UserShape, window: UserShape) -> None:
    """Raise an IndexingError unless a window of these sizes can look at a batch of this shape."""
    if len(shape) != 2 + len(window) or min(window) < 1:
        raise IndexingError(
            f"a window has sizes of at least 1, and looks at a shape {LAYOUTS[len(window)]},"
            f" but got window {window} and shape {shape}"
        )


def _check_weight(input: UserShape, weight: UserShape) -> None:
    """Raise an IndexingError unless both have as many dimensions and as many channels as each other."""
    if len(input) != len(weight) or input[1] != weight[1]:
        raise IndexingError(
            f"an input of shape {input} and weights of shape {weight} don't fit together:"
            " dimension 1 counts the input channels of both"
        )
