"""Task 0.3: functions on lists. Results may be any iterable; arguments are lists, tuples and generators."""

from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import numbers


@probe("0.3", cases=24)
def map_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Map two functions over lists of several lengths; a mapped function serves more than once."""
    ls = numbers(rng, case)
    triple, square = minitorch.operators.map(lambda x: 3 * x), minitorch.operators.map(
        lambda x: x * x
    )
    return {
        f"list(map(lambda x: 3 * x)({ls}))": list(triple(ls)),
        f"list(map(lambda x: x * x)({tuple(ls)}))": list(square(tuple(ls))),
        "list(…) of the same map a second time": list(triple(iter(ls))),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def zip_with_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Combine lists by a function that is not symmetric."""
    ls1, ls2 = numbers(rng, case), numbers(rng, case)
    combine = minitorch.operators.zipWith(lambda x, y: 2 * x - y)
    return {
        f"list(zipWith(lambda x, y: 2 * x - y)({ls1}, {ls2}))": list(combine(ls1, ls2)),
        f"list(zipWith(lambda x, y: 2 * x - y)({ls2}, {ls1}))": list(
            combine(tuple(ls2), iter(ls1))
        ),
        "the arguments afterwards": [ls1, ls2],
    }


@probe("0.3", cases=24)
def reduce_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Fold by functions that tell the order, the grouping and the start."""
    ls, start = numbers(rng, case), round(float(rng.normal()), 3)
    fold = minitorch.operators.reduce(lambda acc, x: acc / 2 - x, start)
    return {
        f"reduce(lambda acc, x: acc / 2 - x, {start})({ls})": fold(ls),
        f"reduce(lambda acc, x: x, {start})({ls})": minitorch.operators.reduce(
            lambda acc, x: x, start
        )(ls),
        "the same fold a second time, on a generator": fold(iter(ls)),
        f"reduce(…, {start})([])": fold([]),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def neg_list_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Negate lists."""
    ls = numbers(rng, case)
    negated = minitorch.operators.negList
    return {
        f"list(negList({ls}))": list(negated(ls)),
        "list(negList(…)) of a generator": list(negated(iter(ls))),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def add_lists_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add lists."""
    ls1, ls2 = numbers(rng, case), numbers(rng, case)
    add = minitorch.operators.addLists
    return {
        f"list(addLists({ls1}, {ls2}))": list(add(ls1, ls2)),
        "list(addLists(…)) of two generators": list(add(iter(ls1), iter(ls2))),
        "the arguments afterwards": [ls1, ls2],
    }


@probe("0.3", cases=24)
def sum_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add up lists."""
    ls = numbers(rng, case)
    total = minitorch.operators.sum
    return {f"sum({ls})": total(ls), "sum(…) of a generator": total(iter(ls)), "sum([])": total([])}


@probe("0.3", cases=24)
def prod_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply up lists."""
    ls = numbers(rng, case)
    product = minitorch.operators.prod
    return {
        f"prod({ls})": product(ls),
        "prod(…) of a generator": product(iter(ls)),
        "prod([])": product([]),
    }
