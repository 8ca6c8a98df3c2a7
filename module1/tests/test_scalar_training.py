"""Task 1.5: the network on Scalars, and that it learns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pytest
from comparison import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch
from project import run_scalar

Row = list[float]
Matrix = list[Row]
Layer = tuple[Matrix, Row]  # weights and bias

tenths = st.integers(-20, 20).map(lambda n: n / 10)
sizes = st.integers(1, 3)

STEPS = 40


@pytest.mark.task1_5
def test_linear_by_hand() -> None:
    """A unit gives each input times its weight, added up, plus its bias."""
    layer = linear([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]], [0.5, -0.5])
    got = numbers(layer.forward(scalars([1.0, 0.0, -2.0])))
    assert_close(got, [1.0 - 6.0 + 0.5, 10.0 - 60.0 - 0.5], "3 inputs and 2 units on (1, 0, -2)")


@pytest.mark.task1_5
@settings(max_examples=20)
@given(sizes, sizes, st.data())
def test_linear(in_size: int, out_size: int, data: st.DataObject) -> None:
    """A layer of any size weighs all of its inputs, with the weights and the bias of each unit."""
    weights = data.draw(matrices(in_size, out_size), "weights")
    bias = data.draw(rows(out_size), "bias")
    x = data.draw(rows(in_size), "inputs")
    got = numbers(linear(weights, bias).forward(scalars(x)))
    assert_close(got, weighed(x, weights, bias), f"forward({x}) with {weights} and bias {bias}")


@pytest.mark.task1_5
def test_linear_reads_its_parameters_each_time() -> None:
    """A layer gives something else once its parameters have other values."""
    layer = linear([[1.0]], [1.0])
    layer.forward(scalars([1.0]))
    layer.weights[0][0].update(minitorch.Scalar(5.0))
    layer.bias[0].update(minitorch.Scalar(-1.0))
    assert_close(numbers(layer.forward(scalars([2.0]))), [9.0], "5 * 2 - 1, after an update")


@pytest.mark.task1_5
@pytest.mark.parametrize("hidden", [1, 3])
def test_parameters_of_the_network(hidden: int) -> None:
    """The network's parameters are those of its three layers: from 2 to h, from h to h, from h to 1."""
    got = sorted(name for name, _ in run_scalar.Network(hidden).named_parameters())
    expected = []
    for layer, (ins, outs) in enumerate(((2, hidden), (hidden, hidden), (hidden, 1)), start=1):
        expected += [f"layer{layer}.weight_{i}_{j}" for i in range(ins) for j in range(outs)]
        expected += [f"layer{layer}.bias_{j}" for j in range(outs)]
    assert_close(got, sorted(expected), f"the names of Network({hidden}).named_parameters()")


@pytest.mark.task1_5
def test_network_by_hand() -> None:
    """A point goes through layer1 and relu, layer2 and relu, layer3 and sigmoid."""
    network = run_scalar.Network(2)
    fill(network.layer1, [[1.0, -1.0], [1.0, 1.0]], [0.0, 0.0])
    fill(network.layer2, [[1.0, 0.5], [9.0, 9.0]], [-6.0, 1.0])
    fill(network.layer3, [[-2.0], [1.0]], [-3.0])
    # (3, 1): 4 and -2, by relu 4 and 0; then -2 and 3, by relu 0 and 3; then 0, and its sigmoid
    got = network.forward(scalars([3.0, 1.0])).data
    assert_close(got, 0.5, "the network traced in this test, on (3, 1)")
    # (-3, -1): -4 and 2, by relu 0 and 2; then 12 and 19, as they are; then -8, and its sigmoid
    got = network.forward(scalars([-3.0, -1.0])).data
    assert_close(got, 1 / (1 + math.exp(8)), "the network traced in this test, on (-3, -1)")


@pytest.mark.task1_5
@settings(max_examples=25)
@given(sizes, st.data())
def test_network(hidden: int, data: st.DataObject) -> None:
    """The network gives what its three layers give one after the other, for any weights and points."""
    layers = data.draw(all_layers(hidden), "layers")
    x = data.draw(rows(2), "point")
    got = network_of(layers).forward(scalars(x)).data
    assert_close(got, expected_probability(layers, x), f"forward({x}).data of {described(layers)}")
    assert 0.0 <= got <= 1.0, f"forward({x}).data: got {got}, expected a number from 0 to 1"


@pytest.mark.task1_5
def test_derivatives_reach_every_parameter() -> None:
    """After backward, every weight and every bias has the derivative that the slope of the output says."""
    layers = [
        ([[0.5, -0.4], [0.3, 0.8]], [0.1, 0.6]),
        ([[0.7, 0.2], [-0.3, 0.9]], [0.4, 0.1]),
        ([[-0.6], [0.5]], [0.2]),
    ]  # no unit is at the corner of its relu, and none is off
    x = (0.9, 0.4)
    network = network_of(layers)
    network.forward(scalars(x)).backward()
    for layer, (module, (weights, bias)) in enumerate(zip(layers_of(network), layers), start=1):
        for i, row in enumerate(weights):
            for j in range(len(row)):
                got = module.weights[i][j].value.derivative
                what = f"the derivative of layer{layer}.weight_{i}_{j}"
                assert_close(got, slope(layers, x, row, j), what)
        for j in range(len(bias)):
            got = module.bias[j].value.derivative
            assert_close(got, slope(layers, x, bias, j), f"the derivative of layer{layer}.bias_{j}")


@pytest.mark.task1_5
def test_it_learns() -> None:
    """Steps downhill bring the network from guessing to being right about four points that no line splits."""
    points = [((0.2, 0.2), 0), ((0.8, 0.8), 0), ((0.2, 0.8), 1), ((0.8, 0.2), 1)]
    network = network_of(
        [
            ([[3.0, -3.0, 1.0], [-3.0, 3.0, 1.0]], [0.1, 0.1, 0.0]),
            ([[1.0, 0.3, -0.2], [0.2, 0.6, -0.4], [-0.4, 0.2, 0.7]], [0.1, 0.1, 0.1]),
            ([[0.3], [0.2], [-0.3]], [0.0]),
        ]
    )
    optim = minitorch.SGD(network.parameters(), 1.0)
    losses = []
    for _ in range(STEPS):
        optim.zero_grad()
        out = [network.forward(scalars(x)) for x, _ in points]
        right = [p if y == 1 else -p + 1.0 for p, (_, y) in zip(out, points)]
        for p in right:
            (-p.log() * 0.25).backward()
        optim.step()
        losses.append(-sum(math.log(p.data) for p in right))
    said = [int(p.data > 0.5) for p in out]
    message = f"the loss after the first step: got {losses[1]}, expected less than {losses[0]}"
    assert losses[1] < losses[0], message
    assert_close(said, [y for _, y in points], f"what it says of {[x for x, _ in points]}")


# What the tests are made with


def rows(length: int) -> st.SearchStrategy[Row]:
    """Draw a list of so many numbers."""
    return st.lists(tenths, min_size=length, max_size=length)


def matrices(height: int, width: int) -> st.SearchStrategy[Matrix]:
    """Draw a list of so many lists."""
    return st.lists(rows(width), min_size=height, max_size=height)


def all_layers(hidden: int) -> st.SearchStrategy[tuple[Layer, ...]]:
    """Draw the weights and biases of a network's three layers."""
    shapes = ((2, hidden), (hidden, hidden), (hidden, 1))
    return st.tuples(*(st.tuples(matrices(ins, outs), rows(outs)) for ins, outs in shapes))


def linear(weights: Matrix, bias: Row) -> run_scalar.Linear:
    """Make a layer with these weights and biases."""
    layer = run_scalar.Linear(len(weights), len(bias))
    fill(layer, weights, bias)
    return layer


def fill(layer: run_scalar.Linear, weights: Matrix, bias: Row) -> None:
    """Give a layer's parameters these values."""
    for parameters, row in zip(layer.weights, weights):
        for parameter, number in zip(parameters, row):
            parameter.update(minitorch.Scalar(number))
    for parameter, number in zip(layer.bias, bias):
        parameter.update(minitorch.Scalar(number))


def layers_of(network: run_scalar.Network) -> Iterator[run_scalar.Linear]:
    """Yield a network's layers."""
    yield from (network.layer1, network.layer2, network.layer3)


def network_of(layers: Sequence[Layer]) -> run_scalar.Network:
    """Make a network with these weights and biases."""
    network = run_scalar.Network(len(layers[1][1]))
    for layer, (weights, bias) in zip(layers_of(network), layers):
        fill(layer, weights, bias)
    return network


def described(layers: Sequence[Layer]) -> str:
    """Describe a network, a layer in a line."""
    lines = [
        f"layer{n}: weights {weights}, bias {bias}" for n, (weights, bias) in enumerate(layers, 1)
    ]
    return "\n".join(["a network of", *lines])


def scalars(row: Sequence[float]) -> list[minitorch.Scalar]:
    """Make a Scalar of each number."""
    return [minitorch.Scalar(number) for number in row]


def numbers(outputs: Sequence[minitorch.Scalar]) -> Row:
    """Take the numbers out of Scalars."""
    return [output.data for output in outputs]


def weighed(x: Sequence[float], weights: Matrix, bias: Row) -> Row:
    """Compute what a layer gives."""
    return [b + sum(number * row[j] for number, row in zip(x, weights)) for j, b in enumerate(bias)]


def expected_probability(layers: Sequence[Layer], x: Sequence[float]) -> float:
    """Compute what a network gives."""
    first = [max(0.0, number) for number in weighed(x, *layers[0])]
    second = [max(0.0, number) for number in weighed(first, *layers[1])]
    (score,) = weighed(second, *layers[2])
    return 0.5 + 0.5 * math.tanh(score / 2)


def slope(layers: Sequence[Layer], x: Sequence[float], row: Row, place: int) -> float:
    """Measure how fast a network's output changes with one of its numbers, ``row[place]``."""
    before, epsilon = row[place], 1e-4
    row[place] = before + epsilon
    above = expected_probability(layers, x)
    row[place] = before - epsilon
    below = expected_probability(layers, x)
    row[place] = before
    return (above - below) / (2 * epsilon)
