"""Task 1.4: the backward of every function, held against slopes measured on plain floats."""

import math
from collections.abc import Callable, Sequence

import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import positive_floats, small_floats

import minitorch

few = settings(max_examples=20)
nonzero_floats = st.one_of(positive_floats, positive_floats.map(lambda x: -x))
factors = st.integers(-4, 4).map(float)

ONE = {  # how a Scalar spells it, and the same for floats
    "-a": lambda x: -x,
    "a.exp()": math.exp,
    "a.sigmoid()": lambda x: 0.5 + 0.5 * math.tanh(x / 2.0),
    "a.relu()": lambda x: max(x, 0.0),
    "2.0 / a": lambda x: 2.0 / x,
    "3.0 * a": lambda x: 3.0 * x,
    "3.0 - a": lambda x: 3.0 - x,
    "a - 3.0": lambda x: x - 3.0,
    "a / 4.0": lambda x: x / 4.0,
    "a * a": lambda x: x * x,
    "a * a * a": lambda x: x * x * x,
    "a * a.exp()": lambda x: x * math.exp(x),
    "(a * a).log()": lambda x: math.log(x * x + 1e-6),
    "(-a).sigmoid() * a": lambda x: (0.5 - 0.5 * math.tanh(x / 2.0)) * x,
    "(a - 9.0).relu() + a": lambda x: x,
}
TWO = {
    "a + b": lambda x, y: x + y,
    "a - b": lambda x, y: x - y,
    "a * b": lambda x, y: x * y,
    "a / b": lambda x, y: x / y,
    "b / a": lambda x, y: y / x,
    "a * b + a": lambda x, y: x * y + x,
    "(a * b).sigmoid() - b": lambda x, y: 0.5 + 0.5 * math.tanh(x * y / 2.0) - y,
    "(a - b) * (a + b)": lambda x, y: (x - y) * (x + y),
}


@pytest.mark.task1_4
@pytest.mark.parametrize("text", ONE)
@few
@given(nonzero_floats, factors)
@example(2.0, 1.0)
@example(-2.0, 1.0)
@example(0.5, 3.0)
@example(0.5, -3.0)
def test_one_number(text: str, x: float, d: float) -> None:
    """The derivative of a function of one number is its slope, times what backward is given."""
    assert_gradient(text, ONE[text], {"a": x}, d)


@pytest.mark.task1_4
@pytest.mark.parametrize("text", TWO)
@few
@given(nonzero_floats, nonzero_floats, factors)
@example(2.0, 3.0, 1.0)
@example(2.0, -3.0, 2.0)
def test_two_numbers(text: str, x: float, y: float, d: float) -> None:
    """Each of two inputs gets the slope in its own direction, the other one standing still."""
    assert_gradient(text, TWO[text], {"a": x, "b": y}, d)


@pytest.mark.task1_4
@pytest.mark.parametrize("text", ["a < b", "a > b", "a == b", "(a < b) * 5.0"])
@few
@given(small_floats, small_floats)
@example(2.0, 3.0)
@example(2.0, 2.0)
def test_comparisons_are_flat(text: str, x: float, y: float) -> None:
    """A comparison is a step, flat on both sides: its derivatives are 0.0, and count as 0.0 at the step too."""
    got = gradient(text, {"a": x, "b": y}, 1.0)
    assert_close(got, [0.0, 0.0], f"derivatives of {text} at a, b = {x}, {y}")


@pytest.mark.task1_4
@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("a.relu()", 0.0, 0.0),
        ("a.relu()", 1e-9, 1.0),
        ("a.relu()", -1e-9, 0.0),
        ("a.sigmoid()", 0.0, 0.25),
        ("a.sigmoid()", 1000.0, 0.0),
        ("a.sigmoid()", -1000.0, 0.0),
        ("a.exp()", 0.0, 1.0),
        ("a.log()", 0.0, 1e6),
        ("a * a", 0.0, 0.0),
        ("0.0 * a", 5.0, 0.0),
    ],
)
def test_corners(text: str, x: float, expected: float) -> None:
    """At corners and far out, derivatives are what the operators say: relu has 0 at 0, sigmoid flattens out."""
    assert_close(gradient(text, {"a": x}, 1.0), [expected], f"derivative of {text} at a = {x}")


@pytest.mark.task1_4
@pytest.mark.parametrize("name", ["Mul", "LT", "EQ"])
def test_two_inputs_two_derivatives(name: str) -> None:
    """The backward of a function of two numbers gives two derivatives, in the order of its inputs."""
    fn = getattr(minitorch.scalar_functions, name)
    ctx = minitorch.Context()
    fn.forward(ctx, 2.0, 3.0)
    got = list(fn.backward(ctx, 10.0))
    expected = [30.0, 20.0] if name == "Mul" else [0.0, 0.0]
    assert_close(got, expected, f"{name}.backward(ctx, 10.0) after forward(ctx, 2.0, 3.0)")


@pytest.mark.task1_4
def test_values_are_saved_in_the_context() -> None:
    """What backward needs of the forward is in the context of that very call: a later call does not change it."""
    a, b = minitorch.Scalar(2.0), minitorch.Scalar(3.0)
    results = [a * b, a.sigmoid(), a.exp(), 1.0 / a]
    c = minitorch.Scalar(-1.0)
    for later in (c * c, c.sigmoid(), c.exp(), 1.0 / c, c.relu()):
        later.backward()
    for result, expected in zip(results, [3.0, 0.1049935854, 7.3890560989, -0.25]):
        a.derivative = None
        result.backward()
        assert_close(
            a.derivative, expected, "derivative of a * b, a.sigmoid(), a.exp() or 1.0 / a at a = 2"
        )


@pytest.mark.task1_4
@settings(max_examples=15)
@given(nonzero_floats, nonzero_floats, nonzero_floats)
@example(1.0, 2.0, -1.0)
def test_a_neuron(w: float, x: float, b: float) -> None:
    """The loss of one neuron, -log(sigmoid(w * x + b)), slopes in all three directions at once."""

    def loss(w: float, x: float, b: float) -> float:
        return -math.log(0.5 + 0.5 * math.tanh((w * x + b) / 2.0) + 1e-6)

    text = "-(w * x + b).sigmoid().log()"
    assert_gradient(text, loss, {"w": w / 2.0, "x": x / 2.0, "b": b / 2.0}, 1.0)


# What the tests are made with


def assert_gradient(
    text: str, on_floats: Callable[..., float], at: dict[str, float], d: float
) -> None:
    """Assert that the derivatives of an expression are d times the slopes measured on floats.

    Args:
        text: The expression, in the names of its Scalars.
        on_floats: The same function of as many floats.
        at: Where: the number of each name.
        d: What backward is given.
    """
    __tracebackhide__ = True
    for name, got, slope in zip(at, gradient(text, at, d), slopes(on_floats, list(at.values()))):
        place = ", ".join(f"{one} = {x}" for one, x in at.items())
        assert_close(got, d * slope, f"{name}.derivative after ({text}).backward({d}) at {place}")


def gradient(text: str, at: dict[str, float], d: float) -> list[float | None]:
    """Calculate an expression on Scalars, walk back from it, and list the derivatives."""
    scalars = {name: minitorch.Scalar(x) for name, x in at.items()}
    eval(text, {}, scalars).backward(d)
    return [scalar.derivative for scalar in scalars.values()]


def slopes(on_floats: Callable[..., float], at: Sequence[float]) -> list[float]:
    """Measure the slope in each direction, by four values around the place: good to seven decimals.

    The error of f(x - 2h) - 8 f(x - h) + 8 f(x + h) - f(x + 2h) over 12h shrinks with the fourth power of h.
    """
    h = 1e-3
    measured = []
    for arg in range(len(at)):
        near, far = (
            [on_floats(*at[:arg], at[arg] + side, *at[arg + 1 :]) for side in (-step, step)]
            for step in (h, 2.0 * h)
        )
        slope = (8.0 * (near[1] - near[0]) - (far[1] - far[0])) / (12.0 * h)
        measured.append(round(slope, 7))
    return measured
