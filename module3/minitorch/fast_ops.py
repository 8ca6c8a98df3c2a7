"""Map, zip, reduce and matrix multiplication, compiled by Numba and run on all cores of the processor.

What they give is what ``tensor_ops`` gives. Only where plain Python would stop with an error inside the function of
numbers, compiled numbers go on: exp(1000) is infinite, and log(-1) is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numba import config, jit, prange

from . import tensor_data
from .tensor_data import (
    IndexingError,
    Shape,
    Storage,
    Strides,
    shape_broadcast,
)
from .tensor_ops import (
    MapKernel,
    MapProto,
    ReduceKernel,
    TensorOps,
    ZipKernel,
    as_stack,
    product_shape,
)

if TYPE_CHECKING:
    from .tensor import Tensor

Fn = TypeVar("Fn")

ANY_ORDER = {"contract", "nsz", "reassoc"}
"""What the compiler may do to sums: add up in another order, several numbers at once, and round less often."""

SMALL = 2**15
"""Below so many steps, one thread is done before others are awake."""


def njit(fn: Fn, **kwargs: Any) -> Fn:
    """Have Numba compile a function at its first call; where compiled code calls it, its body is copied in there.

    Args:
        fn: A function of numbers and arrays.
        **kwargs: What else to tell ``numba.njit``.

    Returns:
        The function, to be called as before. The plain one is its attribute ``py_func``.
    """
    return jit(nopython=True, inline="always", error_model="numpy", **kwargs)(fn)


def alone(kernel: Any) -> Any:
    """Take a compiled parallel kernel, and have it compiled for one thread: ``prange`` is ``range`` there."""
    if config.DISABLE_JIT:  # NUMBA_DISABLE_JIT=1 leaves all functions as they are
        return kernel
    return jit(**{**kernel.targetoptions, "parallel": False})(kernel.py_func)


# Not by ``njit``: where a body is copied into a parallel loop, its arguments are the loop's own names, and Numba
# refuses a ``to_index`` that assigns its argument.
to_index = jit(nopython=True, error_model="numpy")(tensor_data.to_index)
index_to_position = jit(nopython=True, error_model="numpy")(tensor_data.index_to_position)
broadcast_index = jit(nopython=True, error_model="numpy")(tensor_data.broadcast_index)


class FastOps(TensorOps):
    """Calculating in compiled code, on all cores."""

    @staticmethod
    def map(fn: Callable[[float], float]) -> MapProto:
        """Turn a function of one number into an operation on a tensor: see ``SimpleOps.map``."""
        return as_map(tensor_map(njit(fn)))

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
        """Turn a function of two numbers into an operation on two tensors: see ``SimpleOps.zip``."""
        return as_zip(tensor_zip(njit(fn)))

    @staticmethod
    def reduce(
        fn: Callable[[float, float], float], start: float = 0.0
    ) -> Callable[[Tensor, int], Tensor]:
        """Turn a function of two numbers into an operation along one dimension: see ``SimpleOps.reduce``."""
        return as_reduce(tensor_reduce(njit(fn)), start)

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
        return multiply((tensor_matrix_multiply, _small_matrix_multiply), a, b)


# From kernels to operations on tensors. Each function takes a parallel kernel, and compiles it for one thread, too: a
# single thread is done with a small tensor before the others are awake.


def as_map(kernel: Any) -> MapProto:
    """Make an operation on a tensor of a kernel for map."""
    small = alone(kernel)

    def mapped(a: Tensor, out: Tensor | None = None) -> Tensor:
        if out is None:
            out = a._room(a.shape)
        elif out.shape != a.shape and shape_broadcast(a.shape, out.shape) != out.shape:
            raise IndexingError(f"can't write shape {a.shape} into shape {out.shape}")
        run = small if len(out._tensor._storage) < SMALL else kernel
        run(*out.tuple(), *a.tuple())
        return out

    return mapped


def as_zip(kernel: Any) -> Callable[[Tensor, Tensor], Tensor]:
    """Make an operation on two tensors of a kernel for zip."""
    small = alone(kernel)

    def zipped(a: Tensor, b: Tensor) -> Tensor:
        shape = a.shape if a.shape == b.shape else shape_broadcast(a.shape, b.shape)
        out = a._room(shape)
        run = small if len(out._tensor._storage) < SMALL else kernel
        run(*out.tuple(), *a.tuple(), *b.tuple())
        return out

    return zipped


def as_reduce(kernel: Any, start: float) -> Callable[[Tensor, int], Tensor]:
    """Make an operation along one dimension, which begins with ``start``, of a kernel for reduce."""
    small = alone(kernel)

    def reduced(a: Tensor, dim: int) -> Tensor:
        if not 0 <= dim < len(a.shape):
            raise IndexingError(f"shape {a.shape} has no dimension {dim}")
        out = a._room((*a.shape[:dim], 1, *a.shape[dim + 1 :]))
        out._tensor._storage[:] = start
        run = small if a._tensor.size < SMALL else kernel
        run(*out.tuple(), *a.tuple(), dim)
        return out

    return reduced


def multiply(kernels: tuple[Any, Any], a: Tensor, b: Tensor) -> Tensor:
    """Multiply by one of two kernels: the parallel one, or for small products the one for a single thread."""
    shape = product_shape(a.shape, b.shape)
    out = a._room(shape)
    *front, n, m = shape
    stack = np.array((math.prod(front), n, m)), np.array((n * m, m, 1))
    steps = math.prod(shape) * a.shape[-1]
    run = kernels[steps < 128 * SMALL]
    run(out._tensor._storage, *stack, *as_stack(a, shape), *as_stack(b, shape))
    return out


# The kernels. Each is handed the storage, shape and strides of its tensors, and writes into the storage of the first.
# Any strides may come: permuted, with gaps, or 0, where all elements along a dimension are one number in the storage.
# What lies in the storage between the elements of ``out`` means nothing, and may change; all else stays as it is.
# Numbers keep all their digits (float64), and a kernel may be called any number of times, each time with other shapes.


def tensor_map(fn: Callable[[float], float]) -> MapKernel:
    """Turn a function of one number into a compiled kernel that applies it to each element of a tensor, in parallel.

    The kernel is ``_map(out, out_shape, out_strides, in_storage, in_shape, in_strides)``. Shape ``in_shape``
    broadcasts to ``out_shape``. At each index of ``out``, it writes fn(x), where x is the element of ``in`` that the
    index meets; ``in`` may be ``out`` itself. It does so

    - in a loop that runs in parallel (``prange``), each turn of which writes to nothing that another one uses: an index
      buffer, say, is its own;
    - without finding an index for each element, where ``out`` and ``in`` have the same shape and lie in memory alike.

    Args:
        fn: A compiled function of a number.

    Returns:
        The kernel, which returns nothing.
    """

    def _map(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        in_storage: Storage,
        in_shape: Shape,
        in_strides: Strides,
    ) -> None:
        # TODO: Task 3.1
        raise NotImplementedError("Task 3.1: implement tensor_map._map in minitorch/fast_ops.py")

    return njit(_map, parallel=True)


def tensor_zip(fn: Callable[[float, float], float]) -> ZipKernel:
    """Turn a function of two numbers into a compiled kernel that applies it to each pair that meets, in parallel.

    The kernel is ``_zip(out, out_shape, out_strides, a_storage, a_shape, a_strides, b_storage, b_shape, b_strides)``.
    Shapes ``a_shape`` and ``b_shape`` broadcast to ``out_shape``. At each index of ``out``, it writes fn(x, y), where x
    and y are the elements of ``a`` and of ``b`` that the index meets. It does so

    - in a loop that runs in parallel (``prange``), each turn of which writes to nothing that another one uses: an index
      buffer, say, is its own;
    - without finding an index for each element, where all three have the same shape and lie in memory alike.

    Args:
        fn: A compiled function of two numbers.

    Returns:
        The kernel, which returns nothing.
    """

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
        # TODO: Task 3.1
        raise NotImplementedError("Task 3.1: implement tensor_zip._zip in minitorch/fast_ops.py")

    return njit(_zip, parallel=True)


def tensor_reduce(fn: Callable[[float, float], float]) -> ReduceKernel:
    """Turn a function of two numbers into a compiled kernel that folds a tensor along one dimension, in parallel.

    The kernel is ``_reduce(out, out_shape, out_strides, a_storage, a_shape, a_strides, reduce_dim)``. Shape
    ``out_shape`` is ``a_shape`` with size 1 along ``reduce_dim``. Each element of ``out`` holds the start value s, and
    it is replaced by fn(fn(fn(s, x1), x2), x3), where x1, x2, x3 are the elements of ``a`` along ``reduce_dim``. It
    does so

    - in a loop over the elements of ``out``, or over groups of them, that runs in parallel (``prange``), each turn of
      which writes to nothing that another one uses;
    - with an inner loop that calls nothing but fn.

    Args:
        fn: A compiled function of two numbers: the result so far, and the next element. Sums and products may be
            computed in another order (``ANY_ORDER``), which shows in the last digits.

    Returns:
        The kernel, which returns nothing.
    """

    def _reduce(
        out: Storage,
        out_shape: Shape,
        out_strides: Strides,
        a_storage: Storage,
        a_shape: Shape,
        a_strides: Strides,
        reduce_dim: int,
    ) -> None:
        # TODO: Task 3.1
        raise NotImplementedError(
            "Task 3.1: implement tensor_reduce._reduce in minitorch/fast_ops.py"
        )

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
    """Multiply matrices, in parallel.

    All three have three dimensions: ``a_shape`` is (N, n, k), ``b_shape`` is (N, k, m) and ``out_shape`` (N, n, m).
    Matrix number 0 of ``a`` times number 0 of ``b`` gives number 0 of ``out``, and so on; a single matrix, (1, n, k) or
    (1, k, m), goes with each of the others. It does so

    - in an outer loop that runs in parallel (``prange``);
    - without finding an index for each element;
    - with an inner loop that writes nothing into ``out``: each element of that is written once, when its sum is
      complete.

    Args:
        out: Where the product goes.
        out_shape: Its shape.
        out_strides: Its strides.
        a_storage: The left factor.
        a_shape: Its shape.
        a_strides: Its strides.
        b_storage: The right factor.
        b_shape: Its shape.
        b_strides: Its strides.
    """
    # TODO: Task 3.2
    raise NotImplementedError(
        "Task 3.2: implement _tensor_matrix_multiply in minitorch/fast_ops.py"
    )


tensor_matrix_multiply = njit(_tensor_matrix_multiply, parallel=True, fastmath=ANY_ORDER)
_small_matrix_multiply = alone(tensor_matrix_multiply)
