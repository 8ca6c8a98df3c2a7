"""Probes of Task 3.6: five ways to multiply two matrices: what they give, and what they call and read for it.

All of it is calculated by ``SimpleOps``: nothing has to be compiled.
"""

from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import column_major, permuted, row_major
from ..stored import Stored, read, store
from ..tests.counting import Costs
from .inputs import anyhow

RUNGS = ("by_cells", "by_rows", "by_rows_at_once", "by_broadcast")
"""Those that take tensors; by_lists takes lists."""

Size = tuple[int, int, int]

SIZES: tuple[Size, ...] = (
    (1, 1, 1),
    (2, 3, 4),
    (4, 2, 3),
    (1, 5, 1),
    (5, 1, 5),
    (3, 3, 3),
    (2, 0, 3),
    (0, 2, 3),
    (2, 3, 0),
    (1, 2, 4),
    (4, 2, 1),
)
"""n, k and m of (n, k) times (k, m)."""


def size_of(rng: Generator, case: int, sizes: tuple[Size, ...] = SIZES) -> Size:
    """Take the sizes of this case, or draw some once there are no more."""
    n, k, m = sizes[case] if case < len(sizes) else rng.integers(1, 6, 3).tolist()
    return n, k, m


@probe("3.6", cases=22)
def products_of_all_rungs(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply matrices that lie anyhow in memory, by each rung that takes tensors."""
    n, k, m = size_of(rng, case)
    x, y = store(rng, anyhow(rng, (n, k))), store(rng, anyhow(rng, (k, m)))
    answers: dict[str, Any] = {}
    for name in RUNGS:
        a, b = x.tensor(minitorch), y.tensor(minitorch)
        called = f"{name}(a, b), a = {x}, b = {y}"
        answers[called] = read(rung(name)(a, b))
        answers[f"a and b are as they were after {called}"] = bool(
            np.array_equal(a.storage(), x.tensor(minitorch).storage())
            and np.array_equal(b.storage(), y.tensor(minitorch).storage())
        )
    return answers


@probe("3.6", cases=6)
def products_kept_apart(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Keep a product while others of its shape are calculated, and ask for its backend."""
    n = 1 + case % 3
    x, y = store(rng, permuted(rng, (n, n))), store(rng, permuted(rng, (n, n)))
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    a, b = (each.tensor(minitorch, backend=backend) for each in (x, y))
    answers: dict[str, Any] = {}
    for name in RUNGS:
        first, second = rung(name)(a, b), rung(name)(b, a)
        where = f"a = {x}, b = {y}, read after both"
        answers[f"{name}(a, b), {where}"] = read(first)
        answers[f"{name}(b, a), {where}"] = read(second)
        answers[f"whether {name}(a, b) has the backend of a"] = first.backend is backend
    return answers


@probe("3.6", cases=14)
def products_of_lists(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply lists of lists, count the multiplications, and look whether the rows of the product are lists apart."""
    n, k, m = size_of(rng, case, tuple(size for size in SIZES if 0 not in size))
    a, b = (store(rng, row_major(shape)).values.tolist() for shape in ((n, k), (k, m)))
    costs = Costs(minitorch)
    x, y = costs.lists(a), costs.lists(b)
    product = rung("by_lists")(x, y)
    called = f"by_lists({a}, {b})"
    return {
        called: [[float(number) for number in row] for row in product],
        f"the type of {called} and of its rows": [
            type(part).__name__ for part in (product, *product)
        ],
        f"how many lists the rows of {called} are": len({id(row) for row in product}),
        f"how many multiplications of Python {called} takes": costs.multiplications,
        f"a and b are as they were after {called}": [x, y] == [a, b],
    }


@probe("3.6", cases=10)
def what_the_rungs_call_and_read(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Count operations of tensors and reads of cells: those are what a rung is about."""
    sizes = ((2, 3, 4), (3, 2, 1), (1, 4, 2), (2, 1, 3), (1, 1, 1))
    n, k, m = size_of(rng, case, sizes)
    lies = column_major if case % 2 else row_major
    stored = {"a": store(rng, lies((n, k))), "b": store(rng, lies((k, m)))}
    answers: dict[str, Any] = {}
    for name in RUNGS:
        costs = Costs(minitorch)
        a, b = (
            costs.tensor(minitorch, factor, each.tensor(minitorch))
            for factor, each in stored.items()
        )
        product = read(rung(name)(a, b))
        called = f"{name}(a, b), a of shape {(n, k)}, b of shape {(k, m)}"
        answers[called] = product
        for what, times in costs.told().items():
            answers[f"{what} in {called}"] = times
        if name == "by_cells":
            answers |= cells_read(called, costs, stored)
    return answers


def cells_read(called: str, costs: Costs, stored: dict[str, Stored]) -> dict[str, Any]:
    """Tell how often each cell of each factor was read."""
    return {
        f"how often each cell of {factor} is read in {called}": [
            costs.reads[factor][index] for index in each.layout.indices()
        ]
        for factor, each in stored.items()
    }


@probe("3.6", cases=1)
def sizes_of_products(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for sizes of shapes that go together, given as tuples and as lists."""
    sizes = rung("sizes")
    shapes: list[tuple[Any, Any]] = [((2, 3), (3, 4)), ([4, 1], [1, 4]), ((0, 2), (2, 0))]
    shapes += [((n, k), (k, m)) for n, k, m in rng.integers(1, 1000, (5, 3)).tolist()]
    return {
        f"sizes({left}, {right})": [int(size) for size in sizes(left, right)]
        for left, right in shapes
    }


@probe("3.6", cases=10)
def factors_that_do_not_go_together(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Ask each rung for a product that does not exist, and whether the error names both shapes."""
    n, k, m = rng.integers(1, 6, 3).tolist()
    more = k + 1 + case % 2
    pairs = (
        ((n, k), (more, m)),
        ((n, more), (k, m)),
        ((k, more), (k, more)),
        ((more, k), (m, more)),
        ((k, 1), (k + 1, m)),
        ((k,), (k, m)),
        ((n, k), (k,)),
        ((2, n, k), (k, m)),
        ((n, k), (n, k, m)),
        ((2, n, k), (2, k, m)),
    )
    left, right = pairs[case]
    asked: dict[str, Any] = {f"sizes({left}, {right})": lambda: rung("sizes")(left, right)}
    a, b = (store(rng, row_major(shape)) for shape in (left, right))
    for name in RUNGS:
        asked[f"{name}(a, b), a of shape {left}, b of shape {right}"] = lambda name=name: read(
            rung(name)(a.tensor(minitorch), b.tensor(minitorch))
        )
    if len(left) == len(right) == 2:
        asked[f"by_lists(a, b), a of shape {left}, b of shape {right}"] = lambda: rung("by_lists")(
            a.values.tolist(), b.values.tolist()
        )
    return {call: refused(minitorch, ask, left, right) for call, ask in asked.items()}


def refused(minitorch: ModuleType, ask: Any, *shapes: tuple[int, ...]) -> Any:
    """Ask for what can't be: an IndexingError is the answer, and which of the shapes it names; any other is none."""
    try:
        return ask()
    except minitorch.IndexingError as error:
        return [
            "IndexingError",
            *(f"names {shape}" for shape in shapes if str(shape) in str(error)),
        ]


@probe("3.6", cases=4)
def rows_and_columns(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask row and column, which are given, and by_rows, before and after all numbers of the matrix change."""
    x = store(rng, permuted(rng, (3, 2 + case % 3)))
    t = x.tensor(minitorch)
    parts = {"row(t, 1)": rung("row")(t, 1), "column(t, 1)": rung("column")(t, 1)}
    answers: dict[str, Any] = {}
    for when in ("", ", after t's numbers were multiplied by 10"):
        answers |= {f"{call}, t = {x}{when}": read(part) for call, part in parts.items()}
        squares = read(rung("by_rows")(t, t.permute(1, 0)))
        answers[f"by_rows(t, t.permute(1, 0)), t = {x}{when}"] = squares
        t.storage()[:] = t.storage() * 10.0
    return answers


def rung(name: str) -> Any:
    """Look up what is asked in the student's file."""
    return getattr(import_module("project.matmul_ladder"), name)
