"""Optimizers: they move parameters such that a loss falls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .module import Parameter


class Optimizer:
    """Something that changes parameters.

    Args:
        parameters: Those it is in charge of.
    """

    def __init__(self, parameters: Sequence[Parameter]) -> None:
        self.parameters = parameters


class SGD(Optimizer):
    """Gradient descent in its plainest form: each parameter takes a step against its derivative.

    A scalar keeps it as ``derivative``, a tensor as ``grad``. Parameters that have none stay where they are.

    Args:
        parameters: Those to move.
        lr: The learning rate: a step is this times the derivative.
    """

    def __init__(self, parameters: Sequence[Parameter], lr: float = 1.0) -> None:
        super().__init__(parameters)
        self.lr = lr

    def zero_grad(self) -> None:
        """Forget the derivatives found so far; the next backward pass would add to them."""
        for parameter in self.parameters:
            value = parameter.value
            if hasattr(value, "derivative"):
                value.derivative = None
            elif hasattr(value, "grad"):
                value.grad = None

    def step(self) -> None:
        """Take one step. The new value of a parameter is a leaf of its own, with no derivative yet."""
        for parameter in self.parameters:
            value = parameter.value
            if getattr(value, "derivative", None) is not None:
                parameter.update(type(value)(value.data - self.lr * value.derivative))
            elif getattr(value, "grad", None) is not None:
                # The backend's own operations: a step needs no history.
                step = value.f.mul_zip(value.grad, value._ensure_tensor(-self.lr))
                parameter.update(value.f.add_zip(value, step))
