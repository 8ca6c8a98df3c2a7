"""Task 1.2: calculating with Scalars, and what they remember of it."""

from __future__ import annotations

import math
import operator
from typing import Any

import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from strategies import positive_floats, small_floats

import minitorch

few = settings(max_examples=20)

ARITHMETIC = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISONS = {"<": operator.lt, ">": operator.gt, "==": operator.eq}


# What comes out


@pytest.mark.task1_2
@pytest.mark.parametrize("sign", ARITHMETIC)
@few
@given(small_floats, positive_floats)
@example(2.0, 3.0)
def test_arithmetic(sign: str, x: float, y: float) -> None:
    """Scalars add, subtract, multiply and divide like numbers, with each other and with floats on either side."""
    expected = ARITHMETIC[sign](x, y)
    for a, b in both_ways(x, y):
        assert_number(ARITHMETIC[sign](a, b), expected, f"{spell(a)} {sign} {spell(b)}")


@pytest.mark.task1_2
@pytest.mark.parametrize("sign", COMPARISONS)
@few
@given(small_floats, small_floats)
@example(2.0, 3.0)
@example(3.0, 2.0)
def test_comparisons(sign: str, x: float, y: float) -> None:
    """a < b, a > b and a == b are 1.0 where they are true, else 0.0; equal numbers are neither less nor greater."""
    for near in (y, x, math.nextafter(x, math.inf), math.nextafter(x, -math.inf)):
        expected = 1.0 if COMPARISONS[sign](x, near) else 0.0
        for a, b in ((minitorch.Scalar(x), minitorch.Scalar(near)), (minitorch.Scalar(x), near)):
            assert_number(COMPARISONS[sign](a, b), expected, f"{spell(a)} {sign} {spell(b)}")


@pytest.mark.task1_2
@pytest.mark.parametrize("sign", COMPARISONS)
@few
@given(small_floats, small_floats)
@example(2.0, 3.0)
@example(3.0, 2.0)
def test_comparisons_of_plain_numbers(sign: str, x: float, y: float) -> None:
    """A plain number may stand on the left too. Python then asks the Scalar: 2 < a as a > 2, and 2 > a as a < 2."""
    for near in (y, x, math.nextafter(x, math.inf), math.nextafter(x, -math.inf)):
        expected = 1.0 if COMPARISONS[sign](x, near) else 0.0
        what = f"{x} {sign} {spell(minitorch.Scalar(near))}"
        assert_number(COMPARISONS[sign](x, minitorch.Scalar(near)), expected, what)


@pytest.mark.task1_2
def test_whole_numbers() -> None:
    """A plain int will do in place of a float, on either side."""
    a = minitorch.Scalar(3.0)
    assert_number(a + 2, 5.0, "Scalar(3.0) + 2")
    assert_number(a - 2, 1.0, "Scalar(3.0) - 2")
    assert_number(2 - a, -1.0, "2 - Scalar(3.0)")
    assert_number(2 / a, 2.0 / 3.0, "2 / Scalar(3.0)")
    assert_number(a < 4, 1.0, "Scalar(3.0) < 4")
    assert_number(4 > a, 1.0, "4 > Scalar(3.0)")
    assert_number(a == 3, 1.0, "Scalar(3.0) == 3")


@pytest.mark.task1_2
@few
@given(small_floats)
@example(2.0)
@example(-2.0)
def test_negation(x: float) -> None:
    """-a has the other sign."""
    assert_number(-minitorch.Scalar(x), -x, f"-Scalar({x})")


@pytest.mark.task1_2
@few
@given(small_floats)
@example(0.0)
@example(1.0)
def test_exp(x: float) -> None:
    """a.exp() is e to the power a."""
    assert_number(minitorch.Scalar(x).exp(), math.exp(x), f"Scalar({x}).exp()")


@pytest.mark.task1_2
@few
@given(positive_floats)
@example(1.0)
@example(0.0)
def test_log(x: float) -> None:
    """a.log() is the logarithm of the operators, which adds 1e-6 first, so that 0 has one too."""
    assert_number(minitorch.Scalar(x).log(), math.log(x + 1e-6), f"Scalar({x}).log()")


@pytest.mark.task1_2
@few
@given(small_floats)
@example(0.0)
@example(1000.0)
@example(-1000.0)
def test_sigmoid(x: float) -> None:
    """a.sigmoid() is 1 / (1 + e^-a), and overflows nowhere."""
    expected = 0.5 + 0.5 * math.tanh(x / 2)
    assert_number(minitorch.Scalar(x).sigmoid(), expected, f"Scalar({x}).sigmoid()")


@pytest.mark.task1_2
@few
@given(small_floats)
@example(2.0)
@example(-2.0)
def test_relu(x: float) -> None:
    """a.relu() is a where it is positive, else 0."""
    assert_number(minitorch.Scalar(x).relu(), x if x > 0.0 else 0.0, f"Scalar({x}).relu()")


@pytest.mark.task1_2
@few
@given(positive_floats)
@example(2.0)
def test_inv(x: float) -> None:
    """Inv.forward gives 1/x, for negative x too."""
    for one in (x, -x):
        got = minitorch.scalar_functions.Inv.forward(minitorch.Context(), one)
        assert_close(got, 1.0 / one, f"Inv.forward(ctx, {one})")


@pytest.mark.task1_2
@few
@given(small_floats, small_floats)
@example(2.0, -2.0)
def test_long_expression(x: float, y: float) -> None:
    """Results are Scalars again, so that expressions may be as long as one likes."""
    a, b = minitorch.Scalar(x), minitorch.Scalar(y)
    got = (1.0 - (a * b + 2.0).sigmoid()) / (-a).exp() + (a - b).relu() * (a < b) - b
    sigmoid = 0.5 + 0.5 * math.tanh((x * y + 2.0) / 2.0)
    expected = (1.0 - sigmoid) / math.exp(-x) + max(x - y, 0.0) * float(x < y) - y
    text = "(1.0 - (a * b + 2.0).sigmoid()) / (-a).exp() + (a - b).relu() * (a < b) - b"
    assert_number(got, expected, f"{text} with a = {x}, b = {y}")


# What is remembered


@pytest.mark.task1_2
@pytest.mark.parametrize(
    ("text", "fn", "inputs"),
    [
        ("a + b", "Add", "ab"),
        ("a * b", "Mul", "ab"),
        ("a < b", "LT", "ab"),
        ("a > b", "LT", "ba"),
        ("a == b", "EQ", "ab"),
        ("-a", "Neg", "a"),
        ("a.exp()", "Exp", "a"),
        ("a.log()", "Log", "a"),
        ("a.sigmoid()", "Sigmoid", "a"),
        ("a.relu()", "ReLU", "a"),
    ],
)
def test_history(text: str, fn: str, inputs: str) -> None:
    """A result remembers the function that made it, and its inputs: the Scalars themselves, in order, and no copies."""
    known = {"a": minitorch.Scalar(2.0), "b": minitorch.Scalar(3.0)}
    result = eval(text, {}, known)
    assert_close(made_by(result), fn, f"what made {text}: the function its docstring names")
    names = [name_of(one, known) for one in result.history.inputs]
    assert_close(names, list(inputs), f"({text}).history.inputs")


@pytest.mark.task1_2
@pytest.mark.parametrize(
    ("text", "leaves"),
    [
        ("a + b", "ab"),
        ("a - b", "ab"),
        ("a / b", "ab"),
        ("a - a", "a"),
        ("a + 2.0", "a"),
        ("2 + a", "a"),
        ("a - 2.0", "a"),
        ("2 - a", "a"),
        ("2.0 / a", "a"),
        ("a < 2.0", "a"),
        ("2 < a", "a"),
        ("a == 2.0", "a"),
        ("(a * b).exp() - a", "ab"),
    ],
)
def test_leaves(text: str, leaves: str) -> None:
    """Whoever walks back through the inputs comes to the Scalars that were put in, and plain numbers are no leaves."""
    known = {"a": minitorch.Scalar(2.0), "b": minitorch.Scalar(3.0)}
    got = {name_of(one, known) for one in leaves_of(eval(text, {}, known))}
    assert_close(sorted(got), list(leaves), f"the leaves that {text} is made of")


@pytest.mark.task1_2
@pytest.mark.parametrize("text", ["a + b", "a - b", "a < b", "a == b", "-a", "a.relu()", "2.0 - a"])
def test_operands_stay_as_they_were(text: str) -> None:
    """Calculating makes a new Scalar: the operands keep their numbers, are leaves as before, and have no derivative."""
    a, b = minitorch.Scalar(2.0), minitorch.Scalar(3.0)
    result = eval(text, {}, {"a": a, "b": b})
    assert_close(result is a or result is b, False, f"({text}) is a or b itself")
    assert_close([a.data, b.data], [2.0, 3.0], f"[a.data, b.data] after {text}")
    assert_close(
        [a.is_leaf(), b.is_leaf()], [True, True], f"[a.is_leaf(), b.is_leaf()] after {text}"
    )
    assert_close([a.derivative, b.derivative], [None, None], f"derivatives of a and b after {text}")


# What the tests are made with


def assert_number(got: Any, expected: float, what: str) -> None:
    """Assert that a result is a Scalar that holds the expected number."""
    __tracebackhide__ = True
    assert_close(type(got).__name__, "Scalar", f"type({what})")
    assert_close(got.data, expected, f"({what}).data")


def both_ways(x: float, y: float) -> list[tuple[Any, Any]]:
    """Pair two numbers as two Scalars, and as a Scalar and a float on either side."""
    a, b = minitorch.Scalar(x), minitorch.Scalar(y)
    return [(a, b), (minitorch.Scalar(x), y), (x, minitorch.Scalar(y))]


def spell(operand: Any) -> str:
    """Spell a number or a Scalar as one would type it."""
    return f"Scalar({operand.data!r})" if isinstance(operand, minitorch.Scalar) else repr(operand)


def made_by(result: minitorch.Scalar) -> str:
    """Name the function that made a result; what no function made, is a leaf or a constant."""
    if result.history is None:
        return "none: it is a constant"
    if result.history.last_fn is None:
        return "none: it is a leaf"
    return result.history.last_fn.__name__


def name_of(one: minitorch.Scalar, known: dict[str, minitorch.Scalar]) -> str:
    """Name a Scalar; a copy is not what was known."""
    return next((name for name, scalar in known.items() if scalar is one), "another Scalar")


def leaves_of(result: minitorch.Scalar) -> list[minitorch.Scalar]:
    """List the leaves that a result is made of, as often as there are ways to them."""
    if result.is_constant():
        return []
    if result.is_leaf():
        return [result]
    return [leaf for one in result.history.inputs for leaf in leaves_of(one)]
