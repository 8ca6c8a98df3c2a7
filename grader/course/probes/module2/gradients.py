"""Probes of Task 2.4: gradients of single functions, of expressions and of whole graphs of tensors."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .calls import COMPARED, TWO, Calls, pair
from ..layouts import Shape, column_major, order_of, shape_of
from ..stored import Stored, Values, hundredths, read
from .inputs import positive, small_whole, tensor_input

ONE: Calls = {
    "x.sigmoid()": lambda x: x.sigmoid(),
    "x.relu()": lambda x: x.relu(),
    "x.exp()": lambda x: x.exp(),
    "(x * x).log()": lambda x: (x * x).log(),
}
EXPRESSIONS: Calls = {
    "(x * y).sigmoid() * y - x": lambda x, y: (x * y).sigmoid() * y - x,
    "(x * x + y).log() * (x * 0.5).exp()": lambda x, y: (x * x + y).log() * (x * 0.5).exp(),
    "(x * y).relu() / (x * x + 1)": lambda x, y: (x * y).relu() / (x * x + 1),
    "(x < y) * x * y + (x == y) * y": lambda x, y: (x < y) * x * y + (x == y) * y,
    "x * x * x * y + 2 / y": lambda x, y: x * x * x * y + 2 / y,
    "((x + y) * (x - y)).mean()": lambda x, y: ((x + y) * (x - y)).mean(),
}


@probe("2.4", cases=28)
def gradients_of_one(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of the functions of one tensor."""
    return gradients(minitorch, rng, ONE, tensor_input(rng, shape_of(rng, case)))


@probe("2.4", cases=28)
def gradients_of_logarithms(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradient of the logarithm, near 0 too, where EPS shows."""
    x = tensor_input(rng, shape_of(rng, case), tiny if case % 2 else positive)
    return gradients(minitorch, rng, {"x.log()": lambda x: x.log()}, x)


@probe("2.4", cases=32)
def gradients_of_two(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of the functions of two tensors that broadcast together."""
    calls: Calls = {call: TWO[call] for call in ("x * y", "x / y")}
    return gradients(minitorch, rng, calls, *pair(rng, case, hundredths))


@probe("2.4", cases=28)
def gradients_of_comparisons(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of comparisons: zeros, of the right shapes."""
    return gradients(minitorch, rng, COMPARED, *pair(rng, case, small_whole))


@probe("2.4", cases=28)
def gradients_of_reductions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of sums and means, along each dimension and along all."""
    shape = shape_of(rng, case)
    calls: Calls = {
        "(x * x).sum()": lambda x: (x * x).sum(),
        "(x * x).mean()": lambda x: (x * x).mean(),
    }
    for dim in range(len(shape)):
        calls[f"x.sum({dim})"] = lambda x, dim=dim: x.sum(dim)
        calls[f"(x * x).sum({dim})"] = lambda x, dim=dim: (x * x).sum(dim)
        calls[f"(x * x).mean({dim})"] = lambda x, dim=dim: (x * x).mean(dim)
        calls[f"x.sum({dim}) * x"] = lambda x, dim=dim: x.sum(dim) * x
    return gradients(minitorch, rng, calls, tensor_input(rng, shape))


@probe("2.4", cases=28)
def gradients_of_views(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of what was permuted, once and twice, and of views of it."""
    shape = shape_of(rng, case)
    size = int(np.prod(shape))
    first, second = order_of(rng, len(shape)), order_of(rng, len(shape))
    calls: Calls = {
        f"x.permute{first}": lambda x: x.permute(*first),
        f"(x * x).permute{first}.permute{second}": lambda x: (x * x)
        .permute(*first)
        .permute(*second),
        f"x.permute{first}.contiguous().view({size}).exp()": lambda x: x.permute(*first)
        .contiguous()
        .view(size)
        .exp(),
    }
    return gradients(minitorch, rng, calls, tensor_input(rng, shape))


@probe("2.4", cases=32)
def gradients_of_expressions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of expressions in which tensors occur in several places."""
    return gradients(minitorch, rng, EXPRESSIONS, *pair(rng, case, hundredths, positive))


@probe("2.4", cases=16)
def gradients_without_an_argument(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Go backward from a result of shape (1,), whose own derivative is 1."""
    x, y = pair(rng, case, hundredths)
    tensors = [each.tensor(minitorch, requires_grad=True) for each in (x, y)]
    (tensors[0] * tensors[1] + tensors[0].sigmoid()).sum().backward()
    called = "(x * y + x.sigmoid()).sum().backward()"
    return told(called, (x, y), [gradient_of(tensor) for tensor in tensors])


@probe("2.4", cases=16)
def gradients_that_add_up(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Go backward twice, from two results that share a part, and once more after the gradient was forgotten."""
    x, y = pair(rng, case, hundredths)
    s, t = (each.tensor(minitorch, requires_grad=True) for each in (x, y))
    shared = s * t
    shared.sum().backward()
    (shared.sigmoid() * s).sum().backward()
    called = "(x * y).sum().backward() and ((x * y).sigmoid() * x).sum().backward()"
    found = told(called, (x, y), [gradient_of(s), gradient_of(t)])
    s.zero_grad_()
    (s * s).sum().backward()
    called += ", x.zero_grad_() and (x * x).sum().backward()"
    return found | told(called, (x, y), [gradient_of(s), gradient_of(t)])


@probe("2.4", cases=16)
def gradients_of_constants(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Go backward through constants and through results, which get no gradient."""
    x, y = pair(rng, case, hundredths)
    first = case % 2 == 0
    s, t = x.tensor(minitorch, first), y.tensor(minitorch, not first)
    between = s * t
    (between.exp() * 2).sum().backward()
    called = (
        f"((x * y).exp() * 2).sum().backward(), where only {'x' if first else 'y'} requires one"
    )
    found = told(called, (x, y), [gradient_of(s), gradient_of(t)])
    found[f"(x * y).grad after {called}"] = gradient_of(between)
    return found


@probe("2.4", cases=16)
def tensors_after_backward(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Go backward, and ask whether the tensors and the derivative it began with are as they were."""
    x, y = pair(rng, case, positive)
    s, t = (each.tensor(minitorch, requires_grad=True) for each in (x, y))
    result = (s * t).log().exp().sigmoid().relu() + (s < t)
    d = beginning(hundredths(rng, 100), tuple(int(size) for size in result.shape))
    start = d.tensor(minitorch)
    result.backward(start)
    called = "((x * y).log().exp().sigmoid().relu() + (x < y)).backward(d)"
    same = [
        bool(np.array_equal(read(now), was.values)) for now, was in zip((s, t, start), (x, y, d))
    ]
    return {f"are x, y, d as they were after {called}": same}


# What the probes are made with


def gradients(
    minitorch: ModuleType, rng: Generator, calls: Calls, *inputs: Stored
) -> dict[str, Any]:
    """Make each call on tensors of its own, go backward from what came out, and read the gradients.

    Args:
        minitorch: The library that is asked.
        rng: Draws the derivative to begin with.
        calls: Functions of tensors, by how they are written.
        *inputs: What the tensors are made of; they are called x and y.

    Returns:
        The gradients by call, which names the tensors and the derivative too.
    """
    numbers = hundredths(rng, 200)
    found: dict[str, Any] = {}
    for call, compute in calls.items():
        tensors = [each.tensor(minitorch, requires_grad=True) for each in inputs]
        result = compute(*tensors)
        d = beginning(numbers, tuple(int(size) for size in result.shape))
        result.backward(d.tensor(minitorch))
        called = f"({call}).backward(d), where d = {d}"
        found |= told(called, inputs, [gradient_of(tensor) for tensor in tensors])
    return found


def beginning(numbers: Values, shape: Shape) -> Stored:
    """Make a derivative to begin with, stored column by column."""
    return Stored(numbers[: int(np.prod(shape))], column_major(shape))


def told(called: str, inputs: tuple[Stored, ...], found: list[Any]) -> dict[str, Any]:
    """Key gradients by what led to them."""
    where = ", ".join(f"{name} = {stored}" for name, stored in zip("xy", inputs))
    return {f"{name}.grad after {called}, {where}": gradient for name, gradient in zip("xy", found)}


def gradient_of(tensor: Any) -> Any:
    """Read a tensor's gradient, or tell that it has none."""
    return None if tensor.grad is None else read(tensor.grad)


def tiny(rng: Generator, count: int) -> Values:
    """Draw numbers from a millionth to a thousandth."""
    return 10.0 ** rng.uniform(-6, -3, count)
