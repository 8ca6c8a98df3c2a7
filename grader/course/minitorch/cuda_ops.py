"""Map, zip, reduce and matrix multiplication on a GPU: kernels that thousands of threads run at once.

A kernel is the program of one thread. It finds out who it is, does its small part, and nobody waits for it but its
own block. What comes out is what ``tensor_ops`` gives. Without a GPU, the simulator runs the same kernels, slowly.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numba
import numpy as np
from numba import cuda

from . import device, tensor_data
from .tensor_data import (
    MAX_DIMS,
    IndexingError,
    Shape,
    Storage,
    Strides,
    TensorData,
    UserShape,
    shape_broadcast,
)
from .tensor_ops import MapProto, TensorOps, as_stack, product_shape

if TYPE_CHECKING:
    from .tensor import Tensor

Fn = TypeVar("Fn")
FakeCUDAKernel = Any
"""A kernel, to be called as ``kernel[blocks, threads](...)``."""

THREADS_PER_BLOCK = 32
"""How many threads a block of map and zip has, and how many a block of the matrix product has each way."""

REDUCE_THREADS = 1024
"""How many threads a block of reduce has."""


def device_jit(fn: Fn, **kwargs: Any) -> Fn:
    """Have Numba compile a function that kernels call."""
    return cuda.jit(device=True, **kwargs)(fn)  # type: ignore[no-any-return]


def jit(fn: Callable[..., None], **kwargs: Any) -> FakeCUDAKernel:
    """Have Numba compile a kernel at its first call."""
    return cuda.jit(**kwargs)(fn)


to_index = device_jit(tensor_data.to_index)
index_to_position = device_jit(tensor_data.index_to_position)
broadcast_index = device_jit(tensor_data.broadcast_index)


class CudaOps(TensorOps):
    """Calculating on a GPU, or in the simulator."""

    cuda = True

    @staticmethod
    def map(fn: Callable[[float], float]) -> MapProto:
        """Turn a function of one number into an operation on a tensor: see ``SimpleOps.map``."""
        kernel = tensor_map(device_jit(fn))

        def mapped(a: Tensor, out: Tensor | None = None) -> Tensor:
            if out is None:
                out = _result(a, a.shape)
            elif out.shape != a.shape and shape_broadcast(a.shape, out.shape) != out.shape:
                raise IndexingError(f"can't write shape {a.shape} into shape {out.shape}")
            size = out._tensor.size
            if size > 0:
                kernel[blocks(size), THREADS_PER_BLOCK](*out.tuple(), size, *a.tuple())
            return out

        return mapped

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
        """Turn a function of two numbers into an operation on two tensors: see ``SimpleOps.zip``."""
        kernel = tensor_zip(device_jit(fn))

        def zipped(a: Tensor, b: Tensor) -> Tensor:
            shape = a.shape if a.shape == b.shape else shape_broadcast(a.shape, b.shape)
            out = _result(a, shape)
            size = out._tensor.size
            if size > 0:
                kernel[blocks(size), THREADS_PER_BLOCK](*out.tuple(), size, *a.tuple(), *b.tuple())
            return out

        return zipped

    @staticmethod
    def reduce(
        fn: Callable[[float, float], float], start: float = 0.0
    ) -> Callable[[Tensor, int], Tensor]:
        """Turn a function of two numbers into an operation along one dimension: see ``SimpleOps.reduce``.

        Threads combine the elements in groups and in any order. So ``fn`` has to be one that doesn't mind: a sum, a
        product, the largest.
        """
        kernel = tensor_reduce(device_jit(fn))

        def reduced(a: Tensor, dim: int) -> Tensor:
            if not 0 <= dim < len(a.shape):
                raise IndexingError(f"shape {a.shape} has no dimension {dim}")
            out = _result(a, (*a.shape[:dim], 1, *a.shape[dim + 1 :]))
            size = out._tensor.size
            if size > 0:
                kernel[size, REDUCE_THREADS](*out.tuple(), size, *a.tuple(), dim, float(start))
            return out

        return reduced

    @staticmethod
    def matrix_multiply(a: Tensor, b: Tensor) -> Tensor:
        """Multiply the matrices that the last two dimensions hold; the dimensions in front broadcast.

        Args:
            a: The left factor, of shape (…, n, k).
            b: The right factor, of shape (…, k, m).

        Returns:
            A new tensor of shape (…, n, m).

        Raises:
            IndexingError: The shapes don't go together.
        """
        shape = product_shape(a.shape, b.shape)
        batch, rows, columns = math.prod(shape[:-2]), *shape[-2:]
        out = _result(a, (batch, rows, columns))
        size = out._tensor.size
        if size > 0:
            grid = blocks(rows), blocks(columns), batch
            tensor_matrix_multiply[grid, (THREADS_PER_BLOCK, THREADS_PER_BLOCK)](
                *out.tuple(), size, *as_stack(a, shape), *as_stack(b, shape)
            )
        return a._new(TensorData(out._tensor._storage, shape))


def _result(a: Tensor, shape: UserShape) -> Tensor:
    """Make a tensor to write into: on the GPU if ``a`` lies there, else where numbers are copied from and to."""
    out = a.zeros(shape)
    if device.is_on_gpu(a._tensor._storage):
        out._tensor.to_cuda_()
    return out


def blocks(size: int, threads: int = THREADS_PER_BLOCK) -> int:
    """Count the blocks that it takes to have a thread for each of some elements."""
    return (size + threads - 1) // threads


# The kernels. Each is handed the storage, shape and strides of its tensors, and writes into the storage of the first.
# Any strides may come: permuted, with gaps, or 0, where all elements along a dimension are one number in the storage.
# Numbers keep all their digits (float64), in shared memory too; of all arguments, only ``out`` is written to.


def tensor_map(fn: Callable[[float], float]) -> FakeCUDAKernel:
    """Turn a function of one number into a kernel that applies it to each element of a tensor.

    The kernel is ``_map(out, out_shape, out_strides, out_size, in_storage, in_shape, in_strides)``. It does what
    ``tensor_ops.tensor_map`` says, and thread i of the grid does it for element i of ``out``, counted row by row. There
    are at least ``out_size`` threads; those that find no element left write nothing.

    Args:
        fn: A function of a number, compiled for the device.

    Returns:
        The kernel.
    """

    def _map(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        out_size: int,
        in_storage: Storage,
        in_shape: Shape,
        in_strides: Strides,
    ) -> None:
        # solution 3.3
        i = cuda.grid(1)
        if i >= out_size:
            return
        out_index = cuda.local.array(MAX_DIMS, numba.int64)[: len(out_shape)]
        in_index = cuda.local.array(MAX_DIMS, numba.int64)[: len(in_shape)]
        to_index(i, out_shape, out_index)
        broadcast_index(out_index, out_shape, in_shape, in_index)
        x = in_storage[index_to_position(in_index, in_strides)]
        out[index_to_position(out_index, out_strides)] = fn(x)
        # end solution

    return jit(_map)


def tensor_zip(fn: Callable[[float, float], float]) -> FakeCUDAKernel:
    """Turn a function of two numbers into a kernel that applies it to each pair of elements that meet.

    The kernel is ``_zip(out, out_shape, out_strides, out_size, a_storage, a_shape, a_strides, b_storage, b_shape,
    b_strides)``. It does what ``tensor_ops.tensor_zip`` says, one thread for each element of ``out``, as in
    ``tensor_map``.

    Args:
        fn: A function of two numbers, compiled for the device.

    Returns:
        The kernel.
    """

    def _zip(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        out_size: int,
        a_storage: Storage,
        a_shape: Shape,
        a_strides: Strides,
        b_storage: Storage,
        b_shape: Shape,
        b_strides: Strides,
    ) -> None:
        # solution 3.3
        i = cuda.grid(1)
        if i >= out_size:
            return
        out_index = cuda.local.array(MAX_DIMS, numba.int64)[: len(out_shape)]
        a_index = cuda.local.array(MAX_DIMS, numba.int64)[: len(a_shape)]
        b_index = cuda.local.array(MAX_DIMS, numba.int64)[: len(b_shape)]
        to_index(i, out_shape, out_index)
        broadcast_index(out_index, out_shape, a_shape, a_index)
        broadcast_index(out_index, out_shape, b_shape, b_index)
        x = a_storage[index_to_position(a_index, a_strides)]
        y = b_storage[index_to_position(b_index, b_strides)]
        out[index_to_position(out_index, out_strides)] = fn(x, y)
        # end solution

    return jit(_zip)


def _sum_practice(out: Storage, a: Storage, size: int) -> None:
    """Add up the numbers of each block, together: 32 threads, 32 numbers, one sum.

    Block b has ``THREADS_PER_BLOCK`` threads, and adds up a[32 * b] to a[32 * b + 31], or as many of them as there are
    below ``size``. Its sum goes to out[b]. Each thread reads one number, into shared memory; from there the block adds
    up, in steps between which all threads wait for each other.

    Args:
        out: Where the sums are written, one for each block.
        a: The numbers.
        size: How many there are.
    """
    # solution 3.3
    shared = cuda.shared.array(THREADS_PER_BLOCK, numba.float64)
    i = cuda.grid(1)
    thread = cuda.threadIdx.x
    shared[thread] = a[i] if i < size else 0.0
    cuda.syncthreads()
    half = THREADS_PER_BLOCK // 2
    while half > 0:
        if thread < half:
            shared[thread] += shared[thread + half]
        cuda.syncthreads()
        half //= 2
    if thread == 0:
        out[cuda.blockIdx.x] = shared[0]
    # end solution


jit_sum_practice = jit(_sum_practice)


def sum_practice(a: Tensor) -> TensorData:
    """Add up the numbers of a tensor of one dimension, 32 at a time.

    Args:
        a: The tensor.

    Returns:
        The sums: two cells, or more if there are more than 64 numbers.
    """
    (size,) = a.shape
    count = blocks(size)
    out = TensorData(np.zeros(max(count, 2)), (max(count, 2),))
    if size > 0:
        jit_sum_practice[count, THREADS_PER_BLOCK](out._storage, a.to_numpy(), size)
    return out


def tensor_reduce(fn: Callable[[float, float], float]) -> FakeCUDAKernel:
    """Turn a function of two numbers into a kernel that folds a tensor along one dimension.

    The kernel is ``_reduce(out, out_shape, out_strides, out_size, a_storage, a_shape, a_strides, reduce_dim,
    reduce_value)``. Shape ``out_shape`` is ``a_shape`` with size 1 along ``reduce_dim``. One block of
    ``REDUCE_THREADS`` threads calculates one element of ``out``, counted row by row: all elements of ``a`` along
    ``reduce_dim``, be they less than the block has threads or more, combined by ``fn``, and with ``reduce_value`` once.
    Where there are no elements along ``reduce_dim``, it is ``reduce_value``.

    Args:
        fn: A function of two numbers, compiled for the device, to which order and grouping mean nothing: fn(x, y) is
            fn(y, x), and fn(fn(x, y), z) is fn(x, fn(y, z)).

    Returns:
        The kernel.
    """

    def _reduce(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        out_size: int,
        a_storage: Storage,
        a_shape: Shape,
        a_strides: Strides,
        reduce_dim: int,
        reduce_value: float,
    ) -> None:
        # solution 3.3
        shared = cuda.shared.array(REDUCE_THREADS, numba.float64)
        index = cuda.local.array(MAX_DIMS, numba.int64)[: len(out_shape)]
        thread = cuda.threadIdx.x
        to_index(cuda.blockIdx.x, out_shape, index)
        out_position = index_to_position(index, out_strides)
        first = index_to_position(index, a_strides)
        size = a_shape[reduce_dim]
        step = a_strides[reduce_dim]

        # Each thread folds every 1024th element, beginning with its own.
        if thread < size:
            shared[thread] = a_storage[first + thread * step]
            for place in range(thread + REDUCE_THREADS, size, REDUCE_THREADS):
                shared[thread] = fn(shared[thread], a_storage[first + place * step])
        cuda.syncthreads()

        # Then the block folds what its threads have: the upper half onto the lower, until one number is left.
        left = size if size < REDUCE_THREADS else REDUCE_THREADS
        while left > 1:
            half = (left + 1) // 2
            if thread + half < left:
                shared[thread] = fn(shared[thread], shared[thread + half])
            cuda.syncthreads()
            left = half
        if thread == 0:
            out[out_position] = fn(reduce_value, shared[0]) if size > 0 else reduce_value
        # end solution

    return jit(_reduce)


def _mm_practice(out: Storage, a: Storage, b: Storage, size: int) -> None:
    """Multiply two small square matrices that one block holds in shared memory.

    The storages hold size x size numbers row by row, and ``size`` is at most ``THREADS_PER_BLOCK``. The block has at
    least size x size threads, and thread (i, j) calculates out[i, j]. Each number of ``a`` and ``b`` is read once only,
    by one thread, into shared memory; from there all threads read what they need.

    Args:
        out: Where the product is written.
        a: The left factor.
        b: The right factor.
        size: How many rows and columns each of them has.
    """
    # solution 3.4
    a_shared = cuda.shared.array((THREADS_PER_BLOCK, THREADS_PER_BLOCK), numba.float64)
    b_shared = cuda.shared.array((THREADS_PER_BLOCK, THREADS_PER_BLOCK), numba.float64)
    i = cuda.threadIdx.x
    j = cuda.threadIdx.y
    inside = i < size and j < size
    if inside:
        a_shared[i, j] = a[i * size + j]
        b_shared[i, j] = b[i * size + j]
    cuda.syncthreads()
    if inside:
        total = 0.0
        for k in range(size):
            total += a_shared[i, k] * b_shared[k, j]
        out[i * size + j] = total
    # end solution


jit_mm_practice = jit(_mm_practice)


def mm_practice(a: Tensor, b: Tensor) -> TensorData:
    """Multiply two square matrices of at most 32 rows in one block.

    Args:
        a: The left factor.
        b: The right factor, of the same shape.

    Returns:
        The product.
    """
    size, _ = a.shape
    out = TensorData(np.zeros(size * size), (size, size))
    left, right = a.to_numpy().ravel(), b.to_numpy().ravel()
    jit_mm_practice[1, (THREADS_PER_BLOCK, THREADS_PER_BLOCK)](out._storage, left, right, size)
    return out


def _tensor_matrix_multiply(
    out: Storage,
    out_shape: Shape,
    out_strides: Strides,
    out_size: int,
    a_storage: Storage,
    a_shape: Shape,
    a_strides: Strides,
    b_storage: Storage,
    b_shape: Shape,
    b_strides: Strides,
) -> None:
    """Multiply matrices of any size, tile by tile.

    All shapes have three dimensions: a of shape (batch, n, k) times b of shape (batch, k, m) gives out of shape (batch,
    n, m). Where the batch of ``a`` or of ``b`` is 1, this one matrix goes with all of the other's.

    Blocks are squares of 32 x 32 threads (``THREADS_PER_BLOCK``). The grid lays them over the matrices of ``out``: its
    x over the rows, its y over the columns, its z over the batch; the last ones may stick out. For its square of
    ``out``, a block goes along k in steps of 32: it copies one tile of ``a`` and one of ``b``, 32 x 32 numbers each,
    into shared memory, each thread one number of both, and then each thread adds to its own sum what the tiles bring.
    So no number of ``a`` or ``b`` is read more than once by a block, and one of ``out`` is written once.

    Args:
        out: Where the product is written.
        out_shape: Its shape.
        out_strides: How to read it; any strides, as for the other two.
        out_size: How many elements it has.
        a_storage: The left factor.
        a_shape: Its shape.
        a_strides: How to read it.
        b_storage: The right factor.
        b_shape: Its shape.
        b_strides: How to read it.
    """
    # solution 3.4
    a_shared = cuda.shared.array((THREADS_PER_BLOCK, THREADS_PER_BLOCK), numba.float64)
    b_shared = cuda.shared.array((THREADS_PER_BLOCK, THREADS_PER_BLOCK), numba.float64)
    row, column = cuda.grid(2)
    batch = cuda.blockIdx.z
    i = cuda.threadIdx.x
    j = cuda.threadIdx.y
    _, rows, inner = a_shape
    columns = b_shape[2]
    a_start = batch * a_strides[0] if a_shape[0] > 1 else 0
    b_start = batch * b_strides[0] if b_shape[0] > 1 else 0

    total = 0.0
    for tile in range(0, inner, THREADS_PER_BLOCK):
        # Thread (i, j) copies number (i, j) of either tile; what lies outside of the matrix counts as 0.
        a_shared[i, j] = 0.0
        if row < rows and tile + j < inner:
            a_shared[i, j] = a_storage[a_start + row * a_strides[1] + (tile + j) * a_strides[2]]
        b_shared[i, j] = 0.0
        if tile + i < inner and column < columns:
            b_shared[i, j] = b_storage[b_start + (tile + i) * b_strides[1] + column * b_strides[2]]
        cuda.syncthreads()  # until the tiles are complete
        for k in range(THREADS_PER_BLOCK):
            total += a_shared[i, k] * b_shared[k, j]
        cuda.syncthreads()  # until nobody needs them any more
    if row < rows and column < columns:
        out[batch * out_strides[0] + row * out_strides[1] + column * out_strides[2]] = total
    # end solution


tensor_matrix_multiply = jit(_tensor_matrix_multiply)
