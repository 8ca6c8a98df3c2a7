"""Task 2.6: other ways to read a storage: parts, added dimensions, stretched tensors, and their gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from gradients import assert_slopes, backward
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import Layout, Shape, layouts, shape_and_part, shapes
from tensors import Stored, assert_tensor, plain, stored, tensors

import minitorch
from minitorch import views

ALL = slice(None)
TABLE = plain([[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]])
few = settings(max_examples=40)


# What the tests are made with


def written(key: Any) -> str:
    """Write a key as it stands in brackets: ``1:, None, ...``."""
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(map(_written, parts)) or "()"


def _written(part: Any) -> str:
    if isinstance(part, slice):
        ends = ["" if end is None else str(end) for end in (part.start, part.stop)]
        return ":".join(ends) + ("" if part.step is None else f":{part.step}")
    return "..." if part is ... else str(part)


@st.composite
def keys(draw: st.DrawFn, shape: Shape) -> Any:
    """Draw a key for a shape: a part for each dimension, some left out for ``...`` or at the end, some None added."""
    parts: list[Any] = []
    for size in shape:
        bounds = st.none() | st.integers(-size - 1, size + 1)
        steps = st.sampled_from((None, 1, 2, 3))
        parts.append(draw(st.integers(0, size - 1) | st.builds(slice, bounds, bounds, steps)))
    if draw(st.booleans()):
        first, last = sorted(draw(st.tuples(*[st.integers(0, len(parts))] * 2)))
        parts[first:last] = [...]
    for _ in range(draw(st.integers(0, 2))):
        parts.insert(draw(st.integers(0, len(parts))), None)
    return tuple(parts)


@st.composite
def tensors_and_keys(draw: st.DrawFn) -> tuple[Stored, Any]:
    """Draw a tensor, however it lies in its storage, and a key for it."""
    x = draw(stored(layouts()))
    return x, draw(keys(x.shape))


def used(place: views.Place) -> list[list[int]]:
    """List the shape, the strides and the offset of a place; a stride that leads nowhere counts as 0."""
    strides = [step if size > 1 else 0 for size, step in zip(place.shape, place.strides)]
    return [[int(size) for size in place.shape], strides, [int(place.offset)]]


def refused(call: Callable[[], Any]) -> str:
    """Say what came of a call that should be refused: which error, and what it says."""
    try:
        return f"no error, but {call()!r}"
    except (minitorch.IndexingError, IndexError, TypeError, ValueError, AttributeError) as error:
        return f"{type(error).__name__}: {error}"


# What keys mean


@pytest.mark.task2_6
@pytest.mark.parametrize(
    ("key", "shape", "strides", "offset"),
    [
        ((1, 2), [], [], 6),
        ((1, ALL), [4], [1], 4),
        ((ALL, 2), [3], [4], 2),
        (1, [4], [1], 4),
        ((slice(1, None), slice(None, 2)), [2, 2], [4, 1], 4),
        (slice(None, None, 2), [2, 4], [8, 1], 0),
        ((ALL, slice(1, None, 2)), [3, 2], [4, 2], 1),
        ((ALL, slice(None, None, 3)), [3, 2], [4, 3], 0),
        (slice(-2, None), [2, 4], [4, 1], 4),
        (slice(1, 99), [2, 4], [4, 1], 4),
        ((..., 2), [3], [4], 2),
        ((1, ...), [4], [1], 4),
        (..., [3, 4], [4, 1], 0),
        ((), [3, 4], [4, 1], 0),
        (None, [1, 3, 4], [0, 4, 1], 0),
        ((ALL, None), [3, 1, 4], [4, 0, 1], 0),
        ((..., None), [3, 4, 1], [4, 1, 0], 0),
        ((None, 2, ..., None), [1, 4, 1], [0, 1, 0], 8),
        ((2, None, 3), [1], [0], 11),
        ((np.int64(2), 3), [], [], 11),
    ],
    ids=lambda value: written(value) if not isinstance(value, list) else "",
)
def test_place_of_by_hand(key: Any, shape: list[int], strides: list[int], offset: int) -> None:
    """place_of says where t[key] lies in the storage of a tensor t of shape (3, 4) and strides (4, 1)."""
    place = views.place_of(key, (3, 4), (4, 1))
    call = f"shape, strides and offset of t[{written(key)}], shape (3, 4), strides (4, 1)"
    assert_close(used(place), [shape, strides, [offset]], call)


@pytest.mark.task2_6
@few
@given(tensors_and_keys())
@example((TABLE, (1, slice(None, None, 2))))
@example((TABLE, (slice(2, 1), None)))
@example((Stored((1.0, 2.0, 3.0), Layout((2, 3), (0, 1))), (ALL, slice(1, None))))
def test_keys_choose_what_they_choose_in_numpy(drawn: tuple[Stored, Any]) -> None:
    """t[key] has the elements that NumPy finds, whatever the strides of t are."""
    x, key = drawn
    assert_tensor(views.index(x.tensor(), key), x.values[key], f"t[{written(key)}], t = {x}")


@pytest.mark.task2_6
@pytest.mark.parametrize(
    "key",
    [
        (0, 0, 0),
        (ALL, ALL, None, 0),
        (..., 0, ALL, ALL),
        (..., 0, ...),
        3,
        (0, 4),
        -1,
        (ALL, -1),
        slice(None, None, -1),
        (0, slice(3, 0, -1)),
        (0, 1.0),
        "a",
    ],
    ids=written,
)
def test_keys_that_do_not_fit_are_refused(key: Any) -> None:
    """Too many parts, a second ..., a number outside, a step back, something else: the error shows key and shape."""
    said = refused(lambda: views.place_of(key, (3, 4), (4, 1)))
    parts = key if isinstance(key, tuple) else (key,)
    named = all(str(shown) in said for shown in (*parts, (3, 4)))
    what = f"t[{written(key)}], t of shape (3, 4), should raise an IndexingError with key and shape"
    assert said.startswith("IndexingError") and named, f"{what}: {said}"


@pytest.mark.task2_6
def test_a_step_of_0_is_refused_by_python() -> None:
    """A slice that never gets on is no part of anything: part.indices(size) raises a ValueError."""
    said = refused(lambda: views.place_of(slice(None, None, 0), (3, 4), (4, 1)))
    assert said.startswith("ValueError"), f"t[::0] should raise a ValueError: {said}"


# Nothing is copied


@pytest.mark.task2_6
def test_a_view_shares_its_storage() -> None:
    """What is written into a tensor is seen in its views, and in views of these."""
    t = TABLE.tensor()
    column = views.index(t, (ALL, 2))
    last = views.index(column, slice(1, None))
    t[1, 2] = 70.0
    assert_tensor(column, [3, 70, 11], "t[:, 2], after t[1, 2] = 70")
    assert_tensor(last, [70, 11], "t[:, 2][1:], after t[1, 2] = 70")
    for name, view in {
        "unsqueeze(t, 1)": views.unsqueeze(t, 1),
        "squeeze(t)": views.squeeze(t),
        "expand_as(t, z)": views.expand_as(t, minitorch.zeros((2, 3, 4))),
    }.items():
        assert np.shares_memory(view.storage(), t.storage()), f"{name} is a copy"


@pytest.mark.task2_6
def test_three_numbers_read_as_nine() -> None:
    """A row and a column that are stretched to a square keep three numbers in memory, and step by 0."""
    c, z = plain([10, 20, 30]).tensor(), minitorch.zeros((3, 3))
    rows = views.expand_as(c, z)
    columns = views.expand_as(views.unsqueeze(c, 1), z)
    assert_tensor(rows, [[10, 20, 30]] * 3, "expand_as(c, z)")
    assert_tensor(columns, [[10] * 3, [20] * 3, [30] * 3], "expand_as(unsqueeze(c, 1), z)")
    for name, view, strides in (("rows", rows, [0, 1]), ("columns", columns, [1, 0])):
        assert_close(view.storage().tolist(), [10, 20, 30], f"{name}.storage()")
        assert_close(list(view.stride()), strides, f"{name}.stride()")


@pytest.mark.task2_6
def test_views_keep_the_backend() -> None:
    """A view calculates with what its tensor calculates with."""
    t, backend = TABLE.tensor(), minitorch.TensorBackend(minitorch.SimpleOps)
    t._type_(backend)
    assert views.index(t, 1).backend is backend, "t[1] has another backend than t"


# Dimensions of size 1


@pytest.mark.task2_6
@pytest.mark.parametrize(
    ("dim", "shape"),
    [
        (0, [1, 2, 3]),
        (1, [2, 1, 3]),
        (2, [2, 3, 1]),
        (-1, [2, 3, 1]),
        (-2, [2, 1, 3]),
        (-3, [1, 2, 3]),
    ],
)
def test_unsqueeze(dim: int, shape: list[int]) -> None:
    """unsqueeze(t, dim) adds a dimension of size 1; a negative dim counts from the end of the new shape."""
    t = plain([[1, 2, 3], [4, 5, 6]])
    assert_tensor(
        views.unsqueeze(t.tensor(), dim), t.values.reshape(shape), f"unsqueeze(t, {dim}), t = {t}"
    )


@pytest.mark.task2_6
@pytest.mark.parametrize(
    ("shape", "dim", "expected"),
    [
        ((2, 1, 3), 1, [2, 3]),
        ((2, 1, 3), -2, [2, 3]),
        ((2, 1, 3), 0, [2, 1, 3]),
        ((2, 1, 3), -1, [2, 1, 3]),
        ((1, 2, 1), 0, [2, 1]),
        ((1, 2, 1), -1, [1, 2]),
        ((1, 2, 1), None, [2]),
        ((1, 1), None, []),
        ((1, 1), 0, [1]),
        ((2, 3), None, [2, 3]),
        ((), None, []),
    ],
)
def test_squeeze(shape: Shape, dim: int | None, expected: list[int]) -> None:
    """squeeze(t, dim) takes away that dimension if its size is 1; squeeze(t) takes away all such."""
    t = plain(np.arange(np.prod(shape, dtype=int)).reshape(shape) + 1)
    got = views.squeeze(t.tensor(), dim)
    assert_tensor(got, t.values.reshape(expected), f"squeeze(t, {dim}), t of shape {shape}")


@pytest.mark.task2_6
def test_dimensions_that_do_not_exist_are_refused() -> None:
    """An IndexingError names a dimension that is not there, and the shape."""
    t = TABLE.tensor()
    for call, ask in {
        "unsqueeze(t, 3)": lambda: views.unsqueeze(t, 3),
        "unsqueeze(t, -4)": lambda: views.unsqueeze(t, -4),
        "squeeze(t, 2)": lambda: views.squeeze(t, 2),
        "squeeze(t, -3)": lambda: views.squeeze(t, -3),
    }.items():
        said = refused(ask)
        named = all(text in said for text in ("(3, 4)", call[-3:-1].strip()))
        assert said.startswith("IndexingError") and named, f"{call}, t of shape (3, 4): {said}"


# Stretching


@pytest.mark.task2_6
@few
@given(shape_and_part.flatmap(lambda pair: st.tuples(st.just(pair[0]), tensors(st.just(pair[1])))))
@example(((2, 3), plain([[1], [2]])))
@example(((2, 2, 3), plain([[1, 2, 3]])))
def test_expand_as(drawn: tuple[Shape, Stored]) -> None:
    """expand_as(t, other) reads t as broadcasting does, whatever its strides are; other only gives the shape."""
    shape, x = drawn
    got = views.expand_as(x.tensor(), minitorch.zeros(shape))
    assert_tensor(got, np.broadcast_to(x.values, shape), f"expand_as({x}, zeros({shape}))")


@pytest.mark.task2_6
@pytest.mark.parametrize(
    ("shape", "wanted"),
    [((2,), (2, 3)), ((3,), (3, 1)), ((2, 3), (3,)), ((2, 3), (1, 3)), ((1, 3), (3,))],
)
def test_what_cannot_be_stretched_is_refused(shape: Shape, wanted: Shape) -> None:
    """An IndexingError shows both shapes, also where only the other tensor could be stretched."""
    said = refused(lambda: views.expand_as(minitorch.zeros(shape), minitorch.zeros(wanted)))
    named = str(shape) in said and str(wanted) in said
    assert said.startswith("IndexingError") and named, f"{shape} as {wanted}: {said}"


# Gradients


@pytest.mark.task2_6
def test_gradients_by_hand() -> None:
    """An element gets the derivatives of all elements of the view that show it, added up; if none does, it gets 0."""
    x = plain([1, 2, 3, 4])
    d, (gradient,) = backward(lambda t: views.index(t, slice(1, 3)), x)
    assert_tensor(gradient, [0, *d, 0], f"t.grad after t[1:3].backward(d), d = {d.tolist()}")

    t = x.tensor(True)
    (views.index(t, slice(1, None)) + views.index(t, slice(None, 3))).sum().backward()
    assert_tensor(t.grad, [1, 2, 2, 1], "t.grad after (t[1:] + t[:3]).sum().backward()")

    other = minitorch.zeros((3, 4))
    d, (gradient,) = backward(lambda t: views.expand_as(t, other), x)
    call = f"expand_as(t, zeros((3, 4))).backward(d), d = {d.tolist()}"
    assert_tensor(gradient, d.sum(0), f"t.grad after {call}")


@pytest.mark.task2_6
@few
@given(tensors_and_keys())
@example((TABLE, (1, slice(None, None, 2))))
@example((Stored((1.0, 2.0, 3.0), Layout((2, 3), (0, 1))), 1))
@example((Stored((1.0, 2.0, 3.0, 4.0, 5.0, 6.0), Layout((2, 3), (1, 2))), (ALL, slice(1, None))))
def test_gradients_of_parts(drawn: tuple[Stored, Any]) -> None:
    """The derivative by t stands where the key points, whatever the strides of t are, and elsewhere it is 0."""
    x, key = drawn
    d, (gradient,) = backward(lambda t: views.index(t, key), x)
    expected = np.zeros(x.shape)
    expected[key] = d
    call = f"t[{written(key)}].backward(d), d = {d.tolist()}, t = {x}"
    assert_tensor(gradient, expected, f"t.grad after {call}")


@pytest.mark.task2_6
def test_gradients_of_views_of_views() -> None:
    """Through several views, some of which read a number many times, gradients are slopes."""
    z = minitorch.zeros((3, 3))
    assert_slopes(
        lambda t: views.index(views.expand_as(t, z), (slice(1, None), ALL)) * t,
        lambda t: np.broadcast_to(t, (3, 3))[1:] * t,
        "expand_as(t, z)[1:] * t",
        plain([2, 3, 4]),
    )
    assert_slopes(
        lambda t: views.diagonal(views.expand_as(views.unsqueeze(t, 1), z)) * t,
        lambda t: t * t,
        "diagonal(expand_as(unsqueeze(t, 1), z)) * t",
        plain([2, 3, 4]),
    )
    assert_slopes(
        lambda t: views.squeeze(t.permute(1, 0, 2), 1).sigmoid(),
        lambda t: 1 / (1 + np.exp(-t.transpose(1, 0, 2)[:, 0])),
        "squeeze(t.permute(1, 0, 2), 1).sigmoid()",
        plain([[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]]]),
    )


@pytest.mark.task2_6
def test_backward_twice() -> None:
    """Each walk adds the same to the gradient, and leaves the derivative that it began with as it was."""
    t, d = plain([1, 2, 3]).tensor(True), plain([10, 20]).tensor()
    view = views.index(t, slice(1, None))
    view.backward(d)
    view.backward(d)
    assert_tensor(t.grad, [0, 20, 40], "t.grad after t[1:].backward(d), twice")
    assert_tensor(d, [10, 20], "d afterwards")


# Images


@pytest.mark.task2_6
@pytest.mark.parametrize(
    "shape", [(2, 3, 2, 2), (1, 3, 3, 3), (3, 3, 3, 3), (2, 1, 1, 4), (1, 2, 2, 1)]
)
def test_normalise(shape: Shape) -> None:
    """Each pixel loses the mean of its channel, and is divided by the deviation of its channel."""
    images = plain(np.arange(np.prod(shape)).reshape(shape) % 7 + 1)
    mean, std = plain(np.arange(shape[1]) + 0.5), plain(np.arange(shape[1]) * 2 + 2)
    channel = (slice(None), None, None)
    expected = (images.values - mean.values[channel]) / std.values[channel]
    got = views.normalise(images.tensor(), mean.tensor(), std.tensor())
    assert_tensor(got, expected, f"normalise(images, mean, std), images of shape {shape}")


@pytest.mark.task2_6
def test_gradients_of_normalise() -> None:
    """Images, means and deviations all have gradients, each in its own shape."""
    assert_slopes(
        lambda images, mean, std: views.normalise(images, mean, std),
        lambda images, mean, std: (images - mean[:, None, None]) / std[:, None, None],
        "normalise(x, y, z)",
        plain(np.arange(8.0).reshape(1, 2, 2, 2)),
        plain([1.5, 2.5]),
        plain([2.0, 4.0]),
    )


# As it is written


@pytest.mark.task2_6
def test_tensors_take_keys() -> None:
    """t[…] is a number where there is a whole number for each dimension, and else a view; constants are written so."""
    t = TABLE.tensor()
    assert_close(t[1, 2], 7.0, "t[1, 2]")
    assert_tensor(t[1], [5, 6, 7, 8], "t[1]")
    assert_tensor(t[::2, None, 3], [[4], [12]], "t[::2, None, 3]")
    assert_tensor(
        t.unsqueeze(0)[0].squeeze().t()[2], [3, 7, 11], "t.unsqueeze(0)[0].squeeze().t()[2]"
    )
    t[1:, 0] = 0.0
    t[0] = plain([10, 20, 30, 40]).tensor()
    assert_tensor(t, [[10, 20, 30, 40], [0, 6, 7, 8], [0, 10, 11, 12]], "t, written into")


@pytest.mark.task2_6
def test_where_nothing_may_be_written() -> None:
    """Writing is refused where one number in memory stands for several elements, and where a derivative is wanted."""
    stretched = views.expand_as(plain([1, 2, 3]).tensor(), minitorch.zeros((3, 3)))
    said = refused(lambda: stretched.__setitem__((ALL, 0), 5.0))
    call = "e[:, 0] = 5, e = expand_as(c, zeros((3, 3)))"
    assert said.startswith("IndexingError"), f"{call}, should raise an IndexingError: {said}"
    with pytest.raises(RuntimeError):
        TABLE.tensor(True)[0] = 5.0
    stretched[0] = 5.0
    assert_tensor(stretched, [[5.0] * 3] * 3, "e after e[0] = 5, e = expand_as(c, zeros((3, 3)))")
