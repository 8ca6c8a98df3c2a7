"""Probes of task 1.3: one step back through functions that the probes define themselves."""

from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .functions import product, weighted
from .inputs import number


@probe("1.3", cases=20)
def pairs_of_a_weighted_sum(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the pairs of functions of one to five inputs, some of them plain numbers, some the same Scalar."""
    weights = [number(rng) for _ in range(1 + case % 5)]
    known = {name: minitorch.Scalar(number(rng)) for name in "abcde"[: len(weights)]}
    inputs: list[Any] = list(known.values())
    if case >= 10:
        inputs[-1] = inputs[0]
    if case // 5 in (1, 3) and len(inputs) > 1:
        inputs[len(inputs) // 2] = number(rng)
    result = weighted(minitorch, weights).apply(*inputs)
    return asked(result, known, number(rng), f"f of the weights {weights}")


@probe("1.3", cases=20)
def pairs_of_a_product(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for the pairs of a product, whose derivatives are made of saved values, zeros among them."""
    numbers = [number(rng) for _ in range(2 + case % 3)]
    if case >= 10:
        numbers[case % len(numbers)] = 0.0
    known = {name: minitorch.Scalar(x) for name, x in zip("abcd", numbers)}
    result = product(minitorch).apply(*known.values())
    return asked(result, known, number(rng), f"the product of {numbers}")


@probe("1.3", cases=12)
def pairs_within_a_graph(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask in the middle of a graph: only the inputs of the last function answer, and with values of their own call."""
    multiply, add = product(minitorch), weighted(minitorch, [number(rng), number(rng)])
    x, y = minitorch.Scalar(number(rng)), minitorch.Scalar(number(rng))
    left, right = multiply.apply(x, y), add.apply(y, x)
    known = {"x": x, "y": y, "left": left, "right": right}
    top = multiply.apply(left, right, x)
    answers = asked(top, known, number(rng), "left * right * x")
    answers |= asked(left, known, number(rng), "left = x * y")
    return answers | asked(right, known, number(rng), "right = f(y, x)")


@probe("1.3", cases=6)
def wrong_numbers_of_derivatives(
    minitorch: ModuleType, rng: Generator, case: int
) -> dict[str, Any]:
    """Ask functions of one to three inputs whose backward gives too few derivatives, too many, or the right number."""
    inputs = [minitorch.Scalar(number(rng)) for _ in range(1 + case % 3)]
    answers: dict[str, Any] = {}
    for more in (-1, 1, 0):
        weights = [number(rng) for _ in inputs]
        slopes = [number(rng) for _ in range(len(inputs) + more)]
        result = weighted(minitorch, weights, slopes).apply(*inputs)
        what = f"{len(slopes)} derivatives of {len(inputs)} inputs"
        try:
            answers[what] = [derivative for _, derivative in result.chain_rule(1.0)]
        except ValueError as error:
            answers[what] = type(error).__name__
    return answers


@probe("1.3", cases=6)
def pairs_of_many_inputs(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask a function of hundreds of inputs for its pairs, and for tiny derivatives."""
    weights = [number(rng) for _ in range(int(rng.integers(150, 400)))]
    inputs = [minitorch.Scalar(1.0) for _ in weights]
    result, small = weighted(minitorch, weights).apply(*inputs), 10.0 ** -float(rng.integers(8, 12))
    pairs = list(result.chain_rule(small))
    what = f"chain_rule({small}) of f of {len(weights)} inputs"
    return {
        f"derivatives of {what}, divided by {small}": [d / small for _, d in pairs],
        f"are the inputs in {what} those that went in": [
            x is y for (x, _), y in zip(pairs, inputs)
        ],
        "are they the parents": [x is y for (x, _), y in zip(pairs, result.parents)],
    }


@probe("1.3", cases=8)
def pairs_asked_again(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask the same result with one d_output after another, and look at what forward saved."""
    numbers = [number(rng) for _ in range(3)]
    x, y, z = (minitorch.Scalar(one) for one in numbers)
    result = product(minitorch).apply(x, y, z, 2.0)
    answers: dict[str, Any] = {}
    for turn, d in enumerate((number(rng), 0.0, 1.0, number(rng)), start=1):
        what = f"chain_rule({d}) as question {turn}, of the product of {numbers} and 2.0"
        answers[what] = [derivative for _, derivative in result.chain_rule(d)]
    answers["what forward saved, afterwards"] = list(result.history.ctx.saved_values)
    answers["how many parents it has, the constant among them"] = len(list(result.parents))
    try:
        answers["chain_rule(1.0) of a leaf"] = len(list(x.chain_rule(1.0)))
    except ValueError as error:
        answers["chain_rule(1.0) of a leaf"] = type(error).__name__
    return answers


def asked(result: Any, known: dict[str, Any], d: float, what: str) -> dict[str, Any]:
    """Ask a result for its pairs, with three different derivatives.

    Args:
        result: What was calculated.
        known: The Scalars that may be among its inputs, by name.
        d: A derivative; it is asked with 1.0 and 0.0 as well.
        what: How the result is called.

    Returns:
        The pairs, with names instead of Scalars, and everyone's derivative afterwards.
    """
    names = {id(scalar): name for name, scalar in known.items()}
    answers: dict[str, Any] = {
        f"chain_rule({d_output}) of {what}": [
            (named(one, names), derivative) for one, derivative in result.chain_rule(d_output)
        ]
        for d_output in (1.0, d, 0.0)
    }
    answers[f"derivatives after chain_rule of {what}"] = [
        scalar.derivative for scalar in (result, *known.values())
    ]
    return answers


def named(one: Any, names: dict[int, str]) -> str:
    """Name a Scalar; what is not known is a plain number made into a constant, or a copy."""
    return names.get(id(one), f"constant {one.data}" if one.is_constant() else "another Scalar")
