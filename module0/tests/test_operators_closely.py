"""Tasks 0.1 and 0.3 once more: small differences, whole numbers, long lists, and what a second call gives."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from comparison import assert_close

from minitorch import operators

# Task 0.1


@pytest.mark.task0_1
def test_every_digit_counts() -> None:
    """Large numbers keep all their digits: 1e9 + 1 is 1 more than 1e9, and not about 1e9."""
    large = 1e9 + 1.0
    assert_close(operators.add(1e9, 1.0) - 1e9, 1.0, "add(1e9, 1.0) - 1e9")
    assert_close(operators.mul(large, -3.0) + 3e9, -3.0, "mul(1e9 + 1, -3.0) + 3e9")
    assert_close(operators.id(large) - 1e9, 1.0, "id(1e9 + 1) - 1e9")
    assert_close(operators.neg(large) + 1e9, -1.0, "neg(1e9 + 1) + 1e9")
    assert_close(operators.relu(large) - 1e9, 1.0, "relu(1e9 + 1) - 1e9")
    assert_close(operators.max(large, 1e9) - 1e9, 1.0, "max(1e9 + 1, 1e9) - 1e9")


@pytest.mark.task0_1
def test_max_beside_a_huge_number() -> None:
    """max gives one of its two numbers, exactly: the other one may be huge."""
    for x, y, expected in [(-1e20, 1.0, 1.0), (1.0, -1e20, 1.0), (-1e20, -1e300, -1e20)]:
        assert_close(operators.max(x, y), expected, f"max({x}, {y})")


@pytest.mark.task0_1
def test_near_0() -> None:
    """However small a number is, it counts: relu lets it pass, and 1/x is as large as it is small."""
    assert_close(operators.relu(1e-9) * 1e9, 1.0, "relu(1e-9) * 1e9")
    assert_close(operators.relu_back(1e-300, 2.0), 2.0, "relu_back(1e-300, 2.0)")
    assert_close(operators.inv(1e-9), 1e9, "inv(1e-9)")
    assert_close(operators.inv_back(1e-5, 2.0), -2e10, "inv_back(1e-5, 2.0)")
    assert_close(operators.log(1e-6), math.log(2e-6), "log(1e-6)")


@pytest.mark.task0_1
def test_exp_far_out() -> None:
    """exp(x) is right far from 0 too: exp(-30) times e^30 is 1."""
    for x in (-30.0, 30.0, -600.0, 600.0):
        assert_close(operators.exp(x) * math.exp(-x), 1.0, f"exp({x}) * e^{-x}")


WHOLE: dict[str, list[tuple[tuple[int, ...], float]]] = {
    "mul": [((2, -3), -6.0)],
    "id": [((5,), 5.0)],
    "add": [((2, 3), 5.0)],
    "neg": [((5,), -5.0)],
    "lt": [((1, 2), 1.0), ((2, 2), 0.0)],
    "eq": [((2, 2), 1.0), ((2, 3), 0.0)],
    "max": [((-3, 2), 2.0)],
    "is_close": [((2, 2), 1.0), ((2, 3), 0.0)],
    "sigmoid": [((0,), 0.5)],
    "relu": [((3,), 3.0), ((-3,), 0.0)],
    "log": [((1,), math.log(1.0 + 1e-6))],
    "exp": [((1,), math.e)],
    "log_back": [((1, 2), 2.0 / (1.0 + 1e-6))],
    "inv": [((4,), 0.25)],
    "inv_back": [((2, 3), -0.75)],
    "relu_back": [((1, 3), 3.0), ((0, 3), 0.0)],
}


@pytest.mark.task0_1
@pytest.mark.parametrize("name", WHOLE)
def test_whole_numbers(name: str) -> None:
    """A whole number counts as the float that is equal to it."""
    for arguments, expected in WHOLE[name]:
        got = getattr(operators, name)(*arguments)
        assert_close(got, expected, f"{name}({', '.join(map(str, arguments))})")


# Task 0.3


Fold = Callable[[list[float], list[float]], Any]

FUNCTIONS: dict[str, Fold] = {
    "list(map(neg)(ls1))": lambda ls1, _: list(operators.map(lambda x: -x)(ls1)),
    "list(zipWith(mul)(ls1, ls2))": lambda ls1, ls2: list(
        operators.zipWith(lambda x, y: x * y)(ls1, ls2)
    ),
    "reduce(add, 0.0)(ls1)": lambda ls1, _: operators.reduce(lambda x, y: x + y, 0.0)(ls1),
    "list(negList(ls1))": lambda ls1, _: list(operators.negList(ls1)),
    "list(addLists(ls1, ls2))": lambda ls1, ls2: list(operators.addLists(ls1, ls2)),
    "sum(ls1)": lambda ls1, _: operators.sum(ls1),
    "prod(ls1)": lambda ls1, _: operators.prod(ls1),
}


@pytest.mark.task0_3
def test_lists_stay_as_they_were() -> None:
    """No function of lists changes a list that it is given: its caller may still need it."""
    for call, function in FUNCTIONS.items():
        ls1, ls2 = [1.0, 2.0, 4.0], [10.0, 20.0, 40.0]
        function(ls1, ls2)
        assert_close([ls1, ls2], [[1.0, 2.0, 4.0], [10.0, 20.0, 40.0]], f"ls1, ls2 after {call}")


@pytest.mark.task0_3
def test_a_second_call_begins_afresh() -> None:
    """A call with other lists in between changes nothing: the same lists give the same result again."""
    for call, function in FUNCTIONS.items():
        ls1, ls2 = [1.0, 2.0], [10.0, 20.0]
        first = function(ls1, ls2)
        function([7.0], [8.0])
        assert_close(function(ls1, ls2), first, f"{call}, a second time")


@pytest.mark.task0_3
def test_one_function_serves_many_lists() -> None:
    """What map, zipWith or reduce made may be called again, and its earlier results stay as they were."""
    triple = operators.map(lambda x: 3.0 * x)
    first, second = triple([1.0, 2.0]), triple([5.0])
    assert_close(
        [list(first), list(second)], [[3.0, 6.0], [15.0]], "triple([1.0, 2.0]), triple([5.0])"
    )
    minus = operators.zipWith(lambda x, y: x - y)
    one, other = minus([1.0, 2.0], [3.0, 3.0]), minus([5.0], [1.0])
    assert_close([list(one), list(other)], [[-2.0, -1.0], [4.0]], "two calls of the same zipWith")


@pytest.mark.task0_3
def test_many_functions_side_by_side() -> None:
    """Each map, zipWith and reduce does what it was made for, whatever was made before or after it."""
    double, triple = (operators.map(lambda x, n=n: n * x) for n in (2.0, 3.0))
    got = [list(double([1.0])), list(triple([1.0])), list(double([1.0]))]
    assert_close(got, [[2.0], [3.0], [2.0]], "two maps, called by turns")
    plus, minus = (operators.zipWith(lambda x, y, n=n: x + n * y) for n in (1.0, -1.0))
    got = [list(zipped([5.0], [2.0])) for zipped in (plus, minus, plus)]
    assert_close(got, [[7.0], [3.0], [7.0]], "two zipWiths, called by turns")
    low, high = (operators.reduce(lambda acc, x: acc - x, start) for start in (0.0, 100.0))
    got = [fold([1.0, 2.0]) for fold in (low, high, low)]
    assert_close(got, [-3.0, 97.0, -3.0], "two folds with different starts, called by turns")


@pytest.mark.task0_3
def test_long_lists() -> None:
    """A list may have thousands of numbers, and each of them counts once."""
    many = [float(n % 7) for n in range(5000)]
    assert_close(list(operators.map(lambda x: 2.0 * x)(many)), [2.0 * x for x in many], "map(…)")
    assert_close(
        list(operators.addLists(many, many)), [x + x for x in many], "addLists(many, many)"
    )
    got = operators.reduce(lambda acc, x: acc / 2.0 + x, 1.0)(many)
    expected = 1.0
    for x in many:
        expected = expected / 2.0 + x
    assert_close(got, expected, "reduce(lambda acc, x: acc / 2 + x, 1.0) of 5000 numbers")
    assert_close(operators.sum(many), math.fsum(many), "sum of 5000 numbers")
    assert_close(operators.prod([1.001] * 5000), 1.001**5000, "prod of 5000 times 1.001")


@pytest.mark.task0_3
def test_whole_numbers_in_tuples() -> None:
    """Any iterable of numbers will do: a tuple, a range, and whole numbers in it."""
    got: Any = [list(operators.map(lambda x: x + 1)((1, 2.5))), list(operators.negList((1, 2)))]
    assert_close(got, [[2, 3.5], [-1, -2]], "list(map(lambda x: x + 1)((1, 2.5))), negList((1, 2))")
    got = [list(operators.zipWith(lambda x, y: x * y)((2, 3), range(2)))]
    assert_close(got, [[0, 3]], "list(zipWith(lambda x, y: x * y)((2, 3), range(2)))")
    got = [list(operators.addLists((1, 2), [0.5, 1.5]))]
    assert_close(got, [[1.5, 3.5]], "list(addLists((1, 2), [0.5, 1.5]))")
    got = [operators.sum(range(4)), operators.prod((2, 3, 4))]
    assert_close(got, [6, 24], "sum(range(4)), prod((2, 3, 4))")
