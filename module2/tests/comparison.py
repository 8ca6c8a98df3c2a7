"""How the tests compare, whatever the functions under test look like."""

import math
from collections.abc import Mapping
from typing import Any

SHORT = 160  # characters of what is shown whole
LONGEST = 300  # characters of what is shown at all
FEW = 4  # numbers of a table that is shown whole

Faults = Mapping[str, Any]
"""What common mistakes give, each under the words that say what probably happened."""


def assert_close(
    got: Any, expected: Any, what: str = "the value", faults: Faults | None = None
) -> None:
    """Assert that two values are the same, numbers up to rounding.

    Args:
        got: What came out: a number, or a list or tuple of such.
        expected: What should have come out.
        what: The call that gave it, as one would type it: ``"relu(-1.0)"``; a test of your own may leave it out.
        faults: What comes out by common mistakes. Where one of them gives what came out, the message says so.

    Raises:
        AssertionError: They differ. It says ``relu(-1.0): got -1.0, expected 0.0``; of long lists, it says where.
    """
    __tracebackhide__ = True
    if not same(got, expected):
        raise AssertionError(difference(got, expected, what, faults))


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


def difference(got: Any, expected: Any, what: str, faults: Faults | None = None) -> str:
    """Say how two values differ: of tables and long lists, the first elements that do, or how many there are.

    Args:
        got: What came out.
        expected: What should have come out.
        what: The call that gave it.
        faults: What comes out by common mistakes.

    Returns:
        ``f(x): got [1.0], expected [2.0]``, or ``f(x): got 0.5 at [3][17], expected 0.25 (2 of 80 cells are wrong)``;
        in a second line, the common mistake that gives just that, if there is one.
    """
    one, other = repr(got), repr(expected)
    if max(len(one), len(other)) > SHORT or is_table(got, expected):
        place, one, other = first_difference(got, expected)
        one = f"{one[:LONGEST]} at {place}" if place else one[:LONGEST]
        other = other[:LONGEST] + count_wrong(got, expected)
    elif one == other:
        one, other = (f"{value!r}, a {type(value).__name__}" for value in (got, expected))
    said = f"{what}: got {one}, expected {other[:LONGEST]}"
    known = (words for words, value in (faults or {}).items() if same(got, value))
    return "\nProbably ".join([said, *known][:2])


def is_table(got: Any, expected: Any) -> bool:
    """Say whether two values are lists of lists, alike in form, with more numbers than are read at a glance."""
    ours = cells(expected)
    nested = any("][" in place for place in ours)
    return nested and len(ours) > FEW and are_numbers(ours) and ours.keys() == cells(got).keys()


def count_wrong(got: Any, expected: Any) -> str:
    """Say how many numbers of two tables or lists of the same form differ; nothing of anything else."""
    theirs, ours = cells(got), cells(expected)
    if "" in ours or not are_numbers(ours) or theirs.keys() != ours.keys():
        return ""
    wrong = sum(not same(theirs[place], number) for place, number in ours.items())
    return f" ({wrong} of {len(ours)} cells {'is' if wrong == 1 else 'are'} wrong)"


def are_numbers(cells: dict[str, Any]) -> bool:
    """Say whether all cells hold numbers."""
    return all(isinstance(value, float | int) for value in cells.values())


def cells(value: Any, place: str = "") -> dict[str, Any]:
    """List what lies in a list of lists, each under its place: ``{"[0][0]": 1.0, "[0][1]": 2.0}``."""
    if not isinstance(value, list | tuple):
        return {place: value}
    found: dict[str, Any] = {}
    for number, part in enumerate(value):
        found |= cells(part, f"{place}[{number}]")
    return found


def first_difference(got: Any, expected: Any, place: str = "") -> tuple[str, str, str]:
    """Go down into two lists to the first elements that differ: their place, and how both are written."""
    if not (isinstance(got, list | tuple) and isinstance(expected, list | tuple)):
        return place, repr(got), repr(expected)
    if len(got) != len(expected):
        return place, f"{len(got)} elements", f"{len(expected)} elements"
    pairs = enumerate(zip(got, expected))
    number, pair = next((number, pair) for number, pair in pairs if not same(*pair))
    return first_difference(*pair, f"{place}[{number}]")
