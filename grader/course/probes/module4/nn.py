"""Probes of Task 4.4: the largest along a dimension, softmax and log-softmax, and what dropout drops."""

from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .inputs import (
    Calls,
    Laid,
    Shape,
    Values,
    answers,
    numbers,
    permuted,
    plain,
    read,
    shared_derivatives,
)

SHAPES: tuple[Shape, ...] = (
    (1,),
    (4,),
    (2, 3),
    (3, 1),
    (1, 3),
    (4, 3, 2),
    (1, 2, 3),
    (2, 1, 3),
    (2, 3, 2, 2),
    (1, 2, 1, 3),
)
RATES = (0.1, 0.25, 0.5, 0.6, 0.9)
SMALL = 0.1  # derivatives, so that the EPS inside of log doesn't show


@probe("4.4", cases=24)
def largest(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Find the largest along each dimension, with its gradient, and mark it."""
    x = tensor_of(rng, case)
    dims = range(len(x.shape))
    calls: Calls = {f"max(x, {dim})": lambda x, dim=dim: minitorch.max(x, dim) for dim in dims}
    return answers(minitorch, rng, calls, x=x) | {
        f"argmax(x, {dim}), where x = {x}": read(minitorch.argmax(x.tensor(minitorch), dim))
        for dim in dims
    }


@probe("4.4", cases=8)
def largest_of_extremes(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Find the largest of numbers far below 0, of all sizes, and of equal ones."""
    values = numbers(rng, (3, 4)) - 10
    values = (values * 1e10, values * 1e300, -(10.0 ** (values + 5)), np.round(values / 8))[
        case % 4
    ]
    x = permuted(rng, values)
    return {
        f"max(x, {dim}), where x = {x}": read(minitorch.max(x.tensor(minitorch), dim))
        for dim in (0, 1)
    }


@probe("4.4", cases=24)
def probabilities(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take softmax and log-softmax along each dimension, with their gradients."""
    return softmaxes(minitorch, rng, tensor_of(rng, case))


@probe("4.4", cases=12)
def probabilities_of_extremes(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take them of numbers that e^x is no float of, or is 0 of."""
    values = numbers(rng, (3, 4))
    far = (values * 100, values + 1000, values - 1000, np.sign(values) * 1000 + np.round(values))
    return softmaxes(minitorch, rng, permuted(rng, far[case % 4]))


@probe("4.4", cases=10)
def dropped_cells(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Drop some cells, and ask what became of the others, of the gradients and of the shape."""
    x, rate = permuted(rng, numbers(rng, (4, 3, 5))), RATES[case % len(RATES)]
    t = x.tensor(minitorch, requires_grad=True)
    minitorch.seed(case)
    result = minitorch.dropout(t, rate)
    d = numbers(rng, x.shape)
    result.backward(plain(d).tensor(minitorch))
    kept = read(result) != 0.0
    scaled = np.where(kept, x.cells / (1.0 - rate), 0.0)
    passed = np.where(kept, d / (1.0 - rate), 0.0)
    call = f"dropout(x, {rate})"
    return {
        f"shape of {call}": list(kept.shape),
        f"is each cell of {call} 0 or x / (1 - {rate})": near(read(result), scaled),
        f"does the derivative of {call} come through what was kept": near(read(t.grad), passed),
    }


@probe("4.4", cases=6)
def dropped_or_not(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Drop nothing or everything."""
    rate = RATES[case % len(RATES)]
    calls: Calls = {
        "dropout(x, 0.0)": lambda x: minitorch.dropout(x, 0.0),
        "dropout(x, 1.0)": lambda x: minitorch.dropout(x, 1.0),
        f"dropout(x, {rate}, ignore=True)": lambda x: minitorch.dropout(x, rate, ignore=True),
        "dropout(x, 1.0, ignore=True)": lambda x: minitorch.dropout(x, 1.0, ignore=True),
        "dropout(x, 0.5, True)": lambda x: minitorch.dropout(x, 0.5, True),
    }
    return {
        f"{call}, where x = {x}": read(drop(x.tensor(minitorch)))
        for x in [tensor_of(rng, case)]
        for call, drop in calls.items()
    }


@probe("4.4", cases=len(RATES))
def dropped_shares(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask how many of 3600 cells are dropped, and whether each is drawn on its own and each time anew.

    A right dropout gives another answer less than once in a hundred million runs.
    """
    rate = RATES[case]
    minitorch.seed(int(rng.integers(1_000_000)))
    first, second = dropped(minitorch, rate), dropped(minitorch, rate)
    half = dropped(minitorch, 0.5)
    minitorch.seed(case)
    before = dropped(minitorch, rate)
    minitorch.seed(case)
    return {
        f"does dropout(x, {rate}) drop a share of {rate}": bool(abs(first.mean() - rate) < 0.06),
        "do all rows of dropout(x, 0.5) differ": len(np.unique(half, axis=0)) == len(half),
        "do all columns of dropout(x, 0.5) differ": len(np.unique(half, axis=1)) == len(half),
        f"does dropout(x, {rate}) drop the same twice": bool((first == second).all()),
        f"does it after the same seed({case})": bool((before == dropped(minitorch, rate)).all()),
    }


@probe("4.4", cases=16)
def functions_that_share(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add another tensor to what each function gives, and walk twice: both get the same derivative."""
    x = tensor_of(rng, case)
    dim = case % len(x.shape)
    calls: Calls = {
        f"max(x, {dim})": lambda x: minitorch.max(x, dim),
        f"softmax(x, {dim})": lambda x: minitorch.softmax(x, dim),
        "dropout(x, 0.0)": lambda x: minitorch.dropout(x, 0.0),
        "dropout(x, 1.0)": lambda x: minitorch.dropout(x, 1.0),
        "dropout(x, 0.5, ignore=True)": lambda x: minitorch.dropout(x, 0.5, ignore=True),
    }
    return shared_derivatives(minitorch, rng, calls, x, SMALL / 10)


@probe("4.4", cases=6)
def dropped_again(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Drop cells of the same tensor three times, with rates of several kinds, and look at it afterwards."""
    x = permuted(rng, numbers(rng, (9, 10)))
    t = x.tensor(minitorch)
    rate = float(rng.integers(2, 8)) / 10
    dropped = [read(minitorch.dropout(t, rate)) for _ in range(3)]
    scaled = [np.where(each == 0.0, 0.0, x.cells / (1.0 - rate)) for each in dropped]
    third = read(minitorch.dropout(t, np.float64(rate)))
    return {
        "x after three calls of dropout": read(t),
        f"is each cell of three dropout(x, {rate}) 0 or x / (1 - {rate})": [
            near(each, wanted) for each, wanted in zip(dropped, scaled)
        ],
        "do any two of them drop the same": any(
            bool(((one == 0.0) == (other == 0.0)).all())
            for one, other in (
                (dropped[0], dropped[1]),
                (dropped[1], dropped[2]),
                (dropped[2], third),
            )
        ),
        "dropout(x, 0)": read(minitorch.dropout(t, 0)),
        "dropout(x, 1)": read(minitorch.dropout(t, 1)),
        "dropout(x, 1, True)": read(minitorch.dropout(t, 1, True)),
    }


@probe("4.4", cases=4)
def many_scores(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Choose among hundreds, among large numbers that differ little, and among none."""
    shape = ((2, 300), (290, 2))[case % 2]
    dim = shape.index(max(shape))
    few = permuted(rng, rng.permutation(600)[: shape[0] * shape[1]].reshape(shape) / 100)
    large = plain([[1e9, 1e9 + float(rng.integers(1, 4)), 1e9 - 1.0]])
    empty = minitorch.zeros((2, 0))
    found: dict[str, Any] = {
        f"max of {shape} along {dim}": read(minitorch.max(few.tensor(minitorch), dim)),
        f"argmax of {shape} along {dim}": read(minitorch.argmax(few.tensor(minitorch), dim)),
        f"softmax of {shape} along {dim}": read(minitorch.softmax(few.tensor(minitorch), dim)),
        f"max({large}, 1) less 1e9": read(minitorch.max(large.tensor(minitorch), 1)) - 1e9,
        f"softmax({large}, 1)": read(minitorch.softmax(large.tensor(minitorch), 1)),
        "dropout(x, 0.5), x of shape (2, 0)": read(minitorch.dropout(empty, 0.5)),
    }
    for name in ("softmax", "logsoftmax", "argmax"):
        for along in (0, 1):
            got = getattr(minitorch, name)(empty, along)
            found[f"{name}(x, {along}), x of shape (2, 0)"] = read(got)
    return found


# What the probes are made with


def tensor_of(rng: Generator, case: int) -> Laid:
    """Make a tensor of the shape of this case, or of a drawn one once there are no more; dimensions in any order."""
    if case < len(SHAPES):
        return permuted(rng, numbers(rng, SHAPES[case]))
    dims = int(rng.integers(1, 5))
    return permuted(rng, numbers(rng, tuple(int(n) for n in rng.integers(1, 5, dims))))


def softmaxes(minitorch: ModuleType, rng: Generator, x: Laid) -> dict[str, Any]:
    """Take softmax and log-softmax along each dimension, with their gradients."""
    calls: Calls = {}
    for dim in range(len(x.shape)):
        calls[f"softmax(x, {dim})"] = lambda x, dim=dim: minitorch.softmax(x, dim)
        calls[f"logsoftmax(x, {dim})"] = lambda x, dim=dim: minitorch.logsoftmax(x, dim)
    return answers(minitorch, rng, calls, SMALL, x=x)


def dropped(minitorch: ModuleType, rate: float) -> Values:
    """Let dropout drop among 60 x 60 ones, and mark what is gone."""
    ones = plain(np.ones((60, 60))).tensor(minitorch)
    return np.asarray(read(minitorch.dropout(ones, rate)) == 0.0)


def near(got: Values, expected: Values) -> bool:
    """Say whether all cells of two arrays are the same, up to rounding."""
    return got.shape == expected.shape and bool(np.allclose(got, expected, rtol=1e-6, atol=1e-6))
