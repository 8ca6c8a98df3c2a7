"""Probes of Task 2.3: what else a tensor is: its shape and its views, where it came from, what it calculates with."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .calls import COMPARED, ONE, TWO, Calls, answers, refusal
from ..layouts import Index, order_of, row_major, shape_of
from ..stored import Numbers, Stored, hundredths, read, store
from .inputs import positive, tensor_input

WITH_ONE: Calls = ONE | {
    "x.log()": lambda x: x.log(),
    "x + 1": lambda x: x + 1,
    "1 + x": lambda x: 1 + x,
    "x * 2": lambda x: x * 2,
    "2 * x": lambda x: 2 * x,
    "x.sum()": lambda x: x.sum(),
    "x.sum(0)": lambda x: x.sum(0),
    "x.mean()": lambda x: x.mean(),
    "x.mean(1)": lambda x: x.mean(1),
    "x.all(0)": lambda x: x.all(0),
}
WITH_TWO: Calls = TWO | COMPARED | {"x.is_close(y)": lambda x, y: x.is_close(y)}
VIEWS: Calls = {
    "x.permute(1, 0)": lambda x: x.permute(1, 0),
    "x.view(6)": lambda x: x.view(6),
}
MISFITS: Calls = {
    "x + y": lambda x, y: x + y,
    "y * x": lambda x, y: y * x,
    "x < y": lambda x, y: x < y,
    "y == x": lambda x, y: y == x,
    "x.sum(2)": lambda x, y: x.sum(2),
    "x.permute(0, 0)": lambda x, y: x.permute(0, 0),
    "x.permute(1, 0, 2)": lambda x, y: x.permute(1, 0, 2),
    "x.view(4)": lambda x, y: x.view(4),
    "x.permute(1, 0).view(6)": lambda x, y: x.permute(1, 0).view(6),
}


@probe("2.3", cases=28)
def permuted_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Permute, and permute what came out again; what is written into the tensor shows there."""
    shape = shape_of(rng, case)
    first, second = order_of(rng, len(shape)), order_of(rng, len(shape))
    calls: Calls = {
        f"x.permute{first}": lambda x: x.permute(*first),
        f"x.permute{first}.permute{second}": lambda x: x.permute(*first).permute(*second),
        f"x.permute{first} + 1": lambda x: x.permute(*first) + 1,
        f"x.permute{first} and x's storage doubled": lambda x: doubled(x, x.permute(*first)),
    }
    return answers(minitorch, calls, tensor_input(rng, shape))


@probe("2.3", cases=28)
def viewed_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """View as other shapes of the same size, also what was permuted and made contiguous."""
    shape = shape_of(rng, case)
    x = store(rng, row_major(shape), hundredths)
    size, order = len(x.numbers), order_of(rng, len(shape))
    calls: Calls = {
        f"x.view({size}) and x's storage doubled": lambda x: doubled(x, x.view(size)),
        f"x.permute{order}.contiguous().view({size})": lambda x: turned_flat(x, order, size),
    }
    for wanted in ((size,), (1, size), shape[::-1], (*shape, 1)):
        calls[f"x.view{wanted}"] = lambda x, wanted=wanted: x.view(*wanted)
    return answers(minitorch, calls, x)


@probe("2.3", cases=20)
def sizes_and_dimensions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask how large a tensor is."""
    x = tensor_input(rng, shape_of(rng, case) if case else (2, 0))
    tensor = x.tensor(minitorch)
    return {f"[x.size, x.dims], where x = {x}": [int(tensor.size), int(tensor.dims)]}


@probe("2.3", cases=8)
def histories_of_results(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask which results remember what they came from."""
    sources = operands(rng)
    requires = (case % 2 == 0, case % 4 > 1)
    told = f"x.requires_grad(), y.requires_grad() = {requires}"
    found: dict[str, Any] = {}
    for calls, count in ((WITH_ONE | VIEWS, 1), (WITH_TWO, 2)):
        for call, compute in calls.items():
            pairs = zip(sources[:count], requires)
            inputs = [each.tensor(minitorch, needs) for each, needs in pairs]
            result = compute(*inputs)
            found[f"does {call} require a gradient, where {told}"] = bool(result.requires_grad())
            remembered = [comes_from(result, tensor) for tensor in inputs]
            found[f"which of x, y is {call} known to come from, where {told}"] = remembered
    return found


@probe("2.3", cases=8)
def tensors_afterwards(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether tensors are as they were after they were calculated with; half of them hold negative numbers."""
    spread = positive if case % 2 else hundredths
    x, y = (each.tensor(minitorch) for each in operands(rng, spread))
    before = read(x), read(y)
    found: dict[str, Any] = {}
    for calls, inputs in ((WITH_ONE | VIEWS, (x,)), (WITH_TWO, (x, y))):
        for call, compute in calls.items():
            if call == "x.log()" and spread is hundredths:
                continue
            compute(*inputs)
            same = [bool((was == read(now)).all()) for was, now in zip(before, (x, y))]
            found[f"are x, y as they were after {call}"] = same
    return found


@probe("2.3", cases=8)
def forgotten_gradients(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Give a tensor a gradient, and let it forget that."""
    x = tensor_input(rng, (2, 2)).tensor(minitorch, requires_grad=True)
    x.grad = tensor_input(rng, (2, 2)).tensor(minitorch)
    before = read(x)
    x.zero_grad_()
    return {
        "x.grad is None after x.zero_grad_()": x.grad is None,
        "are the cells of x as they were after x.zero_grad_()": bool((read(x) == before).all()),
        "x.requires_grad() after x.zero_grad_()": bool(x.requires_grad()),
    }


@probe("2.3", cases=4)
def backends_of_results(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Calculate with a backend that counts; ask whether results have it, and whether it was asked."""
    ops = counting(minitorch)
    backend = minitorch.TensorBackend(ops)
    x, y = (each.tensor(minitorch) for each in operands(rng))
    x._type_(backend)
    y._type_(backend)
    found: dict[str, Any] = {}
    for calls, inputs in ((WITH_ONE, (x,)), (WITH_TWO, (x, y)), (VIEWS, (x,))):
        for call, compute in calls.items():
            before = ops.calls
            found[f"is the backend of {call} that of x and y"] = compute(*inputs).backend is backend
            if calls is not VIEWS:
                found[f"did {call} ask the backend of x and y"] = ops.calls > before
    return found


@probe("2.3", cases=4)
def what_does_not_fit(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for what cannot be."""
    x, y = (store(rng, row_major(shape), hundredths) for shape in ((2, 3), (2,)))
    calls: Calls = {
        call: lambda x, y, fn=fn: refusal(minitorch.IndexingError, lambda: fn(x, y))
        for call, fn in MISFITS.items()
    }
    return answers(minitorch, calls, x, y)


@probe("2.3", cases=8)
def results_kept(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Keep the results of all operations while others of the same shapes are calculated, and read them at the end."""
    first, second = operands(rng), operands(rng)
    kept: dict[str, Any] = {}
    for calls, count in ((WITH_ONE, 1), (WITH_TWO, 2)):
        for call, compute in calls.items():
            kept[call] = compute(*(each.tensor(minitorch) for each in first[:count]))
            compute(*(each.tensor(minitorch) for each in second[:count]))
    zeros = [minitorch.zeros((2, 2)), kept["x + y"].zeros()]
    for each in (minitorch.zeros((2, 2)), kept["x + y"].zeros()):
        each[0, 0] = 77.0
    where = f"x = {first[0]}, y = {first[1]}, read at the end"
    found = {f"{call}, where {where}": read(result) for call, result in kept.items()}
    return found | {
        "two tensors of zeros, after others were written into": [read(z) for z in zeros]
    }


@probe("2.3", cases=10)
def numbers_of_other_kinds(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Put whole numbers, True and NumPy's numbers beside a tensor, on either side."""
    x = tensor_input(rng, shape_of(rng, 2 * case))
    kinds = (int, bool, np.float64, np.float32, np.int64)
    n = kinds[case % len(kinds)](rng.integers(1, 9))
    calls: Calls = {
        f"x + {n!r}": lambda x: x + n,
        f"{n!r} + x": lambda x: n + x,
        f"x - {n!r}": lambda x: x - n,
        f"{n!r} - x": lambda x: n - x,
        f"x * {n!r}": lambda x: x * n,
        f"{n!r} * x": lambda x: n * x,
        f"x / {n!r}": lambda x: x / n,
        f"{n!r} / x": lambda x: n / x,
        f"x < {n!r}": lambda x: x < n,
        f"{n!r} < x": lambda x: n < x,
        f"x == {n!r}": lambda x: x == n,
    }
    return answers(minitorch, calls, x)


@probe("2.3", cases=12)
def tensors_made(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Make tensors of numbers of all kinds, nested in all ways, and calculate with them."""
    array = rng.integers(-9, 10, shape_of(rng, 2 + case))
    made: dict[str, Any] = {
        "lists of whole numbers": array.tolist(),
        "lists of floats": (array + 0.5).tolist(),
        "tuples": tuple(array.tolist()) if array.ndim else array.tolist(),
        "an array of whole numbers": array,
        "an array of short floats": array.astype(np.float32),
        "lists of truth values": (array > 0).tolist(),
    }
    found = {
        f"-tensor(…) of {kind}: {ls}": read(-minitorch.tensor(ls)) for kind, ls in made.items()
    }
    wanted = minitorch.tensor([0.5], requires_grad=case % 2 == 0)
    found[f"tensor([0.5], requires_grad={case % 2 == 0}).exp().requires_grad()"] = bool(
        wanted.exp().requires_grad()
    )
    minitorch.seed(case)
    first, second = minitorch.rand((4, 5)), minitorch.rand((4, 5))
    minitorch.seed(case)
    again = minitorch.rand((4, 5))
    found["how many numbers of two calls of rand((4, 5)) are equal"] = read((first == second).sum())
    found["how many are, after the same seed"] = read((first == again).sum())
    found["how many are not from 0 to 1"] = read(((first < 0.0) + (first > 1.0)).sum())
    found["zeros((2, 3)) + 1.0"] = read(minitorch.zeros((2, 3)) + 1.0)
    return found


@probe("2.3", cases=8)
def tensors_looked_at(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Read and write elements, detach, forget histories, and lay out anew."""
    x = store(rng, row_major((3, 3)), hundredths).tensor(minitorch, requires_grad=True)
    turned, n = x.permute(1, 0), float(rng.integers(1, 99)) / 100
    i, j = (int(k) for k in rng.integers(0, 3, 2))
    found: dict[str, Any] = {f"x.permute(1, 0)[{i}, {j}], where x = {read(x)}": turned[i, j]}
    turned[i, j] = n
    found[f"x + 0.0 after x.permute(1, 0)[{i}, {j}] = {n}"] = read(x + 0.0)
    found["x.sum().item()"] = x.sum().item()
    found["x.item()"] = refusal(minitorch.IndexingError, lambda: x.item())
    result = x * 3.0
    detached = result.detach()
    detached[0, 0] = n
    found[f"x * 3.0, after its detach()[0, 0] = {n}"] = read(result)
    copied, row = turned.contiguous(), minitorch.tensor([[1.0, n, 2.0]]).permute(1, 0)
    found["x.permute(1, 0).contiguous().view(9)"] = read(copied.view(9))
    found["tensor of one row, permuted, and .view(3)"] = read(row.view(3))
    for name, each in {"result": result, "its detach()": detached, "contiguous()": copied}.items():
        found[f"does {name} require a gradient, is it a leaf"] = [
            bool(each.requires_grad()),
            bool(each.is_leaf()),
        ]
    x.requires_grad_(False)
    found["(x * 3.0).requires_grad() after x.requires_grad_(False)"] = bool(
        (x * 3.0).requires_grad()
    )
    return found


# What the probes are made with


def operands(rng: Generator, spread: Numbers = positive) -> tuple[Stored, Stored]:
    """Store two tensors of fixed shapes, which broadcast together."""
    return store(rng, row_major((2, 3)), spread), store(rng, row_major((3,)), spread)


def doubled(x: Any, result: Any) -> Any:
    """Double all numbers in the storage of x, and give the result, which may share it."""
    x.tuple()[0][:] *= 2.0
    return result


def turned_flat(x: Any, order: Index, size: int) -> Any:
    """Permute, lay out anew, and view as one row."""
    return x.permute(*order).contiguous().view(size)


def comes_from(result: Any, source: Any) -> bool:
    """Walk back along what a tensor was made from, and say whether a certain tensor is among it."""
    if result is source:
        return True
    inputs = result.history.inputs if result.history is not None else ()
    return any(comes_from(each, source) for each in inputs)


def counting(minitorch: ModuleType) -> Any:
    """Make a way of calculating that is SimpleOps, and counts its calls."""

    def counted(make: Any) -> Any:
        def made(*arguments: Any) -> Any:
            operation = make(*arguments)

            def wrapped(*tensors: Any) -> Any:
                ops.calls += 1
                return operation(*tensors)

            return wrapped

        return staticmethod(made)

    simple = minitorch.SimpleOps
    kinds = {name: counted(getattr(simple, name)) for name in ("map", "zip", "reduce")}
    ops: Any = type("Counting", (simple,), {"calls": 0, **kinds})
    return ops
