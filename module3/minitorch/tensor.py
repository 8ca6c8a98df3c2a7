"""The tensor: an array of numbers that remembers where it came from, and so can tell derivatives.

The numbers are a ``TensorData``, the calculating is a backend's, the derivatives are known to the functions.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .autodiff import Context, Variable, backpropagate, variable_count
from .tensor_data import (
    IndexingError,
    Shape,
    Storage,
    Strides,
    TensorData,
    UserShape,
    UserStrides,
)
from .tensor_functions import (
    EQ,
    LT,
    Add,
    All,
    Copy,
    Exp,
    Function,
    Inv,
    IsClose,
    Log,
    MatMul,
    Mul,
    Neg,
    Permute,
    ReLU,
    Sigmoid,
    Sum,
    View,
    tensor,
)
from .tensor_ops import SimpleBackend

if TYPE_CHECKING:
    from .tensor_ops import TensorBackend


LARGE = 2**15
"""From so many elements on, zeros that nobody reads are worth leaving out."""


@dataclass(slots=True)
class History:
    """Where a tensor came from. One that the user made, and whose derivative is wanted, has an empty history.

    Attributes:
        last_fn: The function whose result it is.
        ctx: What that function saved.
        inputs: What it was called with.
    """

    last_fn: type[Function] | None = None
    ctx: Context | None = None
    inputs: Sequence[Tensor] = ()


class Tensor:
    """An array of numbers of any number of dimensions.

    It is made by ``tensor([[1, 2], [3, 4]])``, ``zeros((2, 2))`` or ``rand((2, 2))``, and by calculating with others.

    Args:
        v: The numbers.
        back: Where they came from; None for constants.
        name: A name for people.
        backend: What the tensor calculates with.

    Attributes:
        backend: What the tensor calculates with; ``f`` for short.
        history: Where it came from, or None if no derivative is wanted.
        grad: The derivative by this tensor, once ``backward`` has been called on something that depends on it.
        unique_id: A number that no other tensor has.
        name: A name for people; by default, the number.
    """

    backend: TensorBackend
    history: History | None
    grad: Tensor | None
    _tensor: TensorData
    unique_id: int

    __array_ufunc__ = None  # ``array * tensor`` asks the tensor, not each element of the array

    def __init__(
        self,
        v: TensorData,
        back: History | None = None,
        name: str | None = None,
        backend: TensorBackend | None = None,
    ) -> None:
        self._tensor = v
        self.history = back
        self.backend = SimpleBackend if backend is None else backend
        self.grad = None
        self.unique_id = next(variable_count)
        self._name = name

    # Making tensors

    @staticmethod
    def make(
        storage: Storage | list[float],
        shape: UserShape,
        strides: UserStrides | None = None,
        backend: TensorBackend | None = None,
    ) -> Tensor:
        """Make a tensor out of a storage, and the shape and strides to read it by: see ``TensorData``."""
        return Tensor(TensorData(storage, shape, strides), backend=backend)

    def zeros(self, shape: UserShape | None = None) -> Tensor:
        """Make a tensor of zeros with the same backend, of this one's shape unless another is given."""
        shape = self.shape if shape is None else shape
        return self._new(TensorData(np.zeros(shape).ravel(), shape))

    def _room(self, shape: UserShape) -> Tensor:
        """Make a tensor for a result whose elements will all be written, with the same backend.

        A small one holds zeros. To write them into a large one first would take half as long as the operation itself.
        """
        size = math.prod(shape)
        return self._new(TensorData(np.zeros(size) if size < LARGE else np.empty(size), shape))

    def detach(self) -> Tensor:
        """Give a tensor of the same data, but without a history."""
        return self._new(self._tensor)

    def _new(self, tensor_data: TensorData) -> Tensor:
        """Make a tensor out of data, with the same backend and without a history."""
        return Tensor(tensor_data, backend=self.backend)

    def _ensure_tensor(self, b: TensorLike) -> Tensor:
        """Make a tensor out of a number. It has one dimension, but none beside a tensor that has none."""
        if isinstance(b, Tensor):
            return b
        if not isinstance(b, int | float | np.number):
            raise TypeError(f"a Tensor goes with tensors and numbers, not with {b!r}")
        return Tensor.make([float(b)], (1,) if self.shape else (), backend=self.backend)

    def _type_(self, backend: TensorBackend) -> None:
        """Let another backend calculate with this tensor from now on."""
        self.backend = backend

    # What is inside

    @property
    def name(self) -> str:
        """A name for people."""
        return str(self.unique_id) if self._name is None else self._name

    @name.setter
    def name(self, name: str) -> None:
        self._name = name

    @property
    def f(self) -> TensorBackend:
        """What the tensor calculates with."""
        return self.backend

    @property
    def shape(self) -> UserShape:
        """The size of each dimension."""
        return self._tensor.shape

    @property
    def size(self) -> int:
        """How many elements there are."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.size in minitorch/tensor.py")

    @property
    def dims(self) -> int:
        """How many dimensions there are."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.dims in minitorch/tensor.py")

    def tuple(self) -> tuple[Storage, Shape, Strides]:
        """Give storage, shape and strides, as arrays."""
        return self._tensor.tuple()

    def storage(self) -> Storage:
        """Give the numbers in memory, in one row: not a copy. Tensors that are views of another share some of them."""
        return self._tensor._storage

    def stride(self) -> UserStrides:
        """Give how far apart in the storage neighbours along each dimension lie."""
        return self._tensor.strides

    def to_numpy(self) -> NDArray[np.float64]:
        """Copy the elements into a NumPy array of the same shape."""
        return self._tensor.to_numpy()

    def item(self) -> float:
        """Give the number inside a tensor of one element; an IndexingError says that there are more, or none."""
        if self._tensor.size != 1:
            raise IndexingError(f"item() is for tensors of one element, not for shape {self.shape}")
        return float(self._tensor._storage[0])

    def __getitem__(self, key: Any) -> Any:
        """Read one element, a number: ``t[1, 2]``, or ``t[1]`` where there is one dimension.

        After Task 2.6, other keys give a view: a row ``t[1]`` of a matrix, a column ``t[:, 2]``, and so on.
        """
        if self._is_part(key):
            from . import views

            return views.index(self, key)
        return self._tensor.get(key)

    def __setitem__(self, key: Any, val: TensorLike) -> None:
        """Write one element; after Task 2.6, also a part of a constant."""
        if self._is_part(key):
            from . import views

            views.assign(self, key, val)
        else:
            self._tensor.set(key, val)

    def _is_part(self, key: Any) -> bool:
        """Say whether a key chooses a part (Task 2.6), rather than one element by a number for each dimension."""
        parts = key if isinstance(key, tuple) else (key,)
        whole = [isinstance(part, int | np.integer) for part in parts]
        if all(whole):
            return len(parts) < len(self.shape)
        return all(
            is_whole or part is None or part is ... or isinstance(part, slice)
            for is_whole, part in zip(whole, parts)
        )

    def __repr__(self) -> str:
        return self._tensor.to_string()

    # Derivatives

    def requires_grad_(self, x: bool) -> None:
        """Say whether derivatives by this tensor will be wanted. Where it came from is forgotten either way."""
        self.history = History() if x else None

    def requires_grad(self) -> bool:
        """Say whether it has a history: a derivative is wanted by it, or by something it was made from."""
        return self.history is not None

    def zero_grad_(self) -> None:
        """Forget the derivative: ``grad`` is None again."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.zero_grad_ in minitorch/tensor.py")

    def is_leaf(self) -> bool:
        """Say whether the user made it, so that no function did, and it is no constant."""
        return self.history is not None and self.history.last_fn is None

    def is_constant(self) -> bool:
        """Say whether it has no history: no derivative is wanted by it, nor by anything it was made from."""
        return self.history is None

    @property
    def parents(self) -> Iterable[Variable]:
        """The inputs of the function that made it; of a leaf or a constant, none."""
        return self.history.inputs if self.history is not None else ()

    def accumulate_derivative(self, x: Any) -> None:
        """Add x to the derivative of this leaf, which counts as 0.0 everywhere as long as it is None.

        The leaf gets numbers of its own: x may be the derivative by other tensors too.

        Args:
            x: A tensor of the same shape. It stays as it is.

        Raises:
            ValueError: This is no leaf.
        """
        if not self.is_leaf():
            kind = "a constant" if self.is_constant() else "not a leaf"
            raise ValueError(
                f"this tensor of shape {self.shape} is {kind}, and only leaves collect derivatives"
            )
        self.grad = Copy.apply(x.detach()) if self.grad is None else self.f.add_zip(self.grad, x)

    def chain_rule(self, d_output: Any) -> Iterable[tuple[Variable, Any]]:
        """Go one step back through the function that made this tensor.

        Args:
            d_output: The derivative of some final result with respect to this tensor, of its shape.

        Returns:
            Pairs (input, derivative of that final result with respect to the input, of the input's shape): one for
            each input, in order. By a constant, nobody wants a derivative, and 0.0 stands in its place.

        Raises:
            ValueError: No function made this tensor; or ``backward`` does not give one derivative per input.
        """
        history = self.history
        if history is None or history.last_fn is None:
            raise ValueError(
                f"this tensor of shape {self.shape} has no chain rule, as no function made it"
            )
        derivatives = history.last_fn._backward(history.ctx, d_output)
        if len(derivatives) != len(history.inputs):
            raise ValueError(
                f"{history.last_fn.__name__}.backward gave {len(derivatives)} derivatives"
                f" for {len(history.inputs)} inputs"
            )
        return [
            (parent, 0.0 if parent.is_constant() else parent._take_derivative(derivative))
            for parent, derivative in zip(history.inputs, derivatives)
        ]

    def _take_derivative(self, derivative: TensorLike) -> Tensor:
        """Bring what a ``backward`` gave for this tensor to its shape; a number counts for all elements."""
        if isinstance(derivative, int | float):
            return self._new(TensorData(np.full(self._tensor.size, float(derivative)), self.shape))
        return self.expand(self._ensure_tensor(derivative))

    def expand(self, other: Tensor) -> Tensor:
        """Bring a derivative by this tensor to this tensor's shape, undoing what broadcasting did.

        An element that was used many times gets the sum of the derivatives by all its uses. Where the derivative has
        size 1 along a dimension and this tensor more, it is the same for all.

        Args:
            other: The derivative, of a shape that broadcasts with this one's.

        Returns:
            The derivative in this tensor's shape.
        """
        if other.shape == self.shape:
            return other
        full = TensorData.shape_broadcast(self.shape, other.shape)
        if other.shape != full:
            other = self.f.id_map(other, self._room(full))
        added = len(full) - len(self.shape)
        for dim, size in enumerate((1,) * added + tuple(self.shape)):
            if size == 1 and full[dim] != 1:
                other = self.f.add_reduce(other, dim)
        storage, _, strides = other.tuple()
        return Tensor.make(storage, self.shape, tuple(strides[added:].tolist()), self.backend)

    def backward(self, grad_output: Tensor | None = None) -> None:
        """Calculate the derivatives by all leaves that this tensor came from, and add them to their ``grad``.

        Args:
            grad_output: The derivative by this tensor, of its shape; where both have one element, of any shape. Without
                one, the tensor has one element, and it is 1.

        Raises:
            IndexingError: It has another shape, or it is left out for a tensor of several elements.
        """
        if grad_output is None:
            if self._tensor.size != 1:
                raise IndexingError(
                    f"backward() is for tensors of one element; shape {self.shape} takes a grad_output, "
                    "or call sum() first"
                )
            grad_output = Tensor.make([1.0], self.shape, backend=self.backend)
        elif self._tensor.size == grad_output._tensor.size == 1:
            grad_output = Tensor.make([grad_output.item()], self.shape, backend=self.backend)
        if grad_output.shape != self.shape:
            raise IndexingError(
                f"a tensor of shape {self.shape} takes a grad_output of the same, not of shape {grad_output.shape}"
            )
        backpropagate(self, grad_output.detach())

    # Arithmetic and comparison. The other operand may be a number.

    def __add__(self, b: TensorLike) -> Tensor:
        """Add, element by element (``Add``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__add__ in minitorch/tensor.py")

    def __radd__(self, b: TensorLike) -> Tensor:
        """Add this tensor to a number that stands on its left: ``1.0 + t``."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__radd__ in minitorch/tensor.py")

    def __sub__(self, b: TensorLike) -> Tensor:
        """Subtract, element by element: a + (-b)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__sub__ in minitorch/tensor.py")

    def __rsub__(self, b: TensorLike) -> Tensor:
        return -self + b

    def __mul__(self, b: TensorLike) -> Tensor:
        """Multiply, element by element (``Mul``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__mul__ in minitorch/tensor.py")

    def __rmul__(self, b: TensorLike) -> Tensor:
        """Multiply this tensor by a number that stands on its left: ``2.0 * t``."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__rmul__ in minitorch/tensor.py")

    def __truediv__(self, b: TensorLike) -> Tensor:
        """Divide, element by element: a * (1 / b)."""
        return Mul.apply(self, Inv.apply(self._ensure_tensor(b)))

    def __rtruediv__(self, b: TensorLike) -> Tensor:
        """Divide a number that stands on the left by this tensor: ``1.0 / t``."""
        return Mul.apply(self._ensure_tensor(b), Inv.apply(self))

    def __matmul__(self, b: Tensor) -> Tensor:
        """Multiply matrices, from Module 3 on."""
        return MatMul.apply(self, b)

    def __neg__(self) -> Tensor:
        """Negate each element (``Neg``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__neg__ in minitorch/tensor.py")

    def __lt__(self, b: TensorLike) -> Tensor:
        """Say where this tensor is less than the other: 1.0 there, else 0.0 (``LT``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__lt__ in minitorch/tensor.py")

    def __gt__(self, b: TensorLike) -> Tensor:
        """Say where this tensor is greater than the other: where the other is less."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__gt__ in minitorch/tensor.py")

    def __eq__(self, b: TensorLike) -> Tensor:
        """Say where the two are exactly equal: 1.0 there, else 0.0 (``EQ``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.__eq__ in minitorch/tensor.py")

    def is_close(self, y: TensorLike) -> Tensor:
        """Say where the two are less than 0.01 apart: 1.0 there, else 0.0 (``IsClose``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.is_close in minitorch/tensor.py")

    # Functions of each element

    def sigmoid(self) -> Tensor:
        """Squash each element into the range from 0 to 1 (``Sigmoid``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.sigmoid in minitorch/tensor.py")

    def relu(self) -> Tensor:
        """Keep what is positive, and give 0 for the rest (``ReLU``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.relu in minitorch/tensor.py")

    def log(self) -> Tensor:
        """Take the natural logarithm of each element (``Log``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.log in minitorch/tensor.py")

    def exp(self) -> Tensor:
        """Raise e to the power of each element (``Exp``)."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.exp in minitorch/tensor.py")

    # Reductions

    def sum(self, dim: int | None = None) -> Tensor:
        """Add up (``Sum``), along one dimension or everything.

        Args:
            dim: The dimension, which stays, with size 1: along dim 1, shape (2, 3) gives (2, 1).

        Returns:
            The sums. Without ``dim``, the sum of all elements in shape (1,), 0.0 if there are none.
        """
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.sum in minitorch/tensor.py")

    def mean(self, dim: int | None = None) -> Tensor:
        """Take the mean: the sum, divided by the number of elements that went into it.

        Args:
            dim: The dimension, which stays, with size 1.

        Returns:
            The means. Without ``dim``, the mean of all elements in shape (1,).

        Raises:
            ZeroDivisionError: There are no elements to take the mean of. Dividing by 0 alone may only warn, as NumPy's
                floats do.
        """
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.mean in minitorch/tensor.py")

    def all(self, dim: int | None = None) -> Tensor:
        """Multiply (``All``), along one dimension or everything: 1.0 where all elements are 1.0.

        Args:
            dim: The dimension, which stays, with size 1.

        Returns:
            The products. Without ``dim``, the product of all elements in shape (1,), 1.0 if there are none.
        """
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.all in minitorch/tensor.py")

    # Other shapes

    def contiguous(self) -> Tensor:
        """Give a tensor of the same elements, side by side in row-major order: a copy, unless they are so already."""
        return self if self._tensor.is_contiguous() else Copy.apply(self)

    def view(self, *shape: int) -> Tensor:
        """Read the elements in another shape of as many elements, without copying (``View``).

        Args:
            *shape: The size of each dimension.

        Returns:
            A tensor that shares the storage.

        Raises:
            IndexingError: The shapes differ in size, or the elements don't lie side by side: see ``contiguous``.
        """
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.view in minitorch/tensor.py")

    def permute(self, *order: int) -> Tensor:
        """Put the dimensions into another order, without copying (``Permute``).

        Args:
            *order: Each dimension once: ``order[0]`` is the old dimension that comes first.

        Returns:
            A tensor that shares the storage.

        Raises:
            IndexingError: A dimension is missing, or there twice, or does not exist.
        """
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement Tensor.permute in minitorch/tensor.py")

    # Views: the functions of views.py, after Task 2.6. No task needs it, so it is imported only when it is used.

    def unsqueeze(self, dim: int) -> Tensor:
        """Add a dimension of size 1 (``views.unsqueeze``)."""
        from . import views

        return views.unsqueeze(self, dim)

    def squeeze(self, dim: int | None = None) -> Tensor:
        """Take away a dimension of size 1, or all of them (``views.squeeze``)."""
        from . import views

        return views.squeeze(self, dim)

    def expand_as(self, other: Tensor) -> Tensor:
        """Stretch to the shape of another tensor, without copying (``views.expand_as``)."""
        from . import views

        return views.expand_as(self, other)

    def diagonal(self) -> Tensor:
        """Give the diagonal of a matrix (``views.diagonal``)."""
        from . import views

        return views.diagonal(self)

    def t(self) -> Tensor:
        """Swap the rows and columns of a matrix."""
        return self.permute(1, 0)


TensorLike = float | int | Tensor
