"""Probes of Task 2.3: functions of tensors, forward, on shapes and storages of every kind."""

from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .calls import COMPARED, ONE, TWO, Calls, answers, pair, refusal
from ..layouts import row_major, shape_of
from ..stored import hundredths, store
from .inputs import hair, positive, small_whole, tensor_input, truth

NUMBERED: Calls = {
    "x + n": lambda x, n: x + n,
    "n + x": lambda x, n: n + x,
    "x - n": lambda x, n: x - n,
    "n - x": lambda x, n: n - x,
    "x * n": lambda x, n: x * n,
    "n * x": lambda x, n: n * x,
    "x / n": lambda x, n: x / n,
    "n / x": lambda x, n: n / x,
    "x < n": lambda x, n: x < n,
    "x > n": lambda x, n: x > n,
    "x == n": lambda x, n: x == n,
    "n < x": lambda x, n: n < x,
    "n > x": lambda x, n: n > x,
}


@probe("2.3", cases=28)
def functions_of_one_tensor(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Negate, squash, rectify and raise; take logarithms of what is not negative."""
    shape = shape_of(rng, case)
    x = tensor_input(rng, shape, small_whole if case % 4 == 0 else hundredths)
    y = tensor_input(rng, shape, truth if case % 4 == 0 else positive)
    return answers(minitorch, ONE, x) | answers(minitorch, {"x.log()": lambda x: x.log()}, y)


@probe("2.3", cases=28)
def functions_of_two_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Calculate with tensors that broadcast together."""
    return answers(minitorch, TWO, *pair(rng, case, hundredths))


@probe("2.3", cases=28)
def compared_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Compare tensors that broadcast together and often hold the same numbers, or almost the same."""
    return answers(minitorch, COMPARED, *pair(rng, case, hair if case % 4 == 0 else small_whole))


@probe("2.3", cases=28)
def close_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask which cells are near each other."""
    close: Calls = {"x.is_close(y)": lambda x, y: x.is_close(y)}
    return answers(minitorch, close, *pair(rng, case, hair))


@probe("2.3", cases=28)
def tensors_beside_numbers(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Put a number on either side of an operator, also one that a cell is equal to."""
    x = tensor_input(rng, shape_of(rng, case))
    n = (2, -3, 0.25, float(x.numbers[0]))[case % 4]
    calls = {name.replace("n", str(n)): lambda x, fn=fn: fn(x, n) for name, fn in NUMBERED.items()}
    return answers(minitorch, calls, x)


@probe("2.3", cases=28)
def reduced_tensors(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add up, average and multiply, along each dimension and along all."""
    shape = shape_of(rng, case)
    sums: Calls = {"x.sum()": lambda x: x.sum(), "x.mean()": lambda x: x.mean()}
    alls: Calls = {"x.all()": lambda x: x.all()}
    for dim in range(len(shape)):
        sums[f"x.sum({dim})"] = lambda x, dim=dim: x.sum(dim)
        sums[f"x.mean({dim})"] = lambda x, dim=dim: x.mean(dim)
        alls[f"x.all({dim})"] = lambda x, dim=dim: x.all(dim)
    return answers(minitorch, sums, tensor_input(rng, shape)) | answers(
        minitorch, alls, tensor_input(rng, shape, truth)
    )


@probe("2.3", cases=4)
def reductions_of_nothing(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Reduce tensors without cells; a mean of nothing rightly raises."""
    x = store(rng, row_major(((0,), (0, 3), (2, 0), (2, 0, 1))[case]), hundredths)
    dim = x.shape.index(0)
    calls: Calls = {
        "x.sum()": lambda x: x.sum(),
        f"x.sum({dim})": lambda x: x.sum(dim),
        "x.all()": lambda x: x.all(),
        "x.mean()": lambda x: refusal(ZeroDivisionError, lambda: x.mean()),
        f"x.mean({dim})": lambda x: refusal(ZeroDivisionError, lambda: x.mean(dim)),
    }
    return answers(minitorch, calls, x)
