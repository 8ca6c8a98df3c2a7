"""Task 1.7: Jacobians by walking back; the chain rule for tables; the two Jacobians of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import tables
from comparison import assert_close
from graphs import Counted
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch
from minitorch import jacobian

few = settings(max_examples=10)
weights = st.lists(tables.numbers, min_size=4, max_size=4)
entries = st.integers(-3, 3).map(float)


@pytest.mark.task1_7
def test_jacobian_by_hand() -> None:
    """Row j, column k says how fast result j changes with input k."""
    got = jacobian.jacobian(lambda a, b: [a * b, a + b], [2.0, 3.0])
    known = {"rows and columns are exchanged.": [[3.0, 1.0], [2.0, 1.0]]}
    known["each walk adds to what the walk before has left."] = [[3.0, 2.0], [4.0, 3.0]]
    assert_close(got, [[3.0, 2.0], [1.0, 1.0]], "jacobian of [a * b, a + b] at [2.0, 3.0]", known)


@pytest.mark.task1_7
def test_vjp_by_hand() -> None:
    """A row times the table: 10 · [3, 2] + 1 · [1, 1] = [31, 21]."""
    got = jacobian.vjp(lambda a, b: [a * b, a + b], [2.0, 3.0], [10.0, 1.0])
    known = {"v is left out.": [4.0, 3.0], "it is the table times v.": [32.0, 11.0]}
    call = "vjp of [a * b, a + b] at [2.0, 3.0] with v = [10.0, 1.0]"
    assert_close(got, [31.0, 21.0], call, known)


@pytest.mark.task1_7
@pytest.mark.parametrize("text", tables.JACOBIANS)
@few
@given(tables.numbers, tables.numbers)
def test_jacobian_of_many_functions(text: str, a: float, b: float) -> None:
    """The rows are in the order of the results; where nothing depends on an input stands 0.0."""
    got = jacobian.jacobian(tables.function(text), [a, b])
    assert_close(got, tables.expected(text, a, b), f"jacobian of {text} at [{a}, {b}]")


@pytest.mark.task1_7
@pytest.mark.parametrize("text", tables.JACOBIANS)
@few
@given(tables.numbers, tables.numbers, weights)
def test_vjp_of_many_functions(text: str, a: float, b: float, v: list[float]) -> None:
    """vjp is the row v times the Jacobian, also where a result is a plain number or an input."""
    table = tables.expected(text, a, b)
    v = v[: len(table)]
    got = jacobian.vjp(tables.function(text), [a, b], v)
    call = f"vjp of {text} at [{a}, {b}] with v = {v}"
    assert_close(got, tables.row_times(v, table, 2), call)


@pytest.mark.task1_7
def test_an_unused_input() -> None:
    """An input that no result depends on has the slope 0.0 in both, not None."""
    f, at = (lambda a, b, c: (c * 2.0, 4.0)), (1.0, 2.0, 3)
    call = "of (c * 2.0, 4.0) at (1.0, 2.0, 3)"
    assert_close(jacobian.jacobian(f, at), [[0.0, 0.0, 2.0], [0.0] * 3], f"jacobian {call}")
    assert_close(jacobian.vjp(f, at, (5.0, 1.0)), [0.0, 0.0, 10.0], f"vjp {call}, v = (5.0, 1.0)")


@pytest.mark.task1_7
def test_vjp_takes_one_walk() -> None:
    """However many results there are, vjp runs f once, and the backward of each recorded step once."""
    made: list[list[Any]] = []
    got = jacobian.vjp(branching(made), [1.0, 2.0], [1.0, 2.0, 3.0])
    assert_close(got, [9.0, 11.0], "vjp of [a + s, s + s, s + b], s = a + b, with v = [1, 2, 3]")
    assert_close(len(made), 1, "how often vjp runs f")
    assert_close(calls(made[0]), [1] * 4, "how often each step's backward ran, of 3 results")


@pytest.mark.task1_7
def test_jacobian_takes_a_walk_for_each_row() -> None:
    """For m results, no backward runs more than m times; all slopes come from backward, none from nudging."""
    made: list[list[Any]] = []
    got = jacobian.jacobian(branching(made), [1.0, 2.0])
    assert_close(got, [[2.0, 1.0], [2.0, 2.0], [1.0, 2.0]], "jacobian of [a + s, s + s, s + b]")
    ran = sum(calls(run)[0] for run in made)
    assert_close(1 <= ran <= 3, True, f"{ran} runs of the backward of s: one for each of 3 results")


@pytest.mark.task1_7
@pytest.mark.parametrize("v", [[1.0], [1.0, 2.0, 3.0]])
def test_vjp_with_a_row_of_another_length(v: list[float]) -> None:
    """A row that has not one number for each result is a ValueError."""
    with pytest.raises(ValueError):
        jacobian.vjp(lambda a, b: [a * b, a + b], [2.0, 3.0], v)


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
    with pytest.raises(ValueError):
        jacobian.compose(outer, [[3.0, 2.0], [1.0, 1.0]])


@pytest.mark.task1_7
def test_layer_by_hand() -> None:
    """By its inputs, a layer's table holds the weights; by its weights, the inputs, and 1 for a bias."""
    layer = make_layer([[0.5, 0.25], [-1.0, 3.0]], [0.1, 0.0])
    by_inputs, by_weights = jacobian.layer_jacobians(layer, [1.0, 2.0])
    assert_close(by_inputs, [[0.5, 0.25], [-1.0, 3.0]], "the first table")
    rows = [[1.0, 2.0, 0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 1.0, 2.0, 0.0, 1.0]]
    assert_close(by_weights, rows, "the second table, by w00, w01, w10, w11, b0, b1")


@pytest.mark.task1_7
def test_layer_with_a_child() -> None:
    """The columns of the second table are in the order of named_parameters: first the module's own."""
    layer = make_scaled(make_layer([[2.0], [5.0]], [1.0, -9.0]), 10.0)
    by_inputs, by_weights = jacobian.layer_jacobians(layer, (3.0,))
    assert_close(by_inputs, [[20.0], [50.0]], "the first table of 10 · (2z + 1, 5z − 9) at z = 3")
    rows = [[7.0, 30.0, 0.0, 10.0, 0.0], [6.0, 0.0, 30.0, 0.0, 10.0]]
    assert_close(by_weights, rows, "the second, by scale, child.w00, child.w10, child.b0, child.b1")


@pytest.mark.task1_7
def test_layer_stays_as_it_is() -> None:
    """Afterwards each parameter holds the very Scalar that it held before, with the derivative that it had."""
    layer = make_layer([[0.5, 0.25]], [0.1])
    layer.forward([minitorch.Scalar(1.0), minitorch.Scalar(2.0)])[0].backward()
    before = [parameter.value for parameter in layer.parameters()]
    for _ in range(2):
        jacobian.layer_jacobians(layer, [3.0, 4.0])
    after = [parameter.value for parameter in layer.parameters()]
    assert_close([x is y for x, y in zip(before, after)], [True] * 3, "the same Scalars")
    assert_close([x.derivative for x in after], [1.0, 2.0, 1.0], "their derivatives")


# What the tests are made with


def branching(made: list[list[Any]]) -> Any:
    """Make a function that gives a + s, s + s and s + b, where s is a + b; each run notes its four steps."""

    def f(a: Any, b: Any) -> list[Any]:
        s = Counted.apply(a, b)
        made.append([s, Counted.apply(a, s), Counted.apply(s, s), Counted.apply(s, b)])
        return made[-1][1:]

    return f


def calls(steps: Sequence[Any]) -> list[int]:
    """Count how often the backward of each step ran."""
    return [len(step.history.ctx.saved_values[0]) for step in steps]


def make_layer(weights: Sequence[Sequence[float]], biases: Sequence[float]) -> Any:
    """Make a layer: unit j weighs the inputs by weights[j], and adds its bias."""

    class Layer(minitorch.Module):
        """Weighted sums."""

        def __init__(self) -> None:
            super().__init__()
            for j, row in enumerate(weights):
                for k, weight in enumerate(row):
                    self.add_parameter(f"w{j}{k}", minitorch.Scalar(weight))
            for j, bias in enumerate(biases):
                self.add_parameter(f"b{j}", minitorch.Scalar(bias))

        def forward(self, z: Sequence[Any]) -> list[Any]:
            """Add up."""
            return [
                sum(
                    (getattr(self, f"w{j}{k}").value * x for k, x in enumerate(z)),
                    getattr(self, f"b{j}").value,
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
