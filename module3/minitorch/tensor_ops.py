"""Map, zip and reduce for tensors: from a function of numbers to an operation on whole tensors.

Only this file touches storage, and it knows nothing of derivatives.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import numpy as np

from . import operators
from .tensor_data import (
    IndexingError,
    Shape,
    Storage,
    Strides,
    TensorData,
    UserShape,
    broadcast_index,
    index_to_position,
    shape_broadcast,
    to_index,
)

if TYPE_CHECKING:
    from .tensor import Tensor

MapKernel = Callable[[Storage, Shape, Strides, Storage, Shape, Strides], None]
ZipKernel = Callable[
    [Storage, Shape, Strides, Storage, Shape, Strides, Storage, Shape, Strides], None
]
ReduceKernel = Callable[[Storage, Shape, Strides, Storage, Shape, Strides, int], None]


class MapProto(Protocol):
    """How a map is called: with a tensor, and with one to write into if there is one already."""

    def __call__(self, x: Tensor, out: Tensor | None = ..., /) -> Tensor:
        """Apply the function to each element of ``x``."""
        ...


class TensorOps:
    """What a way of calculating with tensors has to bring. This one brings nothing."""

    cuda = False

    @staticmethod
    def map(fn: Callable[[float], float]) -> MapProto:
        """Turn a function of one number into an operation on a tensor."""
        raise NotImplementedError("Every subclass of TensorOps brings its own map.")

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
        """Turn a function of two numbers into an operation on two tensors."""
        raise NotImplementedError("Every subclass of TensorOps brings its own zip.")

    @staticmethod
    def reduce(
        fn: Callable[[float, float], float], start: float = 0.0
    ) -> Callable[[Tensor, int], Tensor]:
        """Turn a function of two numbers into an operation that folds a tensor along one dimension."""
        raise NotImplementedError("Every subclass of TensorOps brings its own reduce.")

    @staticmethod
    def matrix_multiply(a: Tensor, b: Tensor) -> Tensor:
        """Multiply two matrices."""
        raise NotImplementedError(
            "Every subclass of TensorOps brings its own matrix_multiply, SimpleOps from Module 3 on."
        )


class TensorBackend:
    """All that tensor functions calculate with, made once by one way of calculating.

    Args:
        ops: The way of calculating.

    Attributes:
        cuda: Whether the tensors' storage lies on a GPU.
    """

    def __init__(self, ops: type[TensorOps]) -> None:
        self.neg_map = ops.map(operators.neg)
        self.sigmoid_map = ops.map(operators.sigmoid)
        self.relu_map = ops.map(operators.relu)
        self.log_map = ops.map(operators.log)
        self.exp_map = ops.map(operators.exp)
        self.id_map = ops.map(operators.id)
        self.inv_map = ops.map(operators.inv)

        self.add_zip = ops.zip(operators.add)
        self.mul_zip = ops.zip(operators.mul)
        self.lt_zip = ops.zip(operators.lt)
        self.eq_zip = ops.zip(operators.eq)
        self.is_close_zip = ops.zip(operators.is_close)
        self.relu_back_zip = ops.zip(operators.relu_back)
        self.log_back_zip = ops.zip(operators.log_back)
        self.inv_back_zip = ops.zip(operators.inv_back)

        self.add_reduce = ops.reduce(operators.add, 0.0)
        self.mul_reduce = ops.reduce(operators.mul, 1.0)

        self.matrix_multiply = ops.matrix_multiply
        self.cuda = ops.cuda


class SimpleOps(TensorOps):
    """Calculating in plain Python, one element after the other."""

    is_cuda = False  # ``cuda``, as older programs call it

    @staticmethod
    def map(fn: Callable[[float], float]) -> MapProto:
        """Turn a function of one number into an operation on a tensor.

        Args:
            fn: What to do to each element.

        Returns:
            A function of a tensor ``a``, and of a tensor ``out`` to write into, if given; ``a`` is broadcast to it.
            Without one, the result is a new tensor of the shape of ``a``.
        """
        kernel = tensor_map(fn)

        def mapped(a: Tensor, out: Tensor | None = None) -> Tensor:
            if out is None:
                out = a.zeros(a.shape)
            elif out.shape != a.shape and shape_broadcast(a.shape, out.shape) != out.shape:
                raise IndexingError(f"can't write shape {a.shape} into shape {out.shape}")
            kernel(*out.tuple(), *a.tuple())
            return out

        return mapped

    @staticmethod
    def zip(fn: Callable[[float, float], float]) -> Callable[[Tensor, Tensor], Tensor]:
        """Turn a function of two numbers into an operation on two tensors.

        Args:
            fn: How to combine an element of the first tensor with the one that it meets in the second.

        Returns:
            A function of two tensors. Its result is a new tensor of the shape that both are broadcast to.
        """
        kernel = tensor_zip(fn)

        def zipped(a: Tensor, b: Tensor) -> Tensor:
            shape = a.shape if a.shape == b.shape else shape_broadcast(a.shape, b.shape)
            out = a.zeros(shape)
            kernel(*out.tuple(), *a.tuple(), *b.tuple())
            return out

        return zipped

    @staticmethod
    def reduce(
        fn: Callable[[float, float], float], start: float = 0.0
    ) -> Callable[[Tensor, int], Tensor]:
        """Turn a function of two numbers into an operation that folds a tensor along one dimension.

        Args:
            fn: How to combine the result so far (first argument) with the next element (second argument).
            start: The result before the first element.

        Returns:
            A function of a tensor and of a dimension. Its result is a new tensor of the same shape, but of size 1
            along that dimension. A dimension that does not exist is an IndexingError.
        """
        kernel = tensor_reduce(fn)

        def reduced(a: Tensor, dim: int) -> Tensor:
            if not 0 <= dim < len(a.shape):
                raise IndexingError(f"shape {a.shape} has no dimension {dim}")
            out = a.zeros((*a.shape[:dim], 1, *a.shape[dim + 1 :]))
            out._tensor._storage[:] = start
            kernel(*out.tuple(), *a.tuple(), dim)
            return out

        return reduced

    @staticmethod
    def matrix_multiply(a: Tensor, b: Tensor) -> Tensor:
        """Multiply the matrices that the last two dimensions hold; the dimensions in front broadcast.

        It is a product that broadcasts, and a sum: with shapes (n, k, 1) and (1, k, m), cell (i, j, l) of the product
        is a[i, j] * b[j, l], and the sum along j is what is wanted. That takes room for n * k * m numbers.

        Args:
            a: The left factor, of shape (…, n, k).
            b: The right factor, of shape (…, k, m).

        Returns:
            A new tensor of shape (…, n, m).

        Raises:
            IndexingError: The shapes don't go together.
        """
        shape = product_shape(a.shape, b.shape)
        rows = a._new(TensorData(a._tensor._storage, (*a.shape, 1), (*a._tensor.strides, 0)))
        front, last = b.shape[:-2], b.shape[-2:]
        steps = (*b._tensor.strides[:-2], 0, *b._tensor.strides[-2:])
        columns = b._new(TensorData(b._tensor._storage, (*front, 1, *last), steps))
        products = SimpleOps.zip(operators.mul)(rows, columns)
        sums = SimpleOps.reduce(operators.add, 0.0)(products, len(shape) - 1)
        return a._new(TensorData(sums._tensor._storage, shape))


def product_shape(a: UserShape, b: UserShape) -> UserShape:
    """Find the shape of a matrix product: (…, n, k) times (…, k, m) is (…, n, m), and what stands in front broadcasts.

    Args:
        a: The shape of the left factor.
        b: The shape of the right one.

    Returns:
        The shape of the product, as a tuple.

    Raises:
        IndexingError: One of them has less than two dimensions, the inner sizes differ, or the fronts don't broadcast.
            It names both shapes.
    """
    if len(a) < 2 or len(b) < 2:
        raise IndexingError(f"can't multiply {a} by {b}: a matrix has two dimensions at least")
    if a[-1] != b[-2]:
        raise IndexingError(
            f"can't multiply {a} by {b}: rows of {a[-1]} numbers don't go with columns of {b[-2]}"
        )
    try:
        return (*shape_broadcast(a[:-2], b[:-2]), a[-2], b[-1])
    except IndexingError as error:
        raise IndexingError(f"can't multiply {a} by {b}: {error}") from None


def as_stack(t: Tensor, product: UserShape) -> tuple[Storage, Shape, Strides]:
    """Read a factor as the kernels take it: in three dimensions, the first of which counts the matrices.

    Args:
        t: The factor.
        product: The shape of the product. Where that has several dimensions in front, no stride leads from matrix to
            matrix, and so they are copied.

    Returns:
        Storage, shape and strides.
    """
    if len(t.shape) > 2 and len(product) > 3:
        full = np.broadcast_to(t.to_numpy(), (*product[:-2], *t.shape[-2:]))
        return TensorData(full.copy().ravel(), (int(np.prod(product[:-2])), *t.shape[-2:])).tuple()
    if len(t.shape) > 2:
        return t.tuple()
    return t._tensor._storage, np.array((1, *t.shape)), np.array((0, *t._tensor.strides))


# The kernels. Each is handed the storage, shape and strides of its tensors, and writes into the storage of the first.
# Any strides may come: permuted, with gaps, or 0, where all elements along a dimension are one number in the storage.
# A kernel may be called any number of times, each time with other shapes.


def tensor_map(fn: Callable[[float], float]) -> MapKernel:
    """Turn a function of one number into a kernel that applies it to each element of a tensor.

    The kernel is ``_map(out, out_shape, out_strides, in_storage, in_shape, in_strides)``. Shape ``in_shape``
    broadcasts to ``out_shape``. At each index of ``out``, it writes fn(x), where x is the element of ``in`` that the
    index meets: with in = [1, 2] of shape (2,) and out_shape (3, 2), each row of ``out`` is [fn(1), fn(2)]. ``in`` may
    be ``out`` itself: then read an element before you write it.

    Args:
        fn: Any function of a number.

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
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement tensor_map._map in minitorch/tensor_ops.py")

    return _map


def tensor_zip(fn: Callable[[float, float], float]) -> ZipKernel:
    """Turn a function of two numbers into a kernel that applies it to each pair of elements that meet.

    The kernel is ``_zip(out, out_shape, out_strides, a_storage, a_shape, a_strides, b_storage, b_shape, b_strides)``.
    Shapes ``a_shape`` and ``b_shape`` broadcast to ``out_shape``. At each index of ``out``, it writes fn(x, y), where x
    and y are the elements of ``a`` and of ``b`` that the index meets: with a = [1, 2] of shape (2, 1) and b = [5, 6, 7]
    of shape (3,), the rows of ``out`` are [fn(1, 5), fn(1, 6), fn(1, 7)] and [fn(2, 5), fn(2, 6), fn(2, 7)].

    Args:
        fn: Any function of two numbers.

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
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement tensor_zip._zip in minitorch/tensor_ops.py")

    return _zip


def tensor_reduce(fn: Callable[[float, float], float]) -> ReduceKernel:
    """Turn a function of two numbers into a kernel that folds a tensor along one dimension.

    The kernel is ``_reduce(out, out_shape, out_strides, a_storage, a_shape, a_strides, reduce_dim)``. Shape
    ``out_shape`` is ``a_shape`` with size 1 along ``reduce_dim``. Each element of ``out`` holds the start value, and it
    is replaced by the result: with the elements x1, x2, x3 of ``a`` along ``reduce_dim``, from the start value s,
    that is fn(fn(fn(s, x1), x2), x3). Where there are no elements along ``reduce_dim``, it stays s.

    Args:
        fn: Any function of two numbers: the result so far, and the next element.

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
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement tensor_reduce._reduce in minitorch/tensor_ops.py"
        )

    return _reduce


SimpleBackend = TensorBackend(SimpleOps)
"""Where tensors calculate, unless they are told otherwise."""
