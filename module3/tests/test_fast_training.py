"""Task 3.5: the network with matrix multiplication, the dealing of mini-batches, and that it learns.

The tests calculate with ``SimpleBackend``, which has nothing to compile. The network is to do so with any backend.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import pytest
from comparison import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st
from three_layers import (
    Layer,
    Matrix,
    Row,
    all_layers,
    expected_probability,
    matrices,
    rows,
    sizes,
    slope,
    weighed,
)

import minitorch
from project import run_fast_tensor

STEPS = 40


# Layer and network


@pytest.mark.task3_5
def test_linear_by_hand() -> None:
    """A unit gives each input of a point times its weight, added up, plus its bias; each point has its own row."""
    layer = linear([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]], [0.5, -0.5])
    got = numbers(layer.forward(tensor([[1.0, 0.0, -2.0], [0.0, 1.0, 0.0]])))
    expected = [[1.0 - 6.0 + 0.5, 10.0 - 60.0 - 0.5], [2.0 + 0.5, 20.0 - 0.5]]
    assert_close(got, expected, "3 inputs and 2 units on (1, 0, -2) and on (0, 1, 0)")


@pytest.mark.task3_5
@settings(max_examples=20)
@given(sizes, sizes, sizes, st.data())
def test_linear(points: int, in_size: int, out_size: int, data: st.DataObject) -> None:
    """A layer turns inputs of shape (N, in_size) into outputs of shape (N, out_size), for any of these sizes."""
    weights = data.draw(matrices(in_size, out_size), "weights")
    bias = data.draw(rows(out_size), "bias")
    X = data.draw(matrices(points, in_size), "inputs")
    got = linear(weights, bias).forward(tensor(X))
    assert_close(got.shape, (points, out_size), f"the shape of forward({X})")
    expected = [weighed(x, weights, bias) for x in X]
    assert_close(numbers(got), expected, f"forward({X}) with {weights} and bias {bias}")


@pytest.mark.task3_5
def test_linear_reads_its_parameters_each_time() -> None:
    """A layer gives something else once its parameters have other values."""
    layer = linear([[1.0]], [1.0])
    layer.forward(tensor([[1.0]]))
    layer.weights.update(tensor([[5.0]]))
    layer.bias.update(tensor([-1.0]))
    assert_close(numbers(layer.forward(tensor([[2.0]]))), [[9.0]], "5 * 2 - 1, after an update")


@pytest.mark.task3_5
@pytest.mark.parametrize("hidden", [1, 3])
def test_parameters_of_the_network(hidden: int) -> None:
    """The network's parameters are those of its three layers: from 2 to h, from h to h, from h to 1."""
    network = run_fast_tensor.Network(hidden, minitorch.SimpleBackend)
    got = sorted((name, p.value.shape) for name, p in network.named_parameters())
    expected = [
        ("layer1.bias", (hidden,)),
        ("layer1.weights", (2, hidden)),
        ("layer2.bias", (hidden,)),
        ("layer2.weights", (hidden, hidden)),
        ("layer3.bias", (1,)),
        ("layer3.weights", (hidden, 1)),
    ]
    assert_close(got, expected, f"names and shapes of Network({hidden}, …).named_parameters()")


@pytest.mark.task3_5
def test_all_layers_calculate_with_the_backend_of_the_network() -> None:
    """A network hands its backend on: every parameter calculates with it."""
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    for name, parameter in run_fast_tensor.Network(2, backend).named_parameters():
        handed_on = parameter.value.backend is backend
        assert_close(handed_on, True, f"{name} has the backend that the network was made with")


@pytest.mark.task3_5
def test_network_by_hand() -> None:
    """Points go through layer1 and relu, layer2 and relu, layer3 and sigmoid, each on its own."""
    network = network_of(
        [
            ([[1.0, -1.0], [1.0, 1.0]], [0.0, 0.0]),
            ([[1.0, 0.5], [9.0, 9.0]], [-6.0, 1.0]),
            ([[-2.0], [1.0]], [-3.0]),
        ]
    )
    # (3, 1): 4 and -2, by relu 4 and 0; then -2 and 3, by relu 0 and 3; then 0, and its sigmoid
    # (-3, -1): -4 and 2, by relu 0 and 2; then 12 and 19, as they are; then -8, and its sigmoid
    got = numbers(network.forward(tensor([[3.0, 1.0], [-3.0, -1.0]])))
    expected = [[0.5], [1 / (1 + math.exp(8))]]
    assert_close(got, expected, "the network traced in this test, on (3, 1) and on (-3, -1)")


@pytest.mark.task3_5
@settings(max_examples=25)
@given(sizes, sizes, st.data())
def test_network(points: int, hidden: int, data: st.DataObject) -> None:
    """The network gives each point what its three layers give one after the other, as a tensor of shape (N, 1)."""
    layers = data.draw(all_layers(hidden), "layers")
    X = data.draw(matrices(points, 2), "points")
    got = network_of(layers).forward(tensor(X))
    assert_close(got.shape, (points, 1), f"the shape of forward({X})")
    expected = [[expected_probability(layers, x)] for x in X]
    assert_close(numbers(got), expected, f"forward({X}) with the layers {layers}")
    probable = all(0.0 <= p <= 1.0 for (p,) in numbers(got))
    assert_close(probable, True, "the outputs are probabilities, from 0 to 1")


@pytest.mark.task3_5
def test_derivatives_reach_every_parameter() -> None:
    """After backward, weights and biases have the derivatives that the slopes of the outputs say, over all points."""
    layers = [
        ([[0.5, -0.4], [0.3, 0.8]], [0.1, 0.6]),
        ([[0.7, 0.2], [-0.3, 0.9]], [0.4, 0.1]),
        ([[-0.6], [0.5]], [0.2]),
    ]  # for the two points, no unit is at the corner of its relu, and none is off
    X = [[0.9, 0.4], [0.2, 0.7]]
    network = network_of(layers)
    network.forward(tensor(X)).sum().backward()
    for number, (module, (weights, bias)) in enumerate(zip(layers_of(network), layers), start=1):
        expected = [[slope(layers, X, row, j) for j in range(len(row))] for row in weights]
        what = f"the derivative of layer{number}.weights"
        assert_close(gradient(module.weights), expected, what)
        expected = [slope(layers, X, bias, j) for j in range(len(bias))]
        assert_close(gradient(module.bias), expected, f"the derivative of layer{number}.bias")


@pytest.mark.task3_5
def test_it_learns() -> None:
    """Steps downhill bring the network from guessing to being right about four points that no line splits."""
    X = [[0.2, 0.2], [0.8, 0.8], [0.2, 0.8], [0.8, 0.2]]
    labels = [[0.0], [0.0], [1.0], [1.0]]
    network = network_of(
        [
            ([[3.0, -3.0, 1.0], [-3.0, 3.0, 1.0]], [0.1, 0.1, 0.0]),
            ([[1.0, 0.3, -0.2], [0.2, 0.6, -0.4], [-0.4, 0.2, 0.7]], [0.1, 0.1, 0.1]),
            ([[0.3], [0.2], [-0.3]], [0.0]),
        ]
    )
    optim = minitorch.SGD(network.parameters(), 1.0)
    y = tensor(labels)
    losses = []
    for _ in range(STEPS):
        optim.zero_grad()
        out = network.forward(tensor(X))
        right = out * y + (-out + 1.0) * (-y + 1.0)
        loss = (-right.log()).sum()
        (loss * 0.25).backward()
        optim.step()
        losses.append(loss.item())
    said = [[int(p > 0.5)] for (p,) in numbers(out)]
    message = f"the loss after the first step: got {losses[1]}, expected less than {losses[0]}"
    assert losses[1] < losses[0], message
    assert_close(said, [[0], [0], [1], [1]], f"what it says of {X}")


# Mini-batches


@pytest.mark.task3_5
@settings(max_examples=50)
@given(st.integers(0, 30), st.integers(1, 12))
def test_every_point_is_dealt_once(N: int, size: int) -> None:
    """The mini-batches of an epoch hold each point's number once."""
    dealt = sorted(n for batch in run_fast_tensor.batches(N, size) for n in batch)
    assert_close(dealt, list(range(N)), f"all numbers in batches({N}, {size}), sorted")


@pytest.mark.task3_5
@settings(max_examples=50)
@given(st.integers(0, 30), st.integers(1, 12))
def test_all_batches_but_the_last_are_full(N: int, size: int) -> None:
    """Each mini-batch holds ``size`` numbers; what is left over goes into a last one, unless nothing is."""
    expected = [size] * (N // size) + [N % size] * (N % size > 0)
    got = [len(batch) for batch in run_fast_tensor.batches(N, size)]
    assert_close(got, expected, f"the lengths of batches({N}, {size})")


@pytest.mark.task3_5
def test_the_order_is_drawn_each_time() -> None:
    """Two epochs don't see the points in the same order, nor in the order of their numbers."""
    first, second = dealt(100, 10), dealt(100, 10)
    assert_close(first != list(range(100)), True, "batches(100, 10) has an order of its own")
    assert_close(first != second, True, "batches(100, 10) deals in another order the second time")


@pytest.mark.task3_5
def test_points_change_their_company() -> None:
    """It is the points that are shuffled, not whole mini-batches: which ones come together is drawn, too."""
    together = [{frozenset(batch) for batch in run_fast_tensor.batches(100, 10)} for _ in range(2)]
    assert_close(
        together[0] != together[1], True, "batches(100, 10) puts others together each time"
    )


@pytest.mark.task3_5
def test_a_seed_repeats_the_order() -> None:
    """After ``minitorch.seed`` with the same number, the same mini-batches come: ``generator`` draws them."""
    orders = []
    for _ in range(2):
        minitorch.seed(7)
        orders.append(dealt(50, 8))
    assert_close(orders[1], orders[0], "batches(50, 8) after minitorch.seed(7), the second time")


# What the tests are made with


def tensor(numbers: Sequence[object]) -> minitorch.Tensor:
    """Make a tensor that calculates in plain Python."""
    return minitorch.tensor(numbers, backend=minitorch.SimpleBackend)


def dealt(N: int, size: int) -> list[int]:
    """Give the order in which an epoch sees its points."""
    return [n for batch in run_fast_tensor.batches(N, size) for n in batch]


def linear(weights: Matrix, bias: Row) -> run_fast_tensor.Linear:
    """Make a layer with these weights and biases."""
    layer = run_fast_tensor.Linear(len(weights), len(bias), minitorch.SimpleBackend)
    fill(layer, weights, bias)
    return layer


def fill(layer: run_fast_tensor.Linear, weights: Matrix, bias: Row) -> None:
    """Give a layer's parameters these values."""
    layer.weights.update(tensor(weights))
    layer.bias.update(tensor(bias))


def layers_of(network: run_fast_tensor.Network) -> Iterator[run_fast_tensor.Linear]:
    """Yield a network's layers."""
    yield from (network.layer1, network.layer2, network.layer3)


def network_of(layers: Sequence[Layer]) -> run_fast_tensor.Network:
    """Make a network with these weights and biases."""
    network = run_fast_tensor.Network(len(layers[1][1]), minitorch.SimpleBackend)
    for layer, (weights, bias) in zip(layers_of(network), layers):
        fill(layer, weights, bias)
    return network


def numbers(outputs: minitorch.Tensor) -> Matrix:
    """Take the numbers out of a tensor."""
    return outputs.to_numpy().tolist()


def gradient(parameter: minitorch.Parameter) -> Matrix | Row | None:
    """Take the numbers out of the derivative by a parameter; None if there is no derivative."""
    grad = parameter.value.grad
    return None if grad is None else grad.to_numpy().tolist()
