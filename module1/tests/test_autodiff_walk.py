"""Task 1.4: derivatives on their way back through a graph. Its functions are the tests' own (see graphs.py)."""

import pytest
from comparison import assert_close
from graphs import Blend, Box, Counted, Node, Recipe, Triple, build, chain
from hypothesis import example, given, settings
from strategies import recipes, small_floats

import minitorch

few = settings(max_examples=30)

DIAMOND = [(0, []), (2, []), (2, []), (3, [5])]  # two ways from n3 to n6


@pytest.mark.task1_4
@few
@given(recipes, small_floats)
@example([], 2.0)
@example([(0, [1])], 1.0)
@example([(0, [1, 1])], 1.0)
@example([(0, [1]), (2, [1])], 1.0)
@example([(0, []), (2, []), (0, [4])], 1.0)
@example(DIAMOND, 1.0)
def test_any_graph(recipe: Recipe, d: float) -> None:
    """Each leaf collects d times the derivative of the result with respect to it, over all ways that lead there."""
    graph = build(recipe)
    minitorch.backpropagate(graph.root, d)
    got = {name: graph.nodes[name].derivative for name in graph.slopes}
    expected = {name: slope * d for name, slope in graph.slopes.items()}
    for name in expected:
        call = f"{name}.derivative after backpropagate({list(graph.nodes)[-1]}, {d}), {graph.text}"
        assert_close(got[name], expected[name], call)


@pytest.mark.task1_4
@few
@given(recipes)
@example([(0, []), (2, [])])
@example(DIAMOND)
def test_only_leaves_collect(recipe: Recipe) -> None:
    """A node in the middle only passes its derivative on: afterwards it has none, and neither has the result."""
    graph = build([*recipe, (0, [])])
    minitorch.backpropagate(graph.root, 1.0)
    got = [name for name, node in graph.nodes.items() if node.derivative is not None]
    assert_close(
        got, sorted(graph.slopes), f"who has a derivative after backpropagate, {graph.text}"
    )


@pytest.mark.task1_4
def test_a_chain_by_hand() -> None:
    """Through two functions with the slope 3 each, the 2 that is put in at the end arrives as 3 * 3 * 2."""
    x = minitorch.Scalar(5.0)
    minitorch.backpropagate(Triple.apply(Triple.apply(x)), 2.0)
    assert_close(x.derivative, 18.0, "x.derivative")


@pytest.mark.task1_4
def test_a_product_by_hand() -> None:
    """The derivatives of the volume x * y * z at 2, 3, 5 are 15, 10 and 6."""
    x, y, z = minitorch.Scalar(2.0), minitorch.Scalar(3.0), minitorch.Scalar(5.0)
    minitorch.backpropagate(Box.apply(x, y, z), 1.0)
    assert_close(
        [x.derivative, y.derivative, z.derivative], [15.0, 10.0, 6.0], "derivatives of x, y, z"
    )


@pytest.mark.task1_4
def test_one_leaf_in_all_places() -> None:
    """What goes in several times collects from each place: x * x * x at 2 has the derivative 12."""
    x = minitorch.Scalar(2.0)
    minitorch.backpropagate(Box.apply(x, x, x), 1.0)
    assert_close(x.derivative, 12.0, "x.derivative")


@pytest.mark.task1_4
def test_leaf_alone() -> None:
    """The derivative of a leaf with respect to itself is what is put in."""
    x = minitorch.Scalar(2.0)
    minitorch.backpropagate(x, 7.0)
    assert_close(x.derivative, 7.0, "x.derivative after backpropagate(x, 7.0)")


@pytest.mark.task1_4
def test_constants_collect_nothing() -> None:
    """A plain number that went in has no derivative afterwards."""
    result = Blend.apply(7.0, minitorch.Scalar(1.0), 8.0)
    minitorch.backpropagate(result, 1.0)
    got = [one.derivative for one in result.history.inputs]
    assert_close(got, [None, 2.0, None], "derivatives of the inputs of f(7.0, x, 8.0)")


@pytest.mark.task1_4
def test_a_derivative_of_zero() -> None:
    """A leaf that makes no difference has the derivative 0.0, which is not the same as none."""
    x, y = minitorch.Scalar(2.0), minitorch.Scalar(0.0)
    minitorch.backpropagate(Box.apply(x, y, 5.0), 1.0)
    assert_close(
        [x.derivative, y.derivative], [0.0, 10.0], "derivatives of x, y in x * y * 5 at y = 0"
    )


@pytest.mark.task1_4
def test_each_function_once() -> None:
    """A node waits until all its users have reported, and runs its backward once, with the sum of what they said."""
    x = minitorch.Scalar(1.0)
    doubled = [Counted.apply(x, x)]
    for _ in range(9):
        doubled.append(Counted.apply(doubled[-1], doubled[-1]))
    minitorch.backpropagate(doubled[-1], 1.0)
    calls = [node.history.ctx.saved_values[0] for node in reversed(doubled)]
    expected = [[2.0**number] for number in range(10)]
    assert_close(calls, expected, "what backward was called with, for x doubled ten times")
    assert_close(x.derivative, 1024.0, "x.derivative")


@pytest.mark.task1_4
def test_again_adds_up() -> None:
    """Walking the same graph again adds the same derivatives once more."""
    x = minitorch.Scalar(2.0)
    middle = Triple.apply(x)
    top = Blend.apply(middle, middle)
    for times in (1, 2, 3):
        minitorch.backpropagate(top, 1.0)
        assert_close(x.derivative, 9.0 * times, f"x.derivative after {times} times backpropagate")


@pytest.mark.task1_4
def test_two_results_share_a_part() -> None:
    """Two results of one graph each add their own share, however often the part they share was walked before."""
    x = minitorch.Scalar(2.0)
    shared = Triple.apply(x)
    first, second = Blend.apply(shared), Blend.apply(x, shared)
    minitorch.backpropagate(first, 1.0)
    assert_close(x.derivative, 3.0, "x.derivative after the first result")
    minitorch.backpropagate(second, 10.0)
    assert_close(
        x.derivative, 73.0, "x.derivative after the second result, which adds 10 * (1 + 2 * 3)"
    )


@pytest.mark.task1_4
def test_a_graph_grows_on() -> None:
    """A result that was walked already may be used further, and the walk from the new result starts afresh."""
    x = minitorch.Scalar(2.0)
    result = Triple.apply(x)
    minitorch.backpropagate(result, 1.0)
    minitorch.backpropagate(Triple.apply(result), 1.0)
    assert_close(x.derivative, 12.0, "x.derivative after backpropagate of 3x, and then of 3 * 3x")


@pytest.mark.task1_4
def test_equal_numbers_are_different_nodes() -> None:
    """Derivatives are kept by node, not by number or name: two nodes that look alike don't share theirs."""
    a, b = minitorch.Scalar(1.0, name="same"), minitorch.Scalar(1.0, name="same")
    minitorch.backpropagate(Blend.apply(Blend.apply(a), Blend.apply(b)), 1.0)
    assert_close(
        [a.derivative, b.derivative], [1.0, 2.0], "derivatives of a and b in f(f(a), f(b))"
    )


@pytest.mark.task1_4
def test_any_variable_will_do() -> None:
    """The walk asks for what stands in the class Variable and nothing else: here the variables are no Scalars."""
    x, constant = Node(), Node(constant=True)
    first = Node(x, constant)
    minitorch.backpropagate(Node(first, x, first), 2.0)
    what = (
        "what x has after backpropagate(top, 2.0), with first = x + 5 and top = first + x + first"
    )
    assert_close(x.collected, 6.0, what)


@pytest.mark.task1_4
def test_backward_begins_with_one() -> None:
    """result.backward() walks with the derivative 1, and result.backward(4.0) with the derivative 4."""
    x = minitorch.Scalar(2.0)
    Triple.apply(x).backward()
    assert_close(x.derivative, 3.0, "x.derivative after Triple.apply(x).backward()")
    Triple.apply(x).backward(4.0)
    assert_close(x.derivative, 15.0, "x.derivative after Triple.apply(x).backward(4.0) as well")


@pytest.mark.task1_4
def test_ten_thousand_in_a_row() -> None:
    """A derivative finds its way back through 10,000 functions in a row."""
    x = minitorch.Scalar(1.0)
    minitorch.backpropagate(chain(x, 10_000), 1.0)
    assert_close(x.derivative, 1.0, "x.derivative after 10,000 functions that add 0.5")


@pytest.mark.task1_4
def test_a_thousand_uses() -> None:
    """A leaf that goes in at 1,000 places collects from all of them."""
    x = minitorch.Scalar(1.0)
    minitorch.backpropagate(Blend.apply(*[x] * 1_000), 1.0)
    assert_close(x.derivative, 500_500.0, "x.derivative after 1x + 2x + … + 1000x")
