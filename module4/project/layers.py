"""What the networks of Module 4 are made of beside convolutions: parameters that start well, and linear layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

import minitorch
from minitorch import Parameter, Tensor, TensorBackend
from minitorch.seeding import generator

BACKEND = TensorBackend(minitorch.FastOps)
"""What all of them calculate with: one backend, so that each of its kernels is compiled once."""


def weights(*shape: int, inputs: int) -> Parameter:
    """Make a parameter of random numbers, small enough that what passes through a layer neither grows nor fades.

    They lie within ±sqrt(6 / inputs). (He and others, 2015, "Delving Deep into Rectifiers".)

    Args:
        *shape: Its shape.
        inputs: How many numbers each output of the layer is a sum of.

    Returns:
        The parameter.
    """
    reach = math.sqrt(6.0 / inputs)
    numbers = np.array([generator.uniform(-reach, reach) for _ in range(math.prod(shape))])
    return Parameter(Tensor.make(numbers, shape, backend=BACKEND))


def biases(*shape: int) -> Parameter:
    """Make a parameter of zeros."""
    return Parameter(minitorch.zeros(shape, backend=BACKEND))


def constant(numbers: NDArray[Any]) -> Tensor:
    """Make a tensor out of an array, by way of no list: a batch of images has ten thousand numbers."""
    array = np.ascontiguousarray(numbers, np.float64)
    return Tensor.make(array.ravel(), array.shape, backend=BACKEND)


class Linear(minitorch.Module):
    """The layer of Task 3.5: each of its units weighs all the inputs, and adds its own bias.

    Args:
        in_size: How many inputs there are.
        out_size: How many units, and so how many outputs.

    Attributes:
        weights: Parameter, of shape (in_size, out_size).
        bias: Parameter, of shape (out_size,).
    """

    def __init__(self, in_size: int, out_size: int) -> None:
        super().__init__()
        self.weights = weights(in_size, out_size, inputs=in_size)
        self.bias = biases(out_size)

    def forward(self, x: Tensor) -> Tensor:
        """Turn inputs of shape (N, in_size) into outputs of shape (N, out_size)."""
        weighed = x @ self.weights.value
        return weighed + self.bias.value
