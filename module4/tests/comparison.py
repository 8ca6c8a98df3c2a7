"""How the tests compare, whatever the functions under test look like."""

import math
from typing import Any


def assert_close(got: Any, expected: Any, what: str) -> None:
    """Assert that two values are the same, numbers up to rounding.

    Args:
        got: What came out: a number, or a list or tuple of such.
        expected: What should have come out.
        what: The call that gave it, as one would type it: ``"relu(-1.0)"``.

    Raises:
        AssertionError: They differ. It says ``relu(-1.0): got -1.0, expected 0.0``.
    """
    __tracebackhide__ = True
    if not same(got, expected):
        raise AssertionError(f"{what}: got {got!r}, expected {expected!r}")


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
