"""Task 2.8: a network by hand. Each layer brings its own way back, and nothing is recorded.

What the loss's derivative by a tensor t is goes into ``t.g``, a tensor of the same shape. (``t.grad`` is autodiff's: so
both can be compared.) The tensors in here have no history, and no layer calls ``Tensor.backward``.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from minitorch import IndexingError, Tensor

Array = NDArray[np.float64]


def product(a: Tensor, b: Tensor) -> Tensor:
    """Multiply matrices by the steps of Task 2.5: at [i, j] stands the sum over all k of ``a[i, k] * b[k, j]``.

    Args:
        a: The left factor, of shape (n, m). Both may be permuted.
        b: The right factor, of shape (m, l).

    Returns:
        The product, of shape (n, l).

    Raises:
        IndexingError: The rows of a are not as long as the columns of b.
    """
    if a.shape[1] != b.shape[0]:
        raise IndexingError(f"can't multiply matrices of shapes {a.shape} and {b.shape}")
    n, m = a.shape
    each = a.contiguous().view(n, m, 1) * b  # (n, m, l)
    return each.sum(1).view(n, b.shape[1])


class LayerFunction:
    """A step of a network that knows its way back: call it like a function, and then ``backward``.

    A subclass brings two methods. ``forward(*args)`` returns the result. ``bwd(out, *args)`` gets that result and the
    same arguments. It finds the loss's derivative by the result in ``out.g``, and sets ``g`` of the arguments that a
    derivative is wanted by, and of the layer's own parameters. It returns nothing, and adds to no earlier ``g``.

    A layer remembers only its last call. So each object stands in a network once: two relus are two objects.
    """

    def __call__(self, *args: Tensor) -> Tensor:
        """Call ``forward``, and remember the arguments and the result for ``backward``: the objects, not copies.

        Args:
            *args: What ``forward`` takes.

        Returns:
            The object that ``forward`` returned: the next layer sets its ``g``.
        """
        # TODO: Task 2.8
        raise NotImplementedError(
            "Task 2.8: implement LayerFunction.__call__ in project/by_hand.py"
        )

    def backward(self) -> None:
        """Call ``bwd`` with the result and the arguments of the last call."""
        # TODO: Task 2.8
        raise NotImplementedError(
            "Task 2.8: implement LayerFunction.backward in project/by_hand.py"
        )


class Relu(LayerFunction):
    """Keeps what is positive, and gives 0 for the rest."""

    def forward(self, inp: Tensor) -> Tensor:
        """Apply relu to each element."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Relu.forward in project/by_hand.py")

    def bwd(self, out: Tensor, inp: Tensor) -> None:
        """Set ``inp.g``: the derivative that arrives where the input is positive, 0 elsewhere, also where it is 0."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Relu.bwd in project/by_hand.py")


class Tanh(LayerFunction):
    """Squashes each element into the range from -1 to 1: tanh(x) = 2 sigmoid(2x) - 1, however large x is."""

    def forward(self, inp: Tensor) -> Tensor:
        """Apply tanh to each element."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Tanh.forward in project/by_hand.py")

    def bwd(self, out: Tensor, inp: Tensor) -> None:
        """Set ``inp.g``: the slope of tanh is 1 - t², where its value is t."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Tanh.bwd in project/by_hand.py")


class Lin(LayerFunction):
    """A linear layer: each unit weighs all the inputs, and adds its own bias.

    Args:
        w: The weights, of shape (n_in, n_out).
        b: The biases, of shape (n_out,).

    Attributes:
        w: The weights, the object that was given.
        b: The biases, likewise.
    """

    def __init__(self, w: Tensor, b: Tensor) -> None:
        self.w = w
        self.b = b

    def forward(self, inp: Tensor) -> Tensor:
        """Turn inputs of shape (N, n_in) into outputs of shape (N, n_out), with what w and b hold now."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Lin.forward in project/by_hand.py")

    def bwd(self, out: Tensor, inp: Tensor) -> None:
        """Set ``inp.g``, ``w.g`` and ``b.g``, each of the shape of its tensor. N and n_out may be 1."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Lin.bwd in project/by_hand.py")


class Mse(LayerFunction):
    """The mean squared error, the loss at the end of a network. ``out.g`` is not read: it would be 1."""

    def forward(self, inp: Tensor, targ: Tensor) -> Tensor:
        """Take the mean over N points of the squares of output - target.

        Args:
            inp: The outputs of the last layer, of shape (N, 1).
            targ: The targets, of shape (N,).

        Returns:
            The loss, of shape (1,).

        Raises:
            IndexingError: One of them has another shape. No broadcasting here: it would hide a mistake.
        """
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Mse.forward in project/by_hand.py")

    def bwd(self, out: Tensor, inp: Tensor, targ: Tensor) -> None:
        """Set ``inp.g``, of shape (N, 1). Nobody wants a derivative by the targets."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Mse.bwd in project/by_hand.py")


class Model:
    """Layers one behind the other, and a loss.

    Args:
        layers: The layers, in the order in which they are called.
        loss: The loss, which takes the last layer's output, and the targets.
    """

    def __init__(self, layers: Sequence[LayerFunction], loss: LayerFunction) -> None:
        self.layers = layers
        self.loss = loss

    def __call__(self, x: Tensor, targ: Tensor) -> Tensor:
        """Run points through all layers, and return the loss of the output."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Model.__call__ in project/by_hand.py")

    def backward(self) -> None:
        """Set ``g`` of all parameters, of the points, and of all results on the way, for the last call."""
        # TODO: Task 2.8
        raise NotImplementedError("Task 2.8: implement Model.backward in project/by_hand.py")


def forward_and_backward(
    x: Array, y: Array, w1: Array, b1: Array, w2: Array, b2: Array
) -> tuple[float, Array, Array, Array, Array]:
    """Compute the loss of Lin, Relu, Lin and Mse, and its derivatives, in NumPy alone.

    Args:
        x: N points, of shape (N, n_in). This and the others stay as they are.
        y: Their targets, of shape (N,).
        w1: The first layer's weights, of shape (n_in, h).
        b1: Its biases, of shape (h,).
        w2: The second layer's weights, of shape (h, 1).
        b2: Its bias, of shape (1,).

    Returns:
        The loss, and the derivatives by w1, b1, w2 and b2, each of the shape of its array.
    """
    # TODO: Task 2.8
    raise NotImplementedError("Task 2.8: implement forward_and_backward in project/by_hand.py")
