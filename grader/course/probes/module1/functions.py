"""Functions and graphs of the probes' own, so that a walk through them says nothing about any other function."""

from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from numpy.random import Generator

from .inputs import number


def weighted(
    minitorch: ModuleType, weights: Sequence[float], slopes: Sequence[float] | None = None
) -> type[Any]:
    """Make a function of as many numbers as there are weights: their weighted sum.

    The backward of a function of one number gives a bare number, that of several a tuple. Each call of it is noted:
    ``calls_of`` lists them.

    Args:
        minitorch: The library that is asked.
        weights: What each number is multiplied by.
        slopes: What each derivative is multiplied by, if that is not the weights.

    Returns:
        The class of the function.
    """
    weights_back = weights if slopes is None else slopes

    class Weighted(minitorch.scalar_functions.ScalarFunction):  # type: ignore[misc, name-defined]
        """A weighted sum."""

        @staticmethod
        def forward(ctx: Any, *inputs: float) -> float:
            """Add up."""
            ctx.save_for_backward([])
            return float(sum(w * x for w, x in zip(weights, inputs, strict=True)))

        @staticmethod
        def backward(ctx: Any, d_output: float) -> Any:
            """Give each input its weight."""
            ctx.saved_values[0].append(d_output)
            given = tuple(w * d_output for w in weights_back)
            return given[0] if len(given) == 1 else given

    return Weighted


def calls_of(result: Any) -> list[float]:
    """List what the backward of a result's function was called with, so far."""
    return list(result.history.ctx.saved_values[0])


def product(minitorch: ModuleType) -> type[Any]:
    """Make a function of any number of numbers: their product. Its backward needs what the forward saved."""

    class Product(minitorch.scalar_functions.ScalarFunction):  # type: ignore[misc, name-defined]
        """A product."""

        @staticmethod
        def forward(ctx: Any, *inputs: float) -> float:
            """Multiply, and save what went in."""
            ctx.save_for_backward(*inputs)
            return _multiplied(inputs)

        @staticmethod
        def backward(ctx: Any, d_output: float) -> tuple[float, ...]:
            """Multiply by the product of the others."""
            saved = ctx.saved_values
            return tuple(
                d_output * _multiplied(saved[:place] + saved[place + 1 :])
                for place in range(len(saved))
            )

    return Product


def _multiplied(numbers: Sequence[float]) -> float:
    result = 1.0
    for x in numbers:
        result *= x
    return result


@dataclass(frozen=True)
class Graph:
    """A graph, and how it was made."""

    text: str  # "n2 = f(x, 5.0); n3 = f(n2)": each f has weights of its own
    root: Any
    nodes: dict[
        str, Any
    ]  # by name, in the order in which they were made; not all need be within the root
    edges: list[tuple[str, str]]  # (node, one of its inputs), constants left out


SHAPES: tuple[tuple[tuple[int, ...], ...], ...] = (
    (),  # a leaf alone
    ((1,),),  # one function
    ((1, 1),),  # f(y, y)
    ((1, 1, 1),),
    ((1,), (2,), (2,), (3, 4)),  # a diamond
    ((1,), (2,), (1, 3)),  # at once, and after a detour
    ((1,), (2,), (3, 1)),
    ((0, 1), (2, 2), (3, 3), (4, 4)),  # doubled, and doubled again
    ((1,), (2, 1), (3, 2, 1), (4, 3, 2, 1)),
    ((0, -1, 1), (-1, 2), (3, -1, 0)),  # with constants, numbered -1
)


def graph(minitorch: ModuleType, rng: Generator, case: int) -> Graph:
    """Build a graph: those of ``SHAPES`` first, then any.

    Its leaves x and y hold the same number and bear the same name.
    """
    shape = SHAPES[case] if case < len(SHAPES) else _any_shape(rng)
    same = number(rng)
    names, values = ["x", "y"], [minitorch.Scalar(same, name="leaf") for _ in range(2)]
    text, edges = [], []
    for inputs in shape:
        chosen = [(repr(same), same) if n < 0 else (names[n], values[n]) for n in inputs]
        function = weighted(minitorch, [number(rng) for _ in inputs])
        names.append(f"n{len(names)}")
        text.append(f"{names[-1]} = f({', '.join(name for name, _ in chosen)})")
        edges += [(names[-1], names[n]) for n in inputs if n >= 0]
        values.append(function.apply(*(value for _, value in chosen)))
    return Graph("; ".join(text) or "y", values[-1], dict(zip(names, values)), edges)


def row(minitorch: ModuleType, start: Any, steps: int) -> Any:
    """Apply functions of one number in a row."""
    function = weighted(minitorch, [1.0, 1.0])
    for _ in range(steps):
        start = function.apply(start, 0.25)
    return start


def _any_shape(rng: Generator) -> list[list[int]]:
    """Draw up to eight functions of one to three inputs; the first of each is no constant."""
    shape: list[list[int]] = []
    for made in range(2, 3 + int(rng.integers(1, 9))):
        more = [int(rng.integers(-1, made)) for _ in range(int(rng.integers(0, 3)))]
        shape.append([int(rng.integers(max(0, made - 3), made)), *more])
    return shape
