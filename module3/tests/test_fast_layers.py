"""Task 3.5 once more: several networks side by side, many points, and the numbers that a layer begins with."""

from typing import Any

import numpy as np
import pytest
from comparison import assert_close

import minitorch
from project import run_fast_tensor


def simple() -> Any:
    """Give the backend that has nothing to compile."""
    return minitorch.SimpleBackend


@pytest.mark.task3_5
def test_networks_are_apart() -> None:
    """Each network has parameters of its own: what one learns leaves another, of the same size or not, as it is."""
    networks = [run_fast_tensor.Network(hidden, simple()) for hidden in (2, 2, 3)]
    held = [{id(p) for p in network.parameters()} for network in networks]
    assert_close(
        len(held[0] & held[1] | held[0] & held[2]), 0, "parameters that two networks share"
    )
    points = minitorch.tensor([[0.2, 0.9], [0.5, 0.1]])
    before = networks[1].forward(points).to_numpy().tolist()
    for parameter in networks[0].parameters():
        parameter.update(parameter.value * 0.0 + 0.5)
    after = networks[1].forward(points).to_numpy().tolist()
    assert_close(after, before, "what the second network gives")


@pytest.mark.task3_5
def test_layers_leave_their_inputs_as_they_are() -> None:
    """A layer gives a new tensor for each call, for any number of points, and leaves the points as they are."""
    layer = filled(run_fast_tensor.Linear(2, 2, simple()), 1.0)
    x = minitorch.tensor([[1.0, 2.0]])
    first = layer.forward(x)
    layer.forward(minitorch.tensor([[7.0, 7.0]]))
    second = layer.forward(minitorch.tensor([[5.0, 5.0], [0.0, 1.0]]))
    assert_close(x.to_numpy().tolist(), [[1.0, 2.0]], "the points afterwards")
    assert_close(first.to_numpy().tolist(), [[4.0] * 2], "what the first call gave, read later")
    assert_close(
        second.to_numpy().tolist(), [[11.0] * 2, [2.0] * 2], "what a call with two points gave"
    )


@pytest.mark.task3_5
def test_wide_layers() -> None:
    """A layer may have hundreds of inputs or units, and take hundreds of points."""
    wide = filled(run_fast_tensor.Linear(200, 1, simple()), 1.0)
    x = minitorch.tensor([[float(n) for n in range(200)], [1.0] * 200])
    got = wide.forward(x).to_numpy().tolist()
    assert_close(got, [[19901.0], [201.0]], "200 inputs, weights and bias all 1")
    for points, units in ((140, 3), (3, 150)):
        many = filled(run_fast_tensor.Linear(1, units, simple()), 1.0)
        x = minitorch.tensor([[float(n)] for n in range(points)])
        got = many.forward(x).to_numpy().tolist()
        expected = [[n + 1.0] * units for n in range(points)]
        assert_close(got, expected, f"{points} points, {units} units")


@pytest.mark.task3_5
def test_what_a_layer_begins_with() -> None:
    """A layer begins at random: weights within ±10 / in_size, and about 0 in the middle of the unit square."""
    minitorch.seed(3)
    first, second = (run_fast_tensor.Linear(4, 5, simple()) for _ in range(2))
    begun = [numbers_of(layer) for layer in (first, second)]
    assert_close(len({*begun[0], *begun[1]}), 50, "how many of the 50 numbers of two layers differ")
    reach = float(np.abs(first.weights.value.to_numpy()).max())
    assert_close(reach <= 2.5, True, "are all weights of Linear(4, 5, …) within ±2.5")
    middle = first.forward(minitorch.tensor([[0.5] * 4])).to_numpy()
    assert_close(bool((np.abs(middle) <= 0.3).all()), True, f"within ±0.3 at 0.5 each: {middle}")
    minitorch.seed(3)
    again = numbers_of(run_fast_tensor.Linear(4, 5, simple()))
    assert_close(again, begun[0], "the numbers after the same seed")


@pytest.mark.task3_5
def test_many_points_are_dealt() -> None:
    """Thousands of points are dealt as a few are, and what was dealt before stays as it was."""
    first = run_fast_tensor.batches(1000, 130)
    kept = [list(batch) for batch in first]
    second = run_fast_tensor.batches(1000, 300)
    assert_close([len(batch) for batch in first], [130] * 7 + [90], "lengths of batches(1000, 130)")
    assert_close([list(batch) for batch in first], kept, "batches(1000, 130), read after the next")
    for batches in (first, second):
        dealt = sorted(n for batch in batches for n in batch)
        assert_close(dealt, list(range(1000)), "all numbers that are dealt, sorted")


def filled(layer: Any, number: float) -> Any:
    """Give all parameters of a layer the same number."""
    for parameter in layer.parameters():
        parameter.update(parameter.value * 0.0 + number)
    return layer


def numbers_of(layer: Any) -> list[float]:
    """List all numbers of a layer's parameters."""
    values = [parameter.value.to_numpy().ravel() for parameter in layer.parameters()]
    return [float(x) for x in np.concatenate(values)]
