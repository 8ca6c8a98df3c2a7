"""Task 3.7: the weights that layers start with, and how large the numbers are that pass through many layers.

python project/run_initialization.py measures with what is written here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import minitorch
from minitorch import SimpleBackend, Tensor, TensorBackend
from minitorch.seeding import generator

Start = Callable[[int, int, TensorBackend], Tensor]
"""How the weights of a layer are drawn: from its numbers of inputs and outputs, and the backend they calculate with."""


# Drawing weights


def normal(
    n_in: int, n_out: int, backend: TensorBackend = SimpleBackend, scale: float = 1.0
) -> Tensor:
    """Draw weights from a normal distribution around 0.

    Draw with ``generator``, the library's own, so that a seed repeats the weights. It is a ``random.Random``, and
    ``generator.gauss(mean, standard deviation)`` gives one number.

    Args:
        n_in: How many inputs the layer has.
        n_out: How many outputs it has.
        backend: What the weights calculate with.
        scale: The standard deviation of the weights.

    Returns:
        A tensor of shape (n_in, n_out), in which each number is drawn for itself.
    """
    # solution 3.7
    return minitorch.tensor(
        [[generator.gauss(0.0, scale) for _ in range(n_out)] for _ in range(n_in)], backend
    )
    # end solution


def uniform(
    n_in: int, n_out: int, backend: TensorBackend = SimpleBackend, scale: float = 1.0
) -> Tensor:
    """Draw weights evenly from an interval around 0.

    Draw with ``generator``: ``generator.uniform(from, to)`` gives one number.

    Args:
        n_in: How many inputs the layer has.
        n_out: How many outputs it has.
        backend: What the weights calculate with.
        scale: The standard deviation of the weights. The interval is from −√3 · scale to √3 · scale.

    Returns:
        A tensor of shape (n_in, n_out), in which each number is drawn for itself.
    """
    # solution 3.7
    reach = math.sqrt(3.0) * scale
    return minitorch.tensor(
        [[generator.uniform(-reach, reach) for _ in range(n_out)] for _ in range(n_in)], backend
    )
    # end solution


def xavier(n_in: int, n_out: int, backend: TensorBackend = SimpleBackend) -> Tensor:
    """Draw normal weights with a variance of 2 / (n_in + n_out), so with the standard deviation √(2 / (n_in + n_out)).

    (Xavier Glorot and Yoshua Bengio, 2010, "Understanding the difficulty of training deep feedforward neural networks",
    equation 12.)

    Args:
        n_in: How many inputs the layer has.
        n_out: How many outputs it has.
        backend: What the weights calculate with.

    Returns:
        A tensor of shape (n_in, n_out).
    """
    # solution 3.7
    return normal(n_in, n_out, backend, math.sqrt(2.0 / (n_in + n_out)))
    # end solution


def kaiming(n_in: int, n_out: int, backend: TensorBackend = SimpleBackend) -> Tensor:
    """Draw normal weights with a variance of 2 / n_in, so with the standard deviation √(2 / n_in).

    (Kaiming He and others, 2015, "Delving Deep into Rectifiers", equation 10.)

    Args:
        n_in: How many inputs the layer has.
        n_out: How many outputs it has.
        backend: What the weights calculate with.

    Returns:
        A tensor of shape (n_in, n_out).
    """
    # solution 3.7
    return normal(n_in, n_out, backend, math.sqrt(2.0 / n_in))
    # end solution


# Layers


class Linear(minitorch.Module):
    """A layer of units that weigh all inputs and add a bias, with weights from a start of your choice.

    Args:
        n_in: How many inputs there are.
        n_out: How many units, and so how many outputs.
        start: Draws the weights: it is called as ``start(n_in, n_out, backend)``.
        backend: What the parameters calculate with.

    Attributes:
        weights: Parameter, of shape (n_in, n_out).
        bias: Parameter, of shape (n_out,). It starts with zeros.
    """

    def __init__(
        self, n_in: int, n_out: int, start: Start, backend: TensorBackend = SimpleBackend
    ) -> None:
        super().__init__()
        # solution 3.7
        self.weights = minitorch.Parameter(start(n_in, n_out, backend))
        self.bias = minitorch.Parameter(minitorch.zeros((n_out,), backend))
        # end solution

    def forward(self, x: Tensor) -> Tensor:
        """Turn inputs of shape (N, n_in) into outputs of shape (N, n_out)."""
        # solution 3.7
        return x @ self.weights.value + self.bias.value
        # end solution

    @classmethod
    def from_torch(
        cls,
        weight: Sequence[Sequence[float]],
        bias: Sequence[float],
        backend: TensorBackend = SimpleBackend,
    ) -> Linear:
        """Make a layer that gives what PyTorch's ``nn.Linear`` gives with these numbers.

        Args:
            weight: Its weights in PyTorch's layout: n_out rows of n_in numbers each, a row for each output.
            bias: Its bias, n_out numbers.
            backend: What the parameters calculate with.

        Returns:
            The layer. Its weights have shape (n_in, n_out), as those of every ``Linear`` here.
        """
        # solution 3.7
        layer = cls(len(weight[0]), len(weight), normal, backend)
        layer.weights.update(minitorch.tensor(list(zip(*weight)), backend))
        layer.bias.update(minitorch.tensor(list(bias), backend))
        return layer
        # end solution


class ReLU(minitorch.Module):
    """``relu`` of each element, as a module without parameters."""

    def forward(self, x: Tensor) -> Tensor:
        """Keep what is positive, and give 0 for the rest."""
        # solution 3.7
        return x.relu()
        # end solution


class Tanh(minitorch.Module):
    """``tanh`` of each element, as a module without parameters: a sigmoid from −1 to 1 instead of 0 to 1."""

    def forward(self, x: Tensor) -> Tensor:
        """Compute tanh(x), which is 2 · sigmoid(2 · x) − 1."""
        # solution 3.7
        return 2.0 * (2.0 * x).sigmoid() - 1.0
        # end solution


class Sequential(minitorch.Module):
    """Modules one after the other: each gets what the one before gave.

    They are its children, registered under the names "0", "1", "2" and so on, as in PyTorch. So the bias of the second
    one is called ``1.bias`` in ``named_parameters()``.

    Args:
        *modules: The modules, the first one first.
    """

    def __init__(self, *modules: minitorch.Module) -> None:
        super().__init__()
        # solution 3.7
        for number, module in enumerate(modules):
            setattr(self, str(number), module)
        # end solution

    def forward(self, x: Tensor) -> Tensor:
        """Run x through all modules, in their order; without any, x comes out as it is."""
        # solution 3.7
        for module in self.modules():
            x = module(x)
        return x
        # end solution


# Measuring


def scales(layers: Sequence[minitorch.Module], x: Tensor) -> list[float]:
    """Run x through layers one after the other, and measure how large the numbers are after each.

    Args:
        layers: The layers, each of which may be any module.
        x: What goes into the first one.

    Returns:
        For each layer the standard deviation of its output: of all the numbers in it, as NumPy's ``std`` gives it.
    """
    # solution 3.7
    found = []
    for layer in layers:
        x = layer(x)
        found.append(float(x.to_numpy().std()))
    return found
    # end solution


def gradient_scales(layers: Sequence[minitorch.Module], x: Tensor, d_output: Tensor) -> list[float]:
    """Run x through layers one after the other and derivatives back, and measure how large these are before each layer.

    Args:
        layers: The layers, each of which may be any module. Afterwards, their parameters may have a ``grad`` or not.
        x: What goes into the first one. It stays as it is: it needs no history, and gets no ``grad``.
        d_output: The derivative of some final result by what the last layer gives.

    Returns:
        For each layer, the first one first, the standard deviation of the derivative by the layer's input.
    """
    # solution 3.7
    inputs, outputs = [], []
    for layer in layers:
        x = x.detach()
        x.requires_grad_(True)
        inputs.append(x)
        x = layer(x)
        outputs.append(x)
    found = []
    for before, after in zip(reversed(inputs), reversed(outputs)):
        after.backward(d_output)
        d_output = before.grad
        found.append(float(d_output.to_numpy().std()))
    return found[::-1]
    # end solution


def right_scale(f: Callable[[Tensor], Tensor], z: Tensor) -> float:
    """Find by how much a function of each element makes numbers smaller, and so how much larger weights have to be.

    Args:
        f: The function: a module such as ``ReLU()``, or any other that takes a tensor and gives one.
        z: Samples to try it on, in any shape.

    Returns:
        1 / √(mean of f(z)²), the mean taken over all samples.
    """
    # solution 3.7
    return 1.0 / math.sqrt((f(z).to_numpy() ** 2).mean())
    # end solution
