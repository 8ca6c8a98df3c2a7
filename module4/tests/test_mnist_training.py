"""Task 4.5: the network that reads digits: its layers, its shapes, its derivatives, and that it learns.

Whole networks are held against the same steps in NumPy.
"""

from __future__ import annotations

import numpy as np
import pytest
from comparison import assert_close
from networks import (
    Parameters,
    assert_falls,
    assert_slopes,
    constant,
    filled,
    learned,
    numpy_backend,
    shapes,
)
from tensors import Values

import minitorch
from project import run_mnist

SIDE = 28


def pictures(count: int, seed: int = 0) -> Values:
    """Make pictures of noise, of shape (count, 1, 28, 28)."""
    return np.random.default_rng(seed).uniform(0.0, 1.0, (count, 1, SIDE, SIDE))


def slid(images: Values, weights: Values, bias: Values) -> Values:
    """Slide filters over images: what lies beyond the right and the lower edge is 0."""
    _, _, height, width = images.shape
    _, _, kh, kw = weights.shape
    padded = np.pad(images, ((0, 0), (0, 0), (0, kh - 1), (0, kw - 1)))
    return bias + sum(
        np.einsum("bihw,oi->bohw", padded[:, :, y : y + height, x : x + width], weights[:, :, y, x])
        for y in range(kh)
        for x in range(kw)
    )


def expected(values: Parameters, images: Values) -> Values:
    """Calculate what the network gives in evaluation mode."""
    x = np.maximum(0.0, slid(images, values["conv1.weights"], values["conv1.bias"]))
    x = np.maximum(0.0, slid(x, values["conv2.weights"], values["conv2.bias"]))
    x = x.reshape(len(x), 8, 7, 4, 7, 4).mean(axis=(3, 5)).reshape(len(x), 8 * 7 * 7)
    x = np.maximum(0.0, x @ values["linear1.weights"] + values["linear1.bias"])
    x = x @ values["linear2.weights"] + values["linear2.bias"]
    return x - np.log(np.exp(x).sum(axis=1, keepdims=True))


def in_evaluation() -> tuple[run_mnist.Network, Parameters]:
    """Make a network in evaluation mode, and list its parameters' values."""
    network = run_mnist.Network()
    network.eval()
    return network, filled(network)


# The layer


@pytest.mark.task4_5
def test_conv2d_by_hand() -> None:
    """A filter gives the weighted sum of what its window sees, plus its bias, which is the same everywhere."""
    layer = run_mnist.Conv2d(1, 2, 1, 2)
    layer.weights.update(constant([[[[1.0, 10.0]]], [[[0.0, 1.0]]]]))
    layer.bias.update(constant([[[0.5]], [[-3.0]]]))
    got = layer.forward(constant([[[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]]])).to_numpy().tolist()
    first = [[21.5, 32.5, 3.5], [54.5, 65.5, 6.5]]
    second = [[-1.0, 0.0, -3.0], [2.0, 3.0, -3.0]]
    assert_close(got, [[first, second]], "windows [1, 10] and [0, 1] on [[1, 2, 3], [4, 5, 6]]")


@pytest.mark.task4_5
@pytest.mark.parametrize(("B", "ins", "outs", "kh", "kw"), [(1, 1, 1, 1, 1), (2, 3, 2, 2, 3)])
def test_conv2d(B: int, ins: int, outs: int, kh: int, kw: int) -> None:
    """A layer turns B images of ``in_channels`` into B images of ``out_channels`` of the same size."""
    layer = run_mnist.Conv2d(ins, outs, kh, kw)
    values = filled(layer)
    images = np.random.default_rng(5).uniform(-1.0, 1.0, (B, ins, 4, 5))
    got = layer.forward(constant(images)).to_numpy()
    wanted = slid(images, values["weights"], values["bias"])
    assert_close(got.tolist(), wanted.tolist(), f"Conv2d({ins}, {outs}, {kh}, {kw})")


@pytest.mark.task4_5
def test_conv2d_reads_its_parameters_each_time() -> None:
    """A layer gives something else once its parameters have other values."""
    layer = run_mnist.Conv2d(1, 1, 1, 1)
    layer.forward(constant([[[[1.0]]]]))
    layer.weights.update(constant([[[[5.0]]]]))
    layer.bias.update(constant([[[-1.0]]]))
    got = layer.forward(constant([[[[2.0]]]])).to_numpy().tolist()
    assert_close(got, [[[[9.0]]]], "5 * 2 - 1, after an update")


# The network


@pytest.mark.task4_5
def test_parameters_of_the_digit_network() -> None:
    """The network has the parameters of two convolutions and two linear layers, in the sizes that the text names."""
    wanted = [
        ("conv1.bias", (4, 1, 1)),
        ("conv1.weights", (4, 1, 3, 3)),
        ("conv2.bias", (8, 1, 1)),
        ("conv2.weights", (8, 4, 3, 3)),
        ("linear1.bias", (64,)),
        ("linear1.weights", (392, 64)),
        ("linear2.bias", (10,)),
        ("linear2.weights", (64, 10)),
    ]
    assert_close(
        shapes(run_mnist.Network()), wanted, "names and shapes of Network().named_parameters()"
    )


@pytest.mark.task4_5
@pytest.mark.parametrize("B", [1, 3])
def test_digit_network(B: int) -> None:
    """In evaluation mode, the network gives what its layers give one after the other, each picture on its own."""
    network, values = in_evaluation()
    images = pictures(B)
    got = network.forward(constant(images)).to_numpy()
    assert_close(got.shape, (B, 10), f"the shape of the result for {B} pictures")
    wanted = expected(values, images).tolist()
    assert_close(got.tolist(), wanted, f"the logarithms of the probabilities for {B} pictures")


@pytest.mark.task4_5
def test_derivatives_reach_every_parameter_of_the_digit_network() -> None:
    """After backward, all parameters have the derivatives that the slopes of the results say."""
    network, values = in_evaluation()
    images = pictures(1)
    weights = (
        np.arange(10.0).reshape(1, 10) - 3.0
    )  # each of the ten results counts, and differently
    (network.forward(constant(images)) * constant(weights)).sum().backward()
    assert_slopes(
        network,
        values,
        lambda changed: float((expected(changed, images) * weights).sum()),
        "the weighted sum of the results",
    )


@pytest.mark.task4_5
def test_dropout_in_training_only() -> None:
    """In training mode, each of the 64 hidden units is dropped in a quarter of all cases; in evaluation mode never."""
    network = run_mnist.Network()
    filled(network)
    network.linear1.weights.update(constant(np.zeros((392, 64))))
    network.linear1.bias.update(constant(np.ones(64)))  # what is not dropped is 1, scaled by 4 / 3
    network.linear2.weights.update(constant(np.eye(10)[[0] * 64]))
    network.linear2.bias.update(
        constant(np.zeros(10))
    )  # score 0 counts the units, the others are 0
    images = constant(np.zeros((25, 1, SIDE, SIDE)))

    def counted() -> Values:
        logs = network.forward(images).to_numpy()
        return logs[:, 0] - logs[:, 1]

    network.eval()
    assert_close(counted().tolist(), [64.0] * 25, "units that are left in evaluation mode")
    network.train()
    left = counted() * 0.75
    assert_close(left.tolist(), left.round().tolist(), "4 / 3 is what each unit gives that is left")
    share = float(left.mean()) / 64
    message = f"the share of units that are left: got {share:.0%}, expected about 75%"
    assert 0.68 < share < 0.82, message


@pytest.mark.task4_5
def test_it_learns_digits() -> None:
    """Some steps downhill make the network surer of the right digits."""
    network = run_mnist.Network()
    filled(network)
    network.eval()  # without dropout, so that the loss falls steadily
    images = np.zeros((2, 1, SIDE, SIDE))
    images[0, 0, 4:24, 13:16] = 1.0  # a stroke down
    images[1, 0, 13:16, 4:24] = 1.0  # a stroke across
    right = constant(np.eye(10)[[1, 7]])

    def loss() -> minitorch.Tensor:
        return -(network.forward(constant(images)) * right).sum() / 2

    losses = learned(network, loss, rate=0.05, steps=6)
    assert_falls(losses[:2], losses[0])
    assert_falls(losses, losses[0] / 2)
