"""Probes of Task 2.1: positions, indices counted through, elements read and written, and permuted views."""

from operator import index as whole
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from ..layouts import Index, Layout, Shape, order_of, permuted, row_major, shape_of
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
