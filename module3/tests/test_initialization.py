"""Task 3.7: weights to start with, layers in a row, and how large numbers and derivatives are on their way.

The tests calculate with ``SimpleBackend``, which has nothing to compile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import given, settings
from hypothesis import strategies as st

import minitorch
from project import initialization

SIDE = 150  # weights of a square layer: enough of them to tell one scale from another


# Drawing weights


@pytest.mark.task3_7
@pytest.mark.parametrize("name", ["normal", "uniform", "xavier", "kaiming"])
def test_weights_have_a_shape_a_seed_and_a_backend(name: str) -> None:
    """Weights have shape (n_in, n_out) and the backend they were asked for, and a seed repeats them."""
    start, backend = getattr(initialization, name), minitorch.TensorBackend(minitorch.SimpleOps)
    minitorch.seed(7)
    first, second = (start(3, 5, backend) for _ in range(2))
    assert_close(first.shape, (3, 5), f"the shape of {name}(3, 5)")
    assert_close(first.backend is backend, True, f"{name}(3, 5, backend) calculates with backend")
    usual = start(2, 1).backend is minitorch.SimpleBackend
    assert_close(usual, True, f"{name}(2, 1) calculates with SimpleBackend")
    drawn = {*first.to_numpy().ravel().tolist(), *second.to_numpy().ravel().tolist()}
    assert_close(len(drawn), 30, f"how many of the 30 numbers of two {name}(3, 5) differ")
    minitorch.seed(7)
    again = start(3, 5, backend).to_numpy().tolist()
    assert_close(again, first.to_numpy().tolist(), f"{name}(3, 5) after the same seed")


@pytest.mark.task3_7
@pytest.mark.parametrize("scale", [0.1, 2.0])
def test_normal_weights(scale: float) -> None:
    """Weights of normal lie around 0, have standard deviation scale, and two thirds are within it."""
    minitorch.seed(3)
    drawn = cells(initialization.normal(SIDE, SIDE, scale=scale))
    what = f"normal({SIDE}, {SIDE}, scale={scale})"
    assert_spread(drawn, scale, what, {"scale is taken for the variance.": math.sqrt(scale)})
    assert_share(np.abs(drawn) < scale, math.erf(math.sqrt(0.5)), f"{what} within ±scale")
    assert_share(np.abs(drawn) < 2 * scale, math.erf(math.sqrt(2)), f"{what} within ±2 · scale")


@pytest.mark.task3_7
@pytest.mark.parametrize("scale", [0.1, 2.0])
def test_uniform_weights(scale: float) -> None:
    """Weights of uniform lie evenly between −√3 · scale and √3 · scale, and so have standard deviation scale."""
    minitorch.seed(4)
    drawn = cells(initialization.uniform(SIDE, SIDE, scale=scale))
    what = f"uniform({SIDE}, {SIDE}, scale={scale})"
    short = {"the interval ends at scale, not at √3 · scale.": scale / math.sqrt(3)}
    assert_spread(drawn, scale, what, short)
    reach = math.sqrt(3) * scale
    assert_close(bool((np.abs(drawn) <= reach).all()), True, f"all of {what} within ±√3 · scale")
    assert_share(np.abs(drawn) < reach / 2, 0.5, f"{what} within ±√3 · scale / 2")


@pytest.mark.task3_7
@pytest.mark.parametrize("n_in, n_out", [(200, 50), (50, 200), (100, 100)])
def test_xavier_weights(n_in: int, n_out: int) -> None:
    """Weights of xavier have a variance of 2 / (n_in + n_out), between 1 / n_in and 1 / n_out."""
    minitorch.seed(5)
    drawn, n = cells(initialization.xavier(n_in, n_out)), n_in + n_out
    faults = {
        "only inputs are counted.": math.sqrt(1 / n_in),
        "only outputs are counted.": math.sqrt(1 / n_out),
        "the root is missing.": 2 / n,
    }
    faults = {} if n_in == n_out else faults
    assert_spread(drawn, math.sqrt(2 / n), f"xavier({n_in}, {n_out})", faults)
    inside = np.abs(drawn) < math.sqrt(2 / n)
    assert_share(inside, math.erf(math.sqrt(0.5)), f"xavier({n_in}, {n_out}) within one std")


@pytest.mark.task3_7
@pytest.mark.parametrize("n_in, n_out", [(200, 50), (50, 200), (100, 100)])
def test_kaiming_weights(n_in: int, n_out: int) -> None:
    """Weights of kaiming have a variance of 2 / n_in, whatever n_out is."""
    minitorch.seed(6)
    drawn = cells(initialization.kaiming(n_in, n_out))
    faults = {
        "the root is missing.": 2 / n_in,
        "the root is of n_in only, not of the 2.": 2 / math.sqrt(n_in),
    }
    if n_in != n_out:
        faults["n_out stands in place of n_in."] = math.sqrt(2 / n_out)
    assert_spread(drawn, math.sqrt(2 / n_in), f"kaiming({n_in}, {n_out})", faults)
    inside = np.abs(drawn) < math.sqrt(2 / n_in)
    assert_share(inside, math.erf(math.sqrt(0.5)), f"kaiming({n_in}, {n_out}) within one std")


# Linear


@pytest.mark.task3_7
def test_linear_by_hand() -> None:
    """A layer gives x @ weights + bias, with the weights that start gives for n_in, n_out and the backend."""
    asked: list[Any] = []

    def start(n_in: int, n_out: int, backend: Any) -> minitorch.Tensor:
        asked.append((n_in, n_out, backend))
        return minitorch.tensor([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]], backend)

    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    layer = initialization.Linear(3, 2, start, backend)
    assert_close([args[:2] for args in asked], [(3, 2)], "how Linear(3, 2, start) called start")
    assert_close(asked[0][2] is backend, True, "start was called with the backend of the layer")
    x = minitorch.tensor([[1.0, 0.0, -2.0], [0.0, 1.0, 0.0]], backend)
    assert_close(listed(layer(x)), [[-5.0, -50.0], [2.0, 20.0]], "the layer, before any training")
    layer.bias.update(minitorch.tensor([0.5, -0.5], backend))
    assert_close(listed(layer(x)), [[-4.5, -50.5], [2.5, 19.5]], "with bias [0.5, -0.5]")


@pytest.mark.task3_7
def test_parameters_of_linear() -> None:
    """A layer has two parameters: weights of shape (n_in, n_out) from its start, and a bias of n_out zeros."""
    backend = minitorch.TensorBackend(minitorch.SimpleOps)
    layer = initialization.Linear(4, 3, initialization.normal, backend)
    got = sorted((name, p.value.shape) for name, p in layer.named_parameters())
    assert_close(got, [("bias", (3,)), ("weights", (4, 3))], "named_parameters() of Linear(4, 3)")
    assert_close(listed(layer.bias.value), [0.0, 0.0, 0.0], "the bias of Linear(4, 3)")
    for name, parameter in layer.named_parameters():
        handed_on = parameter.value.backend is backend
        assert_close(handed_on, True, f"{name} has the backend that the layer was made with")


@pytest.mark.task3_7
def test_torch_layout_by_hand() -> None:
    """from_torch takes a row of weights for each output, and makes a layer of shape (n_in, n_out) of them."""
    layer = initialization.Linear.from_torch([[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]], [0.5, -0.5])
    expected = [[1.0, 10.0], [2.0, 20.0], [3.0, 30.0]]
    read = {"the numbers are read row by row, not turned over.": [[1, 2], [3, 10], [20, 30]]}
    assert_close(listed(layer.weights.value), expected, "the weights of the layer", read)
    assert_close(listed(layer.bias.value), [0.5, -0.5], "the bias of the layer")
    got = listed(layer(minitorch.tensor([[1.0, 0.0, -2.0]])))
    assert_close(got, [[-4.5, -50.5]], "what the layer gives for (1, 0, -2)")


@pytest.mark.task3_7
@settings(max_examples=10)
@given(st.integers(1, 4), st.integers(1, 4), st.data())
def test_from_torch(n_in: int, n_out: int, data: st.DataObject) -> None:
    """from_torch gives x · weightᵀ + bias, for any sizes, and its layer can learn."""
    weight, bias, x = (data.draw(matrices(n, k)) for n, k in ((n_out, n_in), (1, n_out), (3, n_in)))
    layer = initialization.Linear.from_torch(weight, bias[0])
    out = layer(minitorch.tensor(x))
    expected = np.array(x) @ np.array(weight).T + np.array(bias[0])
    assert_close(listed(out), expected.tolist(), f"from_torch({weight}, {bias[0]})({x})")
    out.sum().backward()
    summed = [[sum(row[i] for row in x)] * n_out for i in range(n_in)]
    grad = layer.weights.value.grad
    assert_close(grad and listed(grad), summed, "the derivative of the sum by its weights")


# Modules in a row


@pytest.mark.task3_7
def test_relu_and_tanh() -> None:
    """ReLU and Tanh are modules without parameters that calculate element by element, with derivatives."""
    numbers = [[-30.0, -1.0, -0.25], [0.5, 2.0, 30.0]]
    for module, value, slope in (
        (initialization.ReLU(), lambda x: max(x, 0.0), lambda x: float(x > 0)),
        (initialization.Tanh(), math.tanh, lambda x: 1 - math.tanh(x) ** 2),
    ):
        called = f"{type(module).__name__}()"
        x = minitorch.tensor(numbers, requires_grad=True)
        out = module(x)
        assert_close(listed(out), mapped(value, numbers), f"{called}({numbers})")
        out.sum().backward()
        assert_close(listed(x.grad), mapped(slope, numbers), f"the derivative of {called} there")
        assert_close(len(module.named_parameters()), 0, f"how many parameters {called} has")


@pytest.mark.task3_7
def test_sequential_by_hand() -> None:
    """Sequential runs its modules in their order: times 2, plus 3, then relu, is not relu, plus 3, times 2."""
    x = minitorch.tensor([[-5.0, 1.0]])
    double, add, relu = affine(2.0, 0.0), affine(1.0, 3.0), initialization.ReLU()
    got = listed(initialization.Sequential(double, add, relu)(x))
    backwards = {"the modules run in reverse order.": [[6.0, 8.0]]}
    assert_close(got, [[0.0, 5.0]], "2 · x + 3, and relu of it, for (-5, 1)", backwards)
    got = listed(initialization.Sequential(relu, add, double)(x))
    assert_close(got, [[6.0, 8.0]], "relu of x, plus 3, times 2, for (-5, 1)")
    assert_close(listed(initialization.Sequential()(x)), [[-5.0, 1.0]], "Sequential()(x) is x")


@pytest.mark.task3_7
def test_sequential_registers_its_modules() -> None:
    """Sequential's modules are its children, named by their places from 0 on, so that their parameters are found."""
    layers = [initialization.Linear(1, 1, initialization.normal) for _ in range(11)]
    network = initialization.Sequential(*layers, initialization.ReLU())
    named = [name for name, _ in network.named_parameters()]
    expected = [f"{n}.{name}" for n in range(11) for name in ("weights", "bias")]
    assert_close(sorted(named), sorted(expected), "the parameters of eleven layers and a ReLU")
    assert_close(len(network.modules()), 12, "how many children there are")
    same = [one is other for one, other in zip(network.modules(), layers)]
    assert_close(same, [True] * 11, "the children are the modules, in their order")


@pytest.mark.task3_7
def test_sequential_of_sequentials() -> None:
    """A Sequential may stand in another one: training mode reaches everything, and so do derivatives."""
    inner = initialization.Sequential(affine(2.0, 1.0), initialization.ReLU())
    network = initialization.Sequential(inner, affine(-3.0, 0.0))
    network.eval()
    assert_close(inner.modules()[1].training, False, "the ReLU inside is in training mode")
    network.train()
    assert_close(inner.modules()[1].training, True, "the ReLU inside is in training mode")
    x = minitorch.tensor([[1.0, -4.0]], requires_grad=True)
    out = network(x)
    assert_close(listed(out), [[-9.0, 0.0]], "-3 · relu(2 · x + 1) for (1, -4)")
    out.sum().backward()
    assert_close(listed(x.grad), [[-6.0, 0.0]], "the derivative by x")


# Measuring


@pytest.mark.task3_7
def test_scales_by_hand() -> None:
    """scales gives the standard deviation after each layer: twice that of the input, then 10 times twice."""
    x = minitorch.tensor([[1.0, 3.0], [5.0, 7.0]])  # mean 4; 3 and 1 away from it; std √5
    layers = [affine(2.0, 100.0), affine(-10.0, 0.0)]
    got = initialization.scales(layers, x)
    expected = [2 * math.sqrt(5), 20 * math.sqrt(5)]
    squares = [np.sqrt((stage**2).mean()) for stage in stages(layers, x)]
    same = [2 * math.sqrt(5), 10 * math.sqrt(5)]
    faults = {
        "it is the root of the mean square: the mean was not subtracted.": floats(squares),
        "each layer gets x, not what the layer before gave.": same,
        "it begins with x itself, before any layer.": [math.sqrt(5), *expected],
        "it is the variance: the root is missing.": [20.0, 2000.0],
    }
    assert_close(got, expected, "scales of 2 · x + 100 and -10 · x for 1, 3, 5, 7", faults)
    assert_close(initialization.scales([], x), [], "scales without any layer")


@pytest.mark.task3_7
@settings(max_examples=15)
@given(st.data())
def test_scales(data: st.DataObject) -> None:
    """scales measures what comes out of each layer, whatever it is."""
    layers, x = data.draw(networks()), tensor_of(data, 3, 2)
    got = initialization.scales(layers, x)
    assert_close(got, [float(stage.std()) for stage in stages(layers, x)], "scales(layers, x)")


@pytest.mark.task3_7
def test_larger_weights_give_larger_scales() -> None:
    """Twice the weights in each of three linear layers give 2, 4 and 8 times the numbers."""
    minitorch.seed(8)
    layers = [initialization.Linear(4, 4, initialization.normal) for _ in range(3)]
    x = initialization.normal(5, 4)
    before = initialization.scales(layers, x)
    for layer in layers:
        layer.weights.update(layer.weights.value * 2.0)
    expected = [factor * scale for factor, scale in zip((2, 4, 8), before)]
    assert_close(initialization.scales(layers, x), expected, "scales with twice the weights")


@pytest.mark.task3_7
def test_gradient_scales_by_hand() -> None:
    """gradient_scales gives the std of derivatives before each layer, the first layer first."""
    x, d_output = minitorch.tensor([[1.0, -3.0]]), minitorch.tensor([[2.0, 6.0]])  # std 2
    layers = [affine(5.0, 1.0), initialization.ReLU(), affine(-3.0, 0.0)]
    # by the chain rule: -3 times (2, 6) is (-6, -18); relu lets the first through; 5 times (-6, 0) is (-30, 0)
    expected = [15.0, 3.0, 6.0]
    faults = {
        "the list begins with the last layer.": expected[::-1],
        "each layer gets d_output, not the derivative of the layer behind it.": [10.0, 1.0, 6.0],
        "these are the derivatives behind the layers, not before them.": [3.0, 6.0, 2.0],
    }
    got = initialization.gradient_scales(layers, x, d_output)
    assert_close(got, expected, "gradient_scales of 5 · x + 1, relu and -3 · x", faults)
    assert_close(initialization.gradient_scales([], x, d_output), [], "without any layer")
    untouched = (x.grad is None, x.requires_grad(), listed(x))
    assert_close(untouched, (True, False, [[1.0, -3.0]]), "whether x is as it was before")


@pytest.mark.task3_7
@settings(max_examples=15)
@given(st.data())
def test_gradient_scales(data: st.DataObject) -> None:
    """gradient_scales agrees with the chain rule: through weights by their transposed, through relu where it is on."""
    layers, x, d_output = data.draw(networks()), tensor_of(data, 3, 2), tensor_of(data, 3, 2)
    outs = [x.to_numpy(), *stages(layers, x)]
    d, expected = d_output.to_numpy(), []
    for layer, before in reversed(list(zip(layers, outs))):
        if isinstance(layer, initialization.ReLU):
            d = d * (before > 0)
        else:
            d = d @ layer.weights.value.to_numpy().T
        expected.insert(0, float(d.std()))
    got = initialization.gradient_scales(layers, x, d_output)
    assert_close(got, expected, "gradient_scales(layers, x, d_output)")
    again = initialization.gradient_scales(layers, x, d_output)
    assert_close(again, expected, "the same, asked again")


@pytest.mark.task3_7
def test_right_scale_by_hand() -> None:
    """right_scale is 1 / √(mean of f(z)²): relu of -3, -1, 1, 3 is 0, 0, 1, 3, with squares of mean 2.5."""
    z = minitorch.tensor([[-3.0, -1.0], [1.0, 3.0]])
    faults = {
        "the mean was subtracted: that is the std, not the root of the mean square.": 1
        / float(np.std([0, 0, 1, 3])),
        "the root is missing.": 1 / 2.5,
        "it is upside down.": math.sqrt(2.5),
    }
    got = initialization.right_scale(initialization.ReLU(), z)
    assert_close(got, 1 / math.sqrt(2.5), "right_scale(ReLU(), z)", faults)
    got = initialization.right_scale(lambda t: t * 0.5, z)
    assert_close(got, 2 / math.sqrt(5), "right_scale of halving, for the same z")


@pytest.mark.task3_7
@pytest.mark.parametrize("name, expected", [("ReLU", math.sqrt(2)), ("Tanh", 1.592537)])
def test_right_scales_of_normal_numbers(name: str, expected: float) -> None:
    """For numbers from a normal distribution, it is √2 for relu, and 1.5925 for tanh."""
    z = minitorch.tensor([NormalDist().inv_cdf((n + 0.5) / 2000) for n in range(2000)])
    got = initialization.right_scale(getattr(initialization, name)(), z)
    message = f"right_scale({name}(), z): got {got:.4f}, expected about {expected:.4f}"
    assert abs(got - expected) < 0.01, message


# What the tests are made with


def cells(tensor: minitorch.Tensor) -> Any:
    """Give all numbers of a tensor in a row."""
    return tensor.to_numpy().ravel()


def listed(tensor: Any) -> Any:
    """Give the numbers of a tensor in lists."""
    return tensor.to_numpy().tolist()


def floats(numbers: Sequence[Any]) -> list[float]:
    """Make plain floats."""
    return [float(number) for number in numbers]


def mapped(f: Callable[[float], float], rows: Sequence[Sequence[float]]) -> list[list[float]]:
    """Apply a function to each number of a table."""
    return [[f(x) for x in row] for row in rows]


def assert_spread(drawn: Any, scale: float, what: str, faults: dict[str, float]) -> None:
    """Assert that numbers lie around 0 with a standard deviation, up to six of its standard errors."""
    __tracebackhide__ = True
    near = 6 / math.sqrt(2 * drawn.size)
    got = float(drawn.std())
    known = [words for words, fault in faults.items() if abs(got / fault - 1) < near]
    said = f"the std of {what}: got {got:.4g}, expected about {scale:.4g}"
    assert abs(got / scale - 1) < near, "\nProbably ".join([said, *known][:2])
    mean = float(drawn.mean())
    message = f"the mean of {what}: got {mean:.4g}, expected about 0"
    assert abs(mean) < 6 * scale / math.sqrt(drawn.size), message


def assert_share(inside: Any, share: float, what: str) -> None:
    """Assert that a share of numbers is as expected, up to six standard errors."""
    __tracebackhide__ = True
    got = float(inside.mean())
    message = f"the share of {what}: got {got:.3f}, expected about {share:.3f}"
    assert abs(got - share) < 6 * math.sqrt(share * (1 - share) / inside.size), message


def affine(factor: float, added: float) -> minitorch.Module:
    """Make a layer of two units that multiplies each number by a factor, and adds something."""
    return initialization.Linear.from_torch([[factor, 0.0], [0.0, factor]], [added] * 2)


def stages(layers: Sequence[Any], x: minitorch.Tensor) -> list[Any]:
    """Compute with NumPy what comes out of each layer."""
    found, a = [], x.to_numpy()
    for layer in layers:
        if isinstance(layer, initialization.ReLU):
            a = np.maximum(a, 0.0)
        else:
            a = a @ layer.weights.value.to_numpy() + layer.bias.value.to_numpy()
        found.append(a)
    return found


def matrices(height: int, width: int) -> st.SearchStrategy[list[list[float]]]:
    """Draw lists of quarters, none of them 0: sums and products of these are exact."""
    quarters = st.sampled_from([n / 4 for n in range(-10, 11) if n])
    row = st.lists(quarters, min_size=width, max_size=width)
    return st.lists(row, min_size=height, max_size=height)


def tensor_of(data: st.DataObject, height: int, width: int) -> minitorch.Tensor:
    """Draw a tensor."""
    return minitorch.tensor(data.draw(matrices(height, width)))


@st.composite
def networks(draw: st.DrawFn) -> list[minitorch.Module]:
    """Draw up to four layers: linear ones from 2 to 2, some with a bias, and relu."""
    layers: list[minitorch.Module] = []
    for relu in draw(st.lists(st.booleans(), min_size=1, max_size=4)):
        if relu:
            layers.append(initialization.ReLU())
        else:
            weight, bias = draw(matrices(2, 2)), draw(matrices(1, 2))[0]
            layers.append(initialization.Linear.from_torch(weight, bias))
    return layers
