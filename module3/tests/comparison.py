"""How the tests compare, whatever the functions under test look like."""

import math
from typing import Any

SHORT = 160  # characters of what is shown whole
LONGEST = 300  # characters of what is shown at all


def assert_close(got: Any, expected: Any, what: str = "the value") -> None:
    """Assert that two values are the same, numbers up to rounding.

    Args:
        got: What came out: a number, or a list or tuple of such.
        expected: What should have come out.
        what: The call that gave it, as one would type it: ``"relu(-1.0)"``; a test of your own may leave it out.

    Raises:
        AssertionError: They differ. It says ``relu(-1.0): got -1.0, expected 0.0``; of long lists, it says where.
    """
    __tracebackhide__ = True
    if not same(got, expected):
        raise AssertionError(difference(got, expected, what))


def same(got: Any, expected: Any) -> bool:
    """Say whether two values are the same: numbers up to one part in a million, lists element by element."""
    if isinstance(expected, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(expected)
            and all(same(one, other) for one, other in zip(got, expected))
        )
    if isinstance(expected, float | int):
        if not isinstance(got, float | int):
            return False
        return math.isclose(got, expected, rel_tol=1e-6, abs_tol=1e-6)
    return type(got) is type(expected) and bool(got == expected)


def difference(got: Any, expected: Any, what: str) -> str:
    """Say how two values differ: of long lists, the first elements that do, or how many there are.

    Args:
        got: What came out.
        expected: What should have come out.
        what: The call that gave it.

    Returns:
        ``f(x): got [1.0], expected [2.0]``, or ``f(x): got 0.5 at [3][17], expected 0.25``.
    """
    one, other = repr(got), repr(expected)
    if max(len(one), len(other)) > SHORT:
        place, one, other = first_difference(got, expected)
        one = f"{one[:LONGEST]} at {place}" if place else one[:LONGEST]
    elif one == other:
        one, other = (f"{value!r}, a {type(value).__name__}" for value in (got, expected))
    return f"{what}: got {one}, expected {other[:LONGEST]}"


def first_difference(got: Any, expected: Any, place: str = "") -> tuple[str, str, str]:
    """Go down into two lists to the first elements that differ: their place, and how both are written."""
    if not (isinstance(got, list | tuple) and isinstance(expected, list | tuple)):
        return place, repr(got), repr(expected)
    if len(got) != len(expected):
        return place, f"{len(got)} elements", f"{len(expected)} elements"
    pairs = enumerate(zip(got, expected))
    number, pair = next((number, pair) for number, pair in pairs if not same(*pair))
    return first_difference(*pair, f"{place}[{number}]")
