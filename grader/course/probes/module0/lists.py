"""Task 0.3: functions on lists. Results may be any iterable; arguments are lists, tuples and generators."""

import math
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
    return {
        f"sum({ls})": total(ls),
        "sum(…) of a generator": total(iter(ls)),
        "sum([])": total([]),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=24)
def prod_values(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Multiply up lists."""
    ls = numbers(rng, case)
    product = minitorch.operators.prod
    return {
        f"prod({ls})": product(ls),
        "prod(…) of a generator": product(iter(ls)),
        "prod([])": product([]),
        "the argument afterwards": ls,
    }


@probe("0.3", cases=8)
def functions_used_by_turns(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Make functions of each kind, call them by turns, and read all results at the end."""
    library = minitorch.operators
    ls1, ls2, other = (numbers(rng, case + 2) for _ in range(3))
    double, triple = (library.map(lambda x, n=n: n * x) for n in (2, 3))
    plus, minus = (library.zipWith(lambda x, y, n=n: x + n * y) for n in (1, -1))
    low, high = (library.reduce(lambda acc, x: acc - x, start) for start in (0.0, 100.0))
    lists = {
        f"double({ls1})": double(ls1),
        f"triple({ls1})": triple(ls1),
        f"double({other})": double(other),
        f"plus({ls1}, {ls2})": plus(ls1, ls2),
        f"minus({ls1}, {ls2})": minus(ls1, ls2),
        f"plus({other}, {ls2})": plus(other, ls2),
    }
    folds = {f"low({ls1})": low(ls1), f"high({ls1})": high(ls1), f"low({other})": low(other)}
    return {f"list({call})": list(result) for call, result in lists.items()} | folds


@probe("0.3", cases=8)
def long_lists(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask about thousands of numbers, every other time whole ones in a tuple."""
    library = minitorch.operators
    size = int(rng.integers(1200, 3000))
    many: Any = [float(n) / 1000 for n in rng.integers(-999, 1000, size)]
    if case % 2:
        many = tuple(int(n) for n in rng.integers(-9, 10, size))
    signs = [1.0 if n % 2 else -1.0 for n in range(size)]
    near_1 = [1.0 + float(n) / 10**5 for n in rng.integers(-99, 100, size)]
    kind = f"of {size} {'whole numbers in a tuple' if case % 2 else 'numbers in a list'}"
    combine = library.zipWith(lambda x, y: 2 * x - y)
    return {
        f"map(lambda x: 3 * x)(…) {kind}": told(library.map(lambda x: 3 * x)(many)),
        f"negList(…) {kind}": told(library.negList(many)),
        f"zipWith(lambda x, y: 2 * x - y)(…) {kind} and signs": told(combine(many, signs)),
        f"addLists(…) {kind} and signs": told(library.addLists(many, signs)),
        f"reduce(lambda acc, x: acc / 2 - x, 1.5)(…) {kind}": library.reduce(
            lambda acc, x: acc / 2 - x, 1.5
        )(many),
        f"sum(…) {kind}": library.sum(many),
        f"prod(…) of {size} numbers near 1": library.prod(near_1),
    }


def told(result: Any) -> dict[str, float]:
    """Tell of a long result what any wrong number in it changes."""
    numbers = list(result)
    weighed = math.fsum((place % 97 + 1) * x for place, x in enumerate(numbers))
    return {"length": len(numbers), "last": numbers[-1], "weighed sum": weighed}
