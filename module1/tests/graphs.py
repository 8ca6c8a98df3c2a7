"""Functions and graphs of the tests' own: a walk through them depends on no function of yours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import minitorch

Recipe = Sequence[tuple[int, Sequence[int]]]
"""Step by step, the numbers of the nodes that go in: one that is no constant, and then up to two of any kind."""


class Function:
    """A function of Scalars, as ``ScalarFunction`` is one: a subclass brings forward and backward."""

    @classmethod
    def apply(cls, *inputs: Any) -> minitorch.Scalar:
        """Compute the value, and let it remember the function, the context and the inputs."""
        scalars = [minitorch.Scalar(x, None) if isinstance(x, float) else x for x in inputs]
        ctx = minitorch.Context()
        value = cls.forward(ctx, *(x.data for x in scalars))
        return minitorch.Scalar(value, minitorch.ScalarHistory(cls, ctx, scalars))

    @classmethod
    def _backward(cls, ctx: minitorch.Context, d_output: float) -> tuple[float, ...]:
        """Run backward; the derivatives are a tuple, also if it is of one."""
        derivatives = cls.backward(ctx, d_output)
        return derivatives if isinstance(derivatives, tuple) else (derivatives,)


class Triple(Function):
    """Compute 3x. The backward gives its one derivative as a bare number."""

    @staticmethod
    def forward(ctx: minitorch.Context, x: float) -> float:
        """Compute 3x."""
        return 3.0 * x

    @staticmethod
    def backward(ctx: minitorch.Context, d_output: float) -> float:
        """Multiply by the slope, 3."""
        return 3.0 * d_output


class Box(Function):
    """Compute the volume x * y * z. The backward needs the values that the forward saved."""

    @staticmethod
    def forward(ctx: minitorch.Context, x: float, y: float, z: float) -> float:
        """Multiply three numbers, and save them."""
        ctx.save_for_backward(x, y, z)
        return x * y * z

    @staticmethod
    def backward(ctx: minitorch.Context, d_output: float) -> tuple[float, float, float]:
        """Multiply by the product of the two others."""
        x, y, z = ctx.saved_values
        return d_output * y * z, d_output * x * z, d_output * x * y


class Blend(Function):
    """Compute 1a + 2b + 3c + …, of as many numbers as there are: linear, and no two inputs alike."""

    @staticmethod
    def forward(ctx: minitorch.Context, *inputs: float) -> float:
        """Add up, each with its weight."""
        ctx.save_for_backward(len(inputs))
        return float(sum(weight * x for weight, x in enumerate(inputs, 1)))

    @staticmethod
    def backward(ctx: minitorch.Context, d_output: float) -> tuple[float, ...]:
        """Give each input its weight."""
        (count,) = ctx.saved_values
        return tuple(weight * d_output for weight in range(1, count + 1))


class Counted(Function):
    """Compute x + y, and count how often the backward of each result runs."""

    @staticmethod
    def forward(ctx: minitorch.Context, x: float, y: float) -> float:
        """Add, and start counting."""
        ctx.save_for_backward([])
        return x + y

    @staticmethod
    def backward(ctx: minitorch.Context, d_output: float) -> tuple[float, float]:
        """Count, and give both inputs the same."""
        (calls,) = ctx.saved_values
        calls.append(d_output)
        return d_output, d_output


class Miscounted(Function):
    """Compute the sum of two numbers. The backward gives as many derivatives as the sum says, right or wrong."""

    @staticmethod
    def forward(ctx: minitorch.Context, x: float, y: float) -> float:
        """Add, and save the sum."""
        ctx.save_for_backward(x + y)
        return x + y

    @staticmethod
    def backward(ctx: minitorch.Context, d_output: float) -> tuple[float, ...]:
        """Give that many derivatives."""
        (count,) = ctx.saved_values
        return (d_output,) * int(count)


class Node:
    """The sum of its parents, as a variable that has what ``Variable`` asks for, and nothing else."""

    def __init__(self, *parents: Node, constant: bool = False) -> None:
        self.parents = parents
        self.unique_id = next(minitorch.autodiff.variable_count)
        self.collected = 0.0
        self._constant = constant

    def is_leaf(self) -> bool:
        """Say whether it has no parents, and is no constant."""
        return not self.parents and not self._constant

    def is_constant(self) -> bool:
        """Say whether it was made one."""
        return self._constant

    def accumulate_derivative(self, x: float) -> None:
        """Collect it."""
        self.collected += x

    def chain_rule(self, d_output: float) -> list[tuple[Node, float]]:
        """Send every parent the same: a sum has the slope 1 in all directions."""
        return [(parent, d_output) for parent in self.parents]


@dataclass(frozen=True)
class Graph:
    """A graph built from a recipe, and what is known about it."""

    text: str  # "n2 = f(x); n3 = f(n2, 5.0)"
    root: minitorch.Scalar  # the last node
    # Those the root is made of, itself too, by name; constants left out.
    nodes: dict[str, minitorch.Scalar]
    edges: list[tuple[str, str]]  # (node, one of its inputs), likewise
    slopes: dict[str, float]  # the derivative of the root with respect to each leaf it is made of


def build(recipe: Recipe) -> Graph:
    """Build the graph of a recipe, from the leaves x and y and the constant 5.0; f is ``Blend``.

    All leaves hold the same value, so that no node can be told from another by what it holds.
    """
    names, values = ["5.0", "x", "y"], [5.0, minitorch.Scalar(1.0), minitorch.Scalar(1.0)]
    slopes: list[dict[str, float]] = [{}, {"x": 1.0}, {"y": 1.0}]
    inputs: list[list[int]] = [[], [], []]
    text = []
    for first, others in recipe:
        chosen = [1 + first % (len(values) - 1), *(other % len(values) for other in others)]
        names.append(f"n{len(values)}")
        text.append(f"{names[-1]} = f({', '.join(names[number] for number in chosen)})")
        slopes.append(_blended([slopes[number] for number in chosen]))
        inputs.append(chosen)
        values.append(Blend.apply(*(values[number] for number in chosen)))
    within = _below(inputs, len(values) - 1)
    return Graph(
        text="; ".join(text) or "y alone",
        root=values[-1],
        nodes={names[number]: values[number] for number in within},
        edges=[(names[n], names[below]) for n in within for below in inputs[n] if below != 0],
        slopes=slopes[-1],
    )


def chain(x: minitorch.Scalar, steps: int) -> minitorch.Scalar:
    """Add a constant to x, step after step, in a row."""
    for _ in range(steps):
        x = Blend.apply(x, 0.5)
    return x


def _blended(parts: Sequence[dict[str, float]]) -> dict[str, float]:
    """Blend derivatives as ``Blend`` blends values: it is linear."""
    result: dict[str, float] = {}
    for weight, part in enumerate(parts, 1):
        for name, slope in part.items():
            result[name] = result.get(name, 0.0) + weight * slope
    return result


def _below(inputs: Sequence[Sequence[int]], root: int) -> list[int]:
    """List the numbers of the root and of all it is made of, without the constant, number 0."""
    found, waiting = {root}, [root]
    while waiting:
        for number in inputs[waiting.pop()]:
            if number not in found and number != 0:
                found.add(number)
                waiting.append(number)
    return sorted(found)
