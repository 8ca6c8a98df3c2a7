"""Probes of task 1.4: the backward of every function, alone and in programs of many."""

from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .inputs import number, place, positive, program, run, spelled

ONE = (
    "-a",
    "a.sigmoid()",
    "a.relu()",
    "a.exp()",
    "2.0 / a",
    "a - 3.0",
    "3 - a",
    "a * a",
    "a * a * a",
)
TWO = ("a + b", "a - b", "a * b", "a / b", "a < b", "a > b", "a == b")
PLAIN = ("Mul", "LT", "EQ", "Neg", "Inv", "Sigmoid", "ReLU", "Exp")
CORNERS = (1.0, -1.0, 0.5, 1e-9, -1e-9, 20.0, -20.0)


@probe("1.4", cases=20)
def slopes_of_one_number(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the derivatives of functions of one number."""
    x, d = (CORNERS[case] if case < len(CORNERS) else number(rng)), number(rng)
    asked = [(text, x) for text in ONE] + [("a.log()", abs(x)), ("a.relu()", number(rng))]
    return {
        f"a.derivative after ({text}).backward({d}), a = {at!r}": slope(minitorch, text, d, a=at)[0]
        for text, at in asked
    }


@probe("1.4", cases=8)
def slopes_at_corners(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask where slopes are defined by agreement, or fade away: at 0, and far out."""
    d = number(rng)
    asked = [("a.relu()", 0.0), ("a.log()", 0.0), ("a.exp()", 0.0), ("a * a", 0.0), ("-a", 0.0)]
    asked += [("a.sigmoid()", x) for x in (0.0, 40.0, -40.0, 1000.0, -1000.0)]
    return {
        f"a.derivative after ({text}).backward({d}), a = {x!r}": slope(minitorch, text, d, a=x)[0]
        for text, x in asked
    }


@probe("1.4", cases=20)
def slopes_of_two_numbers(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for both derivatives of functions of two numbers, ties of comparisons among them."""
    x, y, d = number(rng), number(rng), number(rng)
    asked = [(text, x, y) for text in TWO] + [(text, x, x) for text in TWO]
    asked += [("a * b", 0.0, y), ("a * b", x, 0.0)]
    return {
        f"a.derivative, b.derivative after ({text}).backward({d}), a, b = {a!r}, {b!r}": slope(
            minitorch, text, d, a=a, b=b
        )
        for text, a, b in asked
    }


@probe("1.4", cases=32)
def slopes_of_plain_functions(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask the backward of one function, after its forward in the same context and another call in between."""
    name = PLAIN[case % len(PLAIN)]
    values = (number(rng), positive(rng))[: 2 if name in ("Mul", "LT", "EQ") else 1]
    fn, ctx, d = getattr(minitorch.scalar_functions, name), minitorch.Context(), number(rng)
    fn.forward(ctx, *values)
    fn.forward(minitorch.Context(), *(2.0 * value for value in values))
    asked = f"{name}.backward(ctx, {d}) after forward(ctx, {', '.join(map(repr, values))})"
    return {asked: plain(fn.backward(ctx, d))}


@probe("1.4", cases=32)
def slopes_of_programs(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for all derivatives of a program of several steps, after one walk and after two."""
    values = {name: number(rng) for name in "xyz"}
    inputs = {name: minitorch.Scalar(value) for name, value in values.items()}
    lines = program(rng, 2 + case % 9)
    results, d = run(lines, inputs), number(rng)
    last = lines[-1][0]
    answers: dict[str, Any] = {}
    for times in ("", " twice"):
        results[last].backward(d)
        asked = f"derivatives after {spelled(lines)}; {last}.backward({d}){times}, {place(values)}"
        answers[asked] = {name: result.derivative for name, result in results.items()}
    return answers


@probe("1.4", cases=12)
def slopes_near_0(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask close to where slopes are steep or have a corner, and with tiny derivatives to begin with."""
    tiny, d = 10.0 ** -float(rng.integers(4, 6)), 10.0 ** -float(rng.integers(8, 12))
    asked = [("1.0 / a", tiny), ("1.0 / a", -tiny), ("a.log()", tiny / 100)]
    asked += [("a.relu()", x) for x in (1e-300, -1e-300, 0.0, -0.0)]
    answers = {
        f"a.derivative after ({text}).backward(2.0), a = {x!r}": slope(minitorch, text, 2.0, a=x)[0]
        for text, x in asked
    }
    for text in ("a.sigmoid()", "a.exp()", "a * a", "-a", "1.0 / a"):
        x = number(rng)
        (got,) = slope(minitorch, text, d, a=x)
        answers[f"a.derivative / {d} after ({text}).backward({d}), a = {x}"] = got / d
    answers["a.derivative after (-a).backward(0.0)"] = slope(minitorch, "-a", 0.0, a=1.0)[0]
    return answers


@probe("1.4", cases=8)
def slopes_asked_again(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Walk from the same result of each function three times, and ask whether a result accepts a derivative."""
    answers: dict[str, Any] = {}
    for text in (*ONE, *TWO, "a.log()"):
        values = {"a": positive(rng), "b": number(rng)}
        scalars = {name: minitorch.Scalar(x) for name, x in values.items()}
        result = eval(text, {}, scalars)
        for d in (1.0, number(rng), 1.0):
            result.backward(d)
            found = [scalar.derivative for scalar in scalars.values()]
            answers[
                f"derivatives after ({text}).backward({d}), {place(values)}, walk {len(answers)}"
            ] = found
        try:
            result.accumulate_derivative(1.0)
            answers[f"({text}).accumulate_derivative(1.0)"] = "accepted"
        except ValueError as error:
            answers[f"({text}).accumulate_derivative(1.0)"] = type(error).__name__
    return answers


def slope(minitorch: ModuleType, text: str, d: float, **at: float) -> list[Any]:
    """Work an expression out, walk back from it, and list the derivatives of its Scalars."""
    scalars = {name: minitorch.Scalar(x) for name, x in at.items()}
    eval(text, {}, scalars).backward(d)
    return [scalar.derivative for scalar in scalars.values()]


def plain(slopes: Any) -> list[float]:
    """Make a list of what a backward gives, a bare number or several."""
    return [float(one) for one in (slopes if isinstance(slopes, tuple | list) else [slopes])]
