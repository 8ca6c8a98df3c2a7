"""Task 1.6: losses, their gradient, and the paths that lead downhill."""

from collections.abc import Callable
from typing import Any

import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import small_floats

import minitorch
from project import descent

few = settings(max_examples=20)

A, B = ((0.0,), 2.0), (
    (2.0,),
    4.0,
)  # the samples of the guide: the line y = x + 2 goes through both
C = ((-1.0,), 5.0)
THREE = [A, B, C]


def line(weight: float = 0.0, bias: float = 0.0) -> Any:
    """Make a model of one input."""
    return descent.LinearModel([weight], bias)


def curve(first: float, second: float) -> Any:
    """Make another model: sigmoid(x · first) · inner.second; a third parameter does nothing."""

    class Curve(minitorch.Module):
        def __init__(self) -> None:
            super().__init__()
            self.idle = minitorch.Parameter(minitorch.Scalar(7.0))
            self.first = minitorch.Parameter(minitorch.Scalar(first))
            self.inner = minitorch.Module()
            self.inner.second = minitorch.Parameter(minitorch.Scalar(second))

        def forward(self, x: float) -> Any:
            return (self.first.value * x).sigmoid() * self.inner.second.value

    return Curve()


# The loss


@pytest.mark.task1_6
@few
@given(small_floats, small_floats)
@example(5.0, 7.0)
@example(7.0, 5.0)
def test_cost(y: float, said: float) -> None:
    """The cost is the squared difference, and its derivative by what was said is 2 (said - y)."""
    scalar = minitorch.Scalar(said)
    result = descent.cost(y, scalar)
    assert_close(result.data, (said - y) ** 2, f"cost({y}, Scalar({said})).data")
    result.backward()
    assert_close(scalar.derivative, 2 * (said - y), f"said.derivative after cost({y}, {said})")


@pytest.mark.task1_6
def test_sample_loss() -> None:
    """With weight 2 and bias 1, the model says 7 for x = 3. If y is 5, the loss is (5 - 7)² = 4."""
    model = line(2.0, 1.0)
    loss = descent.sample_loss(model, ((3.0,), 5.0))
    assert_close(loss.data, 4.0, "sample_loss(LinearModel([2.0], 1.0), ((3.0,), 5.0)).data")
    loss.backward()
    got = [parameter.value.derivative for parameter in model.parameters()]
    assert_close(got, [12.0, 4.0], "derivatives of weight and bias after backward() of this loss")


@pytest.mark.task1_6
def test_average_loss() -> None:
    """The average loss is the mean over the samples it is given: a sample that comes twice counts twice."""
    model = line()
    for samples, expected in (([A], 4.0), ([A, B], 10.0), ((B, A, B), 12.0)):
        total = {"it is a sum, and not a mean.": expected * len(samples)}
        got = descent.average_loss(model, samples).data
        assert_close(got, expected, f"average_loss(LinearModel([0.0], 0.0), {samples}).data", total)


# The gradient


@pytest.mark.task1_6
def test_gradient() -> None:
    """Two samples by hand: at weight 0 and bias 0, the slopes are -8 and -6, those of A alone 0 and -4."""
    model = line()
    for samples, expected in (([A, B], [-8.0, -6.0]), ([A], [0.0, -4.0]), ([B], [-16.0, -8.0])):
        got = descent.gradient(model, samples)
        assert_close(got, expected, f"gradient(LinearModel([0.0], 0.0), {samples})")
    assert_close(descent.values(model), [0.0, 0.0], "the values of the model afterwards")


@pytest.mark.task1_6
def test_gradient_forgets_what_was_before() -> None:
    """The gradient at a place is the same each time: derivatives that earlier walks left behind don't count."""
    model = line(1.0, 1.0)
    descent.average_loss(model, [A]).backward()
    first = descent.gradient(model, [B])
    again = descent.gradient(model, [B])
    assert_close(first, [-4.0, -2.0], "gradient(model, [B]) after another backward()")
    assert_close(again, [-4.0, -2.0], "gradient(model, [B]) once more")


@pytest.mark.task1_6
def test_gradient_of_another_model() -> None:
    """Any model has a gradient, in the order of its parameters; one that does nothing has the slope 0.0."""
    model = curve(0.0, 3.0)  # says 0.5 * 3 at x = 2, so (1.0 - 1.5)² is the loss
    got = descent.gradient(model, [(2.0, 1.0)])
    expected = [0.0, 2 * 0.5 * 0.25 * 2.0 * 3.0, 2 * 0.5 * 0.5]
    assert_close(
        got, expected, "gradient of a curve by a parameter that does nothing, and by two others"
    )


@pytest.mark.task1_6
@few
@given(st.lists(st.tuples(small_floats, small_floats), min_size=1, max_size=4), small_floats)
def test_gradient_is_the_mean(pairs: list[tuple[float, float]], weight: float) -> None:
    """The gradient over many samples is the mean of the gradients of each: so one sample is right in the mean."""
    samples = [((x,), y) for x, y in pairs]
    model = line(weight, 0.5)
    single = [descent.gradient(model, [sample]) for sample in samples]
    mean = [sum(slopes) / len(samples) for slopes in zip(*single)]
    assert_close(descent.gradient(model, samples), mean, f"gradient(model, {samples})")


# Downhill


@pytest.mark.task1_6
def test_move() -> None:
    """A step is subtracted: from 2 and 1, the steps 0.5 and -3 lead to 1.5 and 4."""
    model = line(2.0, 1.0)
    descent.move(model, [0.5, -3.0])
    assert_close(descent.values(model), [1.5, 4.0], "values after move(model, [0.5, -3.0])")
    assert_close(model.forward([2.0]).data, 7.0, "what the model says for x = 2 after it")


@pytest.mark.task1_6
def test_descend_by_hand() -> None:
    """The guide's example: two steps on both samples lead from (0, 0) over (2, 1.5) to (1.25, 1.25)."""
    model = line()
    path = descent.descend(model, [A, B], 0.25, [[0, 1], [0, 1]])
    uphill = {"it goes uphill.": [[0.0, 0.0], [-2.0, -1.5], [-6.75, -4.75]]}
    called = "descend(LinearModel([0.0], 0.0), [A, B], 0.25, [[0, 1], [0, 1]])"
    assert_close(path, [[0.0, 0.0], [2.0, 1.5], [1.25, 1.25]], called, uphill)
    assert_close(descent.values(model), [1.25, 1.25], "the values of the model afterwards")


@pytest.mark.task1_6
def test_descend_looks_at_the_batch_alone() -> None:
    """A step looks at the samples of its batch, in whatever order they come, and at no others."""
    for batches, expected in (
        ([[1], [0]], [[0.0, 0.0], [2.0, 1.0], [2.0, 1.25]]),
        ([[0], [1]], [[0.0, 0.0], [0.0, 0.5], [1.75, 1.375]]),
        ([(1, 0)], [[0.0, 0.0], [1.0, 0.75]]),
        ([[2]], [[0.0, 0.0], [-1.25, 1.25]]),
    ):
        path = descent.descend(line(), THREE, 0.125, batches)
        assert_close(
            path, expected, f"descend(LinearModel([0.0], 0.0), [A, B, C], 0.125, {batches})"
        )


@pytest.mark.task1_6
def test_descend_counts_twice_what_comes_twice() -> None:
    """A sample that comes twice in a batch counts twice: [0, 1, 1, 1] is one quarter A and three quarters B."""
    path = descent.descend(line(), [A, B], 0.125, [[0, 1, 1, 1]])
    called = "descend(LinearModel([0.0], 0.0), [A, B], 0.125, [[0, 1, 1, 1]])"
    assert_close(path, [[0.0, 0.0], [1.5, 0.875]], called)


@pytest.mark.task1_6
def test_descend_goes_on_from_where_the_model_is() -> None:
    """Two descents after each other lead where one does that takes all their steps; batches may be a generator."""
    batches = [[0, 1], [2], [1], [0, 2]]
    model, other = line(1.0, -1.0), line(1.0, -1.0)
    whole = descent.descend(model, THREE, 0.1, (batch for batch in batches))
    first = descent.descend(other, THREE, 0.1, batches[:3])
    second = descent.descend(other, THREE, 0.1, batches[3:])
    assert_close(len(whole), 5, "the length of the path of four steps")
    assert_close(first + second[1:], whole, "the path of three steps, and one more")
    assert_close(descent.descend(other, THREE, 0.1, []), [whole[-1]], "the path of no steps")


@pytest.mark.task1_6
@few
@given(
    small_floats,
    small_floats,
    st.lists(st.lists(st.integers(0, 2), min_size=1, max_size=4), max_size=4),
)
def test_descend_by_formula(w: float, b: float, batches: list[list[int]]) -> None:
    """Every path is the one that the formulas of the guide lead along, step by step."""
    got = descent.descend(line(w, b), THREE, 0.05, batches)
    called = f"descend(LinearModel([{w}], {b}), [A, B, C], 0.05, {batches})"
    assert_close(got, path_on_paper(w, b, 0.05, batches), called)


@pytest.mark.task1_6
def test_descend_another_model() -> None:
    """Any model can descend. A parameter that does nothing stays where it is."""
    model = curve(0.0, 3.0)
    path = descent.descend(model, [(2.0, 1.0)], 0.5, [[0]])
    assert_close(path, [[7.0, 0.0, 3.0], [7.0, -0.75, 2.75]], "the path of a curve")


@pytest.mark.task1_6
def test_full_batches() -> None:
    """A full batch has all numbers, at each step."""
    got = [list(batch) for batch in descent.full_batch(3, 2)]
    assert_close(got, [[0, 1, 2], [0, 1, 2]], "full_batch(3, 2)")
    assert_close(list(descent.full_batch(3, 0)), [], "full_batch(3, 0)")


@pytest.mark.task1_6
def test_single_sample_batches() -> None:
    """Each step draws one number from all samples, and is a list all the same."""
    draw, asked = drawing(4, 0, 4)
    got = [list(batch) for batch in descent.single_sample(5, 3, draw)]
    assert_close(got, [[4], [0], [4]], "single_sample(5, 3, draw), if 4, 0, 4 are drawn")
    assert_close(asked, [5, 5, 5], "what draw was asked for")


@pytest.mark.task1_6
def test_mini_batches() -> None:
    """Each step draws its numbers anew, and may draw one twice."""
    draw, asked = drawing(4, 0, 4, 1, 2, 0)
    got = [list(batch) for batch in descent.mini_batch(5, 3, 2, draw)]
    called = "mini_batch(5, 3, 2, draw), if 4, 0, 4, 1, 2, 0 are drawn"
    assert_close(got, [[4, 0, 4], [1, 2, 0]], called)
    assert_close(asked, [5] * 6, "what draw was asked for")


def drawing(*numbers: int) -> tuple[Callable[[int], int], list[int]]:
    """Make a draw that gives these numbers, and a list of the counts that it will be asked for."""
    left, asked = iter(numbers), []

    def draw(count: int) -> int:
        asked.append(count)
        return next(left)

    return draw, asked


@pytest.mark.task1_6
def test_descend_by_matrix() -> None:
    """Rates of its own for each parameter lead to (1, 3), and the right matrix leads to the goal (1, 2) in one step."""
    for eta, expected in (
        ([[0.125, 0.0], [0.0, 0.5]], [1.0, 3.0]),
        ([[0.5, -0.5], [-0.5, 1.0]], [1.0, 2.0]),
        ([[0.0, 1.0], [0.0, 0.0]], [6.0, 0.0]),
        ([[0.0, 0.0], [0.5, 0.0]], [0.0, 4.0]),
    ):
        path = descent.descend_by_matrix(line(), [A, B], eta, [[0, 1]])
        called = f"descend_by_matrix(LinearModel([0.0], 0.0), [A, B], {eta}, [[0, 1]])"
        assert_close(path, [[0.0, 0.0], expected], called)


@pytest.mark.task1_6
def test_descend_by_a_matrix_that_is_a_rate() -> None:
    """A matrix with the rate on its diagonal, and zeros elsewhere, walks the same path as the rate."""
    batches, eta, model = [[0, 1], [2], [1, 1], [0]], [[0.1, 0.0], [0.0, 0.1]], line(1.0, -1.0)
    got = descent.descend_by_matrix(model, THREE, eta, (batch for batch in batches))
    expected = path_on_paper(1.0, -1.0, 0.1, batches)
    assert_close(got, expected, f"descend_by_matrix(model, [A, B, C], {eta}, {batches})")
    assert_close(descent.values(model), expected[-1], "the values of the model afterwards")


def path_on_paper(w: float, b: float, rate: float, batches: list[list[int]]) -> list[list[float]]:
    """Walk downhill on the three samples, with the slopes of the guide: 2 · e · x and 2 · e, where e is the error."""
    path = [[w, b]]
    for batch in batches:
        looked_at = [THREE[number] for number in batch]
        errors = [(w * x + b - y, x) for (x,), y in looked_at]
        w -= rate * sum(2 * e * x for e, x in errors) / len(batch)
        b -= rate * sum(2 * e for e, _ in errors) / len(batch)
        path.append([w, b])
    return path


# Where there is no gradient


@pytest.mark.task1_6
def test_nearest() -> None:
    """The nearest row is the one with the smallest squared distance; of equally near ones, the first."""
    rows = [[0.0, 0.0], [4.0, 0.0], [0.0, 3.0], [4.0, 0.0]]
    for x, expected in (
        ([1.0, 1.0], 0),
        ([5.0, 0.0], 1),
        ([-1.0, 9.0], 2),
        ([2.0, 0.0], 0),
        ([4.0, 3.0], 1),
    ):
        assert_close(descent.nearest(rows, x), expected, f"nearest({rows}, {x})")
    assert_close(descent.nearest([[1.0], [-5.0]], [-1.0]), 0, "nearest([[1.0], [-5.0]], [-1.0])")
    rows = [[3.0, 3.0], [0.0, 5.0]]
    assert_close(descent.nearest(rows, [0.0, 0.0]), 0, f"nearest({rows}, [0.0, 0.0])")


@pytest.mark.task1_6
def test_estimate_by_hand() -> None:
    """f(x, y) = x² + 3y at (1, 1): the directions (1, 1) and (1, -1) together give the gradient, (2, 3)."""
    at = [1.0, 1.0]
    for directions, expected in (
        ([[1.0, 1.0]], [5.0, 5.0]),
        ([[1.0, -1.0]], [-1.0, 1.0]),
        ([[1.0, 1.0], [1.0, -1.0]], [2.0, 3.0]),
        ([[0.0, 2.0]], [0.0, 12.0]),
    ):
        got = descent.estimate_gradient(lambda x: x[0] ** 2 + 3 * x[1], at, 0.5, directions)
        called = f"estimate_gradient(lambda x: x[0] ** 2 + 3 * x[1], {at}, 0.5, {directions})"
        assert_close(got, expected, called)
    assert_close(at, [1.0, 1.0], "the place afterwards")


@pytest.mark.task1_6
@few
@given(small_floats, st.sampled_from([0.25, 0.5, 2.0]))
def test_estimate_asks_both_sides(x: float, sigma: float) -> None:
    """The slope of x³ is measured between both sides: it is 3x² + σ², as far as a line through two points can tell."""
    got = descent.estimate_gradient(lambda x: x[0] ** 3, [x], sigma, [[1.0]])
    called = f"estimate_gradient(lambda x: x[0] ** 3, [{x}], {sigma}, [[1.0]])"
    assert_close(got, [3 * x * x + sigma * sigma], called)


@pytest.mark.task1_6
def test_estimate_sees_across_stairs() -> None:
    """A stair has no slope, but steps that are longer than it measure how steep the staircase is."""

    def stair(x: list[float]) -> float:
        return float(round(x[0]))

    for sigma, expected in ((0.1, 0.0), (1.0, 1.0)):
        got = descent.estimate_gradient(stair, [1.2], sigma, [[1.0], [-1.0]])
        called = f"estimate_gradient(stair, [1.2], {sigma}, [[1.0], [-1.0]])"
        assert_close(got, [expected], called)
