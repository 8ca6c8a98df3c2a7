"""Task 1.5 once more: several networks side by side, wide layers, and the numbers that a layer begins with."""

from typing import Any

import pytest
from comparison import assert_close

import minitorch
from project import run_scalar


@pytest.mark.task1_5
def test_networks_are_apart() -> None:
    """Each network has parameters of its own: training one leaves another, of the same size or not, as it is."""
    networks = [run_scalar.Network(hidden) for hidden in (2, 2, 3)]
    held = [{id(p) for p in network.parameters()} for network in networks]
    assert_close(
        len(held[0] & held[1] | held[0] & held[2]), 0, "parameters that two networks share"
    )
    point = (minitorch.Scalar(0.2), minitorch.Scalar(0.9))
    before = networks[1].forward(point).data
    for parameter in networks[0].parameters():
        parameter.update(minitorch.Scalar(0.5))
    assert_close(networks[1].forward(point).data, before, "what the second network gives")


@pytest.mark.task1_5
def test_layers_leave_their_inputs_as_they_are() -> None:
    """A layer gives a new list at each call, and changes neither the list of inputs nor its earlier results."""
    layer = filled(run_scalar.Linear(2, 2), 1.0)
    inputs = [minitorch.Scalar(1.0), minitorch.Scalar(2.0)]
    first = layer.forward(inputs)
    second = layer.forward((minitorch.Scalar(5.0), minitorch.Scalar(5.0)))
    assert_close([x.data for x in inputs], [1.0, 2.0], "the inputs afterwards")
    assert_close(
        [x.data for x in first], [4.0, 4.0], "what the first call gave, read after the second"
    )
    assert_close([x.data for x in second], [11.0, 11.0], "what the second call gave, for a tuple")


@pytest.mark.task1_5
def test_wide_layers() -> None:
    """A layer may have hundreds of inputs or units, and each of them counts."""
    wide = filled(run_scalar.Linear(200, 1), 1.0)
    got = [x.data for x in wide.forward([minitorch.Scalar(float(n)) for n in range(200)])]
    assert_close(got, [19901.0], "200 inputs, weights and bias all 1")
    many = filled(run_scalar.Linear(1, 200), 1.0)
    got = [x.data for x in many.forward([minitorch.Scalar(2.0)])]
    assert_close(got, [3.0] * 200, "200 units, weights and bias all 1")


@pytest.mark.task1_5
def test_what_a_layer_begins_with() -> None:
    """A layer begins at random: weights within ±10 / in_size, and about 0 in the middle of the unit square."""
    minitorch.seed(3)
    first, second = run_scalar.Linear(4, 5), run_scalar.Linear(4, 5)
    begun = [[p.value.data for p in layer.parameters()] for layer in (first, second)]
    assert_close(len({*begun[0], *begun[1]}), 50, "how many of the 50 numbers of two layers differ")
    reach = max(abs(p.value.data) for row in first.weights for p in row)
    assert_close(reach <= 2.5, True, "are all weights of Linear(4, 5) within ±2.5")
    middle = [x.data for x in first.forward([minitorch.Scalar(0.5)] * 4)]
    assert_close([abs(x) <= 0.3 for x in middle], [True] * 5, f"within ±0.3 at 0.5 each: {middle}")
    minitorch.seed(3)
    again = [p.value.data for p in run_scalar.Linear(4, 5).parameters()]
    assert_close(again, begun[0], "the numbers after the same seed")


def filled(layer: Any, number: float) -> Any:
    """Give all parameters of a layer the same number."""
    for parameter in layer.parameters():
        parameter.update(minitorch.Scalar(number))
    return layer
