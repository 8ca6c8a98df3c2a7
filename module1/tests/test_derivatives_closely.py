"""Tasks 1.1, 1.3 and 1.4 once more: tiny slopes, many inputs, any iterable, and what is written into."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from comparison import assert_close
from graphs import Blend, Box, Node, Triple

import minitorch
from minitorch import autodiff

# Task 1.1


@pytest.mark.task1_1
def test_tiny_slopes() -> None:
    """A slope may be tiny: what is a billionth as steep has a billionth of the slope."""
    got = autodiff.central_difference(lambda x: 1e-9 * x * x, 3.0, epsilon=0.5)
    assert_close(
        got * 1e9, 6.0, "1e9 * central_difference(lambda x: 1e-9 * x * x, 3.0, epsilon=0.5)"
    )


@pytest.mark.task1_1
def test_tiny_steps() -> None:
    """The difference is divided by 2 * epsilon exactly, however small epsilon is."""
    for epsilon in (1e-9, 1e-15):
        got = autodiff.central_difference(lambda x: 3.0 * x, 0.0, epsilon=epsilon)
        assert_close(got, 3.0, f"central_difference(lambda x: 3.0 * x, 0.0, epsilon={epsilon})")


@pytest.mark.task1_1
def test_many_arguments() -> None:
    """A function may have hundreds of arguments, and each of them can be moved."""
    vals = [float(n % 5) for n in range(300)]

    def f(*xs: float) -> float:
        return sum(place * x * x for place, x in enumerate(xs))

    for arg in (0, 1, 4, 100, 128, 299):
        got = autodiff.central_difference(f, *vals, arg=arg, epsilon=0.5)
        assert_close(got, 2.0 * arg * vals[arg], f"central_difference(f, 300 numbers, arg={arg})")


@pytest.mark.task1_1
def test_one_function_after_the_other() -> None:
    """Each call is about its own function and its own step, whatever was asked before."""
    for slope, epsilon in ((2.0, 0.5), (3.0, 0.25), (2.0, 1.0)):
        got = autodiff.central_difference(lambda x: slope * x, 1.0, epsilon=epsilon)
        assert_close(got, slope, f"central_difference(lambda x: {slope} * x, 1.0)")
        got = autodiff.central_difference(lambda x: x**3, 1.0, epsilon=epsilon)
        assert_close(got, 3.0 + epsilon**2, f"central_difference(cube, 1.0, epsilon={epsilon})")


# Task 1.3. A result may be any iterable: list(…) asks for all of its pairs.


@pytest.mark.task1_3
def test_many_inputs() -> None:
    """There is a pair for each of hundreds of inputs."""
    inputs = [minitorch.Scalar(1.0) for _ in range(300)]
    got = [derivative for _, derivative in Blend.apply(*inputs).chain_rule(2.0)]
    expected = [2.0 * place for place in range(1, 301)]
    assert_close(got, expected, "derivatives of Blend.apply(300 Scalars).chain_rule(2.0)")


@pytest.mark.task1_3
def test_small_derivatives() -> None:
    """A derivative may be tiny and still counts: 1e-9 is not 0."""
    result = Triple.apply(minitorch.Scalar(1.0))
    got = [derivative * 1e9 for _, derivative in result.chain_rule(1e-9)]
    assert_close(got, [3.0], "1e9 times the derivatives of Triple.apply(x).chain_rule(1e-9)")


@pytest.mark.task1_3
def test_d_output_of_each_call() -> None:
    """Each call answers for its own d_output, 0 too, and leaves what forward saved as it was."""
    x, y, z = (minitorch.Scalar(number) for number in (2.0, 3.0, 5.0))
    result = Box.apply(x, y, z)
    for d in (1.0, 0.0, -2.0, 1.0):
        got = [derivative for _, derivative in result.chain_rule(d)]
        assert_close(got, [15.0 * d, 10.0 * d, 6.0 * d], f"derivatives of chain_rule({d})")
        assert_close(result.history.ctx.saved_values, (2.0, 3.0, 5.0), "what forward saved")


@pytest.mark.task1_3
def test_the_inputs_are_the_parents() -> None:
    """The inputs in the pairs are those that `parents` lists, constants too; a leaf has none, and no chain rule."""
    x = minitorch.Scalar(2.0)
    result = Blend.apply(x, 7.0, x)
    pairs = list(result.chain_rule(1.0))
    got = [one is parent for (one, _), parent in zip(pairs, result.parents)]
    assert_close(got, [True] * 3, "the inputs in the pairs, beside parents")
    assert_close(len(list(result.parents)), 3, "len(list(Blend.apply(x, 7.0, x).parents))")
    with pytest.raises(ValueError):
        list(x.chain_rule(1.0))


@pytest.mark.task1_3
def test_functions_of_the_library() -> None:
    """A ScalarFunction's backward may give a tuple, or a bare number where there is one input: both make pairs."""
    x, y = minitorch.Scalar(2.0), minitorch.Scalar(3.0)
    triple = scalar_function(lambda ctx, x: 3.0 * x, lambda ctx, d: 3.0 * d)
    got = [derivative for _, derivative in triple.apply(x).chain_rule(2.0)]
    assert_close(got, [6.0], "derivatives of chain_rule(2.0), of a function 3x with a bare number")
    mixed = scalar_function(lambda ctx, x, y: x + 5.0 * y, lambda ctx, d: (d, 5.0 * d))
    got = [derivative for _, derivative in mixed.apply(x, y).chain_rule(2.0)]
    assert_close(got, [2.0, 10.0], "derivatives of chain_rule(2.0), of a function x + 5y")


def scalar_function(forward: Callable[..., float], backward: Callable[..., Any]) -> Any:
    """Make a ScalarFunction of its two halves."""
    halves = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return type("Made", (minitorch.ScalarFunction,), halves)


# Task 1.4


class Lazy:
    """A sum, as Node is, whose parents and pairs come one by one: they have no length and no places."""

    def __init__(self, *inputs: "Lazy") -> None:
        self.inputs = inputs
        self.unique_id = next(autodiff.variable_count)
        self.collected = 0.0

    @property
    def parents(self) -> Iterator["Lazy"]:
        """Give the parents one by one."""
        return iter(self.inputs)

    def is_leaf(self) -> bool:
        """Say whether it has no parents."""
        return not self.inputs

    def is_constant(self) -> bool:
        """Say that it is not one."""
        return False

    def accumulate_derivative(self, x: float) -> None:
        """Collect it."""
        self.collected += x

    def chain_rule(self, d_output: float) -> Iterator[tuple["Lazy", float]]:
        """Send every parent the same."""
        for parent in self.inputs:
            yield parent, d_output


@pytest.mark.task1_4
def test_parents_may_be_any_iterable() -> None:
    """Parents and pairs may come one by one, from generators: Variable promises iterables, not lists."""
    x = Lazy()
    first = Lazy(x, x)
    top = Lazy(first, x, first)
    known = {id(x): "x", id(first): "first", id(top): "top"}
    got = [known.get(id(one), "another") for one in autodiff.topological_sort(top)]
    assert_close(got, ["top", "first", "x"], "topological_sort(top), with parents from generators")
    autodiff.backpropagate(top, 2.0)
    assert_close(x.collected, 10.0, "what x has after backpropagate(top, 2.0): 2 * (2 + 1 + 2)")


@pytest.mark.task1_4
def test_the_graph_stays_as_it_was() -> None:
    """Sorting and walking change nothing in the graph: the lists of parents are still there for the next walk."""
    x = Node()
    first = Node(x, x)
    first.parents = [x, x]
    top = Node(first, x)
    top.parents = [first, x]
    for times in (1, 2):
        list(autodiff.topological_sort(top))
        autodiff.backpropagate(top, 1.0)
        assert_close(x.collected, 3.0 * times, f"what x has after {times} walks")
        got = [len(first.parents), len(top.parents)]
        assert_close(got, [2, 2], "how many parents first and top have")


@pytest.mark.task1_4
def test_tiny_derivatives_add_up() -> None:
    """A tiny derivative counts as any other: a thousand billionths are a millionth."""
    x = minitorch.Scalar(1.0)
    for _ in range(1000):
        autodiff.backpropagate(Triple.apply(x), 1e-9)
    assert_close(x.derivative * 1e6, 3.0, "1e6 * x.derivative after 1,000 walks with 1e-9")


@pytest.mark.task1_4
def test_a_derivative_of_zero_begins_with_zero() -> None:
    """backward(0.0) walks with the derivative 0, which is not the same as none; 1 is only the default."""
    x = minitorch.Scalar(2.0)
    Triple.apply(x).backward(0.0)
    assert_close(x.derivative, 0.0, "x.derivative after Triple.apply(x).backward(0.0)")


@pytest.mark.task1_4
def test_only_leaves_accept_derivatives() -> None:
    """accumulate_derivative is for leaves; asked of a result, it raises a ValueError, and the walk never asks it."""
    x = minitorch.Scalar(2.0)
    result = Triple.apply(x)
    autodiff.backpropagate(result, 1.0)
    with pytest.raises(ValueError):
        result.accumulate_derivative(1.0)
    assert_close([x.derivative, result.derivative], [3.0, None], "derivatives of x and the result")


@pytest.mark.task1_4
def test_each_backward_again() -> None:
    """A backward leaves what forward saved as it was: walking twice from the same result adds the same twice."""
    for text in (
        "a * b",
        "2.0 / a",
        "a.sigmoid()",
        "a.exp()",
        "a.relu()",
        "a.log()",
        "-a",
        "a + b",
    ):
        a, b = minitorch.Scalar(2.0), minitorch.Scalar(3.0)
        result = eval(text, {}, {"a": a, "b": b})
        result.backward(1.0)
        once = a.derivative
        result.backward(1.0)
        assert_close(a.derivative, 2.0 * once, f"a.derivative after two walks from {text}")


@pytest.mark.task1_4
def test_slopes_near_0() -> None:
    """Slopes are right however near 0 a number is: 1/a is steep there, and relu has its corner at 0 alone."""
    for text, x, slope in [
        ("1.0 / a", 1e-4, -1e8),
        ("a.relu()", 1e-300, 1.0),
        ("a.relu()", -1e-300, 0.0),
        ("a.relu()", 0.0, 0.0),
        ("a.relu()", -0.0, 0.0),
        ("a.log()", 1e-7, 1.0 / 1.1e-6),
    ]:
        a = minitorch.Scalar(x)
        eval(text, {}, {"a": a}).backward()
        assert_close(a.derivative, slope, f"a.derivative after ({text}).backward(), a = {x}")
