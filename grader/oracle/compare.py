"""Compare a student's answer with the reference's: exact in kind, close in number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from grader.oracle.difference import UNANSWERED, UNASKED, Difference, difference

TOLERANCE = 1e-6  # |got - expected| <= TOLERANCE * (1 + |expected|)


def differences(expected: Any, got: Any, what: str = "") -> list[Difference]:
    """List where an answer differs from the expected one.

    Numbers agree when they are within ``TOLERANCE``; NaN agrees with NaN, an infinity with the same infinity. A number
    never agrees with text, a sequence or nothing; sequences agree in length, mappings in keys, arrays in shape.

    Args:
        expected: The reference's answer, as the wire decodes it.
        got: The student's answer, likewise.
        what: How the asked thing is called; the keys of mappings are added to it.

    Returns:
        The differences, in order; empty when the answers agree.
    """
    if isinstance(expected, dict) and isinstance(got, dict):
        return _mappings(expected, got, what)
    return [] if same(expected, got) else [difference(what, expected, got, same)]


def same(expected: Any, got: Any) -> bool:
    """Tell whether two values agree."""
    if isinstance(expected, dict):
        alike = isinstance(got, dict) and got.keys() == expected.keys()
        return alike and all(same(value, got[key]) for key, value in expected.items())
    if isinstance(expected, list):
        alike = isinstance(got, list) and len(got) == len(expected)
        return alike and all(map(same, expected, got))
    if isinstance(expected, np.ndarray):
        alike = isinstance(got, np.ndarray) and got.shape == expected.shape
        return alike and bool(np.isclose(got, expected, TOLERANCE, TOLERANCE, True).all())
    return _numbers(expected, got) if _is_number(expected) else _plain(expected, got)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float)


def _numbers(expected: float, got: Any) -> bool:
    if not _is_number(got):
        return False
    try:
        want, have = float(expected), float(got)
    except OverflowError:  # an integer beyond a float's range
        return bool(expected == got)
    if math.isnan(want) or math.isnan(have):
        return math.isnan(want) and math.isnan(have)
    if math.isinf(want) or math.isinf(have):
        return want == have
    return abs(have - want) <= TOLERANCE * (1 + abs(want))


def _plain(expected: Any, got: Any) -> bool:
    return type(expected) is type(got) and bool(expected == got)


def _mappings(expected: dict[str, Any], got: dict[str, Any], what: str) -> list[Difference]:
    """Compare key by key; one that is missing is a difference, and so is the first that nobody asked for."""
    found: list[Difference] = []
    for key, value in expected.items():
        asked = f"{what}: {key}" if what else key
        if key in got:
            found += differences(value, got[key], asked)
        else:
            found.append(difference(asked, value, UNANSWERED, same))
    added = [key for key in got if key not in expected]
    if added and not found:
        found.append(difference(what or "the answers", UNASKED, added[0], same))
    return found
