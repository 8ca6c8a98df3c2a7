"""The functions of tensors, forward and backward, and the ways to make a tensor.

Each function calculates by way of the backend of its first input, ``t1.f``, whose operations broadcast.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

# The module, not what is in it: it imports this one, so at this point it holds nothing yet.
from . import tensor as tensors
from .autodiff import Context
from .seeding import generator
from .tensor_data import IndexingError, UserIndex, UserShape
from .tensor_ops import SimpleBackend, TensorBackend

if TYPE_CHECKING:
    from .tensor import Tensor


def wrap_tuple(x: Any) -> tuple[Any, ...]:
    """Make a tuple of one out of anything that is no tuple."""
    return x if isinstance(x, tuple) else (x,)


class Function:
    """A function of tensors with its derivative. It is never made an object of: ``Mul.apply(a, b)`` calls it.

    Every subclass brings ``forward``, which takes a context and the inputs and gives the result. A function that has a
    derivative brings ``backward`` too: it takes the context and the derivative by the result, and gives the derivative
    by each of the inputs, as a tuple if there are several. Where an input was broadcast, its derivative may have the
    shape of the result: ``Tensor.chain_rule`` brings it to the input's shape.

    Neither of them writes into a tensor that it is given or that was saved: others hold these too, and ``backward`` may
    be called again. It may hand on a derivative as it is.
    """

    @classmethod
    def _backward(cls, ctx: Context, grad_out: Tensor) -> tuple[Tensor, ...]:
        if not hasattr(cls, "backward"):
            raise TypeError(f"{cls.__name__} has no derivative")
        return wrap_tuple(cls.backward(ctx, grad_out))

    @classmethod
    def _forward(cls, ctx: Context, *inps: Tensor) -> Tensor:
        return cls.forward(ctx, *inps)

    @classmethod
    def apply(cls, *vals: Tensor) -> Tensor:
        """Call the function, and remember the call if a derivative will be wanted.

        Args:
            *vals: The inputs.

        Returns:
            The result of ``forward``. It has a history if one of the inputs does.

        Raises:
            TypeError: ``forward`` gives something else than a tensor.
        """
        wanted = tuple([value.requires_grad() for value in vals])
        needs_grad = True in wanted
        ctx = Context(no_grad=not needs_grad, needs_input_grad=wanted)
        inputs = [value.detach() if wants else value for value, wants in zip(vals, wanted)]
        result = cls._forward(ctx, *inputs)
        if not isinstance(result, tensors.Tensor):
            raise TypeError(
                f"{cls.__name__}.forward gives a Tensor, but gave {type(result).__name__}"
            )
        back = tensors.History(cls, ctx, vals) if needs_grad else None
        return tensors.Tensor(result._tensor, back, backend=result.backend)


# Element by element


class Neg(Function):
    """Negate: -x."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor) -> Tensor:
        """Negate each element."""
        return t1.f.neg_map(t1)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Negate the derivative."""
        return grad_output.f.neg_map(grad_output)


class Inv(Function):
    """Take the reciprocal: 1/x."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor) -> Tensor:
        """Take the reciprocal of each element."""
        ctx.save_for_backward(t1)
        return t1.f.inv_map(t1)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Multiply the derivative by that of 1/x, element by element."""
        (t1,) = ctx.saved_values
        return grad_output.f.inv_back_zip(t1, grad_output)


class Add(Function):
    """Add two tensors."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor, t2: Tensor) -> Tensor:
        """Add the elements that meet."""
        return t1.f.add_zip(t1, t2)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        """Hand the derivative to both."""
        return grad_output, grad_output


class Mul(Function):
    """Multiply two tensors, element by element."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, b: Tensor) -> Tensor:
        """Multiply the elements that meet, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement Mul.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        """Multiply the derivative by the other factor, for each of the two: (b * grad_output, a * grad_output)."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement Mul.backward in minitorch/tensor_functions.py"
        )


class Sigmoid(Function):
    """Squash each element into the range from 0 to 1: 1 / (1 + e^-x)."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor) -> Tensor:
        """Apply the sigmoid to each element, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement Sigmoid.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Multiply the derivative by that of the sigmoid, which is s * (1 - s) where the sigmoid is s."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement Sigmoid.backward in minitorch/tensor_functions.py"
        )


class ReLU(Function):
    """Keep what is positive, and give 0 for the rest."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor) -> Tensor:
        """Apply ReLU to each element, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement ReLU.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Keep the derivative where the input was positive, and give 0 elsewhere (``relu_back``)."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement ReLU.backward in minitorch/tensor_functions.py"
        )


class Log(Function):
    """Take the natural logarithm, of x + EPS as in ``operators.log``."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor) -> Tensor:
        """Take the logarithm of each element, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement Log.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Multiply the derivative by that of the logarithm (``log_back``)."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement Log.backward in minitorch/tensor_functions.py"
        )


class Exp(Function):
    """Raise e to the power of each element."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor) -> Tensor:
        """Apply exp to each element, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement Exp.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Multiply the derivative by that of e^x, which is e^x again."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement Exp.backward in minitorch/tensor_functions.py"
        )


# Comparisons: flat wherever they have a slope, so their derivative is 0.


class LT(Function):
    """Say where the first is less than the second: 1.0 there, else 0.0."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, b: Tensor) -> Tensor:
        """Compare the elements that meet, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement LT.forward in minitorch/tensor_functions.py")

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        """Give zeros in the shape of each of the two inputs."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement LT.backward in minitorch/tensor_functions.py"
        )


class EQ(Function):
    """Say where the two are equal: 1.0 there, else 0.0."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, b: Tensor) -> Tensor:
        """Compare the elements that meet, and save what ``backward`` needs."""
        # TODO: Task 2.3
        raise NotImplementedError("Task 2.3: implement EQ.forward in minitorch/tensor_functions.py")

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, Tensor]:
        """Give zeros in the shape of each of the two inputs."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement EQ.backward in minitorch/tensor_functions.py"
        )


class IsClose(Function):
    """Say where the two are less than 0.01 apart: 1.0 there, else 0.0. It has no derivative."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, b: Tensor) -> Tensor:
        """Compare the elements that meet (``is_close``)."""
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement IsClose.forward in minitorch/tensor_functions.py"
        )


# Along a dimension. What is no tensor by nature (a dimension, an order, a shape) comes as a tensor all the same, as
# ``apply`` takes nothing else; the derivative by it is given as 0.0, and nobody asks for it.


class Sum(Function):
    """Add up along one dimension."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, dim: Tensor) -> Tensor:
        """Add up along a dimension, which stays, with size 1: shape (2, 3) gives (2, 1) for dim 1.

        Args:
            ctx: Unused, as ``backward`` needs nothing from here.
            a: What to add up.
            dim: The dimension, as a tensor of one element: its number is ``int(dim.item())``.

        Returns:
            The sums (``add_reduce``).
        """
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement Sum.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, float]:
        """Hand on the derivative: each element adds to its sum once. Then 0.0, for the dimension."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement Sum.backward in minitorch/tensor_functions.py"
        )


class All(Function):
    """Multiply along one dimension: 1.0 where all elements are 1.0. It has no derivative."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, dim: Tensor) -> Tensor:
        """Multiply along a dimension, which stays, with size 1."""
        return a.f.mul_reduce(a, int(dim.item()))


# Other views of the same elements


class Permute(Function):
    """Put the dimensions into another order."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, order: Tensor) -> Tensor:
        """Put the dimensions into another order, without copying: see ``TensorData.permute``.

        Args:
            ctx: Where to save what ``backward`` needs.
            a: What to permute.
            order: The order, as a tensor of one dimension: ``order[0]`` is the old dimension that comes first.

        Returns:
            A tensor of the same backend (``_new``) that shares the storage.
        """
        # TODO: Task 2.3
        raise NotImplementedError(
            "Task 2.3: implement Permute.forward in minitorch/tensor_functions.py"
        )

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, float]:
        """Put the dimensions of the derivative back where they were. Then 0.0, for the order."""
        # TODO: Task 2.4
        raise NotImplementedError(
            "Task 2.4: implement Permute.backward in minitorch/tensor_functions.py"
        )


class View(Function):
    """Read the elements in another shape."""

    @staticmethod
    def forward(ctx: Context, a: Tensor, shape: Tensor) -> Tensor:
        """Read the elements in another shape, in the same row-major order, without copying."""
        ctx.save_for_backward(a.shape)
        wanted = tuple(int(size) for size in shape.to_numpy())
        if math.prod(wanted) != a._tensor.size:
            raise IndexingError(f"can't view shape {a.shape} as {wanted}: they differ in size")
        if not a._tensor.is_contiguous():
            raise IndexingError(
                f"can't view shape {a.shape} with strides {a._tensor.strides} as {wanted}: call contiguous() first"
            )
        return tensors.Tensor.make(a._tensor._storage, wanted, backend=a.backend)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor, float]:
        """Read the derivative in the old shape. Then 0.0, for the new one."""
        (shape,) = ctx.saved_values
        storage = grad_output.contiguous()._tensor._storage
        return tensors.Tensor.make(storage, shape, backend=grad_output.backend), 0.0


class Copy(Function):
    """Copy the elements, side by side in row-major order."""

    @staticmethod
    def forward(ctx: Context, a: Tensor) -> Tensor:
        """Copy the elements: on a GPU by its own means, else by NumPy's, which are the fastest."""
        if a.f.cuda:
            return a.f.id_map(a)
        return tensors.Tensor.make(a.to_numpy().ravel(), a.shape, backend=a.backend)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> Tensor:
        """Hand on the derivative."""
        return grad_output


class MatMul(Function):
    """Multiply matrices, from Module 3 on."""

    @staticmethod
    def forward(ctx: Context, t1: Tensor, t2: Tensor) -> Tensor:
        """Multiply the matrices that the last two dimensions hold."""
        ctx.save_for_backward(t1, t2)
        return t1.f.matrix_multiply(t1, t2)

    @staticmethod
    def backward(ctx: Context, grad_output: Tensor) -> tuple[Tensor | float, Tensor | float]:
        """Multiply the derivative by the other factor, turned over: (grad_output @ t2^T, t1^T @ grad_output).

        A product costs more than any other operation, so one that nobody needs is left out: 0.0 takes its place.
        """
        t1, t2 = ctx.saved_values

        def transposed(a: Tensor) -> Tensor:
            *batch, rows, columns = range(len(a.shape))
            return a._new(a._tensor.permute(*batch, columns, rows))

        multiply = grad_output.f.matrix_multiply
        return (
            multiply(grad_output, transposed(t2)) if ctx.wants(0) else 0.0,
            multiply(transposed(t1), grad_output) if ctx.wants(1) else 0.0,
        )


# Ways to make a tensor


def zeros(shape: UserShape, backend: TensorBackend = SimpleBackend) -> Tensor:
    """Make a tensor of zeros."""
    return tensors.Tensor.make(np.zeros(shape).ravel(), shape, backend=backend)


def rand(
    shape: UserShape, backend: TensorBackend = SimpleBackend, requires_grad: bool = False
) -> Tensor:
    """Make a tensor of random numbers, drawn evenly from 0 (included) to 1 (excluded)."""
    # The very numbers that ``generator.random()`` gives, each made of 27 random bits and 26 more, but drawn at once.
    words = np.frombuffer(generator.randbytes(8 * math.prod(shape)), "<u4")
    storage = ((words[0::2] >> 5) * 2.0**26 + (words[1::2] >> 6)) / 2.0**53
    return _tensor(storage, shape, backend, requires_grad)


def _tensor(
    ls: Any,
    shape: UserShape,
    backend: TensorBackend = SimpleBackend,
    requires_grad: bool = False,
) -> Tensor:
    """Make a tensor of a given shape out of a row of numbers."""
    result = tensors.Tensor.make(ls, shape, backend=backend)
    result.requires_grad_(requires_grad)
    return result


def tensor(ls: Any, backend: TensorBackend = SimpleBackend, requires_grad: bool = False) -> Tensor:
    """Make a tensor out of numbers in lists: ``tensor([[1, 2, 3], [4, 5, 6]])`` has shape (2, 3).

    Args:
        ls: A number, or a list or tuple of such, nested as deep as the tensor is to have dimensions; or a NumPy array.
        backend: What the tensor calculates with.
        requires_grad: Whether derivatives by it will be wanted.

    Returns:
        The tensor.

    Raises:
        IndexingError: Lists side by side differ in length or depth.
    """
    if isinstance(ls, np.ndarray):
        ls = ls.tolist()
    shape: list[int] = []
    first = ls
    while isinstance(first, list | tuple):
        shape.append(len(first))
        first = first[0] if first else None
    return _tensor(list(_numbers(ls, shape)), tuple(shape), backend, requires_grad)


def _numbers(ls: Any, shape: list[int]) -> Iterator[float]:
    """Yield the numbers of nested lists in order, and see to it that they have the shape of the first ones."""
    length = len(ls) if isinstance(ls, list | tuple) else None
    if length != (shape[0] if shape else None):
        wanted = f"a list of {shape[0]}" if shape else "a number"
        raise IndexingError(
            f"the lists are no rectangle: {ls!r} stands where {wanted} was expected"
        )
    if not shape:
        yield float(ls)
    elif len(shape) == 1 and all(type(x) in (float, int) for x in ls):
        yield from map(float, ls)  # a row, as most of them are
    else:
        for part in ls:
            yield from _numbers(part, shape[1:])


# Derivatives by measuring, to hold the calculated ones against


def grad_central_difference(
    f: Callable[..., Tensor],
    *vals: Tensor,
    arg: int = 0,
    epsilon: float = 1e-06,
    ind: UserIndex,
) -> float:
    """Measure the derivative of the sum of f's result by one element of one argument.

    Args:
        f: A function of tensors.
        *vals: Its arguments.
        arg: Which of them is moved.
        epsilon: How far its element is moved, up and down.
        ind: The index of that element.

    Returns:
        The change of the sum, divided by the distance of 2 epsilon.
    """

    def moved(distance: float) -> float:
        copy = vals[arg].zeros()
        copy._tensor._storage[:] = vals[arg].to_numpy().ravel()
        copy[ind] += distance
        return float(f(*vals[:arg], copy, *vals[arg + 1 :]).to_numpy().sum())

    return (moved(epsilon) - moved(-epsilon)) / (2.0 * epsilon)


def grad_check(f: Callable[..., Tensor], *vals: Tensor) -> None:
    """Hold the derivatives of a function against measured ones, at one random element of each argument.

    Args:
        f: A function of tensors.
        *vals: Its arguments. They are made to require a derivative.

    Raises:
        AssertionError: One is wrong: it differs by more than 1 % of its size and 0.01 together.
    """
    for value in vals:
        value.requires_grad_(True)
        value.zero_grad_()
    f(*vals).sum().backward()
    for arg, value in enumerate(vals):
        ind = value._tensor.sample()
        measured = grad_central_difference(f, *vals, arg=arg, ind=ind)
        assert value.grad is not None, f"argument {arg} got no derivative"
        got = value.grad[ind]
        assert abs(got - measured) <= 0.01 + 0.01 * abs(
            measured
        ), f"the derivative by element {ind} of argument {arg} is {got}, but measured it is {measured}"
