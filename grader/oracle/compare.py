"""Compare a student's answer with the reference's: exact in kind, close in number."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

TOLERANCE = 1e-6  # |got - expected| <= TOLERANCE * (1 + |expected|)


@dataclass(frozen=True)
class Difference:
    """One place where two answers part: what was asked, what came, what was expected."""

    what: str
    got: str
    expected: str


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
    if isinstance(expected, dict):
        return _mappings(expected, got, what)
    if isinstance(expected, list):
        return _sequences(expected, got, what)
    if isinstance(expected, np.ndarray):
        return _arrays(expected, got, what)
    same = _numbers(expected, got) if _is_number(expected) else _plain(expected, got)
    return [] if same else [Difference(what, show(got), show(expected))]


def show(value: Any) -> str:
    """Spell a value for a person: whole when it is short, cut when it is long."""
    text = np.array2string(value, threshold=20) if isinstance(value, np.ndarray) else repr(value)
    return text if len(text) <= 300 else text[:300] + " …"


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


def _mappings(expected: dict[str, Any], got: Any, what: str) -> list[Difference]:
    if not isinstance(got, dict) or got.keys() != expected.keys():
        return [Difference(what, show(got), show(expected))]
    found: list[Difference] = []
    for key, value in expected.items():
        found += differences(value, got[key], f"{what}: {key}" if what else key)
    return found


def _sequences(expected: list[Any], got: Any, what: str) -> list[Difference]:
    if not isinstance(got, list) or len(got) != len(expected):
        return [Difference(what, show(got), show(expected))]
    if any(differences(want, have) for want, have in zip(expected, got, strict=True)):
        return [Difference(what, show(got), show(expected))]
    return []


def _arrays(expected: np.ndarray[Any, Any], got: Any, what: str) -> list[Difference]:
    if not isinstance(got, np.ndarray) or got.shape != expected.shape:
        return [Difference(what, show(got), show(expected))]
    close = np.isclose(got, expected, rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
    return [] if bool(close.all()) else [Difference(what, show(got), show(expected))]
