"""Tensors without elements, and images that no tiles fill: functions give what they promise, or say what is wrong."""

from collections.abc import Callable, Iterator
from math import prod
from typing import Any

import numpy as np
import pytest

from grader.tests.authored import imported, needs_course

pytestmark = needs_course

Shape = tuple[int, ...]

FUNCTIONS: dict[str, tuple[Callable[..., Any], list[tuple[Shape, ...]]]] = {
    "-x": (lambda m, x: -x, [((0,),), ((2, 0),)]),
    "x.sigmoid().log().exp().relu()": (lambda m, x: x.sigmoid().log().exp().relu(), [((0, 3),)]),
    "2.0 / x - 1.0": (lambda m, x: 2.0 / x - 1.0, [((2, 0),)]),
    "x * y": (lambda m, x, y: x * y, [((2, 1), (0,)), ((), (0, 3)), ((1,), (0,))]),
    "x < y": (lambda m, x, y: x < y, [((2, 0), (2, 1))]),
    "x.sum()": (lambda m, x: x.sum(), [((0,),), ((2, 0),)]),
    "x.sum(0)": (lambda m, x: x.sum(0), [((0, 3),), ((2, 0),)]),
    "x.mean(1)": (lambda m, x: x.mean(1), [((0, 3),)]),
    "x.permute(1, 0).contiguous()": (lambda m, x: x.permute(1, 0).contiguous(), [((2, 0),)]),
    "x.view(5, 0)": (lambda m, x: x.view(5, 0), [((0, 3),)]),
    "x @ y": (
        lambda m, x, y: x @ y,
        [
            ((2, 0), (0, 3)),
            ((0, 2), (2, 3)),
            ((2, 3), (3, 0)),
            ((0, 2, 3), (3, 4)),
            ((1, 2, 3), (0, 3, 4)),
            ((2, 1, 2, 0), (3, 0, 2)),
        ],
    ),
    "conv1d(x, y)": (
        lambda m, x, y: m.conv1d(x, y),
        [((0, 2, 4), (3, 2, 2)), ((1, 0, 4), (3, 0, 2)), ((1, 2, 0), (3, 2, 2))],
    ),
    "conv2d(x, y)": (
        lambda m, x, y: m.conv2d(x, y),
        [((0, 2, 4, 3), (3, 2, 2, 2)), ((1, 2, 4, 3), (0, 2, 2, 2)), ((1, 2, 0, 3), (3, 2, 2, 2))],
    ),
    "tile(x, (2, 2))[0]": (lambda m, x: m.tile(x, (2, 2))[0], [((0, 1, 4, 4),), ((1, 0, 4, 4),)]),
    "avgpool2d(x, (2, 2))": (lambda m, x: m.avgpool2d(x, (2, 2)), [((0, 1, 4, 4),)]),
    "maxpool2d(x, (2, 2))": (lambda m, x: m.maxpool2d(x, (2, 2)), [((2, 1, 0, 4),)]),
    "max(x, 1)": (lambda m, x: m.max(x, 1), [((2, 0),), ((0, 3),)]),
    "softmax(x, 1)": (lambda m, x: m.softmax(x, 1), [((2, 0),), ((0, 3),)]),
    "logsoftmax(x, 1)": (lambda m, x: m.logsoftmax(x, 1), [((2, 0),), ((0, 3),)]),
    "dropout(x, 0.5)": (lambda m, x: m.dropout(x, 0.5), [((0,),), ((2, 0),)]),
}


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


@pytest.mark.parametrize(
    ("call", "shapes"), [(call, shapes) for call, (_, all) in FUNCTIONS.items() for shapes in all]
)
def test_nothing_trips_over_nothing(minitorch: Any, call: str, shapes: tuple[Shape, ...]) -> None:
    """Forward and backward work; each gradient has the shape of its tensor, and finite numbers."""
    compute, _ = FUNCTIONS[call]
    inputs = [made(minitorch, shape) for shape in shapes]
    result = compute(minitorch, *inputs)
    result.backward(result.zeros() + 1.0)
    for tensor, shape in zip(inputs, shapes):
        assert tensor.grad.shape == shape
        assert np.isfinite(tensor.grad.to_numpy()).all()


@pytest.mark.parametrize("pool", ["tile", "avgpool2d", "maxpool2d"])
@pytest.mark.parametrize(
    ("sizes", "kernel"),
    [((5, 5), (2, 2)), ((5, 4), (2, 2)), ((4, 5), (2, 2)), ((1, 4), (2, 2)), ((4, 4), (0, 2))],
)
def test_tiles_that_do_not_fill_an_image_are_named(
    minitorch: Any, pool: str, sizes: tuple[int, int], kernel: tuple[int, int]
) -> None:
    images = minitorch.zeros((1, 2, *sizes))
    with pytest.raises(
        ValueError, match="images of {} x {} can't be cut into tiles".format(*sizes)
    ):
        getattr(minitorch, pool)(images, kernel)


def made(minitorch: Any, shape: Shape) -> Any:
    """Make a tensor of the numbers from 1 on, by which a derivative is wanted."""
    tensor = minitorch.Tensor.make(np.arange(prod(shape)) + 1.0, shape)
    tensor.requires_grad_(True)
    return tensor
