"""Map, zip, reduce and matrix multiplication for speed: planned loops, and blocks in registers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numba import prange

from ..fast_ops import ANY_ORDER, alone, as_map, as_reduce, as_zip, multiply, njit
from ..tensor_data import Shape, Storage, Strides
from ..tensor_ops import MapKernel, MapProto, ReduceKernel, TensorBackend, TensorOps, ZipKernel
from .blocks import DEEP, TALL, WIDE, block, four_rows, paste, zeros

from .conv import CONVOLUTIONS

from .loops import PIECE, pieces, plan
from .series import in_series
from .wishes import free_choice

if TYPE_CHECKING:
    from ..tensor import Tensor


class TunedOps(TensorOps):
    """What ``FastOps`` does, by faster kernels."""

    @staticmethod
    def map(fn: Callable[[float], float]) -> MapProto:
        """Turn a function of one number into an operation on a tensor: see ``SimpleOps.map``."""
        return as_map(tensor_map(njit(in_series(fn))))

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
        """Turn a function of two numbers into an operation on two tensors: see ``SimpleOps.zip``."""
        return as_zip(tensor_zip(njit(in_series(fn))))

    @staticmethod
    def reduce(
        fn: Callable[[float, float], float], start: float = 0.0
    ) -> Callable[[Tensor, int], Tensor]:
        """Turn a function of two numbers into an operation along one dimension: see ``SimpleOps.reduce``."""
        return as_reduce(tensor_reduce(njit(in_series(fn))), start)

    @staticmethod
    def matrix_multiply(a: Tensor, b: Tensor) -> Tensor:
        """Multiply the matrices that the last two dimensions hold: see ``FastOps.matrix_multiply``."""
        return multiply((tensor_matrix_multiply, _small_matrix_multiply), a, b)


class TunedBackend(TensorBackend):
    """A backend whose operations are those of ``TunedOps``.

    Attributes:
        convolutions: From Module 4 on, the kernels that ``fast_conv`` calls in place of its own. By the number of
            dimensions, a parallel one, and one for a single thread.
    """

    convolutions = CONVOLUTIONS

    def __init__(self) -> None:
        super().__init__(TunedOps)


# The kernels take what those of ``fast_ops`` take, and give what those give.


def tensor_map(fn: Callable[[float], float]) -> MapKernel:
    """Compile a kernel that applies ``fn`` to each element: row by row, along a planned loop."""

    def _map(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        in_storage: Storage,
        in_shape: Shape,
        in_strides: Strides,
    ) -> None:
        loop = plan(out_shape, out_strides, in_shape, in_strides, in_shape, in_strides)
        out_step, in_step = loop[1, -1], loop[2, -1]
        parts = pieces(loop, PIECE)
        for number in prange(len(parts)):
            rows, count = parts[number, 0], parts[number, 1]
            to, x = parts[number, 2], parts[number, 3]
            for _ in range(rows):
                if out_step == 1 and in_step == 1:
                    for i in range(count):
                        out[to + i] = fn(in_storage[x + i])
                else:
                    for i in range(count):
                        out[to + i * out_step] = fn(in_storage[x + i * in_step])
                to, x = to + loop[1, -2], x + loop[2, -2]

    return njit(_map, parallel=True)


def tensor_zip(fn: Callable[[float, float], float]) -> ZipKernel:
    """Compile a kernel that applies ``fn`` to each pair that meets: row by row, along a planned loop."""

    def _zip(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        a_storage: Storage,
        a_shape: Shape,
        a_strides: Strides,
        b_storage: Storage,
        b_shape: Shape,
        b_strides: Strides,
    ) -> None:
        loop = plan(out_shape, out_strides, a_shape, a_strides, b_shape, b_strides)
        out_step, a_step, b_step = loop[1, -1], loop[2, -1], loop[3, -1]
        parts = pieces(loop, PIECE)
        for number in prange(len(parts)):
            rows, count = parts[number, 0], parts[number, 1]
            to, a, b = parts[number, 2], parts[number, 3], parts[number, 4]
            for _ in range(rows):
                # A number that all of a row meet is read once, so that several of the others are computed at a time.
                if a_step == 0:
                    x = a_storage[a]
                    for i in range(count):
                        out[to + i * out_step] = fn(x, b_storage[b + i * b_step])
                elif b_step == 0:
                    y = b_storage[b]
                    for i in range(count):
                        out[to + i * out_step] = fn(a_storage[a + i * a_step], y)
                else:
                    for i in range(count):
                        out[to + i * out_step] = fn(
                            a_storage[a + i * a_step], b_storage[b + i * b_step]
                        )
                to, a, b = to + loop[1, -2], a + loop[2, -2], b + loop[3, -2]

    return njit(_zip, parallel=True)


def tensor_reduce(fn: Callable[[float, float], float]) -> ReduceKernel:
    """Compile a kernel that folds along one dimension: row by row, along a planned loop."""

    def _reduce(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        a_storage: Storage,
        a_shape: Shape,
        a_strides: Strides,
        reduce_dim: int,
    ) -> None:
        length, step = np.uint64(a_shape[reduce_dim]), np.uint64(a_strides[reduce_dim])
        loop = plan(out_shape, out_strides, out_shape, a_strides, out_shape, a_strides)
        out_step, a_step = loop[1, -1], loop[2, -1]
        # Of rows that lie side by side, short parts would be read slowly: memory brings what is likely to be read next.
        most = max(1024 if a_step == 1 else 16, 8 * PIECE // max(1, a_shape[reduce_dim]))
        parts = pieces(loop, most)
        for number in prange(len(parts)):
            free_choice()
            rows, count = parts[number, 0], parts[number, 1]
            to, x = parts[number, 2], parts[number, 3]
            for _ in range(rows):
                if out_step == 1 and a_step == 1:
                    # The results lie side by side, and so do the numbers that they meet next: fold all rows into them.
                    for k in range(length):
                        for i in range(count):
                            out[to + i] = fn(out[to + i], a_storage[x + k * step + i])
                else:
                    for i in range(count):
                        result = out[to + i * out_step]
                        first = x + i * a_step
                        for k in range(length):
                            result = fn(result, a_storage[first + k * step])
                        out[to + i * out_step] = result
                to, x = to + loop[1, -2], x + loop[2, -2]

    return njit(_reduce, parallel=True, fastmath=ANY_ORDER)


def _tensor_matrix_multiply(
    out: Storage,
    out_shape: Shape,
    out_strides: Strides,
    a_storage: Storage,
    a_shape: Shape,
    a_strides: Strides,
    b_storage: Storage,
    b_shape: Shape,
    b_strides: Strides,
) -> None:
    """Multiply matrices by blocks: see blocks.py."""
    rows, columns, depth = out_shape[1], out_shape[2], a_shape[2]
    strips = (rows + TALL - 1) // TALL
    for number in prange(out_shape[0] * strips):
        matrix, top = number // strips, number % strips * TALL
        height = min(TALL, rows - top)
        a_start = (matrix * a_strides[0] if a_shape[0] > 1 else 0) + top * a_strides[1]
        b_start = matrix * b_strides[0] if b_shape[0] > 1 else 0
        out_start = matrix * out_strides[0] + top * out_strides[1]
        sums = zeros(height, columns)
        for k in range(0, depth, DEEP):
            deep = min(DEEP, depth - k)
            a = a_start + k * a_strides[2]
            left = block(a_storage, a, height, a_strides[1], deep, a_strides[2])
            for first in range(0, columns, WIDE):
                width = min(WIDE, columns - first)
                b = b_start + k * b_strides[1] + first * b_strides[2]
                right = block(b_storage, b, deep, b_strides[1], width, b_strides[2])
                for i in range(0, height, 4):
                    four_rows(sums, i, first, left, right)
        paste(sums, out, out_start, height, out_strides[1], columns, out_strides[2])


tensor_matrix_multiply = njit(_tensor_matrix_multiply, parallel=True, fastmath=ANY_ORDER)
_small_matrix_multiply = alone(tensor_matrix_multiply)
