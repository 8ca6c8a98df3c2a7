"""Task 1.8: what was run becomes a formula, and three ways to a slope agree. (In place of SymPy: see algebra.py.)"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from algebra import Algebra, in_order, symbols_in, value
from comparison import assert_close
from hypothesis import example, given, settings
from strategies import positive_floats, small_floats

import minitorch
from minitorch import operators, scalar_functions
from project import symbols

few = settings(max_examples=15)
SYMPY = Algebra()
POINT = {"x": 1.5, "y": -2.0}  # where formulas are looked at; they were run elsewhere

RULES: dict[str, tuple[str, Callable[..., float]]] = {
    "Add": ("xy", lambda x, y: x + y),
    "Mul": ("xy", lambda x, y: x * y),
    "Neg": ("x", lambda x: -x),
    "Inv": ("x", lambda x: 1.0 / x),
    "Log": ("x", lambda x: math.log(x + 1e-6)),
    "Exp": ("x", math.exp),
    "Sigmoid": ("x", lambda x: 1.0 / (1.0 + math.exp(-x))),
    "ReLU": ("x", lambda x: max(x, 0.0)),
}
FORMULAS: dict[str, Callable[[float, float], float]] = {
    "x": lambda x, y: x,
    "(x + y) * x": lambda x, y: (x + y) * x,
    "x - y": lambda x, y: x - y,
    "x / y + 2.0": lambda x, y: x / y + 2.0,
    "5.0 - 3.0 * x": lambda x, y: 5.0 - 3.0 * x,
    "x * x * x": lambda x, y: x**3,
    "(x * y).exp()": lambda x, y: math.exp(x * y),
    "(y * y).log() + y.relu()": lambda x, y: math.log(y * y + 1e-6) + max(y, 0.0),
    "x.sigmoid() * x": lambda x, y: x / (1.0 + math.exp(-x)),
}


@pytest.mark.task1_8
@pytest.mark.parametrize("name", RULES)
@few
@given(positive_floats, small_floats)
@example(1e-6, 0.0)
def test_rules(name: str, x: float, y: float) -> None:
    """The rule of a function gives the formula of its value: what forward computes, log with its EPS."""
    inputs, expected = RULES[name]
    rule = symbols.rules(SYMPY)[getattr(scalar_functions, name)]
    formula = rule(*(SYMPY.Symbol(each) for each in inputs))
    got = value(formula, {"x": x, "y": y})
    call = f"rules(sympy)[{name}]({', '.join(inputs)}) at x, y = {x}, {y}"
    assert_close(got, expected(*(x, y)[: len(inputs)]), call)


@pytest.mark.task1_8
@pytest.mark.parametrize("x", [-3.0, -0.5])
def test_rules_of_negative_numbers(x: float) -> None:
    """The formula of relu holds back negative numbers, and that of the sigmoid goes down to 0."""
    rules, symbol = symbols.rules(SYMPY), SYMPY.Symbol("x")
    relu = value(rules[scalar_functions.ReLU](symbol), {"x": x})
    assert_close(relu, 0.0, f"the rule of ReLU at x = {x}")
    sigmoid = value(rules[scalar_functions.Sigmoid](symbol), {"x": x})
    assert_close(sigmoid, operators.sigmoid(x), f"the rule of Sigmoid at x = {x}")


@pytest.mark.task1_8
@pytest.mark.parametrize("text", FORMULAS)
def test_symbols_of_what_was_run(text: str) -> None:
    """The formula holds everywhere, not only where it was run: leaves become symbols, constants stay numbers."""
    formula, _ = translated(text, 2.0, 2.0)
    expected = FORMULAS[text](**POINT)
    call = f"to_sympy of {text}, run at x, y = 2.0, 2.0, and then evaluated at {POINT}"
    assert_close(value(formula, POINT), expected, call)
    assert_close(sorted(symbols_in(formula)), used(text), f"the symbols of {text}")


@pytest.mark.task1_8
def test_symbols_of_leaves_without_names() -> None:
    """A leaf that has no name counts as the number that it holds."""
    x, weight = minitorch.Scalar(2.0), minitorch.Scalar(0.5)
    formula = symbols.to_sympy(x * weight + weight, {x.unique_id: "x"}, SYMPY)
    assert_close(value(formula, {"x": 4.0}), 2.5, "x * weight + weight at x = 4.0, weight is 0.5")
    assert_close(sorted(symbols_in(formula)), ["x"], "its symbols")


@pytest.mark.task1_8
def test_symbols_of_numbers_alone() -> None:
    """Constants, and what was made of them alone, are numbers."""
    constant = minitorch.Scalar(7.0, history=None)
    got = [value(symbols.to_sympy(each, {}, SYMPY), {}) for each in (constant, constant * 2.0)]
    assert_close(got, [7.0, 14.0], "to_sympy of the constant 7.0, and of 7.0 * 2.0")


@pytest.mark.task1_8
@pytest.mark.parametrize("text, name", [("(x < y) * x", "LT"), ("(x == y) + x", "EQ")])
def test_symbols_of_functions_without_a_rule(text: str, name: str) -> None:
    """A function that has no rule is a ValueError that names it."""
    with pytest.raises(ValueError, match=name):
        translated(text, 2.0, 3.0)


@pytest.mark.task1_8
def test_symbols_are_made_once() -> None:
    """Doubled twelve times, x is in a formula of a few parts, not of 4,096: each scalar is translated once."""
    x = minitorch.Scalar(1.0)
    total = x
    for _ in range(12):
        total = total + total
    formula = symbols.to_sympy(total, {x.unique_id: "x"}, SYMPY)
    assert_close(value(formula, {"x": 0.5}), 2048.0, "x doubled twelve times, at x = 0.5")
    parts = len(in_order(formula))
    assert_close(parts < 100, True, f"{parts} parts, about one for each of 12 steps")


@pytest.mark.task1_8
def test_symbols_of_a_deep_graph() -> None:
    """A graph may be thousands of steps deep: more than calls can be within one another."""
    x = minitorch.Scalar(1.0)
    total = x
    for _ in range(3_000):
        total = total + 0.5
    formula = symbols.to_sympy(total, {x.unique_id: "x"}, SYMPY)
    assert_close(value(formula, {"x": 2.0}), 1502.0, "x + 0.5 + 0.5 + …, 3,000 times, at x = 2.0")


@pytest.mark.task1_8
def test_three_ways_by_hand() -> None:
    """x · y at (3, 5) has the slopes 5 and 3, whoever is asked."""
    got = symbols.three_ways(lambda x, y: x * y, [3.0, 5.0], SYMPY)
    assert_close(plain(got), [(5.0, 5.0, 5.0), (3.0, 3.0, 3.0)], "three_ways of x * y at [3, 5]")


@pytest.mark.task1_8
@few
@given(positive_floats, positive_floats)
def test_three_ways_agree(x: float, y: float) -> None:
    """Of any function, three opinions on each slope, those by unused inputs included."""

    def f(a: Any, b: Any, c: Any) -> Any:
        return (a / b).sigmoid() * a + (-(a * b)).exp() + (a.relu() * b).log()

    got = symbols.three_ways(f, (x, y, 4), SYMPY)
    s, e = 1.0 / (1.0 + math.exp(-x / y)), math.exp(-x * y)
    bump, ratio = s * (1.0 - s) * x / y, 1.0 / (x * y + 1e-6)
    by_x = s + bump - y * e + y * ratio
    by_y = -bump * x / y - x * e + x * ratio
    expected = [(by_x,) * 3, (by_y,) * 3, (0.0,) * 3]
    assert_close(plain(got), expected, f"three_ways of {f.__name__} at [{x}, {y}, 4]")


@pytest.mark.task1_8
def test_three_ways_are_three(monkeypatch: pytest.MonkeyPatch) -> None:
    """When a backward is wrong, the two others say so: each of the three finds its slope in its own way."""
    wrong = staticmethod(lambda ctx, d_output: 100.0 * d_output)
    monkeypatch.setattr(scalar_functions.Neg, "backward", wrong)
    got = symbols.three_ways(lambda x: -x, [2.0], SYMPY)
    call = "three_ways of -x, where Neg.backward is wrong, and gives 100"
    assert_close(plain(got), [(-1.0, 100.0, -1.0)], call)


# What the tests are made with


def translated(text: str, x: float, y: float) -> tuple[Any, minitorch.Scalar]:
    """Run a text on two Scalars, and translate what was run."""
    leaves = {"x": minitorch.Scalar(x), "y": minitorch.Scalar(y)}
    result = eval(text, {}, leaves)
    names = {leaf.unique_id: name for name, leaf in leaves.items()}
    return symbols.to_sympy(result, names, SYMPY), result


def used(text: str) -> list[str]:
    """List which of x and y a text uses, the x of exp left out."""
    return [name for name in "xy" if name in text.replace("exp", "")]


def plain(opinions: Any) -> list[tuple[float, ...]]:
    """Write opinions as plain tuples."""
    return [tuple(map(float, each)) for each in opinions]
