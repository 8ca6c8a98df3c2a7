"""Task 2.5 once more: several networks side by side, many points, and the numbers that a layer begins with."""

from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from tensors import assert_tensor

import minitorch
from project import run_tensor


@pytest.mark.task2_5
def test_networks_are_apart() -> None:
    """Each network has parameters of its own: what one learns leaves another, of the same size or not, as it is."""
    networks = [run_tensor.Network(hidden) for hidden in (2, 2, 3)]
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


@pytest.mark.task2_5
def test_layers_leave_their_inputs_as_they_are() -> None:
    """A layer gives a new tensor for each call, for any number of points, and leaves the points as they are."""
    layer = filled(run_tensor.Linear(2, 3), 1.0)
    x = minitorch.tensor([[1.0, 2.0]])
    first = layer.forward(x)
    layer.forward(minitorch.tensor([[7.0, 7.0]]))
    second = layer.forward(minitorch.tensor([[5.0, 5.0], [0.0, 1.0]]))
    assert_tensor(x, [[1.0, 2.0]], "the points afterwards")
    assert_tensor(first, [[4.0] * 3], "what the first call gave, read after others")
    assert_tensor(second, [[11.0] * 3, [2.0] * 3], "what a call with two points gave")


@pytest.mark.task2_5
def test_wide_layers() -> None:
    """A layer may have hundreds of inputs or units, and take hundreds of points."""
    wide = filled(run_tensor.Linear(200, 1), 1.0)
    x = minitorch.tensor([[float(n) for n in range(200)], [1.0] * 200])
    assert_tensor(wide.forward(x), [[19901.0], [201.0]], "200 inputs, weights and bias all 1")
    for points, units in ((140, 3), (3, 150)):
        many = filled(run_tensor.Linear(1, units), 1.0)
        x = minitorch.tensor([[float(n)] for n in range(points)])
        expected = [[n + 1.0] * units for n in range(points)]
        what = f"{points} points and {units} units, weights and bias all 1"
        assert_tensor(many.forward(x), expected, what)


@pytest.mark.task2_5
def test_what_a_layer_begins_with() -> None:
    """A layer begins at random: weights within ±10 / in_size, and about 0 in the middle of the unit square."""
    minitorch.seed(3)
    first, second = run_tensor.Linear(4, 5), run_tensor.Linear(4, 5)
    begun = [numbers_of(layer) for layer in (first, second)]
    assert_close(len({*begun[0], *begun[1]}), 50, "how many of the 50 numbers of two layers differ")
    reach = float(np.abs(first.weights.value.to_numpy()).max())
    assert_close(reach <= 2.5, True, "are all weights of Linear(4, 5) within ±2.5")
    middle = first.forward(minitorch.tensor([[0.5] * 4])).to_numpy()
    assert_close(bool((np.abs(middle) <= 0.3).all()), True, f"within ±0.3 at 0.5 each: {middle}")
    minitorch.seed(3)
    assert_close(numbers_of(run_tensor.Linear(4, 5)), begun[0], "the numbers after the same seed")


def filled(layer: Any, number: float) -> Any:
    """Give all parameters of a layer the same number."""
    for parameter in layer.parameters():
        parameter.update(parameter.value * 0.0 + number)
    return layer


def numbers_of(layer: Any) -> list[float]:
    """List all numbers of a layer's parameters."""
    values = [parameter.value.to_numpy().ravel() for parameter in layer.parameters()]
    return [float(x) for x in np.concatenate(values)]
