"""Task 1.2 once more: small differences, numbers of other kinds, and that operands stay as they were."""

import pytest
from comparison import assert_close

import minitorch

EVERYTHING = (
    *("a + b", "a - b", "a * b", "a / b", "a < b", "a > b", "a == b", "-a"),
    *("a + 2.0", "2.0 + a", "a - 2.0", "2.0 - a", "a * 2.0", "2.0 * a", "a / 2.0", "2.0 / a"),
    *("a.exp()", "a.log()", "a.sigmoid()", "a.relu()", "b.relu()"),
)


@pytest.mark.task1_2
def test_no_operand_is_written_into() -> None:
    """Every operation makes a new Scalar: its operands, which others may hold too, keep number and history."""
    for text in EVERYTHING:
        for x in (2.0, 0.5):
            a, b = minitorch.Scalar(x), minitorch.Scalar(-3.0)
            result = eval(text, {}, {"a": a, "b": b})
            assert_close(result is a or result is b, False, f"({text}) is a or b itself")
            assert_close([a.data, b.data], [x, -3.0], f"[a.data, b.data] after {text}")
            assert_close([a.is_leaf(), b.is_leaf()], [True, True], f"are a, b leaves after {text}")
            assert_close([a.derivative, b.derivative], [None, None], f"derivatives after {text}")


@pytest.mark.task1_2
def test_the_same_again() -> None:
    """The same operation on the same operands makes another Scalar with the same number, each time it is asked."""
    a, b = minitorch.Scalar(2.0), minitorch.Scalar(-3.0)
    for text in EVERYTHING:
        first, second = (eval(text, {}, {"a": a, "b": b}) for _ in range(2))
        assert_close(first is second, False, f"({text}) is the very Scalar of the last time")
        assert_close(second.data, first.data, f"({text}).data, a second time")
        other = eval(text, {}, {"a": minitorch.Scalar(2.0), "b": minitorch.Scalar(-3.0)})
        found = [one for one in other.history.inputs if one is a or one is b]
        assert_close(len(found), 0, f"how many inputs of another {text} are the first one's")


@pytest.mark.task1_2
def test_every_digit_counts() -> None:
    """Scalars keep all digits of large numbers, and don't take small ones for 0."""
    Scalar = minitorch.Scalar
    large = Scalar(1e9) + 1.0
    assert_close((large - 1e9).data, 1.0, "(Scalar(1e9) + 1.0 - 1e9).data")
    assert_close((large * 3.0 - 3e9).data, 3.0, "((Scalar(1e9) + 1.0) * 3.0 - 3e9).data")
    assert_close((-large + 1e9).data, -1.0, "(-(Scalar(1e9) + 1.0) + 1e9).data")
    assert_close((Scalar(1e-9).relu() * 1e9).data, 1.0, "(Scalar(1e-9).relu() * 1e9).data")
    assert_close((1.0 / Scalar(1e-9)).data, 1e9, "(1.0 / Scalar(1e-9)).data")
    assert_close((Scalar(1e-9) / 1e-9).data, 1.0, "(Scalar(1e-9) / 1e-9).data")
    assert_close((Scalar(1e30) * Scalar(1e30)).data, 1e60, "(Scalar(1e30) * Scalar(1e30)).data")
    assert_close((Scalar(1e-30) < 2e-30).data, 1.0, "(Scalar(1e-30) < 2e-30).data")


@pytest.mark.task1_2
def test_numbers_of_other_kinds() -> None:
    """What counts as a float or an int may stand in place of one: True counts as 1, as everywhere in Python."""
    a, two = minitorch.Scalar(3.0), Length(2.0)
    for text, expected in [
        ("a + True", 4.0),
        ("True - a", -2.0),
        ("a * False", 0.0),
        ("a < True", 0.0),
        ("a + two", 5.0),
        ("a - two", 1.0),
        ("a * two", 6.0),
        ("a / two", 1.5),
        ("a > two", 1.0),
        ("a == two", 0.0),
    ]:
        got = eval(text, {}, {"a": a, "two": two})
        assert_close(got.data, expected, f"({text}).data, a = Scalar(3.0), two a kind of float")
    assert_close((minitorch.Scalar(True) + 1).data, 2.0, "(Scalar(True) + 1).data")


@pytest.mark.task1_2
def test_what_a_comparison_decides() -> None:
    """A comparison may stand behind `if`: it counts as true where it is 1.0."""
    a, b = minitorch.Scalar(2.0), minitorch.Scalar(3.0)
    got = [bool(a < b), bool(a > b), bool(a == b), bool(a == 2.0)]
    assert_close(
        got, [True, False, False, True], "bool(a < b), bool(a > b), bool(a == b), bool(a == 2.0)"
    )


class Length(float):
    """A float by another name, as NumPy's are."""
