"""Calls of tensors: made, and keyed by how a student would type them."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from numpy.random import Generator

from ..layouts import part, shape_of
from ..stored import Numbers, Stored, read
from .inputs import tensor_input

Calls = dict[str, Callable[..., Any]]

ONE: Calls = {
    "-x": lambda x: -x,
    "x.sigmoid()": lambda x: x.sigmoid(),
    "x.relu()": lambda x: x.relu(),
    "x.exp()": lambda x: x.exp(),
}
TWO: Calls = {
    "x + y": lambda x, y: x + y,
    "x - y": lambda x, y: x - y,
    "y - x": lambda x, y: y - x,
    "x * y": lambda x, y: x * y,
    "x / y": lambda x, y: x / y,
}
COMPARED: Calls = {
    "x < y": lambda x, y: x < y,
    "x > y": lambda x, y: x > y,
    "x == y": lambda x, y: x == y,
}


def pair(
    rng: Generator, case: int, spread: Numbers, second: Numbers | None = None
) -> tuple[Stored, Stored]:
    """Draw two tensors that broadcast together; every fourth time, they have the same shape."""
    shape = shape_of(rng, case)
    if case % 4 == 3:
        return tensor_input(rng, shape, spread), tensor_input(rng, shape, second or spread)
    sizes = part(rng, shape), part(rng, shape)
    return tensor_input(rng, sizes[0], spread), tensor_input(rng, sizes[1], second or spread)


def answers(minitorch: ModuleType, calls: Calls, *inputs: Stored) -> dict[str, Any]:
    """Make each call on tensors of its own, and read what came out.

    Args:
        minitorch: The library that is asked.
        calls: Functions of tensors, by how they are written.
        *inputs: What the tensors are made of; they are called x and y.

    Returns:
        The results by call, which names the tensors too.
    """
    where = ", ".join(f"{name} = {stored}" for name, stored in zip("xy", inputs))
    return {
        f"{call}, where {where}": read(compute(*(each.tensor(minitorch) for each in inputs)))
        for call, compute in calls.items()
    }


def refusal(rightly: type[Exception], ask: Callable[[], Any]) -> Any:
    """Ask for what cannot be: the right exception's name is the answer, any other error is none."""
    try:
        return ask()
    except rightly as error:
        return type(error).__name__
