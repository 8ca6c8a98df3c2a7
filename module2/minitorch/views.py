"""Views: other ways to read the storage of a tensor. A view has a shape and strides of its own, and copies nothing."""

from __future__ import annotations

import math
from collections.abc import Callable
from types import EllipsisType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .autodiff import Context
from .tensor_data import (
    IndexingError,
    TensorData,
    UserShape,
    UserStrides,
    shape_broadcast,
    strides_from_shape,
)
from .tensor_functions import Function, tensor

if TYPE_CHECKING:
    from .tensor import Tensor, TensorLike

Part = int | np.integer[Any] | slice | None | EllipsisType
Key = Part | tuple[Part, ...]


class Place(NamedTuple):
    """Where the elements of a view lie in a storage.

    Attributes:
        shape: The size of each dimension of the view.
        strides: How far apart in the storage neighbours along each dimension lie.
        offset: The position of the view's first element.
    """

    shape: UserShape
    strides: UserStrides
    offset: int = 0

    def positions(self) -> NDArray[np.int64]:
        """Give the position of each element, as an array of the view's shape."""
        found = np.array(self.offset, dtype=np.int64)
        for size, stride in zip(self.shape, self.strides):
            found = np.add.outer(found, np.arange(size) * stride)
        return found


Way = Callable[[UserShape, UserStrides], Place]
"""How to read a tensor of some shape and strides: a function that says where the view lies in its storage."""


def place_of(key: Key, shape: UserShape, strides: UserStrides) -> Place:
    """Find where the part of a tensor lies that a key chooses: ``key`` is what stands in the brackets of ``t[key]``.

    A key is a tuple, or one part alone, which means the same as a tuple of it. Each part says what becomes of the next
    dimension, from the front:

    - a whole number, Python's or NumPy's (``int | np.integer``), picks one index, and the dimension is gone;
    - a slice ``start:stop:step`` keeps the indices that it counts, with Python's rules (``part.indices(size)``, which
      raises a ValueError for a step of 0); ``:`` keeps all;
    - ``None`` adds a dimension of size 1, and takes none of the tensor's;
    - ``...`` keeps all dimensions that the other parts leave; at the end of the key, it may be left out.

    For shape (3, 4) and strides (4, 1), the key ``(1, slice(None, None, 2))``, that is ``t[1, ::2]``, gives shape (2,),
    strides (2,) and offset 4.

    Args:
        key: The key.
        shape: The shape of the tensor.
        strides: Its strides, which may be anything from 0 on.

    Returns:
        Shape, strides and offset of the part. A dimension of size 1 may have any stride.

    Raises:
        IndexingError: The key names more dimensions than there are; or it has several ``...``, a whole number that is
            negative or too large, a slice that steps backwards, or something else than these four kinds of part. Its
            text shows the shape, and the key as Python writes it.
    """
    # TODO: Task 2.6
    raise NotImplementedError("Task 2.6: implement place_of in minitorch/views.py")


class Strided(Function):
    """Read the storage of a tensor another way."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, here: Tensor, there: Tensor) -> Tensor:
        """Read the storage of ``a`` as ``here`` says, without copying.

        Args:
            ctx: Where to save what ``backward`` needs.
            a: What to read.
            here: Where the view lies in the storage of ``a``. It comes as a tensor: ``unpack(here)`` is the ``Place``.
            there: Where it would lie if the elements of ``a`` lay side by side, in row-major order; likewise.

        Returns:
            A tensor of the same backend (``_new``) that shares the storage.
        """
        # TODO: Task 2.6
        raise NotImplementedError("Task 2.6: implement Strided.forward in minitorch/views.py")

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, float, float]:
        """Give each element of the input the sum of the derivatives by all elements of the view that show it.

        Args:
            ctx: What ``forward`` saved.
            grad_output: The derivative by the view.

        Returns:
            The derivative by ``a``, in its shape: 0 for elements that the view leaves out. Then 0.0 and 0.0, for
            ``here`` and ``there``.
        """
        # TODO: Task 2.6
        raise NotImplementedError("Task 2.6: implement Strided.backward in minitorch/views.py")


def read(t: Tensor, way: Way) -> Tensor:
    """Read the storage of a tensor another way, by ``Strided``.

    Args:
        t: The tensor.
        way: Says where the view lies, for a given shape and strides.

    Returns:
        The view. It has a history if ``t`` has one.
    """
    here = way(t.shape, t.stride())
    there = way(t.shape, strides_from_shape(t.shape))
    return Strided.apply(t, _pack(here), _pack(there))


def index(t: Tensor, key: Key) -> Tensor:
    """Give the part of a tensor that a key chooses, as a view: what ``t[key]`` means. See ``place_of``."""
    return read(t, lambda shape, strides: place_of(key, shape, strides))


def unsqueeze(t: Tensor, dim: int) -> Tensor:
    """Add a dimension of size 1: shape (2, 3) becomes (1, 2, 3), (2, 1, 3) or (2, 3, 1) for dim 0, 1 or 2.

    Args:
        t: A tensor of n dimensions.
        dim: Which dimension of the result is the new one, from 0 to n; -1 is its last one, and so on down to -n - 1.

    Returns:
        A view.

    Raises:
        IndexingError: The result has no such dimension. It names dim and shape.
    """
    # TODO: Task 2.6
    raise NotImplementedError("Task 2.6: implement unsqueeze in minitorch/views.py")


def squeeze(t: Tensor, dim: int | None = None) -> Tensor:
    """Take away a dimension of size 1, or all of them: shape (2, 1, 3) becomes (2, 3).

    Args:
        t: A tensor of n dimensions.
        dim: Which dimension, from 0 to n - 1; -1 is the last one, and so on down to -n. Where its size is not 1, the
            shape stays as it is. Without ``dim``, all dimensions of size 1 go.

    Returns:
        A view.

    Raises:
        IndexingError: ``t`` has no dimension ``dim``. The text names dim and shape.
    """
    # TODO: Task 2.6
    raise NotImplementedError("Task 2.6: implement squeeze in minitorch/views.py")


def expand_as(t: Tensor, other: Tensor) -> Tensor:
    """Stretch a tensor to the shape of another, as broadcasting does: with strides of 0, and no number twice in memory.

    A tensor of shape (3,) and strides (1,) becomes one of shape (2, 3) and strides (0, 1).

    Args:
        t: The tensor.
        other: The other one, of which only the shape counts.

    Returns:
        A view of the shape of ``other``.

    Raises:
        IndexingError: The shape of ``t`` does not broadcast to that of ``other``, or only to a larger one. It names
            both.
    """
    # TODO: Task 2.6
    raise NotImplementedError("Task 2.6: implement expand_as in minitorch/views.py")


def normalise(images: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Subtract the mean of its channel from each pixel, and divide by the standard deviation of its channel.

    Args:
        images: Images of shape (N, C, H, W): number of images, channels, height, width.
        mean: For each channel its mean, of shape (C,).
        std: For each channel its standard deviation, of shape (C,).

    Returns:
        The normalised images, of shape (N, C, H, W). Mean and deviation are stretched without being copied.
    """
    # TODO: Task 2.6
    raise NotImplementedError("Task 2.6: implement normalise in minitorch/views.py")


# What is given besides


def from_front(t: Tensor, dim: int, dims: int) -> int:
    """Count one of so many dimensions from the front: of three, -1 is 2. An IndexingError says that there is none."""
    if not -dims <= dim < dims:
        they = f"they go from {-dims} to {dims - 1}" if dims else "there are none"
        raise IndexingError(f"shape {t.shape}: no dimension {dim}; {they}")
    return dim % dims


def diagonal(t: Tensor) -> Tensor:
    """Give the diagonal of a matrix, as a view: one step along it is a step along both dimensions, so strides add."""
    if len(t.shape) != 2:
        raise IndexingError(f"a matrix has a diagonal; shape {t.shape} has none")
    return read(t, lambda shape, strides: Place((min(shape),), (sum(strides),)))


def assign(t: Tensor, key: Key, value: TensorLike) -> None:
    """Write into the part of a tensor that a key chooses: what ``t[key] = value`` means.

    Args:
        t: A constant, as no derivative is known of what is overwritten.
        key: The key.
        value: A number, or a tensor that broadcasts to the part.

    Raises:
        RuntimeError: ``t`` is not a constant.
        IndexingError: One number in memory stands for several elements, as their stride is 0: writing into one of
            them would change them all.
    """
    if t.history is not None:
        raise RuntimeError("can't write into a part of a tensor by which a derivative is wanted")
    place = place_of(key, t.shape, t.stride())
    if any(size > 1 and stride == 0 for size, stride in zip(place.shape, place.strides)):
        raise IndexingError(
            f"can't write into strides {place.strides}: elements share a number; call contiguous() first"
        )
    t.storage()[place.positions()] = t._ensure_tensor(value).to_numpy()


def unpack(numbers: Tensor) -> Place:
    """Make the ``Place`` again out of the tensor in which it came."""
    offset, *rest = (int(number) for number in numbers.to_numpy())
    return Place(tuple(rest[: len(rest) // 2]), tuple(rest[len(rest) // 2 :]), offset)


def _pack(place: Place) -> Tensor:
    """Write a ``Place`` into a tensor, as ``apply`` takes nothing else."""
    return tensor([place.offset, *place.shape, *place.strides])
