"""Probes of task 1.8: formulas of what was run, by what they give; and three opinions on each slope, without SymPy."""

from importlib import import_module
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from ..tests.algebra import Algebra, in_order, symbols_in, value
from .inputs import number, positive

SYMPY = Algebra()
RULES = {"Add": 2, "Mul": 2, "Neg": 1, "Inv": 1, "Log": 1, "Exp": 1, "Sigmoid": 1, "ReLU": 1}
FORMS = (
    "{a} + {b}",
    "{a} - {b}",
    "{a} * {b}",
    "{a} / ({b} * {b} + 1.5)",
    "{a} + 2",
    "3.0 - {a}",
    "0.5 * {a}",
    "-{a}",
    "{a}.sigmoid()",
    "{a}.relu()",
    "{a}.sigmoid().exp()",
    "({a} * {a} + 0.5).log()",
)
NAMES = ("x", "y", "z")


@probe("1.8", cases=12)
def rules_one_by_one(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask what the formula of each function gives, near 0 first, where a logarithm shows its EPS."""
    rules = import_module("project.symbols").rules(SYMPY)
    answers: dict[str, Any] = {}
    for name, inputs in RULES.items():
        at = {each: (1e-6 if case == 0 else number(rng)) for each in NAMES[:inputs]}
        if name == "Log":
            at = {each: abs(x) for each, x in at.items()}
        formula = rules[getattr(minitorch.scalar_functions, name)](*map(SYMPY.Symbol, at))
        answers[f"rules(sympy)[{name}]({', '.join(at)}) at {at}"] = value(formula, at)
    without = [minitorch.scalar_functions.LT, minitorch.scalar_functions.EQ]
    return answers | {"are there rules for LT and EQ": [each in rules for each in without]}


@probe("1.8", cases=20)
def formulas_of_programs(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the formula of a program at other points than the one where it was run; some leaves have no name."""
    text = program(rng, case % 6)
    same = number(rng)
    at = {name: (same if case % 2 == 0 else number(rng)) for name in NAMES}
    leaves = {name: minitorch.Scalar(x, name="leaf") for name, x in at.items()}
    named = NAMES[: 2 if case % 5 == 0 else 3]
    names = {leaves[name].unique_id: f"the {name}" for name in named}
    result = evaluated(text, leaves)
    formula = import_module("project.symbols").to_sympy(result, names, SYMPY)
    asked = f"of {text}, run at {at}, with names for {', '.join(named)}"
    answers: dict[str, Any] = {f"the symbols {asked}": sorted(symbols_in(formula))}
    for _ in range(3):
        point = {f"the {name}": number(rng) for name in named}
        answers[f"the formula {asked}, at {point}"] = value(formula, point)
    return answers


@probe("1.8", cases=4)
def numbers_and_functions_without_rules(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for formulas of constants alone, of a leaf, and of comparisons, which have no rule."""
    to_sympy, x = import_module("project.symbols").to_sympy, minitorch.Scalar(number(rng))
    constant = minitorch.Scalar(number(rng), history=None)
    names = {x.unique_id: "x"}
    answers: dict[str, Any] = {
        "to_sympy(a constant)": value(to_sympy(constant, names, SYMPY), {}),
        "to_sympy(a constant * 2.0)": value(to_sympy(constant * 2.0, names, SYMPY), {}),
        "to_sympy(x) at x = 0.25": value(to_sympy(x, names, SYMPY), {"x": 0.25}),
        "to_sympy(x) without a name": value(to_sympy(x, {}, SYMPY), {}),
    }
    for text, result in (("x + (x < 1.0)", x + (x < 1.0)), ("(x == 2.0) * x", (x == 2.0) * x)):
        try:
            answers[f"to_sympy({text})"] = value(to_sympy(result, names, SYMPY), {"x": 1.0})
        except ValueError as error:
            names_it = any(name in str(error) for name in ("LT", "EQ"))
            answers[f"to_sympy({text})"] = f"ValueError, says which function: {names_it}"
    return answers


@probe("1.8", cases=2)
def formulas_of_large_graphs(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for the formula of a number doubled many times, and of a row of thousands of steps."""
    to_sympy, at = import_module("project.symbols").to_sympy, number(rng)
    doubled = row = x = minitorch.Scalar(1.0)
    for _ in range(11):
        doubled = doubled + doubled
    for _ in range(2_500):
        row = row + 0.25
    short = to_sympy(doubled, {x.unique_id: "x"}, SYMPY)
    deep = to_sympy(row, {x.unique_id: "x"}, SYMPY)
    return {
        f"x, doubled 11 times, at x = {at}": value(short, {"x": at}),
        "are there fewer than 100 parts in it": len(in_order(short)) < 100,
        f"x + 0.25 + 0.25 + …, 2,500 times, at x = {at}": value(deep, {"x": at}),
    }


@probe("1.8", cases=16)
def three_opinions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for three opinions on each slope of a program, where no input need be used; and once more elsewhere."""
    three_ways = import_module("project.symbols").three_ways
    text, count = program(rng, case % 5), 1 + case % 3
    answers: dict[str, Any] = {}
    for _ in range(2):
        at = [positive(rng) for _ in range(count)]
        rest = {name: minitorch.Scalar(0.75) for name in NAMES[count:]}
        got = three_ways(
            lambda *inputs: evaluated(text, {**rest, **dict(zip(NAMES, inputs))}) + inputs[0],
            at,
            SYMPY,
        )
        answers[f"three_ways of x + {text} at {at}"] = [list(map(float, each)) for each in got]
    return answers


@probe("1.8", cases=4)
def three_opinions_when_one_is_wrong(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask while a backward is wrong: only one of the three is led astray."""
    three_ways, exp = import_module("project.symbols").three_ways, minitorch.scalar_functions.Exp
    at, right = [number(rng), number(rng)], exp.backward
    exp.backward = staticmethod(lambda ctx, d_output: 50.0 * d_output)
    try:
        got = three_ways(lambda x, y: x.exp() * y, at, SYMPY)
    finally:
        exp.backward = staticmethod(right)
    what = f"three_ways of x.exp() * y at {at}, where Exp.backward gives 50"
    return {what: [list(map(float, each)) for each in got]}


def program(rng: Generator, steps: int) -> str:
    """Draw an expression of x, y and z that grows step by step, of functions that have a rule."""
    first, second, _ = map(str, rng.permutation(NAMES))
    text = f"{first} * {second}" if steps else first
    for _ in range(steps):
        form = str(rng.choice(FORMS))
        text = form.format(a=f"({text})", b=str(rng.choice(NAMES)))
    return text


def evaluated(text: str, known: dict[str, Any]) -> Any:
    """Evaluate an expression."""
    return eval(text, {}, dict(known))
