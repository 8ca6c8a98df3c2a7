"""Sliding windows in memory: how to slide a window over an image without asking for every number where it lies.

An image gets a frame of zeros, as far as a window can reach beyond its edges, and all its rows are laid one behind the
other, ``pitch`` apart; its channels follow each other. Results are laid out likewise, with the same pitch. Then sliding
a window by i rows and j columns is one step in memory, of i * pitch + j, wherever it lies; and the number that a weight
meets for the result at place p is the number at place p plus the place of the weight.

So a convolution is one of two loops, whichever is the longer one.

- Few weights: take a weight, and add the whole image, shifted by the place of the weight, to all results at once:
  ``add_shifted``.
- Few results, as in the derivative by the weights: take a result, and add up the products of all weights with the
  numbers they meet, the whole image long: ``sum_shifted``.

Both do four output channels at a time, since they meet the same numbers: each number is read once, and used four times.
Channels that are missing in the last four have weights of zero. At the end of a row, windows reach into the next one;
what is calculated there belongs to no result and is never written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numba import njit

from .blocks import Block, Places, four_shifted_rows, zeros
from .wishes import wide_vectors

if TYPE_CHECKING:
    from ..tensor_data import Storage

Steps = tuple[int, int, int]

PART = 512
"""How many weights of each row are dealt with at a time: as many as a small cache holds of five rows."""


@njit(error_model="numpy")
def copy(
    target: Storage,
    steps: Steps,
    source: Storage,
    source_steps: Steps,
    shape: Steps,
    turned: bool,
) -> None:
    """Copy channels of rows of numbers from one storage to another, from the beginning of each.

    Args:
        target: Where they go.
        steps: How far it is there to the next channel, to the next row, and to the next number of a row.
        source: Where they come from.
        source_steps: Likewise.
        shape: How many channels to copy, how many rows of each, and how many numbers of each row; none if negative.
        turned: Whether in each channel the last row comes first, and in each row the last number.
    """
    channels, rows, columns = shape
    step, source_step = np.uint64(steps[2]), np.uint64(source_steps[2])
    for c in range(channels):
        for i in range(rows):
            row = rows - 1 - i if turned else i
            to = np.uint64(c * steps[0] + row * steps[1])
            start = np.uint64(c * source_steps[0] + i * source_steps[1])
            for j in range(np.uint64(max(0, columns))):
                column = np.uint64(columns - 1) - j if turned else j
                target[to + column * step] = source[start + j * source_step]


@njit(error_model="numpy")
def grid(channels: int, size: int, pitch: int, height: int, width: int) -> Places:
    """List the places of a window's weights, or of results, in row-major order.

    Args:
        channels: How many channels there are.
        size: How far apart they begin.
        pitch: How far apart their rows begin.
        height: How many rows of each count.
        width: How many numbers of each row.

    Returns:
        The places.
    """
    places = np.empty(channels * height * width, np.int64)
    n = 0
    for c in range(channels):
        for i in range(height):
            for j in range(width):
                places[n] = c * size + i * pitch + j
                n += 1
    return places


@njit(error_model="numpy")
def packed(windows: Block, places: Places) -> Block:
    """Pack the weights of windows one behind the other.

    Args:
        windows: Rows of weights, with zeros between them.
        places: Where in them the weights stand.

    Returns:
        As many rows.
    """
    weights = zeros(len(windows), len(places))
    for o in range(len(windows)):
        for n in range(len(places)):
            weights[o, n] = windows[o, places[n]]
    return weights


@njit(error_model="numpy")
def add_shifted(totals: Block, weights: Block, frames: Storage, places: Places) -> None:
    """Add an image to rows of results, once for each weight: shifted by its place, and multiplied by it.

        totals[o, p] += sum over n of weights[o, n] * frames[places[n] + p]

    That is a product of matrices: of the weights, and of a matrix whose rows are the image, each shifted otherwise. It
    need not be made: its rows lie in the image.

    Args:
        totals: The results, a row for each output channel.
        weights: As many rows of weights.
        frames: The channels of an image.
        places: That of each weight.

    Raises:
        IndexError: The image ends too early for some weight.
    """
    for place in places:
        if place + totals.shape[1] > len(frames):
            raise IndexError("the rows of results reach beyond the end of the frame")
    for o in range(0, len(totals), 4):
        four_shifted_rows(totals, o, weights, frames, places)


@njit(error_model="numpy", fastmath={"contract", "nsz", "reassoc"})
def sum_shifted(totals: Block, windows: Block, frames: Storage, places: Places) -> None:
    """Add to each result what all weights meet there.

        totals[o, n] += sum over p of windows[o, p] * frames[n + p], for each place n

    Args:
        totals: The results, a row for each output channel: a multiple of four.
        windows: As many rows of weights, with zeros between them.
        frames: The channels of an image.
        places: Where the results stand in ``totals``.
    """
    wide_vectors()
    for first in range(0, windows.shape[1], PART):
        last = min(first + PART, windows.shape[1])
        for o in range(0, len(totals), 4):
            a, b = windows[o, first:last], windows[o + 1, first:last]
            c, d = windows[o + 2, first:last], windows[o + 3, first:last]
            for number in range(
                0, len(places), 2
            ):  # two results at a time, and at the end perhaps one
                m, n = places[number], places[min(number + 1, len(places) - 1)]
                x, y = frames[first + m :], frames[first + n :]
                s0, s1, s2, s3 = 0.0, 0.0, 0.0, 0.0
                t0, t1, t2, t3 = 0.0, 0.0, 0.0, 0.0
                for p in range(len(a)):
                    s0, t0 = s0 + a[p] * x[p], t0 + a[p] * y[p]
                    s1, t1 = s1 + b[p] * x[p], t1 + b[p] * y[p]
                    s2, t2 = s2 + c[p] * x[p], t2 + c[p] * y[p]
                    s3, t3 = s3 + d[p] * x[p], t3 + d[p] * y[p]
                for row, s, t in ((o, s0, t0), (o + 1, s1, t1), (o + 2, s2, t2), (o + 3, s3, t3)):
                    totals[row, m] += s
                    if m != n:
                        totals[row, n] += t
