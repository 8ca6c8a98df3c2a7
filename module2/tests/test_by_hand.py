"""Task 2.8: a network by hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import small_floats
from tensors import Values, assert_tensor

import minitorch
from project import by_hand

SIZES = st.tuples(*[st.integers(1, 4)] * 3)  # points, inputs, hidden units
NAMES = ("x", "y", "w1", "b1", "w2", "b2")
X = [[1.0, 2.0], [3.0, -1.0]]  # the network of the guide
Y = [3.0, 10.0]
W1, B1 = [[1.0, 0.0], [1.0, -1.0]], [0.0, 1.0]
W2, B2 = [[2.0], [3.0]], [-1.0]


# One layer at a time


@pytest.mark.task2_8
def test_a_call_is_remembered() -> None:
    """A call returns what forward gives; backward hands that result and the arguments to bwd, the very objects."""
    got: list[Any] = []

    class Both(by_hand.LayerFunction):
        def forward(self, a: minitorch.Tensor, b: minitorch.Tensor) -> minitorch.Tensor:
            return a + b

        def bwd(self, *all: minitorch.Tensor) -> None:
            got.append(all)

    a, b, c = (minitorch.tensor([n]) for n in (1.0, 2.0, 3.0))
    layer = Both()
    layer(c, b)
    out = layer(a, b)
    assert_tensor(out, [3.0], "layer(a, b), where forward is a + b")
    layer.backward()
    assert_close(len(got), 1, "how often backward() called bwd")
    same = [one is other for one, other in zip(got[0], (out, a, b))]
    assert_close(same, [True] * 3, "did bwd(out, a, b) get the result and the arguments themselves")


@pytest.mark.task2_8
def test_relu() -> None:
    """Relu hands on the derivative where its input is positive; elsewhere, also at 0, it is 0."""
    inp, out = through(by_hand.Relu, [[-2.0, 0.0, 0.5, 3.0]], [[5.0, 6.0, -7.0, 8.0]])
    assert_tensor(out, [[0.0, 0.0, 0.5, 3.0]], "Relu()(tensor([[-2, 0, 0.5, 3]]))")
    assert_tensor(g(inp), [[0.0, 0.0, -7.0, 8.0]], "inp.g, where out.g = [[5, 6, -7, 8]]")


@pytest.mark.task2_8
def test_tanh() -> None:
    """Tanh has slope 1 - t² where its value is t: 1 at 0, and 0 far away, where it is 1 or -1."""
    inp, out = through(by_hand.Tanh, [[0.0, 1.0, -800.0, 800.0]], [[5.0, 10.0, 5.0, 5.0]])
    assert_tensor(out, [[0.0, 0.7615941559557649, -1.0, 1.0]], "Tanh() of 0, 1, -800 and 800")
    slopes = [[5.0, 4.199743416140260, 0.0, 0.0]]
    assert_tensor(g(inp), slopes, "inp.g, where out.g = [[5, 10, 5, 5]]")


@pytest.mark.task2_8
def test_linear_by_hand() -> None:
    """A linear layer of 2 inputs and 1 unit: inp.g = out.g wᵀ, w.g = inpᵀ out.g, b.g = the sum of out.g over points."""
    w, b = minitorch.tensor([[2.0], [3.0]]), minitorch.tensor([-1.0])
    inp, out = through(lambda: by_hand.Lin(w, b), [[3.0, 0.0], [2.0, 2.0]], [[2.0], [-1.0]])
    assert_tensor(out, [[5.0], [9.0]], "Lin(w, b)(inp), where inp = [[3, 0], [2, 2]]")
    assert_tensor(g(inp), [[4.0, 6.0], [-2.0, -3.0]], "inp.g, where out.g = [[2], [-1]]")
    assert_tensor(g(w), [[4.0], [-2.0]], "w.g")
    assert_tensor(g(b), [1.0], "b.g")


@pytest.mark.task2_8
@settings(max_examples=25)
@given(SIZES, st.data())
@example((1, 3, 2), None)
@example((3, 2, 1), None)
@example((1, 1, 1), None)
def test_linear(sizes: tuple[int, int, int], data: Any) -> None:
    """The derivatives of a linear layer are right, each in the shape of its tensor, for any numbers of all three."""
    points, n_in, n_out = sizes
    x, w, d = (drawn(data, *s) for s in ((points, n_in), (n_in, n_out), (points, n_out)))
    b = drawn(data, n_out)
    weights, biases = minitorch.tensor(w.tolist()), minitorch.tensor(b.tolist())
    inp, out = through(lambda: by_hand.Lin(weights, biases), x.tolist(), d.tolist())
    told = f"where inp = {x.tolist()}, w = {w.tolist()}, b = {b.tolist()}"
    assert_tensor(out, x @ w + b, f"Lin(w, b)(inp), {told}")
    told += f", out.g = {d.tolist()}"
    assert_tensor(g(inp), d @ w.T, f"inp.g of a linear layer, {told}")
    assert_tensor(g(weights), x.T @ d, f"w.g of a linear layer, {told}")
    assert_tensor(g(biases), d.sum(0), f"b.g of a linear layer, {told}")


@pytest.mark.task2_8
def test_mse_by_hand() -> None:
    """The mean of the squares of output - target; its derivative is 2 / N times output - target, of shape (N, 1)."""
    inp, targ = minitorch.tensor([[5.0], [9.0], [1.0]]), minitorch.tensor([3.0, 10.0, 5.0])
    mse = by_hand.Mse()
    loss = mse(inp, targ)
    mse.backward()
    assert_tensor(loss, [7.0], "Mse() of [[5], [9], [1]] and [3, 10, 5]")
    got = np.array(g(inp).to_numpy() if g(inp) is not None else []).tolist()
    expected = [[4 / 3], [-2 / 3], [-8 / 3]]
    faults = {
        "the 2 of the square's slope is missing.": [[2 / 3], [-1 / 3], [-4 / 3]],
        "it is not divided by N, though the loss is a mean.": [[4.0], [-2.0], [-8.0]],
        "the derivative has shape (N,).": [4 / 3, -2 / 3, -8 / 3],
        "it is target - output.": [[-4 / 3], [2 / 3], [8 / 3]],
    }
    assert_close(got, expected, "inp.g after mse(inp, targ) and backward()", faults)


@pytest.mark.task2_8
def test_mse_of_one_point() -> None:
    """A batch may hold one point: only the last dimension of the outputs is left out, not every one of size 1."""
    inp, targ = minitorch.tensor([[5.0]]), minitorch.tensor([3.0])
    mse = by_hand.Mse()
    assert_tensor(mse(inp, targ), [4.0], "Mse() of [[5]] and [3]")
    mse.backward()
    assert_tensor(g(inp), [[4.0]], "inp.g after Mse() of [[5]] and [3]")


@pytest.mark.task2_8
@pytest.mark.parametrize(
    ("outputs", "targets"),
    [((3, 1), (3, 1)), ((3, 1), (1,)), ((1, 1), (3,)), ((3,), (3,)), ((3, 2), (3,)), ((3, 1), ())],
)
def test_mse_looks_at_shapes(outputs: tuple[int, ...], targets: tuple[int, ...]) -> None:
    """A loss refuses outputs that are not (N, 1), and targets that are not (N,): broadcasting would hide mistakes."""
    inp, targ = minitorch.zeros(outputs), minitorch.zeros(targets)
    try:
        loss = by_hand.Mse()(inp, targ)
    except minitorch.IndexingError:
        return
    raise AssertionError(
        f"Mse() of outputs of shape {outputs} and targets of shape {targets}: "
        f"got {loss.to_numpy().tolist()}, expected an IndexingError"
    )


# The whole network


@pytest.mark.task2_8
def test_the_model_of_the_guide() -> None:
    """The loss and the derivatives of the guide's network are those of its table, from the loss backward."""
    x, y, w1, b1, w2, b2 = tensors_of(X, Y, W1, B1, W2, B2)
    first, relu, second = by_hand.Lin(w1, b1), by_hand.Relu(), by_hand.Lin(w2, b2)
    model = by_hand.Model([first, relu, second], by_hand.Mse())
    assert_tensor(model(x, y), [2.5], "the loss of the guide's model")
    model.backward()
    expected = [
        ("w2", w2, [[4.0], [-2.0]]),
        ("b2", b2, [1.0]),
        ("w1", w1, [[-2.0, -9.0], [10.0, 3.0]]),
        ("b1", b1, [2.0, -3.0]),
        ("x", x, [[4.0, 4.0], [-2.0, 1.0]]),
    ]
    for name, tensor, numbers in expected:
        assert_tensor(g(tensor), numbers, f"{name}.g of the guide's model")


@pytest.mark.task2_8
@settings(max_examples=15)
@given(SIZES, st.sampled_from(("Relu", "Tanh")), st.data())
@example((1, 2, 3), "Tanh", None)
@example((3, 1, 1), "Relu", None)
def test_models(sizes: tuple[int, int, int], name: str, data: Any) -> None:
    """The derivatives of a model are the slopes of its loss, found without any of its layers."""
    points, n_in, hidden = sizes
    shapes = [(points, n_in), (points,), (n_in, hidden), (hidden,), (hidden, 1), (1,)]
    values = [drawn(data, *shape) for shape in shapes]
    between = {"Relu": relu, "Tanh": np.tanh}[name]
    x, y, w1, b1, w2, b2 = tensors_of(*(value.tolist() for value in values))
    layers = [by_hand.Lin(w1, b1), getattr(by_hand, name)(), by_hand.Lin(w2, b2)]
    model = by_hand.Model(layers, by_hand.Mse())
    told = f"a model of {n_in} inputs and {hidden} units with {name}, {points} points"
    assert_tensor(model(x, y), [float(loss_of(values, between))], f"the loss of {told}")
    model.backward()
    for place, tensor in zip((0, 2, 3, 4, 5), (x, w1, b1, w2, b2)):
        assert_tensor(g(tensor), slopes(values, place, between), f"{NAMES[place]}.g of {told}")


@pytest.mark.task2_8
def test_nothing_is_left_of_earlier_calls() -> None:
    """After another call, with other points and other parameters, backward sets the derivatives of that call alone."""
    x, y, w1, b1, w2, b2 = tensors_of(X, Y, W1, B1, W2, B2)
    first, second = by_hand.Lin(w1, b1), by_hand.Lin(w2, b2)
    model = by_hand.Model([first, by_hand.Relu(), second], by_hand.Mse())
    for _ in range(2):
        model(*tensors_of([[7.0, 7.0]], [1.0]))
        model.backward()
        assert_tensor(model(x, y), [2.5], "the loss of the second call of a model")
        model.backward()
        assert_tensor(g(w1), [[-2.0, -9.0], [10.0, 3.0]], "w1.g after the second call of a model")
        assert_tensor(g(b2), [1.0], "b2.g after the second call of a model")
    b2[0] = 0.0
    assert_tensor(model(x, y), [4.5], "the loss of a model after b2[0] = 0.0")
    model.backward()
    assert_tensor(g(b2), [3.0], "b2.g of a model after b2[0] = 0.0")


@pytest.mark.task2_8
def test_deep_models() -> None:
    """A model may have any number of layers, and each goes back with what arrived from the one behind it."""
    x, y, w, b = tensors_of([[2.0]], [0.0], [[3.0]], [0.0])
    for depth in range(1, 5):
        layers = [by_hand.Lin(*tensors_of([[3.0]], [0.0])) for _ in range(depth - 1)]
        model = by_hand.Model([*layers, by_hand.Lin(w, b)], by_hand.Mse())
        model(x, y)
        model.backward()
        out = 2.0 * 3.0**depth
        what = f"of a model of {depth} linear layers that each multiply by 3, at x = 2"
        assert_tensor(g(x), [[2.0 * out * 3.0**depth]], f"x.g {what}")
        assert_tensor(g(w), [[2.0 * out * out / 3.0]], f"w.g of the last layer {what}")


@pytest.mark.task2_8
def test_the_model_works_without_autodiff(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand means by hand: the model goes backward without Tensor.backward, and no tensor gets a history."""

    def refuse(self: Any, *_: Any) -> None:
        raise AssertionError("by hand: a layer asked autodiff for its derivatives")

    monkeypatch.setattr(minitorch.Tensor, "backward", refuse)
    monkeypatch.setattr(minitorch.Tensor, "chain_rule", refuse)
    x, y, w1, b1, w2, b2 = tensors_of(X, Y, W1, B1, W2, B2)
    layers = [by_hand.Lin(w1, b1), by_hand.Relu(), by_hand.Tanh(), by_hand.Lin(w2, b2)]
    model = by_hand.Model(layers, by_hand.Mse())
    model(x, y)
    model.backward()
    assert_close(g(w1).requires_grad(), False, "has w1.g of a model by hand a history")


# NumPy alone


@pytest.mark.task2_8
def test_numpy_by_hand() -> None:
    """In NumPy, the guide's network has the same loss and the same derivatives."""
    arrays = [np.array(each) for each in (X, Y, W1, B1, W2, B2)]
    loss, *derivatives = by_hand.forward_and_backward(*arrays)
    assert_close(loss, 2.5, "the loss of forward_and_backward, NumPy")
    expected = ([[-2.0, -9.0], [10.0, 3.0]], [2.0, -3.0], [[4.0], [-2.0]], [1.0])
    for name, got, numbers in zip(("w1", "b1", "w2", "b2"), derivatives, expected):
        assert_array(got, numbers, f"the derivative by {name} in NumPy, for the guide's network")
    unchanged = [array.tolist() for array in arrays] == [X, Y, W1, B1, W2, B2]
    assert_close(unchanged, True, "are the arrays as they were after forward_and_backward, NumPy")


@pytest.mark.task2_8
@settings(max_examples=25)
@given(SIZES, st.data())
@example((1, 1, 1), None)
@example((1, 3, 2), None)
@example((4, 2, 3), None)
def test_numpy(sizes: tuple[int, int, int], data: Any) -> None:
    """In NumPy, loss and derivatives are right for any numbers of points, inputs and hidden units."""
    points, n_in, hidden = sizes
    shapes = [(points, n_in), (points,), (n_in, hidden), (hidden,), (hidden, 1), (1,)]
    values = [drawn(data, *shape) for shape in shapes]
    told = f"in NumPy, with {points} points, {n_in} inputs, {hidden} hidden units"
    loss, *derivatives = by_hand.forward_and_backward(*(value.copy() for value in values))
    assert_close(loss, float(loss_of(values, relu)), f"loss {told}")
    for place, got in zip((2, 3, 4, 5), derivatives):
        expected = slopes(values, place, relu).tolist()
        assert_array(got, expected, f"the derivative by {NAMES[place]} {told}")


# What the tests are made with


def through(
    make: Callable[[], Any], numbers: Any, d: Any
) -> tuple[minitorch.Tensor, minitorch.Tensor]:
    """Run a layer forward and backward from the derivative d, and return its input and its output."""
    inp = minitorch.tensor(numbers)
    layer = make()
    out = layer(inp)
    out.g = minitorch.tensor(d)
    layer.backward()
    return inp, out


def tensors_of(*lists: Any) -> list[minitorch.Tensor]:
    """Make a tensor of each list."""
    return [minitorch.tensor(numbers) for numbers in lists]


def g(tensor: minitorch.Tensor) -> Any:
    """Read what was put into g; None if nothing was."""
    return getattr(tensor, "g", None)


def drawn(data: Any, *shape: int) -> Values:
    """Draw an array; without data, take short numbers that all differ."""
    count = int(np.prod(shape))
    if data is None:
        return (7 * np.arange(count) % 11 - 4.5).reshape(shape) / 2
    numbers = data.draw(st.lists(small_floats, min_size=count, max_size=count), f"{shape}")
    return np.array(numbers).reshape(shape) / 20


def relu(z: Any) -> Any:
    """Apply relu to an array, also of complex numbers."""
    return np.where(z.real > 0.0, z, 0.0)


def loss_of(values: list[Any], between: Callable[[Any], Any]) -> Any:
    """Compute the loss of a network of one hidden layer, point by point."""
    x, y, w1, b1, w2, b2 = values
    errors = [between(row @ w1 + b1) @ w2[:, 0] + b2[0] - target for row, target in zip(x, y)]
    return sum(error * error for error in errors) / len(errors)


def slopes(values: list[Values], place: int, between: Callable[[Any], Any]) -> Values:
    """Find how fast the loss grows with each number of one of the arrays.

    A step of i * h makes f(x) into f(x) + i * h * f'(x): what is imaginary is the slope, and no difference of two
    nearly equal numbers spoils it. (Squire and Trapp, 1998, "Using complex variables to estimate derivatives".)
    """
    found, h = np.zeros(values[place].shape), 1e-20
    for index in np.ndindex(*found.shape):
        moved = [value.astype(complex) for value in values]
        moved[place][index] += 1j * h
        found[index] = loss_of(moved, between).imag / h
    return found


def assert_array(got: Any, expected: Any, what: str) -> None:
    """Assert that a result is an array of the expected shape and numbers."""
    __tracebackhide__ = True
    if not isinstance(got, np.ndarray):
        raise AssertionError(f"{what}: got {got!r}, expected an array")
    shape = list(np.shape(expected))
    assert_close(list(got.shape), shape, f"the shape of {what}")
    assert_close(got.tolist(), expected, what)
