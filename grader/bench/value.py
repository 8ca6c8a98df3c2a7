"""The smallest scalar engine that learns, after the idea of micrograd: values, and closures that send slopes back.

It is what the course's ``Scalar`` is measured against, and as light as such engines get: slots, no history to look at,
no constants, no checks; and its graphs may not be deep.
"""

from __future__ import annotations

import math
from collections.abc import Callable


def _nothing() -> None:
    """Send nothing back: what a leaf does."""


class Value:
    """A number, its gradient, and how to pass that on to the values it was made of."""

    __slots__ = ("data", "grad", "_send_back", "_made_of", "_by")

    def __init__(self, data: float, made_of: tuple[Value, ...] = (), by: str = "") -> None:
        self.data = data
        self.grad = 0.0
        self._send_back: Callable[[], None] = _nothing
        self._made_of = made_of
        self._by = by

    def __add__(self, other: Value | float) -> Value:
        right = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + right.data, (self, right), "+")

        def send_back() -> None:
            self.grad += out.grad
            right.grad += out.grad

        out._send_back = send_back
        return out

    def __mul__(self, other: Value | float) -> Value:
        right = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * right.data, (self, right), "*")

        def send_back() -> None:
            self.grad += right.data * out.grad
            right.grad += self.data * out.grad

        out._send_back = send_back
        return out

    def relu(self) -> Value:
        """Give the value where it is positive, else 0."""
        out = Value(self.data if self.data > 0.0 else 0.0, (self,), "relu")

        def send_back() -> None:
            self.grad += out.grad if out.data > 0.0 else 0.0

        out._send_back = send_back
        return out

    def sigmoid(self) -> Value:
        """Squash the value into the range from 0 to 1."""
        out = Value(1.0 / (1.0 + math.exp(-self.data)), (self,), "sigmoid")

        def send_back() -> None:
            self.grad += out.data * (1.0 - out.data) * out.grad

        out._send_back = send_back
        return out

    def backward(self) -> None:
        """Add the derivatives of this value to the gradients of all that it was made of."""
        order: list[Value] = []
        seen: set[Value] = set()

        def visit(value: Value) -> None:
            if value not in seen:
                seen.add(value)
                for part in value._made_of:
                    visit(part)
                order.append(value)

        visit(self)
        self.grad = 1.0
        for value in reversed(order):
            value._send_back()
