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
        # solution 2.8
        self.args = args
        self.out = self.forward(*args)
        return self.out
        # end solution

    def backward(self) -> None:
        """Call ``bwd`` with the result and the arguments of the last call."""
        # solution 2.8
        self.bwd(self.out, *self.args)
        # end solution


class Relu(LayerFunction):
    """Keeps what is positive, and gives 0 for the rest."""

    def forward(self, inp: Tensor) -> Tensor:
        """Apply relu to each element."""
        # solution 2.8
        return inp.relu()
        # end solution

    def bwd(self, out: Tensor, inp: Tensor) -> None:
        """Set ``inp.g``: the derivative that arrives where the input is positive, 0 elsewhere, also where it is 0."""
        # solution 2.8
        inp.g = (inp > 0.0) * out.g
        # end solution


class Tanh(LayerFunction):
    """Squashes each element into the range from -1 to 1: tanh(x) = 2 sigmoid(2x) - 1, however large x is."""

    def forward(self, inp: Tensor) -> Tensor:
        """Apply tanh to each element."""
        # solution 2.8
        return 2.0 * (2.0 * inp).sigmoid() - 1.0
        # end solution

    def bwd(self, out: Tensor, inp: Tensor) -> None:
        """Set ``inp.g``: the slope of tanh is 1 - t², where its value is t."""
        # solution 2.8
        inp.g = (1.0 - out * out) * out.g
        # end solution


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
        # solution 2.8
        return product(inp, self.w) + self.b
        # end solution

    def bwd(self, out: Tensor, inp: Tensor) -> None:
        """Set ``inp.g``, ``w.g`` and ``b.g``, each of the shape of its tensor. N and n_out may be 1."""
        # solution 2.8
        inp.g = product(out.g, self.w.permute(1, 0))  # (N, n_in)
        self.w.g = product(inp.permute(1, 0), out.g)  # (n_in, n_out)
        self.b.g = out.g.sum(0).view(*self.b.shape)  # (n_out,)
        # end solution


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
        # solution 2.8
        N = inp.shape[0]
        if inp.shape != (N, 1) or targ.shape != (N,):
            raise IndexingError(f"outputs of shape {inp.shape} and targets of shape {targ.shape}")
        diff = inp.view(N) - targ
        return (diff * diff).mean()
        # end solution

    def bwd(self, out: Tensor, inp: Tensor, targ: Tensor) -> None:
        """Set ``inp.g``, of shape (N, 1). Nobody wants a derivative by the targets."""
        # solution 2.8
        N = inp.shape[0]
        inp.g = (inp - targ.view(N, 1)) * (2.0 / N)
        # end solution


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
        # solution 2.8
        for layer in self.layers:
            x = layer(x)
        return self.loss(x, targ)
        # end solution

    def backward(self) -> None:
        """Set ``g`` of all parameters, of the points, and of all results on the way, for the last call."""
        # solution 2.8
        self.loss.backward()
        for layer in reversed(self.layers):
            layer.backward()
        # end solution


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
    # solution 2.8
    l1 = x @ w1 + b1  # (N, h)
    l2 = np.maximum(l1, 0.0)  # (N, h)
    diff = l2 @ w2 + b2 - y[:, None]  # (N, 1)
    g_out = 2.0 * diff / len(y)  # (N, 1)
    g_l1 = (l1 > 0.0) * (g_out @ w2.T)  # (N, h)
    loss = float((diff**2).mean())
    return loss, x.T @ g_l1, g_l1.sum(0), l2.T @ g_out, g_out.sum(0)
    # end solution
