"""Probes of task 1.2: what Scalars hold and remember."""

from collections.abc import Iterable
from math import inf, nextafter
from types import ModuleType
from typing import Any

import numpy as np
from numpy.random import Generator

from grader.running.probes import probe

from .inputs import number, place, positive, program, run, spelled

CORNERS = (0.0, 1.0, -1.0, 0.5, -0.0, 1e-9, -1e-9, 1e-300, 1e6, -1e15, 36.0, -36.0, 1000.0, -1000.0)


@probe("1.2", cases=20)
def sums_and_products(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for +, - and *, with Scalars and plain numbers on either side."""
    pairs = [(corner(case, rng), number(rng)), (number(rng), corner(case + 5, rng)), (3, case - 9)]
    return ask(minitorch, (text for x, y in pairs for sign in "+-*" for text in sides(x, sign, y)))


@probe("1.2", cases=16)
def quotients(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for quotients, with Scalars and plain numbers on either side; never by zero."""
    pairs = [(corner(case, rng), number(rng)), (number(rng), -positive(rng)), (3, case - 20)]
    return ask(minitorch, (text for x, y in pairs for text in sides(x, "/", y)))


@probe("1.2", cases=20)
def comparisons(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for <, > and ==, of ties and next neighbours too."""
    x, y = corner(case, rng), number(rng)
    pairs = [
        (x, y),
        (x, x),
        (x, nextafter(x, inf)),
        (x, nextafter(x, -inf)),
        (y, x),
        (2, 2),
        (2, 3),
    ]
    signs = ("<", ">", "==")
    return ask(minitorch, (text for x, y in pairs for sign in signs for text in sides(x, sign, y)))


@probe("1.2", cases=20)
def functions_of_one_number(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for negations, sigmoids, ReLUs, powers of e and logarithms."""
    many = [corner(case, rng), number(rng), number(rng, 30.0), positive(rng), -positive(rng)]
    texts = [f"{sign}Scalar({x!r}){method}" for x in many for sign, method in SIMPLE]
    texts += [f"Scalar({min(x, 600.0)!r}).exp()" for x in many]
    return ask(minitorch, texts + [f"Scalar({abs(x)!r}).log()" for x in many])


SIMPLE = (("-", ""), ("", ".sigmoid()"), ("", ".relu()"))


@probe("1.2", cases=24)
def functions_by_themselves(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask the forward of one function, without a Scalar around it."""
    name = PLAIN[case % len(PLAIN)]
    xs = [number(rng) for _ in range(4)]
    if name not in ("Inv", "Exp"):
        xs += CORNERS[case // len(PLAIN) :: 3]
    calls: list[tuple[float, ...]] = [(x,) for x in xs]
    if name in ("Mul", "LT", "EQ"):
        calls = [call for x in xs for call in ((x, number(rng)), (x, x), (number(rng), x))]
    fn = getattr(minitorch.scalar_functions, name)
    return {
        f"{name}.forward(ctx, {', '.join(map(repr, values))})": float(
            fn.forward(minitorch.Context(), *values)
        )
        for values in calls
    }


PLAIN = ("Mul", "LT", "EQ", "Neg", "Sigmoid", "ReLU", "Inv", "Exp")


@probe("1.2", cases=36)
def histories(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask the result of one function for its name, and which Scalars went in."""
    known = {"a": minitorch.Scalar(number(rng)), "b": minitorch.Scalar(positive(rng))}
    names = {id(scalar): name for name, scalar in known.items()}
    text = DIRECT[case % len(DIRECT)]
    history = eval(text, {}, known).history
    return {
        f"({text}).history.last_fn, the function that the docstring names": getattr(
            history.last_fn, "__name__", None
        ),
        f"({text}).history.inputs": [
            names.get(id(one), "a constant" if one.is_constant() else "another Scalar")
            for one in history.inputs
        ],
    }


DIRECT = (
    *("a + b", "a * b", "a < b", "a > b", "a == b", "b + a", "b > a", "a + a", "a > a"),
    *("-a", "a.exp()", "b.log()", "a.sigmoid()", "a.relu()"),
    *("a + 2.0", "a < 2.0", "a > 2.0", "a == 2.0"),
)


@probe("1.2", cases=20)
def leaves_of_results(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask which Scalars a result is made of, whatever functions lie between."""
    known = {name: minitorch.Scalar(positive(rng)) for name in "abc"}
    return {
        f"the leaves that {text} is made of": sources(eval(text, {}, known), known)
        for text in MIXED
    }


MIXED = (
    *("a - b", "b - a", "a - a", "a - 2.0", "2.0 - a", "2 - a - b", "a / b", "a / 2.0", "2.0 / a"),
    *(
        "a > b",
        "a > 2.0",
        "2.0 > a",
        "-(a - b)",
        "(a - b).relu()",
        "(a * b).exp() - c",
        "c == a - b",
    ),
)


@probe("1.2", cases=24)
def long_calculations(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for all values of a program, which of its inputs the last one is made of, and whether they are unchanged."""
    values = {name: number(rng) for name in "xyz"}
    inputs = {name: minitorch.Scalar(x) for name, x in values.items()}
    lines = program(rng, 1 + case % 8)
    results = run(lines, inputs)
    where = f"{spelled(lines)}, with {place(values)}"
    return {
        where: [held(results[name]) for name, _ in lines],
        f"the leaves that the last of {where} is made of": sources(results[lines[-1][0]], inputs),
        "x, y, z afterwards": [scalar.data for scalar in inputs.values()],
        "derivatives of x, y, z afterwards": [scalar.derivative for scalar in inputs.values()],
        "are x, y, z leaves": [bool(scalar.is_leaf()) for scalar in inputs.values()],
    }


@probe("1.2", cases=12)
def all_digits(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask for what is left of large numbers, and for small ones enlarged: no digit may be lost."""
    x, tiny = float(rng.integers(1, 1000)), float(rng.uniform(1, 9)) * 1e-10
    return ask(
        minitorch,
        [
            f"Scalar(1e9) + {x} - 1e9",
            f"Scalar({1e9 + x}) * 3.0 - 3e9",
            f"-Scalar({1e9 + x}) + 1e9",
            f"Scalar({tiny}).relu() / {tiny}",
            f"{tiny} / Scalar({tiny})",
            f"Scalar({tiny}) < {2 * tiny}",
            f"Scalar({tiny}) == {2 * tiny}",
            f"Scalar({x}e30) * Scalar(1e30)",
        ],
    )


@probe("1.2", cases=12)
def numbers_of_other_kinds(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask with True, False and NumPy's floats in the place of plain numbers, and whether comparisons hold."""
    x, n = number(rng), np.float64(number(rng))
    known = {"a": minitorch.Scalar(x), "n": n}
    texts = [f"a {sign} {other}" for sign in "+-*<>" for other in ("True", "False", "n")]
    texts += ["a / n", "a / True", "a == n", "True - a", "False + a", "True / a"]
    answers = {
        f"{text}, a = Scalar({x}), n = np.float64({n})": held(eval(text, {}, known))
        for text in texts
    }
    return answers | {
        f"bool({text}), a = Scalar({x})": bool(eval(text, {}, known))
        for text in ("a < 0.0", "a > 0.0", "a == 0.0", f"a == {x}")
    }


@probe("1.2", cases=8)
def operands_afterwards(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask what two Scalars hold after each operation, and whether the same again makes the same of them."""
    x, y = positive(rng), -positive(rng)
    a, b = known = minitorch.Scalar(x), minitorch.Scalar(y)
    answers: dict[str, Any] = {}
    for text in (
        *DIRECT,
        "a - b",
        "a / b",
        "b / a",
        "2.0 - a",
        "2.0 * b",
        "b.relu()",
        "b.sigmoid()",
    ):
        if text == "b.log()":
            continue
        first, second = (eval(text, {}, {"a": a, "b": b}) for _ in range(2))
        where = f"{text}, a, b = {x}, {y}"
        answers[f"a.data, b.data after {where}"] = [scalar.data for scalar in known]
        answers[f"are a, b leaves after {where}"] = [bool(scalar.is_leaf()) for scalar in known]
        answers[f"is {where} a Scalar of its own"] = all(
            first is not one for one in (second, *known)
        )
        answers[f"{where}, a second time"] = held(second)
    return answers


# What the probes are made with


def corner(case: int, rng: Generator) -> float:
    """Take the corner of this case, or a random number once there are no more."""
    return CORNERS[case] if case < len(CORNERS) else number(rng, 50.0)


def sides(x: float, sign: str, y: float) -> list[str]:
    """Spell an operation on two Scalars, and on a Scalar and a plain number on either side."""
    return [
        f"Scalar({x!r}) {sign} Scalar({y!r})",
        f"Scalar({x!r}) {sign} {y!r}",
        f"{x!r} {sign} Scalar({y!r})",
    ]


def ask(minitorch: ModuleType, texts: Iterable[str]) -> dict[str, Any]:
    """Work out expressions, and key what each result holds by its text."""
    return {text: held(eval(text, {"Scalar": minitorch.Scalar})) for text in texts}


def held(result: Any) -> Any:
    """Give what a Scalar holds; of anything else, only say what it is."""
    return result.data if hasattr(result, "history") else f"a {type(result).__name__}"


def sources(result: Any, known: dict[str, Any]) -> list[str]:
    """Name the leaves that a result is made of, each once."""
    names = {id(scalar): name for name, scalar in known.items()}
    return sorted({names.get(id(leaf), "another Scalar") for leaf in leaves(result)})


def leaves(result: Any) -> list[Any]:
    """List the leaves that a result is made of, as often as there are ways to them."""
    if result.is_constant():
        return []
    if result.is_leaf():
        return [result]
    return [leaf for one in result.history.inputs for leaf in leaves(one)]
