"""Probes of task 1.7: Jacobians from both ends, what they cost, their product, and those of a layer."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .functions import weighted
from .inputs import Program, number, program, run, spelled

CORNERS = (0.0, 1e-4, -1e-7, 1.0, -800.0, 800.0)
ONE = ("-a", "a + 2", "2 - a", "a - 2", "3 * a", "a / 4", "a.sigmoid()", "a.relu()", "a > 0.5")
TWO = ("a + b", "a - b", "a * b", "a / b", "a < b", "a > b", "a == b")


@probe("1.7", cases=24)
def tables_of_programs(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for both Jacobians of a program, and for products with a row and a column; among its results are inputs."""
    lines = program(rng, 1 + case % 6)
    results = chosen(rng, lines, case)
    f, at = function(lines, results), [number(rng) for _ in "xyz"]
    v, u = [number(rng) for _ in results], [number(rng) for _ in at]
    called = f"of x, y, z -> {', '.join(results) or 'nothing'}, where {spelled(lines)}, at {at}"
    library = minitorch.jacobian
    return {
        f"jacobian {called}": library.jacobian(f, at),
        f"jacobian_forward {called}": library.jacobian_forward(f, at),
        f"vjp {called}, v = {v}": library.vjp(f, at, v),
        f"jvp {called}, u = {u}": library.jvp(f, at, u),
    }


@probe("1.7", cases=8)
def walks_of_a_table(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask how often f and the backward of its steps run for a row, and for a table of so many rows."""
    n, m = 1 + case % 4, 2 + case // 2
    first = noted(weighted(minitorch, [number(rng) for _ in range(n)]))
    last = [noted(weighted(minitorch, [number(rng), number(rng)])) for _ in range(m)]
    runs: list[None] = []

    def f(*inputs: Any) -> list[Any]:
        """Blend all inputs into one number, and that with the first input, in m ways."""
        runs.append(None)
        middle = first.apply(*inputs)
        return [blend.apply(middle, inputs[0]) for blend in last]

    at, v = [number(rng) for _ in range(n)], [number(rng) for _ in range(m)]
    called = f"of {m} blends of {n} numbers"
    answers: dict[str, Any] = {f"vjp {called}, at {at}, v = {v}": minitorch.jacobian.vjp(f, at, v)}
    answers[f"how often vjp {called} runs f"] = len(runs)
    answers[f"how often each backward runs in vjp {called}"] = backwards(first, *last)
    answers[f"jacobian {called}, at {at}"] = minitorch.jacobian.jacobian(f, at)
    ran, *own = backwards(first, *last)
    answers[f"are there at most {m} walks in jacobian {called}"] = ran <= m and max(own) <= m
    answers[f"is there any walk in jacobian {called}"] = ran > 0
    return answers


@probe("1.7", cases=8)
def runs_of_columns(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask how often f runs for a column, and for a table by columns, and how many Scalars are made meanwhile."""
    at = [number(rng) for _ in range(1 + case % 5)]
    u = [number(rng) for _ in at]
    runs: list[None] = []

    def f(*inputs: Any) -> list[Any]:
        """Multiply all, and go through functions of the first."""
        runs.append(None)
        total = 1.0
        for x in inputs:
            total = total * x
        return [total, inputs[0].sigmoid() / 3.0, 5.0]

    count, library = minitorch.autodiff.variable_count, minitorch.jacobian
    before = next(count)
    called = f"of {len(at)} numbers, at {at}"
    answers: dict[str, Any] = {f"jvp {called}, u = {u}": library.jvp(f, at, u)}
    answers[f"how often jvp {called} runs f"] = len(runs)
    answers[f"jacobian_forward {called}"] = library.jacobian_forward(f, at)
    answers[f"how often jvp and jacobian_forward {called} run f"] = len(runs)
    return answers | {f"Scalars made by both {called}": next(count) - before - 1}


@probe("1.7", cases=12)
def duals_one_by_one(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask each operation for its value and its slope, at its corners first, with plain numbers on either side."""
    dual = minitorch.jacobian.Dual
    at = CORNERS[case] if case < len(CORNERS) else number(rng)
    a, b = dual(at, number(rng)), dual(number(rng), number(rng))
    texts = [*ONE, *TWO]
    texts += ["a.log()"] if at > -1e-6 else []
    texts += ["2.0 / a"] if at else []
    texts += ["a.exp()"] if abs(at) < 100 else []
    known = {"a": a, "b": b}
    place = f"a, b = Dual{pair(a)}, Dual{pair(b)}"
    return {f"value and slope of {text}, {place}": pair(eval(text, {}, known)) for text in texts}


@probe("1.7", cases=2)
def plain_numbers_as_duals(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask what plain numbers become, and whether a Dual stays the one that it is."""
    library = minitorch.jacobian
    x, dual = number(rng), library.Dual(number(rng), number(rng))
    answers = {f"value and slope of as_dual({n})": pair(library.as_dual(n)) for n in (x, 3, 0.0)}
    return answers | {"as_dual(dual) is dual": library.as_dual(dual) is dual}


@probe("1.7", cases=12)
def composed_tables(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for products of tables of several shapes, and of some that do not fit."""
    m, i, n = (1, 2, 2) if case == 0 else (int(size) for size in rng.integers(1, 5, 3))
    outer, inner = table(rng, m, i), table(rng, i, n)
    compose = minitorch.jacobian.compose
    return {
        f"compose({outer}, {inner})": compose(outer, inner),
        f"compose of {m} x {i} and {i + 1} x {n}": refused(compose, outer, table(rng, i + 1, n)),
        f"compose of {m} x {i + 1} and {i} x {n}": refused(compose, table(rng, m, i + 1), inner),
    }


@probe("1.7", cases=4)
def rows_and_columns_that_do_not_fit(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask with a row that has not one number for each result, and with a column likewise for the inputs."""
    library, at = minitorch.jacobian, [number(rng), number(rng)]
    answers = {}
    for size in (1, 2, 3):
        row = [number(rng) for _ in range(size)]
        answers[f"vjp with {size} numbers for 2 results"] = refused(library.vjp, swap, at, row)
        answers[f"jvp with {size} numbers for 2 inputs"] = refused(library.jvp, swap, at, row)
    return answers


@probe("1.7", cases=8)
def both_tables_of_a_layer(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask layers with a child for both tables, twice, and look at the parameters afterwards."""
    n, m = 1 + case % 3, 1 + case // 3
    weights, biases = table(rng, m, n), [number(rng) for _ in range(m)]
    layer = sigmoid_layer(minitorch, weights, biases, number(rng))
    parameters = layer.parameters()
    for parameter in parameters[::2]:
        parameter.value.derivative = 0.5
    before = [parameter.value for parameter in parameters]
    answers: dict[str, Any] = {}
    for turn in ("", ", a second time"):
        z = [number(rng) for _ in range(n)]
        made = minitorch.jacobian.layer_jacobians(layer, z)
        asked = f"of a layer of weights {weights}, biases {biases}, at {z}{turn}"
        answers[f"table by inputs {asked}"], answers[f"table by weights {asked}"] = made
    after = [parameter.value for parameter in parameters]
    return answers | {
        "does each parameter hold its Scalar afterwards": [x is y for x, y in zip(before, after)],
        "derivatives of the parameters afterwards": [scalar.derivative for scalar in after],
    }


def chosen(rng: Generator, lines: Program, case: int) -> list[str]:
    """Choose the results of a program: its last name, and any others, also inputs, twice the same, or plain numbers."""
    if case == 7:
        return []
    names = ["x", "y", "z", "4.0", *(name for name, _ in lines)]
    return [lines[-1][0], *(str(name) for name in rng.choice(names, case % 4))]


def function(lines: Program, results: Sequence[str]) -> Callable[..., list[Any]]:
    """Make a function of x, y and z that runs a program, and gives some of its names."""

    def f(x: Any, y: Any, z: Any) -> list[Any]:
        """Run it."""
        known = run(lines, {"x": x, "y": y, "z": z})
        return [4.0 if name == "4.0" else known[name] for name in results]

    return f


def noted(function: Any) -> Any:
    """Let a function's class keep all its results, of which ``backwards`` counts the calls."""
    made: list[Any] = []
    apply = function.apply

    def noting(*inputs: Any) -> Any:
        """Apply it, and keep the result."""
        made.append(apply(*inputs))
        return made[-1]

    function.apply, function.made = noting, made
    return function


def backwards(*functions: Any) -> list[int]:
    """Count the calls of the backward of each function since they were last counted."""
    counts = [sum(len(made.history.ctx.saved_values[0]) for made in f.made) for f in functions]
    for f in functions:
        f.made.clear()
    return counts


def table(rng: Generator, rows: int, columns: int) -> list[list[float]]:
    """Draw a table."""
    return [[number(rng) for _ in range(columns)] for _ in range(rows)]


def pair(dual: Any) -> tuple[float, float]:
    """Write a Dual as plain numbers."""
    return (dual.value, dual.slope)


def swap(a: Any, b: Any) -> list[Any]:
    """Exchange two numbers."""
    return [b, a]


def refused(ask: Callable[..., Any], *arguments: Any) -> Any:
    """Give what a call gives, or the name of its ValueError."""
    try:
        return ask(*arguments)
    except ValueError as error:
        return type(error).__name__


def sigmoid_layer(
    minitorch: ModuleType, weights: list[list[float]], biases: list[float], scale: float
) -> Any:
    """Make a layer that scales its inputs, and hands them to a child: weighted sums through a sigmoid."""

    class Units(minitorch.Module):  # type: ignore[misc, name-defined]
        """Unit j weighs the inputs by weights[j], and adds its bias."""

        def __init__(self) -> None:
            super().__init__()
            self.rows = [
                [self.add_parameter(f"w{j}{k}", minitorch.Scalar(w)) for k, w in enumerate(row)]
                for j, row in enumerate(weights)
            ]
            self.biases = [
                self.add_parameter(f"b{j}", minitorch.Scalar(b)) for j, b in enumerate(biases)
            ]

        def forward(self, z: Sequence[Any]) -> list[Any]:
            """Add up, and squash."""
            outputs = []
            for row, bias in zip(self.rows, self.biases):
                total = bias.value
                for weight, x in zip(row, z):
                    total = total + weight.value * x
                outputs.append(total.sigmoid())
            return outputs

    class Scaled(minitorch.Module):  # type: ignore[misc, name-defined]
        """It has a child, and then a parameter of its own."""

        def __init__(self) -> None:
            super().__init__()
            self.child = Units()
            self.scale = self.add_parameter("scale", minitorch.Scalar(scale))

        def forward(self, z: Sequence[Any]) -> list[Any]:
            """Scale, and run the child."""
            return list(self.child.forward([x * self.scale.value for x in z]))

    return Scaled()
