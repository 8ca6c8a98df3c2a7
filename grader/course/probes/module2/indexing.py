"""Probes of Task 2.1: positions, indices counted through, elements read and written, and permuted views."""

from operator import index as whole
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Index, Layout, Shape, order_of, permuted, row_major, shape_of
from .calls import refusal
from .inputs import ints, strided, values


@probe("2.1", cases=32)
def positions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask where elements lie, under the strides of a layout and under strides of no layout at all."""
    layout = strided(rng, shape_of(rng, case))
    indices = layout.indices()
    chosen = [indices[i] for i in rng.integers(0, len(indices), 6)]
    asked = [(index, layout.strides) for index in (indices[-1], *chosen)]
    dims = case % 6
    asked.append((numbers(rng, dims), numbers(rng, dims)))
    return {
        f"index_to_position({index}, {strides})": position(minitorch, index, strides, case)
        for index, strides in asked
    }


@probe("2.1", cases=32)
def counted_indices(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Count through a shape, with arrays 32 and 64 bits wide, longer out_index, and ordinals of Python and of NumPy."""
    shape = shape_of(rng, case)
    count = len(row_major(shape).indices())
    ordinals = range(count) if case % 3 else np.arange(count)
    sizes = ints(*shape, wide=case % 2 == 0)
    out_index = ints(*[-7] * (len(shape) + case % 3), wide=case % 4 < 2)
    answers = {}
    for ordinal in ordinals:
        minitorch.tensor_data.to_index(ordinal, sizes, out_index)
        answers[f"out_index after to_index({ordinal}, {shape}, out_index)"] = out_index.tolist()
    answers["shape afterwards"] = sizes.tolist()
    return answers


@probe("2.1", cases=8)
def arguments_afterwards(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask whether an index and its strides are as they were after they were read."""
    index, strides = ints(*numbers(rng, 3)), ints(*numbers(rng, 3))
    asked = f"index_to_position({tuple(index.tolist())}, {tuple(strides.tolist())})"
    minitorch.tensor_data.index_to_position(index, strides)
    return {f"index, strides after {asked}": [index.tolist(), strides.tolist()]}


@probe("2.1", cases=32)
def elements(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Read every element of a layout, in order; then write one, and look at the storage."""
    layout = permuted(rng, shape_of(rng, case))
    data = tensor_data(minitorch, rng, layout)
    index = some_index(rng, layout)
    answers = {f"the elements of {layout}": read(data)}
    data.set(index, 77.0)
    answers[f"its storage after set({index}, 77.0)"] = data._storage.tolist()
    return answers


@probe("2.1", cases=40)
def permuted_data(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Permute a layout, look at it, and permute what came out once more."""
    layout = permuted(rng, shape_of(rng, case))
    data = tensor_data(minitorch, rng, layout)
    first, second = order_of(rng, data.dims), order_of(rng, data.dims)
    call = f"permute{first} of {layout}"
    once = data.permute(*first)
    twice = once.permute(*second)
    return {
        f"shape of {call}": shape_of_data(once),
        f"strides of {call}": strides_of_data(once),
        f"elements of {call}": read(once),
        f"shape of {call} and then permute{second}": shape_of_data(twice),
        f"strides of {call} and then permute{second}": strides_of_data(twice),
        f"elements of {call} and then permute{second}": read(twice),
        "shape of the original afterwards": shape_of_data(data),
        "strides of the original afterwards": strides_of_data(data),
    }


@probe("2.1", cases=16)
def written_through(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Write into a tensor and into its permuted view, and look at what each of the two then reads."""
    layout = permuted(rng, shape_of(rng, case))
    data = tensor_data(minitorch, rng, layout)
    order = order_of(rng, data.dims)
    view = data.permute(*order)
    here, there = some_index(rng, layout), some_index(rng, layout)
    data.set(here, 77.0)
    call = f"permute{order} of {layout}"
    answers = {f"elements of {call} after set({here}, 77.0) on the original": read(view)}
    view.set(tuple(there[dim] for dim in order), 88.0)
    answers[f"elements of the original after set of one element of {call}"] = read(data)
    return answers


LARGE: tuple[tuple[Shape, Index], ...] = (
    ((300, 200), (299, 199)),
    ((129, 3), (128, 1)),
    ((70_000, 70_000), (69_999, 40_000)),
    ((3, 50_000, 50_000), (2, 49_999, 3)),
    ((2,) * 12, (1, 0, 0) * 4),
    ((3, 2) * 7, (2, 0, 1, 1) * 3 + (2, 1)),
)
"""Shapes whose elements are counted in thousands or billions, or that have many dimensions; and an index in each."""


@probe("2.1", cases=len(LARGE))
def large_shapes(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask where elements of large shapes lie, under two kinds of strides, and which elements ordinals name."""
    shape, last = LARGE[case]
    drawn = tuple(int(rng.integers(0, size)) for size in shape)
    rows = row_major(shape).strides
    answers: dict[str, Any] = {}
    for index in (last, drawn):
        for strides in (rows, rows[::-1], rows):
            answers[f"index_to_position({index}, {strides})"] = position(
                minitorch, index, strides, 0
            )
        ordinal, out_index = sum(i * stride for i, stride in zip(index, rows)), ints(
            *[-7] * len(shape)
        )
        minitorch.tensor_data.to_index(ordinal, ints(*shape), out_index)
        answers[f"out_index after to_index({ordinal}, {shape}, out_index)"] = out_index.tolist()
    return answers


@probe("2.1", cases=12)
def wrong_indices_and_orders(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for elements that are not there, and for orders that are none."""
    refused = minitorch.tensor_data.IndexingError
    shape = tuple(int(size) for size in rng.integers(2, 5, 3))
    data = tensor_data(minitorch, rng, row_major(shape))
    inside = tuple(int(rng.integers(0, size)) for size in shape)
    wrong: list[Any] = [inside[:2], (*inside, 0), (float(inside[0]), *inside[1:])]
    for dim, size in enumerate(shape):
        wrong += [(*inside[:dim], out, *inside[dim + 1 :]) for out in (-1, size, size + 1)]
    answers: dict[str, Any] = {f"get({inside}) of shape {shape}": data.get(inside)}
    for index in wrong:
        answers[f"get({index}) of shape {shape}"] = refusal(refused, lambda: data.get(index))
        answers[f"set({index}, 0.0) of shape {shape}"] = refusal(
            refused, lambda: data.set(index, 0.0)
        )
    for order in ((0, 0, 1), (2, 2, 1), (0, 1), (0, 1, 2, 3), (1, 2, 3), (-1, 0, 1), (2, 0, 1)):
        asked = lambda order=order: shape_of_data(data.permute(*order))  # noqa: E731
        answers[f"shape of permute{order} of shape {shape}"] = refusal(refused, asked)
    return answers


@probe("2.1", cases=12)
def data_around_the_functions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for lists of indices, copies, samples and storages of several kinds."""
    shape = shape_of(rng, 3 + case)
    rows = row_major(shape)
    data = tensor_data(minitorch, rng, rows)
    order = order_of(rng, data.dims)
    turned, index = data.permute(*order), some_index(rng, rows)
    found: dict[str, Any] = {
        f"list(indices()) of shape {shape}": [
            list(map(int, each)) for each in list(data.indices())
        ],
        f"to_numpy() of permute{order} of shape {shape}": turned.to_numpy(),
        f"is permute{order} of shape {shape} contiguous": bool(turned.is_contiguous()),
    }
    for each in (data, turned):
        each.to_numpy()[...] = 77.0
    found["the elements after both arrays were overwritten"] = read(data)
    minitorch.seed(case)
    drawn = [tuple(map(int, data.sample())) for _ in range(400)]
    minitorch.seed(case)
    found["does sample() draw the same after the same seed"] = drawn == [
        tuple(map(int, data.sample())) for _ in range(400)
    ]
    if len(rows.indices()) <= 12:
        found["what 400 calls of sample() draw"] = sorted(set(drawn))
    size = len(rows.indices())
    whole = [int(n) for n in rng.integers(-9, 10, size)]
    for numbers_of in (list, tuple, np.array, lambda n: np.array(n, np.float32)):
        made = minitorch.tensor_data.TensorData(numbers_of(whole), shape)
        made.set(index, 0.25)
        kind = type(numbers_of(whole)).__name__
        found[f"elements of TensorData of {whole} in a {kind}, {index} set to 0.25"] = read(made)
    exact = minitorch.tensor_data.TensorData([1e9 + 1.0] * size, shape)
    found["get of what was made of 1e9 + 1, less 1e9"] = exact.get(index) - 1e9
    return found


@probe("2.1", cases=8)
def data_side_by_side(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Make tensors of the same numbers and of the same shape, and change one of them."""
    shape = shape_of(rng, 4 + case)
    storage = values(rng, row_major(shape).length)
    first, second = (minitorch.tensor_data.TensorData(storage, shape) for _ in range(2))
    index = some_index(rng, row_major(shape))
    first.set(index, 77.0)
    answers = {f"get({index}) of another tensor of the same array": second.get(index)}
    first.tuple()[2][:] = 0
    third = minitorch.tensor_data.TensorData(storage, shape)
    answers["elements of another, once the first one's strides were cleared"] = read(second)
    answers["elements of a third, made afterwards"] = read(third)
    refused = minitorch.tensor_data.IndexingError
    for strides in ((3, 2), (2, 1, 1), (4, 1), (-1, 1), (1, 2)):
        answers[f"elements of the numbers from 0 to 5 in shape (2, 3), strides {strides}"] = (
            refusal(
                refused,
                lambda: read(minitorch.tensor_data.TensorData(np.arange(6.0), (2, 3), strides)),
            )
        )
    return answers


# What the probes are made with


def numbers(rng: Generator, count: int) -> Index:
    """Draw numbers from 0 to 99, some of them 0."""
    return tuple(int(number) for number in rng.integers(0, 100, count) * (rng.random(count) < 0.9))


def position(minitorch: ModuleType, index: Index, strides: Index, case: int) -> int:
    """Ask for the position of an index; any kind of whole number will do."""
    wide = case % 2 == 0
    asked = ints(*index, wide=wide), ints(*strides, wide=wide)
    return whole(minitorch.tensor_data.index_to_position(*asked))


def tensor_data(minitorch: ModuleType, rng: Generator, layout: Layout) -> Any:
    """Store fresh numbers in a layout."""
    storage = values(rng, layout.length)
    return minitorch.tensor_data.TensorData(storage, layout.shape, layout.strides)


def some_index(rng: Generator, layout: Layout) -> Index:
    """Draw the index of an element."""
    return tuple(int(rng.integers(0, size)) for size in layout.shape)


def shape_of_data(data: Any) -> Shape:
    """Look at a tensor's shape."""
    return tuple(int(size) for size in data.shape)


def strides_of_data(data: Any) -> Index:
    """Look at a tensor's strides."""
    return tuple(int(stride) for stride in data.strides)


def read(data: Any) -> list[float]:
    """Read all elements of a tensor, in the order in which it lists them."""
    return [float(data.get(index)) for index in data.indices()]
