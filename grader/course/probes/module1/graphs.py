"""Probes of task 1.4: the order of a graph and the way of derivatives through it."""

from types import ModuleType
from typing import Any

from numpy.random import Generator

from grader.running.probes import probe

from .functions import calls_of, graph, row, weighted
from .inputs import number


@probe("1.4", cases=32)
def orders(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask who is in the order, and who stands before one of its results. Which of several right orders is left open."""
    made = graph(minitorch, rng, case)
    names = {id(node): name for name, node in made.nodes.items()}
    answers: dict[str, Any] = {}
    for time in ("", ", a second time"):
        order = [name_of(one, names) for one in minitorch.autodiff.topological_sort(made.root)]
        answers[f"the nodes in topological_sort of {made.text}{time}"] = sorted(order)
        answers[f"inputs before their results in topological_sort of {made.text}{time}"] = [
            f"{below} before {node}"
            for node, below in made.edges
            if node in order and below in order and order.index(below) < order.index(node)
        ]
    constant = minitorch.Scalar(number(rng), history=None)
    alone = list(minitorch.autodiff.topological_sort(constant))
    return answers | {"len(topological_sort(a constant))": len(alone)}


@probe("1.4", cases=32)
def walks(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask for all derivatives after one walk and after a second, and for what each backward was called with."""
    made = graph(minitorch, rng, case)
    d, again = (1.0 if case % 2 else number(rng)), number(rng)
    answers: dict[str, Any] = {}
    call = f"after backpropagate(root, {d}), {made.text}"
    minitorch.autodiff.backpropagate(made.root, d)
    answers[f"derivatives {call}"] = derivatives(made.nodes)
    answers[f"what backward was called with {call}"] = {
        name: calls_of(node) for name, node in made.nodes.items() if not node.is_leaf()
    }
    minitorch.autodiff.backpropagate(made.root, again)
    answers[f"derivatives {call}, and then backpropagate(root, {again})"] = derivatives(made.nodes)
    answers["derivatives of the constants"] = [
        one.derivative
        for node in made.nodes.values()
        if not node.is_leaf()
        for one in node.history.inputs
        if one.is_constant()
    ]
    return answers


@probe("1.4", cases=12)
def walks_from_two_results(minitorch: ModuleType, rng: Generator) -> dict[str, Any]:
    """Ask after walks from two results that share a part, and from one that grew out of another."""
    x, y = minitorch.Scalar(number(rng)), minitorch.Scalar(number(rng))
    shared = weighted(minitorch, [number(rng), number(rng)]).apply(x, y)
    first = weighted(minitorch, [number(rng)]).apply(shared)
    second = weighted(minitorch, [number(rng), number(rng)]).apply(shared, x)
    grown = weighted(minitorch, [number(rng), number(rng)]).apply(first, second)
    nodes = {"x": x, "y": y, "shared": shared, "first": first, "second": second, "grown": grown}
    answers: dict[str, Any] = {}
    for name in ("first", "second", "grown", "first"):
        minitorch.autodiff.backpropagate(nodes[name], number(rng))
        answers[f"derivatives after {len(answers) + 1} walks, the last from {name}"] = derivatives(
            nodes
        )
    return answers


@probe("1.4", cases=3)
def deep_and_wide(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask graphs of 10,000 functions in a row, of 1,000 leaves side by side, and of one leaf 1,000 times."""
    x, d = minitorch.Scalar(number(rng)), number(rng)
    wide = weighted(minitorch, [number(rng) for _ in range(1_000)])
    if case == 0:
        what, leaves, top = "10,000 functions in a row", [x], row(minitorch, x, 10_000)
    elif case == 1:
        what, leaves = "1,000 leaves of one function", [minitorch.Scalar(1.0) for _ in range(1_000)]
        top = wide.apply(*leaves)
    else:
        what, leaves, top = "one leaf 1,000 times", [x], wide.apply(*[x] * 1_000)
    order = list(minitorch.autodiff.topological_sort(top))
    minitorch.autodiff.backpropagate(top, d)
    return {
        f"nodes in topological_sort of {what}": len(order),
        f"is its first the result, {what}": order[0] is top,
        f"derivatives after backpropagate(result, {d}), {what}": [
            leaf.derivative for leaf in leaves
        ],
    }


def derivatives(nodes: dict[str, Any]) -> dict[str, Any]:
    """List the derivatives of nodes by name."""
    return {name: node.derivative for name, node in nodes.items()}


def name_of(one: Any, names: dict[int, str]) -> str:
    """Name a node; a constant is none of them."""
    return names.get(id(one), "a constant" if one.is_constant() else "another Scalar")
