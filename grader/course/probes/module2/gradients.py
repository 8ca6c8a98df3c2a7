"""Probes of Task 2.4: gradients of single functions, of expressions and of whole graphs of tensors."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .calls import COMPARED, TWO, Calls, pair, refusal
from ..layouts import Shape, column_major, order_of, row_major, shape_of
from ..stored import Stored, Values, hundredths, read, store
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
        f"(x * x).contiguous().view{shape[::-1]}": lambda x: (x * x)
        .contiguous()
        .view(*shape[::-1]),
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
    calls: Calls = {
        "(x * y).log().exp().sigmoid().relu() + (x < y)": lambda x, y: (
            (x * y).log().exp().sigmoid().relu() + (x < y)
        ),
        "x.log() + x.exp() * y.relu() + y.sigmoid()": lambda x, y: (
            x.log() + x.exp() * y.relu() + y.sigmoid()
        ),
    }
    found = {}
    for call, compute in calls.items():
        s, t = (each.tensor(minitorch, requires_grad=True) for each in (x, y))
        result = compute(s, t)
        d = beginning(hundredths(rng, 100), tuple(int(size) for size in result.shape))
        start = d.tensor(minitorch)
        result.backward(start)
        found[f"are x, y, d as they were after ({call}).backward(d)"] = [
            bool(np.array_equal(read(now), was.values))
            for now, was in zip((s, t, start), (x, y, d))
        ]
    return found


FUNCTIONS: Calls = {
    "-x": lambda x: -x,
    "x.sigmoid()": lambda x: x.sigmoid(),
    "x.relu()": lambda x: x.relu(),
    "x.exp()": lambda x: x.exp(),
    "(x * x).log()": lambda x: (x * x).log(),
    "x * 3.0": lambda x: x * 3.0,
    "x * x": lambda x: x * x,
    "2.0 / x": lambda x: 2.0 / x,
    "1.0 - x": lambda x: 1.0 - x,
    "x < 0.7": lambda x: x < 0.7,
    "x == 0.5": lambda x: x == 0.5,
    "x.sum(0)": lambda x: x.sum(0),
    "x.mean(1)": lambda x: x.mean(1),
    "x.permute(1, 0)": lambda x: x.permute(1, 0),
    "x.view(3, 2)": lambda x: x.view(3, 2),
    "x.permute(1, 0).contiguous()": lambda x: x.permute(1, 0).contiguous(),
}
CALLED = list(FUNCTIONS)


@probe("2.4", cases=len(CALLED))
def shared_derivatives(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add another tensor to a function's result, so that both get the same derivative; walk three times."""
    call, values = CALLED[case], store(rng, row_major((2, 3)))
    found: dict[str, Any] = {}
    for first in (True, False):
        x = values.tensor(minitorch, requires_grad=True)
        result = FUNCTIONS[call](x)
        shape = tuple(int(size) for size in result.shape)
        w = store(rng, row_major(shape)).tensor(minitorch, requires_grad=True)
        d = store(rng, row_major(shape)) if first else beginning(hundredths(rng, 100), shape)
        start = d.tensor(minitorch)
        total = result + w if first else w + result
        called = f"({call} + w)" if first else f"(w + {call})"
        FUNCTIONS[call](store(rng, row_major((2, 3))).tensor(minitorch, requires_grad=True))
        for turn in (1, 2, 3):
            total.backward(start)
            where = f"{turn} times {called}.backward(d), x = {values}, d = {d}"
            found |= {
                f"x.grad after {where}": gradient_of(x),
                f"w.grad after {where}": gradient_of(w),
                f"d after {where}": read(start),
                f"x after {where}": read(x),
            }
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    x = values.tensor(minitorch, requires_grad=True, backend=backend)
    result = FUNCTIONS[call](x)
    result.backward(result.zeros() + 1.0)
    found[f"has x.grad the backend of x after ({call}).backward(d)"] = x.grad.backend is backend
    return found


@probe("2.4", cases=12)
def gradients_apart(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Write into a gradient, and ask for the others and for what backward was given."""
    pairs: Calls = {
        "a + b": lambda a, b: a + b,
        "a.permute(1, 0) + b": lambda a, b: a.permute(1, 0) + b,
        "a.view(3, 3) + b.contiguous()": lambda a, b: a.view(3, 3) + b.contiguous(),
        "a + (b + a)": lambda a, b: a + (b + a),
        "a.view(1, 3, 3).sum(0).view(3, 3) + b": lambda a, b: a.view(1, 3, 3).sum(0).view(3, 3) + b,
        "b": lambda a, b: b,
    }
    call = list(pairs)[case % len(pairs)]
    a, b = (store(rng, row_major((3, 3))).tensor(minitorch, True) for _ in range(2))
    d = beginning(hundredths(rng, 100), (3, 3)) if case % 2 else store(rng, row_major((3, 3)))
    start = d.tensor(minitorch)
    pairs[call](a, b).backward(start)
    found: dict[str, Any] = {f"a.grad after ({call}).backward(d)": gradient_of(a)}
    if a.grad is not None:
        a.grad.tuple()[0][:] = 77.0
    found[f"b.grad after ({call}).backward(d), a.grad overwritten, d = {d}"] = gradient_of(b)
    found[f"d after ({call}).backward(d), a.grad overwritten, d = {d}"] = read(start)
    start.tuple()[0][:] = 55.0
    found["b.grad once d was overwritten"] = gradient_of(b)
    other = store(rng, row_major((3, 3)))
    (b + 0.0).backward(other.tensor(minitorch))
    found[f"b.grad after another walk, with {other}"] = gradient_of(b)
    return found


@probe("2.4", cases=10)
def gradients_near_0(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Take gradients at corners and where slopes are steep, and with tiny and large derivatives."""
    tiny = 10.0 ** -float(rng.integers(3, 6))
    found: dict[str, Any] = {}
    asked: list[tuple[str, Any, list[float]]] = [
        ("x.relu()", lambda x: x.relu(), [0.0, -0.0, 1e-300, -1e-300, tiny, -tiny]),
        ("1.0 / x", lambda x: 1.0 / x, [tiny, -tiny, 1.0, -1.0, 2.0, 3.0]),
        ("x.log()", lambda x: x.log(), [0.0, tiny / 1000, tiny, 1.0, 2.0, 3.0]),
        ("x.sigmoid()", lambda x: x.sigmoid(), [0.0, 40.0, -40.0, 1000.0, -1000.0, tiny]),
    ]
    for call, compute, numbers in asked:
        x = minitorch.tensor(numbers, requires_grad=True)
        d = [float(n) for n in hundredths(rng, 6)]
        compute(x).backward(minitorch.tensor(d))
        found[f"x.grad after ({call}).backward(tensor({d})), x = tensor({numbers})"] = gradient_of(
            x
        )
    x = minitorch.tensor([1.0, 2.0], requires_grad=True)
    for _ in range(5):
        (x * x).backward(minitorch.tensor([tiny * 1e-8] * 2))
    found[f"x.grad / {tiny * 1e-8}, after 5 walks from x * x with that, x = 1, 2"] = gradient_of(
        x
    ) / (tiny * 1e-8)
    x.zero_grad_()
    for number in (1e9, 1.0, -1e9):
        (x * 1.0).backward(minitorch.tensor([number] * 2))
    found["x.grad after walks from x * 1.0 with 1e9, 1 and -1e9"] = gradient_of(x)
    return found


@probe("2.4", cases=2)
def gradients_of_many(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take gradients of hundreds of cells."""
    shapes: tuple[Shape, Shape] = (((300,), (200, 1)), ((150, 1, 2), (130, 2)))[case]
    x, y = (store(rng, row_major(shape)).tensor(minitorch, True) for shape in shapes)
    (x * y).sum().backward()
    called = f"(x * y).sum().backward(), x, y of {shapes}"
    return {f"x.grad after {called}": gradient_of(x), f"y.grad after {called}": gradient_of(y)}


@probe("2.4", cases=6)
def gradients_and_what_is_given(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask what is given around the functions: where walks begin and end, and what a backward may give."""

    class Halved(minitorch.Function):  # type: ignore[misc, name-defined]
        """Give x, of which each cell is said to have the slope 0.5."""

        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            """Copy x."""
            return x.f.id_map(x)

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> float:
            """Give a number."""
            return 0.5

    class Short(minitorch.Function):  # type: ignore[misc, name-defined]
        """Give x + y, and a derivative too few."""

        @staticmethod
        def forward(ctx: Any, x: Any, y: Any) -> Any:
            """Add."""
            return x.f.add_zip(x, y)

        @staticmethod
        def backward(ctx: Any, grad_output: Any) -> Any:
            """Forget the second input."""
            return (grad_output,)

    def walked(ask: Any) -> Any:
        """Say that a walk was made, if nothing is raised."""
        ask()
        return "done"

    wrong = minitorch.IndexingError
    x, y, constant = (
        store(rng, row_major((2, 3))).tensor(minitorch, wanted) for wanted in (True, True, False)
    )
    row, ones = minitorch.tensor([1.0] * 3), minitorch.zeros((2, 3)) + 1.0
    (Halved.apply(x) * x).sum().backward()
    found: dict[str, Any] = {"x.grad after a backward that gives 0.5": gradient_of(x)}
    result = x * y
    by_x, by_constant = (d for _, d in (x * constant).chain_rule(ones))
    found["chain_rule of x * constant"] = [read(by_x), by_constant]
    found["a derivative too few"] = refusal(
        ValueError, lambda: walked(lambda: (Short.apply(x, y) * y).backward(ones))
    )
    found["backward() of six elements"] = refusal(wrong, lambda: walked(lambda: result.backward()))
    found["backward(row) of shape (2, 3)"] = refusal(
        wrong, lambda: walked(lambda: result.backward(row))
    )
    found["accumulate_derivative of a result"] = refusal(
        ValueError, lambda: walked(lambda: result.accumulate_derivative(ones))
    )
    found["chain_rule of a leaf"] = refusal(
        ValueError, lambda: walked(lambda: list(x.chain_rule(ones)))
    )
    before = read(x)
    index = int(rng.integers(0, 2)), int(rng.integers(0, 3))
    measured = minitorch.grad_central_difference(lambda x, y: x * x * y, x, y, ind=index)
    exact = 2 * read(x)[index] * read(y)[index]
    found[f"the measured slope of x * x * y by x{list(index)} is right"] = bool(
        abs(measured - exact) < 1e-3
    )
    found["x is as it was"] = bool((read(x) == before).all())
    checks = {
        "(x * y).sigmoid() * x": lambda x, y: (x * y).sigmoid() * x,
        "what is wrong": lambda x, y: Halved.apply(x) * y * 9.0,
    }
    for call, compute in checks.items():
        found[f"grad_check of {call}"] = refusal(
            AssertionError, lambda: walked(lambda: minitorch.grad_check(compute, x, y))
        )
    return found


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
