"""Probes of Task 2.6: parts, added dimensions, stretched tensors, and the gradients by what they read."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .calls import Calls, answers
from .gradients import gradients
from ..layouts import Shape, part, row_major, shape_of
from ..stored import read, store
from .inputs import kernel_input, positive, strided

KEYS = (
    (1, 2),
    1,
    (slice(None), 2),
    (1, slice(None, None, 2)),
    slice(None, None, 2),
    (slice(None), slice(1, None, 2)),
    (slice(None), slice(None, None, 3)),
    slice(-2, None),
    (slice(1, 99), slice(-99, -1)),
    (..., 2),
    (2, ...),
    (None, 2),
    (slice(None), None),
    (..., None),
    (None, ..., None, 1),
    (..., slice(1, 3)),
    (slice(None), ..., 1),
    slice(2, 1),
    (),
)
"""Keys for three rows of four, each kind of part among them."""

MISFITS = (
    (0, 0, 0),
    (slice(None), slice(None), slice(None)),
    (..., 1, None, 1, 1),
    (..., 1, ...),
    (..., ...),
    3,
    (0, 4),
    -1,
    (slice(None), -1),
    -3,
    slice(None, None, -1),
    (0, slice(2, None, -2)),
    (0.5, 1),
    (1, "1"),
)
"""Keys that do not fit three rows of four."""


@probe("2.6", cases=len(KEYS) + 20)
def where_parts_lie(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask where parts of tensors of any layout lie in the storage."""
    layout = strided(rng, (3, 4) if case < len(KEYS) else shape_of(rng, case - len(KEYS) + 3))
    key = KEYS[case] if case < len(KEYS) else drawn_key(rng, layout.shape)
    found: dict[str, Any] = {}
    for each in (row_major(layout.shape), layout):
        place = minitorch.views.place_of(key, each.shape, each.strides)
        call = f"place_of(({written(key)}), {each.shape}, {each.strides})"
        found[f"the shape of {call}"] = [int(size) for size in place.shape]
        steps = [step if size > 1 else 0 for size, step in zip(place.shape, place.strides)]
        if 0 not in place.shape:  # else nothing is read, wherever it would begin
            found[f"the strides that count, and the offset, of {call}"] = [*steps, place.offset]
    return found


@probe("2.6", cases=36)
def parts(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Read parts of tensors of any layout, and parts of these."""
    index, x = minitorch.views.index, kernel_input(rng, shape_of(rng, case))
    first = drawn_key(rng, x.shape)
    second = drawn_key(rng, x.values[first].shape)
    calls: Calls = {
        f"x[{written(first)}]": lambda x: index(x, first),
        f"x[{written(first)}][{written(second)}]": lambda x: index(index(x, first), second),
        f"x[{written(first)}] + 1": lambda x: index(x, first) + 1,
    }
    return answers(minitorch, calls, x)


@probe("2.6", cases=len(MISFITS))
def keys_that_do_not_fit(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for parts that do not exist, and whether the error shows the shape."""
    key = MISFITS[case]

    def ask() -> str:
        minitorch.views.place_of(key, (3, 4), (4, 1))
        return "no error"

    return {f"place_of(({written(key)}), (3, 4), (4, 1))": refused(minitorch, ask, "(3, 4)")}


@probe("2.6", cases=24)
def dimensions_of_size_1(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Add and take away dimensions of size 1, counted from either end, and some that do not exist."""
    x, views = kernel_input(rng, shape_of(rng, case)), minitorch.views
    dims = len(x.shape)
    calls: Calls = {"squeeze(x)": lambda x: views.squeeze(x)}
    for dim in range(-dims - 2, dims + 2):
        shown = (str(dim), str(x.shape))
        for name in ("unsqueeze", "squeeze"):
            calls[f"{name}(x, {dim})"] = lambda x, name=name, dim=dim, shown=shown: refused(
                minitorch, lambda: getattr(views, name)(x, dim), *shown
            )
    return answers(minitorch, calls, x)


@probe("2.6", cases=32)
def stretched(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Stretch tensors to larger shapes, and to shapes that they do not fit."""
    big = shape_of(rng, case)
    small, grown = part(rng, big), tuple(size + int(rng.random() < 0.3) for size in big)
    found: dict[str, Any] = {}
    for shape, wanted in (
        (small, big),
        (big, small),
        (small, grown),
        (big, big[1:]),
        (small, (2, *big)),
    ):
        x, other = kernel_input(rng, shape), minitorch.zeros(wanted)

        def ask(t: Any, other: Any = other, shown: Any = (str(shape), str(wanted))) -> Any:
            return refused(minitorch, lambda: minitorch.views.expand_as(t, other), *shown)

        found |= answers(minitorch, {f"expand_as(x, zeros({wanted}))": ask}, x)
    return found


@probe("2.6", cases=20)
def memory_that_views_share(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Write into a storage, and read its views; ask how many numbers these keep, and what they calculate with."""
    views, x = minitorch.views, kernel_input(rng, shape_of(rng, case + 2))
    key, wanted = drawn_key(rng, x.shape), (2, *x.shape)
    makers: Calls = {
        f"x[{written(key)}]": lambda x: views.index(x, key),
        "unsqueeze(x, 0)": lambda x: views.unsqueeze(x, 0),
        "unsqueeze(x, -1)": lambda x: views.unsqueeze(x, -1),
        "squeeze(x)": lambda x: views.squeeze(x),
        "squeeze(x, 0)": lambda x: views.squeeze(x, 0),
        f"expand_as(x, zeros({wanted}))": lambda x: views.expand_as(x, minitorch.zeros(wanted)),
        f"expand_as(x[{written(key)}], itself with rows in front)": lambda x: views.expand_as(
            views.index(x, key), minitorch.zeros((2, *x_part))
        ),
    }
    x_part = x.values[key].shape
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    found: dict[str, Any] = {}
    for call, make in makers.items():
        t = x.tensor(minitorch, backend=backend)
        view = make(t)
        t.storage()[:] += np.arange(len(t.storage()))
        where = f"{call}, x = {x}"
        found[f"{where}, after 0, 1, 2, … was added to the storage of x"] = read(view)
        found[f"how many numbers the storage of {where} has"] = len(view.storage())
        found[f"is the backend of {where} that of x"] = view.backend is backend
    return found


@probe("2.6", cases=36)
def gradients_of_parts(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of parts, of sums of parts that overlap, and of parts of parts."""
    index, x = minitorch.views.index, kernel_input(rng, shape_of(rng, case))
    first = drawn_key(rng, x.shape)
    second = drawn_key(rng, x.values[first].shape)
    calls: Calls = {
        f"x[{written(first)}]": lambda x: index(x, first),
        f"x[{written(first)}][{written(second)}].exp()": lambda x: index(
            index(x, first), second
        ).exp(),
    }
    if x.shape and x.shape[0] > 1:
        calls["x[1:] * x[:-1]"] = lambda x: index(x, slice(1, None)) * index(x, slice(None, -1))
        calls["x[1:] * x[0]"] = lambda x: index(x, slice(1, None)) * index(x, 0)
    return gradients(minitorch, rng, calls, x)


@probe("2.6", cases=32)
def gradients_of_other_views(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Take the gradients of stretched tensors, with dimensions of size 1 added and taken away, and diagonals."""
    views, big = minitorch.views, shape_of(rng, case)
    x, other = kernel_input(rng, part(rng, big)), minitorch.zeros(big)
    y, wide = kernel_input(rng, (3, 1)), minitorch.zeros((3, 4))
    dim = int(rng.integers(-len(x.shape) - 1, len(x.shape) + 1))
    of_x: Calls = {
        f"expand_as(x, zeros({big}))": lambda x: views.expand_as(x, other),
        f"expand_as(x * x, zeros({big})).sigmoid()": lambda x: views.expand_as(
            x * x, other
        ).sigmoid(),
        f"squeeze(unsqueeze(x * x, {dim}))": lambda x: views.squeeze(views.unsqueeze(x * x, dim)),
    }
    of_y: Calls = {
        "diagonal(expand_as(x, zeros((3, 4)))) * squeeze(x, 1)": lambda x: views.diagonal(
            views.expand_as(x, wide)
        )
        * views.squeeze(x, 1)
    }
    return gradients(minitorch, rng, of_x, x) | gradients(minitorch, rng, of_y, y)


@probe("2.6", cases=16)
def walks_through_views(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Go backward twice through one view; ask what became of the derivative, and whether constants have histories."""
    x = store(rng, row_major(shape_of(rng, case + 1)))
    key = drawn_key(rng, x.shape)
    t = x.tensor(minitorch, requires_grad=True)
    view = minitorch.views.index(t, key)
    d = store(rng, row_major(tuple(int(size) for size in view.shape)))
    start, found = d.tensor(minitorch), {}
    for turn in (1, 2):
        view.backward(start)
        where = f"{turn} times x[{written(key)}].backward(d), x = {x}, d = {d}"
        found[f"x.grad after {where}"] = read(t.grad)
    t.grad.storage()[:] = 5.0
    found["d afterwards, x.grad overwritten"] = read(start)
    constant = minitorch.views.index(x.tensor(minitorch), key)
    found["does a view of a constant require a gradient"] = bool(constant.requires_grad())
    return found


@probe("2.6", cases=20)
def normalised_images(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Normalise images, few or one, of few channels or one, also of as many pixels as channels; and their gradients."""
    shape = SIZES[case] if case < len(SIZES) else tuple(int(n) for n in rng.integers(1, 4, 4))
    images = kernel_input(rng, shape)
    mean, std = kernel_input(rng, shape[1:2]), kernel_input(rng, shape[1:2], positive)
    found: dict[str, Any] = {}
    normalise: Callable[..., Any] = minitorch.views.normalise
    tensors = [each.tensor(minitorch, requires_grad=True) for each in (images, mean, std)]
    result = normalise(*tensors)
    call = f"normalise(images, mean, std) of {images}, {mean}, {std}"
    found[call] = read(result)
    result.backward(store(rng, row_major(shape)).tensor(minitorch))
    for name, tensor in zip(("images", "mean", "std"), tensors):
        found[f"{name}.grad after {call}"] = read(tensor.grad)
    return found


SIZES: tuple[Shape, ...] = ((2, 3, 2, 2), (1, 3, 3, 3), (3, 3, 3, 3), (2, 1, 1, 4), (1, 2, 2, 1))


# What the probes are made with


def drawn_key(rng: Generator, shape: Shape) -> Any:
    """Draw a key: a part for each dimension, some left out for ``...`` or at the end, and None here and there."""
    parts: list[Any] = [drawn_part(rng, size) for size in shape]
    if rng.random() < 0.4:
        first, last = sorted(int(n) for n in rng.integers(0, len(parts) + 1, 2))
        parts[first:last] = [...]
    elif rng.random() < 0.4:
        parts = parts[: int(rng.integers(0, len(parts) + 1))]
    for _ in range(int(rng.integers(0, 3))):
        parts.insert(int(rng.integers(0, len(parts) + 1)), None)
    return parts[0] if len(parts) == 1 else tuple(parts)


def drawn_part(rng: Generator, size: int) -> Any:
    """Draw a whole number or a slice, whose ends may lie outside or be left out."""
    if size and rng.random() < 0.3:
        return int(rng.integers(0, size))
    start, stop = (
        None if rng.random() < 0.5 else int(rng.integers(-size - 1, size + 2)) for _ in range(2)
    )
    return slice(start, stop, (None, 1, 2, 3)[int(rng.integers(0, 4))])


def written(key: Any) -> str:
    """Write a key as it stands in brackets."""
    return ", ".join(map(_written, key if isinstance(key, tuple) else (key,))) or "()"


def _written(part: Any) -> str:
    if isinstance(part, slice):
        ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
        return ":".join(ends) + ("" if part.step is None else f":{part.step}")
    return "..." if part is ... else repr(part)


def refused(minitorch: ModuleType, ask: Callable[[], Any], *shown: str) -> Any:
    """Ask for what may not be: where an IndexingError is raised, say which of some texts it shows."""
    try:
        return ask()
    except minitorch.IndexingError as error:
        return f"IndexingError, shows {[text for text in shown if text in str(error)]}"
