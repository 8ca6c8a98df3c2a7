"""How a tensor lies in memory: one row of numbers, and the shape and strides that say how to read it.

Nothing here calculates with the numbers; it only finds them.
"""

from __future__ import annotations

import math
import reprlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from .seeding import generator

MAX_DIMS = 32
"""No tensor has more dimensions than this, so that a buffer for any index can be made beforehand."""

_FLOAT = np.dtype(np.float64)

Storage = NDArray[np.float64]
Index = NDArray[np.int64]
OutIndex = NDArray[np.int64]
Shape = NDArray[np.int64]
Strides = NDArray[np.int64]

UserIndex = Sequence[int]
UserShape = Sequence[int]
UserStrides = Sequence[int]


class IndexingError(RuntimeError):
    """An index or a shape that does not fit."""


# From ordinals and indices to positions. These three are compiled later on: they see arrays and whole numbers only.


def index_to_position(index: Index, strides: Strides) -> int:
    """Find where in the storage the element at an index lies.

    That is the sum, over all dimensions, of the index times the stride. With strides (3, 1), the element at index
    (1, 2) lies at position 1 * 3 + 2 * 1 = 5. An index of no dimensions is at position 0.

    Args:
        index: One number for each dimension.
        strides: How far apart in the storage neighbours along each dimension lie.

    Returns:
        The position, which may be in the billions.
    """
    # TODO: Task 2.1
    raise NotImplementedError("Task 2.1: implement index_to_position in minitorch/tensor_data.py")


def to_index(ordinal: int, shape: Shape, out_index: OutIndex) -> None:
    """Find the index of the element that comes ``ordinal``-th when all are counted from 0 in row-major order.

    Row-major: the last dimension moves fastest. In shape (2, 3), ordinals 0, 1, 2, 3, 4, 5 are the indices (0, 0),
    (0, 1), (0, 2), (1, 0), (1, 1), (1, 2). Strides play no part in it.

    Args:
        ordinal: From 0 to the number of elements less one, which may be in the billions.
        shape: The size of each dimension.
        out_index: Where the index is written, one number for each dimension of ``shape``, from the front. The array
            may be longer: what lies behind stays as it is.
    """
    # TODO: Task 2.1
    raise NotImplementedError("Task 2.1: implement to_index in minitorch/tensor_data.py")


def broadcast_index(big_index: Index, big_shape: Shape, shape: Shape, out_index: OutIndex) -> None:
    """Find which element of a small tensor meets a given element of the shape that it is broadcast to.

    Shapes are lined up from the right. Dimensions that ``big_shape`` has in front are dropped; along a dimension of
    size 1, the one element meets all, so the index there is 0; along any other, the index stays. The element (4, 1, 2)
    of shape (5, 2, 3) meets the element (0, 2) of shape (1, 3).

    Args:
        big_index: An index in ``big_shape``. It stays as it is.
        big_shape: The shape of the result.
        shape: The shape of the small tensor, which broadcasts to ``big_shape``.
        out_index: Where the index in ``shape`` is written, one number for each of its dimensions, from the front.
            The array may be longer: what lies behind stays as it is.
    """
    # TODO: Task 2.2
    raise NotImplementedError("Task 2.2: implement broadcast_index in minitorch/tensor_data.py")


# Shapes


def shape_broadcast(shape1: UserShape, shape2: UserShape) -> UserShape:
    """Find the shape that two tensors take when they meet in one operation.

    Shapes are lined up from the right, and the shorter one is filled up with 1s in front. Then two sizes that meet must
    be equal, or one of them is 1, and the other one counts. (2, 3, 1) and (4,) give (2, 3, 4).

    Args:
        shape1: The one shape: a tuple, a list or an array of any number of sizes. It stays as it is.
        shape2: The other one, likewise.

    Returns:
        The common shape, as a tuple.

    Raises:
        IndexingError: There is none. It names both: ``can't broadcast (2, 3) with (4,)``.
    """
    # TODO: Task 2.2
    raise NotImplementedError("Task 2.2: implement shape_broadcast in minitorch/tensor_data.py")


def strides_from_shape(shape: UserShape) -> UserStrides:
    """Give the strides of a tensor whose elements lie side by side in row-major order: (6, 3, 1) for (4, 2, 3)."""
    return tuple(math.prod(shape[dim + 1 :]) for dim in range(len(shape)))


class TensorData:
    """A row of numbers, and how to read it as an array of many dimensions.

    Args:
        storage: The numbers. An array of floats is shared, not copied.
        shape: The size of each dimension, as a tuple; ``()`` is a single number.
        strides: How far apart in the storage neighbours along each dimension lie, as a tuple; by default, the
            elements lie side by side in row-major order. With a stride of 0, one number is read many times.

    Attributes:
        shape: The size of each dimension.
        strides: As above.
        dims: How many dimensions there are.
        size: How many elements there are.

    Raises:
        AssertionError: Shape or strides are not a tuple; or the storage has more or fewer numbers than the shape has
            elements, where no strides say how to read it.
        IndexingError: Shape and strides don't fit together, lead outside of the storage, or have too many dimensions.
    """

    _storage: Storage
    _shape: Shape
    _strides: Strides
    shape: UserShape
    strides: UserStrides
    dims: int
    size: int

    def __init__(
        self,
        storage: Sequence[float] | Storage,
        shape: UserShape,
        strides: UserStrides | None = None,
    ) -> None:
        assert isinstance(shape, tuple), f"a shape is a tuple, but got {shape!r}"
        assert strides is None or isinstance(
            strides, tuple
        ), f"strides are a tuple, but got {strides!r}"
        layout = _layout(shape, strides)
        self.shape, self.strides, self.size = layout.shape, layout.strides, layout.size
        self.dims = len(self.shape)
        self._shape, self._strides = layout.shape_array.copy(), layout.strides_array.copy()
        self._storage = _row(storage)
        row = self._storage.shape
        if strides is None or len(row) != 1:
            assert row == (self.size,), f"shape {shape} takes {self.size} numbers, but got {row}"
        if layout.reach > len(self._storage):
            raise IndexingError(
                f"strides {strides} of shape {shape} lead outside the {len(self._storage)} numbers of the storage"
            )
        if layout.reach < len(self._storage):
            # What lies behind the last element stays out: contiguous elements are then the whole storage.
            self._storage = self._storage[: layout.reach]

    def is_contiguous(self) -> bool:
        """Say whether the elements lie in the storage in row-major order, each beside the next.

        The stride of a dimension of size 1 is never used, so it may be anything.
        """
        return _layout(self.shape, self.strides).contiguous

    @staticmethod
    def shape_broadcast(shape_a: UserShape, shape_b: UserShape) -> UserShape:
        """Find the shape that two tensors take when they meet: see the function of the same name."""
        return shape_broadcast(shape_a, shape_b)

    def index(self, index: int | UserIndex) -> int:
        """Find where in the storage the element at an index lies, and check the index first.

        Args:
            index: One whole number for each dimension; for a single dimension, the number alone will do.

        Returns:
            The position.

        Raises:
            IndexingError: The index has too many numbers or too few, or one of them is negative, too large, or none
                at all, such as a slice.
        """
        numbers = tuple(index) if isinstance(index, Sequence | np.ndarray) else (index,)
        if len(numbers) != self.dims:
            raise IndexingError(
                f"index {numbers} has length {len(numbers)}, but shape {self.shape} takes {self.dims}"
            )
        for number, size in zip(numbers, self.shape):
            if not isinstance(number, int | np.integer):
                raise IndexingError(f"index {numbers} holds {number!r}, which is no whole number")
            if number < 0:
                raise IndexingError(
                    f"index {numbers} of shape {self.shape} is negative: counting starts at 0"
                )
            if number >= size:
                raise IndexingError(f"index {numbers} lies outside shape {self.shape}")
        return int(index_to_position(np.array(numbers, dtype=np.int64), self._strides))

    def indices(self) -> Iterable[UserIndex]:
        """Yield the index of each element, in row-major order."""
        index = np.zeros(self.dims, dtype=np.int64)
        for ordinal in range(self.size):
            to_index(ordinal, self._shape, index)
            yield tuple(index.tolist())

    def sample(self) -> UserIndex:
        """Draw the index of one element at random; an IndexingError says that there is none."""
        if self.size == 0:
            raise IndexingError(f"shape {self.shape} has no element to draw")
        return tuple(generator.randrange(size) for size in self.shape)

    def get(self, key: UserIndex) -> float:
        """Read the element at an index."""
        return float(self._storage[self.index(key)])

    def set(self, key: UserIndex, val: float) -> None:
        """Write the element at an index."""
        self._storage[self.index(key)] = val

    def tuple(self) -> tuple[Storage, Shape, Strides]:
        """Give storage, shape and strides, as arrays: the form in which the operations of tensor_ops take a tensor."""
        return self._storage, self._shape, self._strides

    def permute(self, *order: int) -> TensorData:
        """Put the dimensions into another order, without moving a number.

        The new dimension 0 is the old dimension ``order[0]``, and so on: element (i, j, k) of ``permute(2, 0, 1)`` is
        element (j, k, i) of the old one. The result shares the storage.

        Args:
            *order: Each dimension once.

        Returns:
            The same storage, with shape and strides in the new order.

        Raises:
            IndexingError: A dimension is missing, or there twice, or does not exist.
        """
        if sorted(order) != list(range(self.dims)):
            raise IndexingError(
                f"can't permute shape {self.shape} by {order}: each of its dimensions is wanted once"
            )
        # TODO: Task 2.1
        raise NotImplementedError(
            "Task 2.1: implement TensorData.permute in minitorch/tensor_data.py"
        )

    def to_numpy(self) -> Storage:
        """Copy the elements into a NumPy array of the same shape."""
        storage = self._storage
        if self.is_contiguous():
            return storage.copy().reshape(self.shape)
        steps = tuple(storage.strides[0] * stride for stride in self.strides)
        if steps[-1:] != (storage.itemsize,):
            return as_strided(storage, self.shape, steps).copy()
        # Rows that lie side by side are copied as a whole, each as if it were one large number.
        row = storage[: self.shape[-1]].view(f"V{storage.itemsize * self.shape[-1]}")
        rows = as_strided(row, self.shape[:-1], steps[:-1]).copy()
        return rows.reshape(-1).view(storage.dtype).reshape(self.shape)

    def to_string(self) -> str:
        """Write the elements with two decimals, in brackets nested as deep as there are dimensions."""
        return _nested_text(self.to_numpy()) if self.size else f"[] of shape {self.shape}"

    def __repr__(self) -> str:
        storage = self._storage
        numbers = reprlib.repr(storage.tolist())
        return f"TensorData({numbers}, shape={self.shape}, strides={self.strides})"


def _row(storage: Sequence[float] | Storage) -> Storage:
    """Make an array of numbers; one that is such an array already is not copied."""
    if type(storage) is np.ndarray and storage.dtype is _FLOAT:
        return storage
    return np.asarray(storage, dtype=_FLOAT)


class _Layout(NamedTuple):
    """What shape and strides say, once they are checked."""

    shape: UserShape
    strides: UserStrides
    shape_array: Shape
    strides_array: Strides
    size: int
    reach: int  # how many numbers of the storage there are up to the last element
    contiguous: bool


@lru_cache(maxsize=4096)
def _layout(shape: UserShape, strides: UserStrides | None) -> _Layout:
    """Check shape and strides, and look what they say. A network makes tensors of the same few shapes all the time."""
    if strides is not None:
        _check_strides(shape, strides)
    if len(shape) > MAX_DIMS or any(size < 0 for size in shape):
        raise IndexingError(f"{shape} is no shape: up to {MAX_DIMS} sizes, none below 0")
    shape = tuple(int(size) for size in shape)
    side_by_side = strides_from_shape(shape)
    strides = side_by_side if strides is None else tuple(int(stride) for stride in strides)
    size = math.prod(shape)
    last = sum((length - 1) * stride for length, stride in zip(shape, strides))
    contiguous = size == 0 or all(
        length == 1 or stride == wanted
        for length, stride, wanted in zip(shape, strides, side_by_side)
    )
    arrays = np.array(shape, dtype=np.int64), np.array(strides, dtype=np.int64)
    return _Layout(shape, strides, *arrays, size, last + 1 if size else 0, contiguous)


def _check_strides(shape: UserShape, strides: UserStrides) -> None:
    if len(strides) != len(shape):
        raise IndexingError(f"strides {strides} and shape {shape} differ in length")
    if min(strides, default=0) < 0:
        raise IndexingError(f"strides {strides} lead backwards: none may be below 0")


def _nested_text(values: Storage, depth: int = 0) -> str:
    if values.ndim == 0:
        return f"{float(values):.2f}"
    between = " " if values.ndim == 1 else "\n" + " " * (depth + 1)
    return f"[{between.join(_nested_text(part, depth + 1) for part in values)}]"
