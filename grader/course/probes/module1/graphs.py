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


@probe("1.4", cases=12)
def walks_of_other_variables(minitorch: ModuleType, rng: Generator, case: int) -> dict[str, Any]:
    """Ask variables that are no Scalars, whose parents come in lists or one by one."""
    lists = case % 2 == 0

    class Sum:
        """A weighted sum, as a variable that has what ``Variable`` asks for, and nothing else."""

        def __init__(self, *inputs: Any) -> None:
            self.inputs = list(inputs)
            self.weights = [number(rng) for _ in inputs]
            self.unique_id = next(minitorch.autodiff.variable_count)
            self.collected = 0.0

        @property
        def parents(self) -> Any:
            """The very list of the inputs, or the inputs one by one."""
            return self.inputs if lists else iter(self.inputs)

        def is_leaf(self) -> bool:
            """Say whether it has no inputs."""
            return not self.inputs

        def is_constant(self) -> bool:
            """Say that it is not one."""
            return False

        def accumulate_derivative(self, x: float) -> None:
            """Collect it."""
            self.collected += x

        def chain_rule(self, d_output: float) -> Any:
            """Give the pairs in a list, or one by one."""
            pairs = ((x, weight * d_output) for x, weight in zip(self.inputs, self.weights))
            return list(pairs) if lists else pairs

    x, y = Sum(), Sum()
    first = Sum(x, y, x)
    second = Sum(first, x)
    top = Sum(second, first, y)
    nodes = {"x": x, "y": y, "first": first, "second": second, "top": top}
    names = {id(node): name for name, node in nodes.items()}
    where = "first = f(x, y, x), second = f(first, x), top = f(second, first, y), their parents "
    where += "in lists" if lists else "one by one"
    answers: dict[str, Any] = {}
    for turn in ("", ", a second time"):
        order = [names.get(id(one), "another") for one in minitorch.autodiff.topological_sort(top)]
        answers[f"topological_sort(top) without x and y, {where}{turn}"] = order[:3]
        answers[f"how many are in it, {where}{turn}"] = len(order)
        minitorch.autodiff.backpropagate(top, 1.5)
        answers[f"what x, y have after backpropagate(top, 1.5), {where}{turn}"] = [
            x.collected,
            y.collected,
        ]
        answers[f"how many parents they have, {where}{turn}"] = [
            len(node.inputs) for node in nodes.values()
        ]
    return answers


def derivatives(nodes: dict[str, Any]) -> dict[str, Any]:
    """List the derivatives of nodes by name."""
    return {name: node.derivative for name, node in nodes.items()}


def name_of(one: Any, names: dict[int, str]) -> str:
    """Name a node; a constant is none of them."""
    return names.get(id(one), "a constant" if one.is_constant() else "another Scalar")
