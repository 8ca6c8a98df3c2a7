"""The windows of Module 4's convolutions: compiled code does what the plain Python beside it says, and what NumPy does.

And what nobody wants is not calculated: derivatives by images, or by a factor that is a constant.
"""

from pathlib import Path

from grader.tests.authored import assert_runs, needs_course

pytestmark = needs_course

START = """
import numpy as np
from minitorch.tuned.blocks import zeros
from minitorch.tuned.blocks import LINE
from minitorch.tuned.windows import PART, add_shifted, copy, grid, packed, sum_shifted

rng = np.random.default_rng(0)

def sizes(*most):
    return [int(rng.integers(1, size + 1)) for size in most]

def both(function):
    return function, getattr(function, "py_func", function)

def filled(rows, columns):
    numbers = zeros(rows, columns)
    numbers[:rows, :columns] = rng.normal(size=(rows, columns))
    return numbers
"""

COPIES = """
def cells(steps, shape):
    c, i, j = np.indices(shape)
    return c * steps[0] + i * steps[1] + j * steps[2]

for turned in (False, True) * 20:
    shape = channels, rows, columns = tuple(sizes(3, 5, 6))
    steps = (rows * (columns + 2), columns + 2, 1)
    number = rows * columns * channels
    for strides in ((rows * columns, columns, 1), (1, channels * columns, channels), (0, 1, rows), (0, 0, 0)):
        source, target = rng.normal(size=number), rng.normal(size=channels * rows * (columns + 2))
        wanted = target.copy()
        taken = source[cells(strides, shape)]
        wanted[cells(steps, shape)] = taken[:, ::-1, ::-1] if turned else taken
        for copied in both(copy):
            into = target.copy()
            copied(into, steps, source, strides, shape, turned)
            assert np.array_equal(into, wanted), (shape, strides, turned)
for shape in ((2, 3, -1), (2, -1, 3), (2, 0, 3), (2, 3, 0), (-1, 3, 2)):
    for copied in both(copy):
        into = np.ones(9)
        copied(into, (9, 3, 1), np.zeros(9), (9, 3, 1), shape, True)
        assert into.all(), shape
"""

PLACES = """
for _ in range(20):
    channels, rows, columns, height, width = sizes(3, 5, 6, 5, 6)
    height, width = min(height, rows), min(width, columns)
    everywhere = np.arange(channels * rows * columns).reshape(channels, rows, columns)
    wanted = everywhere[:, :height, :width].ravel()
    windows = filled(*sizes(9), everywhere.size)
    for listed in both(grid):
        places = listed(channels, rows * columns, columns, height, width)
        assert np.array_equal(places, wanted), (channels, rows, columns, height, width)
    for pack in both(packed):
        weights = pack(windows, wanted)
        assert np.array_equal(weights[:, : len(wanted)], windows[:, wanted])
        assert not weights[:, len(wanted) :].any()
"""

ADDED = """
for _ in range(6):
    rows, count, length = sizes(7, 9, 30)
    width = LINE * sizes(12)[0]
    places = rng.integers(length, size=count)
    frames, weights = rng.normal(size=length + width), filled(rows, count)
    before = filled(rows, width)
    wanted = before + weights[:, :count] @ [frames[place : place + width] for place in places]
    for add in both(add_shifted):
        totals = before.copy()
        add(totals, weights, frames, places)
        assert np.allclose(totals, wanted, rtol=1e-12, atol=1e-12), (rows, count, width)
        try:
            add(totals, weights, frames[: places.max() + width - 1], places)
        except IndexError as error:
            assert str(error) == "the rows of results reach beyond the end of the frame"
        else:
            raise AssertionError("a frame that is too short")
"""

SUMMED = """
for long in (20, PART, 2 * PART + 40):
    rows, count = sizes(7, 4)
    windows, before = filled(rows, long), filled(rows, 30)
    places = rng.permutation(30)[:count]
    frames = rng.normal(size=windows.shape[1] + 30)
    wanted = before.copy()
    for place in places:
        wanted[:, place] += windows @ frames[place : place + windows.shape[1]]
    for add in both(sum_shifted):
        totals = before.copy()
        add(totals, windows, frames, places)
        assert np.allclose(totals, wanted, rtol=1e-11, atol=1e-11), (rows, count, long)
"""

WANTED = """
from minitorch import FastOps, TensorBackend, rand
from minitorch.autodiff import Context
from minitorch.fast_conv import Conv1dFun, Conv2dFun
from minitorch.tensor_functions import MatMul

backend = TensorBackend(FastOps)
for function, *shapes in (
    (Conv2dFun, (2, 1, 3, 4), (2, 1, 2, 2)),
    (Conv1dFun, (2, 2, 4), (3, 2, 2)),
    (MatMul, (2, 3), (3, 2)),
):
    assert Context().wants(0) and Context().wants(1)
    inputs = [rand(shape, backend) for shape in shapes]
    every = Context(needs_input_grad=(True, True))
    d = function.forward(every, *inputs)
    full = function.backward(every, d)
    assert [each.shape for each in full] == shapes
    for number, other in ((0, 1), (1, 0)):
        wanted = tuple(place == number for place in range(2))
        some = Context(saved_values=every.saved_values, needs_input_grad=wanted)
        found = function.backward(some, d)
        assert found[other] == 0.0 and isinstance(found[other], float), function
        assert np.array_equal(found[number].to_numpy(), full[number].to_numpy()), function
        for place in range(2):
            inputs[place].requires_grad_(wanted[place])
        pairs = list(function.apply(*inputs).chain_rule(d))
        assert all(parent is each for (parent, _), each in zip(pairs, inputs))
        assert isinstance(pairs[other][1], float) and pairs[other][1] == 0.0, function
        assert pairs[number][1].shape == shapes[number], function
"""


def test_windows_do_what_they_say(tmp_path: Path) -> None:
    """Copies, places and both ways to add up are those of NumPy, compiled and as plain Python."""
    assert_runs(tmp_path, START + COPIES + PLACES + ADDED + SUMMED)


def test_derivatives_that_nobody_wants(tmp_path: Path) -> None:
    """Where an input wants no derivative, convolutions and matrix products give 0.0 by it, and so does chain_rule."""
    assert_runs(tmp_path, START + WANTED, {"NUMBA_DISABLE_JIT": "1"})
