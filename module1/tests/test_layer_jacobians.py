"""Task 1.7: the chain rule for tables, and the two Jacobians of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import tables
from comparison import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch
from minitorch import jacobian

few = settings(max_examples=10)
entries = st.integers(-3, 3).map(float)


@pytest.mark.task1_7
def test_compose_by_hand() -> None:
    """[5, 6] times [[3, 2], [1, 1]]: [5 · 3 + 6 · 1, 5 · 2 + 6 · 1] = [21, 16]."""
    got = jacobian.compose([[5.0, 6.0]], [[3.0, 2.0], [1.0, 1.0]])
    known = {
        "it multiplies row by row.": [[27.0, 11.0]],
        "it multiplies cell by cell.": [[15.0, 12.0]],
    }
    assert_close(got, [[21.0, 16.0]], "compose([[5, 6]], [[3, 2], [1, 1]])", known)


@pytest.mark.task1_7
def test_compose_order_matters() -> None:
    """The function that is called last comes first: outer · inner is not inner · outer."""
    outer, inner = [[1.0, 2.0], [0.0, 1.0]], [[1.0, 0.0], [3.0, 1.0]]
    known = {"it is inner · outer.": [[1.0, 2.0], [3.0, 7.0]]}
    got = jacobian.compose(outer, inner)
    assert_close(got, [[7.0, 2.0], [3.0, 1.0]], f"compose({outer}, {inner})", known)


@pytest.mark.task1_7
@few
@given(st.data())
def test_compose_multiplies_along_all_ways(data: st.DataObject) -> None:
    """Cell [j][k] is the sum, over all i between, of outer[j][i] · inner[i][k]."""
    m, i, n = (data.draw(st.integers(1, 3), name) for name in ("m", "i", "n"))
    outer = [[data.draw(entries) for _ in range(i)] for _ in range(m)]
    inner = [[data.draw(entries) for _ in range(n)] for _ in range(i)]
    expected = [tables.row_times(row, inner, n) for row in outer]
    assert_close(jacobian.compose(outer, inner), expected, f"compose({outer}, {inner})")


@pytest.mark.task1_7
@pytest.mark.parametrize("outer", [[[1.0]], [[1.0, 2.0, 3.0]]])
def test_compose_tables_that_do_not_fit(outer: list[list[float]]) -> None:
    """Rows of outer that are not as long as inner has rows are a ValueError."""
    inner = [[3.0, 2.0], [1.0, 1.0]]
    got = tables.raised(lambda: jacobian.compose(outer, inner))
    assert_close(got, "ValueError", f"what compose({outer}, {inner}) raises")


@pytest.mark.task1_7
def test_layer_by_hand() -> None:
    """By its inputs, a layer's table holds the weights; by its weights, the inputs, and 1 for a bias."""
    layer = make_layer([[0.5, 0.25], [-1.0, 3.0]], [0.1, 0.0])
    by_inputs, by_weights = jacobian.layer_jacobians(layer, [1.0, 2.0])
    assert_close(by_inputs, [[0.5, 0.25], [-1.0, 3.0]], "the first table")
    rows = [[1.0, 0.0, 2.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 2.0, 0.0, 1.0]]
    names = "weight_0_0, weight_0_1, weight_1_0, weight_1_1, bias_0, bias_1"
    assert_close(by_weights, rows, f"the second table, by {names}")


@pytest.mark.task1_7
def test_layer_with_a_child() -> None:
    """The columns of the second table are in the order of named_parameters: first the module's own."""
    layer = make_scaled(make_layer([[2.0], [5.0]], [1.0, -9.0]), 10.0)
    by_inputs, by_weights = jacobian.layer_jacobians(layer, (3.0,))
    assert_close(by_inputs, [[20.0], [50.0]], "the first table of 10 · (2z + 1, 5z − 9) at z = 3")
    rows = [[7.0, 30.0, 0.0, 10.0, 0.0], [6.0, 0.0, 30.0, 0.0, 10.0]]
    names = "scale, child.weight_0_0, child.weight_0_1, child.bias_0, child.bias_1"
    assert_close(by_weights, rows, f"the second table, by {names}")


@pytest.mark.task1_7
def test_layer_stays_as_it_is() -> None:
    """Afterwards each parameter holds the very Scalar that it held before, with the derivative that it had."""
    layer = make_layer([[0.5, 0.25]], [0.1])
    layer.forward([minitorch.Scalar(1.0), minitorch.Scalar(2.0)])[0].backward()
    before = [parameter.value for parameter in layer.parameters()]
    for _ in range(2):
        jacobian.layer_jacobians(layer, [3.0, 4.0])
    after = [parameter.value for parameter in layer.parameters()]
    same = [x is y for x, y in zip(before, after)]
    assert_close(same, [True] * 3, "whether each parameter holds the Scalar of before")
    assert_close(
        [x.derivative for x in after], [1.0, 2.0, 1.0], "the derivatives of the parameters"
    )


# What the tests are made with


def make_layer(weights: Sequence[Sequence[float]], biases: Sequence[float]) -> Any:
    """Make a layer: unit j weighs input i by weights[j][i], which is named weight_i_j, and adds its bias."""

    class Layer(minitorch.Module):
        """Weighted sums."""

        def __init__(self) -> None:
            super().__init__()
            for i, column in enumerate(zip(*weights)):
                for j, weight in enumerate(column):
                    self.add_parameter(f"weight_{i}_{j}", minitorch.Scalar(weight))
            for j, bias in enumerate(biases):
                self.add_parameter(f"bias_{j}", minitorch.Scalar(bias))

        def forward(self, z: Sequence[Any]) -> list[Any]:
            """Add up."""
            return [
                sum(
                    (getattr(self, f"weight_{i}_{j}").value * x for i, x in enumerate(z)),
                    getattr(self, f"bias_{j}").value,
                )
                for j in range(len(biases))
            ]

    return Layer()


def make_scaled(child: Any, scale: float) -> Any:
    """Make a module that multiplies what a child gives by a parameter of its own."""

    class Scaled(minitorch.Module):
        """A child, scaled."""

        def __init__(self) -> None:
            super().__init__()
            self.child = child
            self.add_parameter("scale", minitorch.Scalar(scale))

        def forward(self, z: Sequence[Any]) -> list[Any]:
            """Run the child, and multiply."""
            return [y * self.scale.value for y in self.child.forward(z)]

    return Scaled()
