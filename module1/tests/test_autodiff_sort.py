"""Task 1.4: the order in which a graph is walked. Its functions are the tests' own (see graphs.py)."""

from __future__ import annotations

import pytest
from comparison import assert_close
from graphs import Blend, Node, Recipe, build, chain
from hypothesis import example, given, settings
from strategies import recipes

import minitorch

few = settings(max_examples=30)

DIAMOND = [(0, []), (2, []), (2, []), (3, [5])]  # two ways from n3 to n6


@pytest.mark.task1_4
@few
@given(recipes)
@example([])
@example([(0, [0])])
@example([(0, [1, 1])])
@example(DIAMOND)
def test_every_node_once(recipe: Recipe) -> None:
    """The order holds the result itself, all that it is made of, each once, and no constants."""
    graph = build(recipe)
    got = sorted(order(graph.root, graph.nodes))
    assert_close(got, sorted(graph.nodes), f"the nodes in topological_sort of {graph.text}")


@pytest.mark.task1_4
@few
@given(recipes)
@example([(0, [2])])
@example([(0, [1]), (2, [1])])
@example([(0, []), (2, []), (0, [4])])
@example(DIAMOND)
def test_results_before_their_inputs(recipe: Recipe) -> None:
    """Each node stands before all of its inputs, so that it is finished before they are reached."""
    graph = build(recipe)
    names = order(graph.root, graph.nodes)
    late = [f"{node} after {below}" for node, below in graph.edges if wrong(names, node, below)]
    assert_close(late, [], f"wrong in topological_sort of {graph.text}: {', '.join(names)}")


@pytest.mark.task1_4
def test_diamond_by_hand() -> None:
    """With left = f(x), right = f(x) and top = f(left, right), top comes first and x comes last."""
    x = minitorch.Scalar(1.0)
    left, right = Blend.apply(x), Blend.apply(x)
    known = {"x": x, "left": left, "right": right, "top": Blend.apply(left, right)}
    got = order(known["top"], known)
    sides_sorted = [*got[:1], *sorted(got[1:-1]), *got[-1:]]  # which side comes first, is left open
    assert_close(sides_sorted, ["top", "left", "right", "x"], "topological_sort(top)")


@pytest.mark.task1_4
def test_short_and_long_way() -> None:
    """A node that is needed at once and again later waits for the later one: x comes last, after the long way."""
    x = minitorch.Scalar(1.0)
    first = Blend.apply(x)
    second = Blend.apply(first)
    for top in (Blend.apply(x, second), Blend.apply(second, x)):
        got = order(top, {"x": x, "first": first, "second": second, "top": top})
        assert_close(got, ["top", "second", "first", "x"], "topological_sort(top)")


@pytest.mark.task1_4
def test_leaf_alone() -> None:
    """A leaf stands alone in its order."""
    x = minitorch.Scalar(1.0)
    assert_close(order(x, {"x": x}), ["x"], "topological_sort(x)")


@pytest.mark.task1_4
def test_equal_numbers_are_different_nodes() -> None:
    """Nodes are told apart as objects: two with the same number, or the same name, are still two."""
    a, b = minitorch.Scalar(1.0, name="same"), minitorch.Scalar(1.0, name="same")
    got = order(Blend.apply(a, b), {"a": a, "b": b})
    assert_close(
        sorted(got[1:]), ["a", "b"], "the leaves in topological_sort(f(a, b)), a and b alike"
    )


@pytest.mark.task1_4
def test_constants_are_left_out() -> None:
    """A constant has no derivative to wait for, and is not in the order, wherever it stands among the inputs."""
    x = minitorch.Scalar(1.0)
    result = Blend.apply(5.0, Blend.apply(2.0, x, 3.0), 6.0)
    assert_close(
        len(list(minitorch.topological_sort(result))),
        3,
        "len(topological_sort(f(5.0, f(2.0, x, 3.0), 6.0)))",
    )
    constants = [one for one in minitorch.topological_sort(result) if one.is_constant()]
    assert_close(len(constants), 0, "constants in topological_sort(f(5.0, f(2.0, x, 3.0), 6.0))")
    alone = list(minitorch.topological_sort(minitorch.Scalar(2.0, history=None)))
    assert_close(len(alone), 0, "len(topological_sort(a constant))")


@pytest.mark.task1_4
def test_any_variable_will_do() -> None:
    """The sort asks for what stands in the class Variable and nothing else: here the variables are no Scalars."""
    x, constant = Node(), Node(constant=True)
    first = Node(x, constant)
    top = Node(first, x, first)
    known = {id(x): "x", id(first): "first", id(top): "top"}
    got = [known.get(id(one), "another") for one in minitorch.topological_sort(top)]
    assert_close(got, ["top", "first", "x"], "topological_sort(top) of variables without a history")


@pytest.mark.task1_4
def test_a_graph_is_sorted_again() -> None:
    """Sorting leaves no marks: a second time, and from another result of the same inputs, it finds everything again."""
    x = minitorch.Scalar(1.0)
    middle = Blend.apply(x)
    for top in (Blend.apply(middle), Blend.apply(middle)):
        for _ in range(2):
            got = order(top, {"x": x, "middle": middle, "top": top})
            assert_close(got, ["top", "middle", "x"], "topological_sort(top)")


@pytest.mark.task1_4
def test_ten_thousand_in_a_row() -> None:
    """A graph may be 10,000 functions deep, while Python allows only about 1,000 calls within one another."""
    x = minitorch.Scalar(1.0)
    got = list(minitorch.topological_sort(chain(x, 10_000)))
    assert_close(len(got), 10_001, "len(topological_sort(…)) of 10,000 functions in a row")
    assert_close([got[0] is x, got[-1] is x], [False, True], "the last is x, and the first is not")


@pytest.mark.task1_4
def test_a_thousand_side_by_side() -> None:
    """A function may have 1,000 inputs; the result comes before them all."""
    leaves = [minitorch.Scalar(1.0) for _ in range(1_000)]
    top = Blend.apply(*leaves)
    got = list(minitorch.topological_sort(top))
    assert_close(len(got), 1_001, "len(topological_sort(…)) of one function of 1,000 inputs")
    assert_close(got[0] is top, True, "the first is the result")


# What the tests are made with


def order(root: minitorch.Scalar, known: dict[str, minitorch.Scalar]) -> list[str]:
    """List the names of the nodes in topological_sort(root)."""
    names = {id(scalar): name for name, scalar in known.items()}
    return [
        names.get(id(one), "a constant" if one.is_constant() else "another Scalar")
        for one in minitorch.topological_sort(root)
    ]


def wrong(names: list[str], node: str, below: str) -> bool:
    """Say whether a node is listed after one of its inputs, wherever that stands first."""
    return node in names and below in names and names.index(below) < names.index(node)
