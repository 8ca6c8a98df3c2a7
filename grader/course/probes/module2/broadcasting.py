"""Probes of Task 2.2: which shapes go together, and which element of the smaller meets an element of the bigger."""

import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Shape, part, row_major, shape_of
from .inputs import ints

PAIRS: tuple[tuple[Shape, Shape], ...] = (
    ((), ()),
    ((1,), (5,)),
    ((), (4, 3)),
    ((5,), (5,)),
    ((0,), (1,)),
    ((0,), (0,)),
    ((2, 1), (0,)),
    ((0, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 3), (2, 1)),
    ((1, 3), (2, 1)),
    ((1, 1), (1,)),
    ((2, 3, 1), (7, 2, 1, 5)),
    ((1, 5, 1), (4, 1, 6)),
)
"""Pairs that go together, each of the three rules and the empty sizes among them."""

STRANGERS: tuple[tuple[Shape, Shape], ...] = (
    ((5,), (6,)),
    ((5, 7), (5,)),
    ((2, 5), (5, 2)),
    ((0,), (5,)),
    ((7, 5, 3), (6, 3)),
    ((3, 4), (4, 4)),
    ((1, 2), (1, 4)),
    ((6, 5), (8, 1, 3, 5)),
)
"""Pairs that do not."""

SMALLER: tuple[tuple[Shape, Shape], ...] = (
    ((2, 3), (2, 3)),
    ((2, 3), (1, 3)),
    ((2, 3), (2, 1)),
    ((2, 3), (3,)),
    ((3, 4), (1,)),
    ((2, 2), ()),
    ((), ()),
    ((4, 2, 3), (2, 3)),
    ((4, 2, 3), (2, 1)),
    ((4, 3, 2), (1, 3, 1)),
    ((2, 2, 3, 2), (3, 2)),
    ((2, 3, 2, 2), (3, 1, 2)),
)
"""Pairs of a bigger shape and one that broadcasts to it."""


@probe("2.2", cases=32)
def shapes_together(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the shape of pairs that go together, in both orders."""
    big = shape_of(rng, case + 1)
    pairs = [(part(rng, big), part(rng, big)) for _ in range(3)]
    pairs.append(PAIRS[case % len(PAIRS)])
    return ask(minitorch, pairs)


@probe("2.2", cases=32)
def any_two_shapes(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the shape of pairs that may not go together, in both orders."""
    pairs = [(any_shape(rng), any_shape(rng)) for _ in range(4)]
    big = shape_of(rng, case + 1)
    grown = tuple(size + int(more) for size, more in zip(big, rng.random(len(big)) < 0.3))
    pairs += [(part(rng, big), part(rng, grown)), STRANGERS[case % len(STRANGERS)]]
    return ask(minitorch, pairs)


@probe("2.2", cases=8)
def errors_that_show_the_shapes(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask whether the error about two shapes holds the sizes of both."""
    one, other = STRANGERS[case]
    extra = tuple(int(size) for size in rng.integers(11, 99, case % 3))
    one, other = (*extra, *one), (*extra, *other)
    call = f"shape_broadcast({one}, {other})"
    try:
        minitorch.tensor_data.shape_broadcast(one, other)
    except minitorch.tensor_data.IndexingError as error:
        shown = {int(number) for number in re.findall(r"\d+", str(error))}
        return {f"whether the error of {call} shows both shapes": {*one, *other} <= shown}
    return {f"whether the error of {call} shows both shapes": "no error"}


@probe("2.2", cases=40)
def smaller_indices(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask which element each one of a bigger shape meets; out_index may be longer, and the arguments stay."""
    big, shape = smaller(rng, case)
    big_shape, small_shape = ints(*big, wide=case % 2 == 0), ints(*shape, wide=case % 2 == 0)
    out_index = ints(*[-7] * (len(shape) + case % 3), wide=case % 4 < 2)
    answers = {}
    for index in row_major(big).indices():
        big_index = ints(*index, wide=case % 4 < 2)
        minitorch.tensor_data.broadcast_index(big_index, big_shape, small_shape, out_index)
        call = f"broadcast_index({index}, {big}, {shape}, out_index)"
        answers[f"out_index after {call}"] = out_index.tolist()
        answers[f"big_index after {call}"] = big_index.tolist()
    answers["the shapes afterwards"] = [big_shape.tolist(), small_shape.tolist()]
    return answers


MANY = (2,) * 12
LARGE: tuple[tuple[Shape, Shape], ...] = (
    ((300, 1), (1000,)),
    ((128,), (128,)),
    ((300,), (172,)),
    (MANY, (1,) * 12),
    (MANY, (3, *MANY[1:])),
    ((5, *(1,) * 11), MANY[1:]),
)
"""Pairs of shapes with large sizes, or many of them."""


@probe("2.2", cases=len(LARGE))
def large_shapes_together(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the shape of large pairs, between others."""
    size = int(rng.integers(129, 5000))
    return ask(minitorch, [LARGE[case], ((size, 1), (2, 1, 3)), LARGE[case], ((size,), (2, 1))])


@probe("2.2", cases=12)
def shapes_of_other_kinds(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask with lists and arrays for shapes, and look at them afterwards."""
    big = shape_of(rng, case + 1)
    kind: Callable[[Shape], Any] = (list, ints_of)[case % 2]
    answers: dict[str, Any] = {}
    for one, other in ((part(rng, big), part(rng, big)), (big, part(rng, big))):
        shapes = kind(one), kind(other)
        shape = minitorch.tensor_data.shape_broadcast(*shapes)
        call = f"shape_broadcast of {one} and {other}, each a {type(shapes[0]).__name__}"
        sizes = [int(size) for size in shape]
        answers[call] = sizes if isinstance(shape, tuple) else f"{shape}, which is no tuple"
        answers[f"the two after {call}"] = [[int(size) for size in each] for each in shapes]
    return answers


@probe("2.2", cases=8)
def large_indices(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask which elements meet in large shapes, and in shapes of many dimensions."""
    big = ((300, 1000), (40_000, 3, 200), MANY, (3, *MANY[1:]))[case % 4]
    answers: dict[str, Any] = {}
    for shape in (part(rng, big), big[1:], (*big[:1], *(1,) * (len(big) - 1))):
        index = tuple(int(rng.integers(0, size)) for size in big)
        big_shape, out_index = ints(*big), ints(*[-7] * len(shape))
        minitorch.tensor_data.broadcast_index(ints(*index), big_shape, ints(*shape), out_index)
        call = f"broadcast_index({index}, {big}, {shape}, out_index)"
        answers[f"out_index after {call}"] = out_index.tolist()
        answers[f"big_shape after {call}"] = big_shape.tolist()
    return answers


# What the probes are made with


def ints_of(shape: Shape) -> Any:
    """Make an array of a shape."""
    return ints(*shape)


def ask(minitorch: ModuleType, pairs: list[tuple[Shape, Shape]]) -> dict[str, Any]:
    """Ask for the shape of each pair, in both orders; that there is none is an answer too.

    Args:
        minitorch: The library that is asked.
        pairs: The two shapes of each call.

    Returns:
        ``{"shape_broadcast((1,), (5,))": [5], …}``.
    """
    answers: dict[str, Any] = {}
    for one, other in [*pairs, *(pair[::-1] for pair in pairs)]:
        call = f"shape_broadcast({one}, {other})"
        try:
            shape = minitorch.tensor_data.shape_broadcast(one, other)
        except minitorch.tensor_data.IndexingError:
            answers[call] = "IndexingError"
        else:
            sizes = [int(size) for size in shape]
            answers[call] = sizes if isinstance(shape, tuple) else f"{shape}, which is no tuple"
    return answers


def smaller(rng: Generator, case: int) -> tuple[Shape, Shape]:
    """Take the bigger and the smaller shape of this case, or draw them once there are no more."""
    if case < len(SMALLER):
        return SMALLER[case]
    big = shape_of(rng, case)
    return big, part(rng, big)


def any_shape(rng: Generator) -> Shape:
    """Draw a shape of up to three dimensions, from empty to 3 in size."""
    return tuple(int(size) for size in rng.choice((1, 1, 2, 3, 0), int(rng.integers(0, 4))))
