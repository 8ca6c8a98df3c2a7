"""What Module 1 hands out ready-made: scalars' given half, the optimizer, the checks that a learner calls.

Its tasks have tests of their own, in the module's folder.
"""

import gc
import math
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from grader.tests.authored import imported, needs_course

pytestmark = needs_course


@pytest.fixture
def minitorch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Import the reference library, and forget it again."""
    yield from imported("minitorch", monkeypatch)


def test_a_scalar_says_what_it_holds_and_is_numbered_and_named(minitorch: Any) -> None:
    one, other = minitorch.Scalar(3), minitorch.Scalar(3.0, name="x")
    assert repr(one) == "Scalar(3.0)" and type(one.data) is float
    assert one.unique_id != other.unique_id
    assert (one.name, other.name) == (str(one.unique_id), "x")
    other.name = "y"
    assert other.name == "y"


def test_leaves_constants_and_results_are_told_apart(minitorch: Any) -> None:
    leaf, constant = minitorch.Scalar(2.0), minitorch.Scalar(2.0, None)
    result = leaf * constant
    kinds = [(x.is_leaf(), x.is_constant()) for x in (leaf, constant, result)]
    assert kinds == [(True, False), (False, True), (False, False)]
    assert [list(x.parents) for x in (leaf, constant)] == [[], []]
    assert [parent is x for parent, x in zip(result.parents, (leaf, constant))] == [True, True]


def test_a_scalar_is_true_unless_it_is_zero(minitorch: Any) -> None:
    assert minitorch.Scalar(0.1) and not minitorch.Scalar(0.0)
    assert minitorch.Scalar(1.0) < 2.0


def test_only_leaves_collect(minitorch: Any) -> None:
    x = minitorch.Scalar(1.0)
    x.accumulate_derivative(2.0)
    x.accumulate_derivative(3.0)
    assert x.derivative == 5.0
    with pytest.raises(ValueError, match=r"Scalar\(2\.0\) is not a leaf"):
        (x + x).accumulate_derivative(1.0)


def test_a_leaf_has_no_chain_rule(minitorch: Any) -> None:
    with pytest.raises(ValueError, match="no function made it"):
        minitorch.Scalar(1.0).chain_rule(1.0)


def test_a_function_that_gives_no_float_is_named(minitorch: Any) -> None:
    class Wordy(minitorch.ScalarFunction):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, a: float) -> str:
            return "much"

    with pytest.raises(TypeError, match="Wordy"):
        Wordy.apply(1.0)


def test_a_graph_of_a_hundred_thousand_steps_comes_and_goes(minitorch: Any) -> None:
    """Neither the backward pass nor giving the graph back nests Python's calls."""
    x = minitorch.Scalar(1.0)
    result = x
    for _ in range(100_000):
        result = result + 0.5
    result.backward()
    assert x.derivative == 1.0
    del result
    gc.collect()


def test_a_context_without_gradients_keeps_nothing(minitorch: Any) -> None:
    kept, empty = minitorch.Context(), minitorch.Context(no_grad=True)
    for context in (kept, empty):
        context.save_for_backward(1.0, 2.0)
    assert kept.saved_values == kept.saved_tensors == (1.0, 2.0)
    assert empty.saved_values == ()


def test_descent_steps_against_the_derivative(minitorch: Any) -> None:
    moved, still = (minitorch.Parameter(minitorch.Scalar(2.0), name) for name in "ab")
    optimizer = minitorch.SGD([moved, still], lr=0.1)
    (moved.value * moved.value).backward()
    optimizer.step()
    assert moved.value.data == pytest.approx(1.6) and still.value.data == 2.0
    assert moved.value.is_leaf() and moved.value.derivative is None
    assert moved.value.name == "a"


def test_forgetting_derivatives(minitorch: Any) -> None:
    parameter = minitorch.Parameter(minitorch.Scalar(2.0))
    optimizer = minitorch.SGD([parameter, minitorch.Parameter(1.0)])
    (parameter.value * 3.0).backward()
    optimizer.zero_grad()
    assert parameter.value.derivative is None
    optimizer.step()
    assert parameter.value.data == 2.0


def test_the_check_passes_what_is_right_and_names_what_is_wrong(minitorch: Any) -> None:
    class Double(minitorch.ScalarFunction):  # type: ignore[misc]
        @staticmethod
        def forward(ctx: Any, a: float) -> float:
            return 2.0 * a

        @staticmethod
        def backward(ctx: Any, d_output: float) -> float:
            return 3.0 * d_output

    x, y = minitorch.Scalar(1.5), minitorch.Scalar(-0.5)
    minitorch.derivative_check(lambda a, b: a * b + a.exp(), x, y)
    minitorch.derivative_check(lambda a, b: a * a, x, y)
    with pytest.raises(AssertionError, match="argument 1: backward found 3.0, central differences"):
        minitorch.derivative_check(lambda a, b: a + Double.apply(b), x, y)
    assert x.derivative is None


def test_the_catalogue_of_variables_computes_what_that_of_floats_does(minitorch: Any) -> None:
    one, two, reductions = minitorch.MathTestVariable._comp_testing()
    scalar = minitorch.Scalar
    for name, base, own in one:
        assert own(scalar(0.7)).data == pytest.approx(base(0.7)), name
    for name, base, own in two:
        assert own(scalar(0.7), scalar(-1.1)).data == pytest.approx(base(0.7, -1.1)), name
    numbers = [0.5, -2.0, 3.25]
    for name, base, own in reductions:
        assert own([scalar(x) for x in numbers]).data == pytest.approx(base(numbers)), name


def test_a_finished_graph_is_given_back(minitorch: Any) -> None:
    """Nothing in the library holds on to what nobody uses any more."""

    class Watched:
        pass

    watched = Watched()
    gone = weakref.ref(watched)
    x = minitorch.Scalar(math.pi)
    result = x.sigmoid() * x
    result.history.ctx.save_for_backward(*result.history.ctx.saved_values, watched)
    del result, watched
    assert gone() is None
