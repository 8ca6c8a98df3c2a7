"""Derivatives by machine: numerically, and exactly, backwards through a graph of variables.

Nothing here knows what a variable holds. It serves numbers now, and tensors from Module 2 on.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

variable_count = count(1)
"""Numbers the variables: ``next(variable_count)`` is one that no other variable has."""


def central_difference(f: Any, *vals: Any, arg: int = 0, epsilon: float = 1e-06) -> Any:
    """Estimate the derivative of f with respect to one of its arguments, all others held fixed.

    A step up and a step down from x, the argument in question, and the slope of the line between the two results:

        f'(x) ≈ (f(x + epsilon) - f(x - epsilon)) / (2 * epsilon)

    For ``f = lambda x, y: x * y``, ``central_difference(f, 3.0, 5.0, arg=1)`` is about 3.0.

    Args:
        f: A function of n numbers.
        *vals: The point: n numbers x_0, …, x_{n-1}, whole ones among them; there may be hundreds.
        arg: Which of them to vary, counted from 0.
        epsilon: The size of a step.

    Returns:
        The slope at the point.
    """
    # TODO: Task 1.1
    raise NotImplementedError("Task 1.1: implement central_difference in minitorch/autodiff.py")


class Variable(Protocol):
    """What the algorithms below ask of a variable. Nobody inherits from it: whatever has these methods, is one.

    An iterable may be a list, a tuple or a generator: walk along it with ``for``, and leave it as it is.
    """

    def accumulate_derivative(self, x: Any) -> None:
        """Add x to the derivative that this leaf has collected so far."""

    @property
    def unique_id(self) -> int:
        """A number that no other variable has."""

    def is_leaf(self) -> bool:
        """Say whether the user made it, so that no function did: a derivative is wanted here."""

    def is_constant(self) -> bool:
        """Say whether no derivative is wanted here, nor anywhere behind it."""

    @property
    def parents(self) -> Iterable[Variable]:
        """The inputs of the function that made it, in order; of a leaf, none."""

    def chain_rule(self, d_output: Any) -> Iterable[tuple[Variable, Any]]:
        """Go one step back through the function that made it.

        Args:
            d_output: The derivative of some final result with respect to this variable.

        Returns:
            Pairs (input, derivative of that final result with respect to the input), one for each input.
        """


def topological_sort(variable: Variable) -> Iterable[Variable]:
    """Order the graph behind a variable such that each variable comes before all variables it was made from.

    For ``c = a * b`` and ``d = c + a``, the order of d's graph is d, c, and then a and b in either order.

    Args:
        variable: The result, which comes first ("the right-most", as graphs are drawn).

    Returns:
        It, and every variable that it was made from, directly or not: each once, and no constants. Of a constant:
        nothing. The graph may be 10,000 steps deep, more than Python's calls can be nested.
    """
    # TODO: Task 1.4
    raise NotImplementedError("Task 1.4: implement topological_sort in minitorch/autodiff.py")


def backpropagate(variable: Variable, deriv: Any) -> None:
    """Find the derivative of a result with respect to every leaf of its graph, and let each leaf add it up.

    Go through the graph from the result towards the leaves, a variable only after everything made from it. By then
    its derivative is complete: the sum of what ``chain_rule`` has sent to it, once for every use. A leaf gets it by
    ``accumulate_derivative``; any other variable sends it on, by its own ``chain_rule``, and keeps nothing.

    Args:
        variable: The result.
        deriv: The derivative of the final result with respect to ``variable``; 1.0 if it is the final result.
    """
    # TODO: Task 1.4
    raise NotImplementedError("Task 1.4: implement backpropagate in minitorch/autodiff.py")


@dataclass(slots=True)
class Context:
    """What the forward pass of a function leaves for its backward pass.

    Attributes:
        no_grad: Whether there will be no backward pass, so that nothing need be kept.
        saved_values: What was kept, in the order given.
        needs_input_grad: For each input, whether a derivative by it will be wanted; empty where that is not known.
    """

    no_grad: bool = False
    saved_values: tuple[Any, ...] = ()
    needs_input_grad: tuple[bool, ...] = ()

    def save_for_backward(self, *values: Any) -> None:
        """Keep values for the backward pass."""
        if not self.no_grad:
            self.saved_values = values

    def wants(self, number: int) -> bool:
        """Say whether a derivative by an input, counted from 0, will be wanted: one that costs much may be left out."""
        return not self.needs_input_grad or self.needs_input_grad[number]

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """The saved values, by the name that suits tensors."""
        return self.saved_values
