"""Tasks 0.1 and 0.3: the operators, on numbers and on lists."""

import math
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from comparison import assert_close
from hypothesis import example, given, settings
from strategies import float_lists, positive_floats, small_floats, two_float_lists

from minitorch import operators

few = settings(max_examples=20)

HAIR = 1e-9  # a small step to either side of a corner

STEPS = {
    "map": "map(fn)(ls)",
    "zipWith": "zipWith(fn)(ls1, ls2)",
    "reduce": "reduce(fn, start)(ls)",
}


# Task 0.1


@pytest.mark.task0_1
@few
@given(small_floats, small_floats)
@example(2.0, 3.0)
def test_mul(x: float, y: float) -> None:
    """mul(x, y) is the product of x and y."""
    assert_close(operators.mul(x, y), x * y, f"mul({x}, {y})")


@pytest.mark.task0_1
@few
@given(small_floats)
@example(5.0)
def test_id(x: float) -> None:
    """id(x) is x itself."""
    assert_close(operators.id(x), x, f"id({x})")


@pytest.mark.task0_1
@few
@given(small_floats, small_floats)
@example(2.0, 3.0)
def test_add(x: float, y: float) -> None:
    """add(x, y) is the sum of x and y."""
    assert_close(operators.add(x, y), x + y, f"add({x}, {y})")


@pytest.mark.task0_1
@few
@given(small_floats)
@example(5.0)
def test_neg(x: float) -> None:
    """neg(x) is x with its sign turned around."""
    assert_close(operators.neg(x), -x, f"neg({x})")


@pytest.mark.task0_1
@few
@given(small_floats, small_floats)
@example(1.0, 2.0)
def test_lt(x: float, y: float) -> None:
    """lt(x, y) is 1.0 when x is less than y, and 0.0 when it is greater or equal."""
    for a, b in pairs_around(x, y):
        assert_close(operators.lt(a, b), 1.0 if a < b else 0.0, f"lt({a!r}, {b!r})")


@pytest.mark.task0_1
@few
@given(small_floats, small_floats)
@example(1.0, 2.0)
def test_eq(x: float, y: float) -> None:
    """eq(x, y) is 1.0 only when x and y are exactly equal; being close is not enough."""
    for a, b in pairs_around(x, y):
        assert_close(operators.eq(a, b), 1.0 if a == b else 0.0, f"eq({a!r}, {b!r})")


@pytest.mark.task0_1
@few
@given(small_floats, small_floats)
@example(-3.0, 2.0)
@example(2.0, -3.0)
def test_max(x: float, y: float) -> None:
    """max(x, y) is the larger of the two, whichever comes first."""
    for a, b in pairs_around(x, y):
        assert_close(operators.max(a, b), a if a > b else b, f"max({a!r}, {b!r})")


@pytest.mark.task0_1
@few
@given(small_floats)
@example(0.0)
def test_is_close(x: float) -> None:
    """is_close(x, y) is 1.0 when x and y are less than 0.01 apart, whichever of them is larger, and else 0.0."""
    for distance, close in [(0.0, 1.0), (0.0099, 1.0), (0.0101, 0.0), (1.0, 0.0)]:
        for y in (x + distance, x - distance):
            assert_close(operators.is_close(x, y), close, f"is_close({x!r}, {y!r})")


@pytest.mark.task0_1
def test_is_close_at_its_limit() -> None:
    """is_close(0.0, 0.01) is 0.0: two numbers exactly 0.01 apart are not close any more."""
    assert_close(operators.is_close(0.0, 0.01), 0.0, "is_close(0.0, 0.01)")
    assert_close(operators.is_close(0.01, 0.0), 0.0, "is_close(0.01, 0.0)")


@pytest.mark.task0_1
@few
@given(small_floats)
@example(0.0)
@example(-1.0)
def test_sigmoid(x: float) -> None:
    """sigmoid(x) is 1 / (1 + e^-x)."""
    assert_close(operators.sigmoid(x), 0.5 + 0.5 * math.tanh(x / 2), f"sigmoid({x})")


@pytest.mark.task0_1
def test_sigmoid_far_out() -> None:
    """sigmoid(x) comes ever closer to 1 to the right and to 0 to the left, and never overflows on the way."""
    for x in (40.0, 710.0, 1000.0, 1e9):
        assert_close(operators.sigmoid(x), 1.0, f"sigmoid({x})")
        assert_close(operators.sigmoid(-x), 0.0, f"sigmoid({-x})")


@pytest.mark.task0_1
@few
@given(small_floats)
@example(-2.0)
@example(0.5)
@example(-0.5)
def test_relu(x: float) -> None:
    """relu(x) is x when x is positive, and else 0.0."""
    assert_close(operators.relu(x), x if x > 0 else 0.0, f"relu({x})")


@pytest.mark.task0_1
@few
@given(positive_floats)
@example(1.0)
@example(0.0)
def test_log(x: float) -> None:
    """log(x) is the natural logarithm of x + EPS, so that log(0.0) is a number too."""
    assert_close(operators.log(x), math.log(x + 1e-6), f"log({x})")


@pytest.mark.task0_1
@few
@given(small_floats)
@example(0.0)
@example(1.0)
def test_exp(x: float) -> None:
    """exp(x) is e to the power x."""
    assert_close(operators.exp(x), math.exp(x), f"exp({x})")


@pytest.mark.task0_1
@few
@given(positive_floats, small_floats)
@example(0.5, 3.0)
@example(0.0, 3.0)
def test_log_back(x: float, d: float) -> None:
    """log_back(x, d) is d times the slope of log at x, with the EPS that log adds."""
    assert_close(operators.log_back(x, d), d * (1.0 / (x + 1e-6)), f"log_back({x}, {d})")


@pytest.mark.task0_1
@few
@given(positive_floats)
@example(0.5)
def test_inv(x: float) -> None:
    """inv(x) is 1/x, also for negative x."""
    assert_close(operators.inv(x), 1.0 / x, f"inv({x})")
    assert_close(operators.inv(-x), -1.0 / x, f"inv({-x})")


@pytest.mark.task0_1
@few
@given(positive_floats, small_floats)
@example(2.0, 3.0)
def test_inv_back(x: float, d: float) -> None:
    """inv_back(x, d) is d times the slope of 1/x, which falls on both sides of 0."""
    assert_close(operators.inv_back(x, d), -d / x**2, f"inv_back({x}, {d})")
    assert_close(operators.inv_back(-x, d), -d / x**2, f"inv_back({-x}, {d})")


@pytest.mark.task0_1
@few
@given(positive_floats, small_floats)
@example(2.0, 3.0)
@example(HAIR, 3.0)
def test_relu_back(x: float, d: float) -> None:
    """relu_back(x, d) is d when x is positive, and 0.0 when x is negative or exactly 0."""
    assert_close(operators.relu_back(x, d), d, f"relu_back({x}, {d})")
    assert_close(operators.relu_back(-x, d), 0.0, f"relu_back({-x}, {d})")
    assert_close(operators.relu_back(0.0, d), 0.0, f"relu_back(0.0, {d})")


# Task 0.3. A result may be any iterable: list(…) makes a list of it.


@pytest.mark.task0_3
@few
@given(float_lists)
@example([1.0, 2.0, 3.0])
def test_map(ls: list[float]) -> None:
    """map(fn)(ls) is fn of each element, in order."""
    with in_two_steps():
        got = operators.map(double_plus_one)(ls)
    assert_close(list(got), [2.0 * x + 1.0 for x in ls], f"list(map(lambda x: 2 * x + 1)({ls}))")


@pytest.mark.task0_3
@few
@given(two_float_lists)
@example(([1.0, 2.0], [10.0, 20.0]))
def test_zip_with(lists: tuple[list[float], list[float]]) -> None:
    """zipWith(fn)(ls1, ls2) is fn of each element of ls1 and the one beside it in ls2, in order."""
    ls1, ls2 = lists
    with in_two_steps():
        got = operators.zipWith(minus)(ls1, ls2)
    expected = [x - y for x, y in zip(ls1, ls2)]
    assert_close(list(got), expected, f"list(zipWith(lambda x, y: x - y)({ls1}, {ls2}))")


@pytest.mark.task0_3
@few
@given(float_lists, small_floats)
@example([1.0, 2.0], 10.0)
@example([], 10.0)
def test_reduce(ls: list[float], start: float) -> None:
    """reduce(fn, start)(ls) begins with start and takes in one element after another: fn(result so far, element)."""
    expected = start
    for x in ls:
        expected = halve_minus(expected, x)
    with in_two_steps():
        fold = operators.reduce(halve_minus, start)
    call = f"reduce(lambda acc, x: acc / 2 - x, {start})({ls})"
    assert_close(fold(ls), expected, call)
    assert_close(fold(ls), expected, f"{call}, a second time")


@pytest.mark.task0_3
@few
@given(float_lists)
@example([1.0, -2.0])
def test_neg_list(ls: list[float]) -> None:
    """negList(ls) has each element of ls with its sign turned around, and as many of them."""
    with in_two_steps():
        got = list(operators.negList(ls))
    assert_close(got, [-x for x in ls], f"list(negList({ls}))")


@pytest.mark.task0_3
@few
@given(two_float_lists)
@example(([1.0, 2.0], [10.0, 20.0]))
def test_add_lists(lists: tuple[list[float], list[float]]) -> None:
    """addLists(ls1, ls2) has the sums of the elements that stand side by side."""
    ls1, ls2 = lists
    with in_two_steps():
        got = list(operators.addLists(ls1, ls2))
    expected = [x + y for x, y in zip(ls1, ls2)]
    assert_close(got, expected, f"list(addLists({ls1}, {ls2}))")


@pytest.mark.task0_3
@few
@given(float_lists)
@example([1.0, 2.0, 3.0])
@example([])
def test_sum(ls: list[float]) -> None:
    """sum(ls) adds all elements up; the sum of no elements is 0.0."""
    with in_two_steps():
        got = operators.sum(ls)
    assert_close(got, math.fsum(ls), f"sum({ls})")


@pytest.mark.task0_3
@few
@given(float_lists)
@example([2.0, 3.0, 4.0])
@example([])
def test_prod(ls: list[float]) -> None:
    """prod(ls) multiplies all elements; the product of no elements is 1.0."""
    with in_two_steps():
        got = operators.prod(ls)
    assert_close(got, math.prod(ls), f"prod({ls})")


@pytest.mark.task0_3
def test_arguments_stay_as_they_were() -> None:
    """The functions of lists make something new and leave the lists they are given as they were."""
    ls1, ls2 = [1.0, 2.0], [10.0, 20.0]
    with in_two_steps():
        list(operators.map(double_plus_one)(ls1))
        list(operators.zipWith(minus)(ls1, ls2))
        operators.reduce(minus, 0.0)(ls1)
    assert_close([ls1, ls2], [[1.0, 2.0], [10.0, 20.0]], "ls1, ls2 after map, zipWith and reduce")


@pytest.mark.task0_3
def test_any_iterable_will_do() -> None:
    """The functions of lists only ever walk along their argument once, so a generator serves as well as a list."""
    with in_two_steps():
        got = operators.map(double_plus_one)(one_two())
    assert_close(list(got), [3.0, 5.0], "list(map(lambda x: 2 * x + 1)(x for x in (1.0, 2.0)))")
    with in_two_steps():
        got = operators.zipWith(minus)(one_two(), one_two())
    assert_close(list(got), [0.0, 0.0], "list(zipWith(lambda x, y: x - y)(…two generators…))")
    assert_close(operators.sum(one_two()), 3.0, "sum(x for x in (1.0, 2.0))")


# What the tests are made with


def pairs_around(x: float, y: float) -> list[tuple[float, float]]:
    """Pair x with y, with itself, and with the very next float on either side."""
    return [(x, y), (x, x), (x, math.nextafter(x, math.inf)), (x, math.nextafter(x, -math.inf))]


@contextmanager
def in_two_steps() -> Iterator[None]:
    """Say how map, zipWith and reduce are called, where one of them is handed all at once, or waits for it."""
    try:
        yield
    except TypeError as error:
        name = str(error).partition("(")[0]
        if name not in STEPS:
            raise
        raise AssertionError(f"{error}; here, it is called in two steps: {STEPS[name]}") from error


def double_plus_one(x: float) -> float:
    """Compute 2x + 1."""
    return 2.0 * x + 1.0


def minus(x: float, y: float) -> float:
    """Subtract; the order matters."""
    return x - y


def halve_minus(acc: float, x: float) -> float:
    """Compute acc / 2 - x; neither order nor grouping can be changed unseen."""
    return acc / 2.0 - x


def one_two() -> Iterator[float]:
    """Yield 1.0 and 2.0, once."""
    yield 1.0
    yield 2.0
