"""Show two values that differ, so that a person sees where: whole, or of large ones the first part that differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_SHOWN = 300  # characters of a value
MAX_WHOLE = 160  # of one that is shown whole
MAX_CELLS = 4  # of an array of several dimensions that is shown whole
_BEFORE = 40  # characters of their common beginning, of two texts that differ far behind

Same = Callable[[Any, Any], bool]  # of an expected value and another: whether they agree


@dataclass(frozen=True)
class Difference:
    """One place where two answers part: what was asked, what came, what was expected."""

    what: str
    got: str
    expected: str


@dataclass(frozen=True)
class InWords:
    """Stands for a value that is better named than spelt."""

    words: str

    def __repr__(self) -> str:
        return self.words


UNASKED = InWords("no such answer")
UNANSWERED = InWords("no answer of that name: something changed what it is asked about")


def difference(what: str, expected: Any, got: Any, same: Same) -> Difference:
    """Show where two values differ.

    Args:
        what: What was asked for.
        expected: The one.
        got: The other, which does not agree with it.
        same: Tells of parts of them whether they agree.

    Returns:
        Both, or of long ones a part: ``0.5 at [3][17]``, and what is expected there.
    """
    whole = _whole(got, expected)
    if whole is not None:
        return Difference(what, *whole)
    place, theirs, ours = _first_part("", expected, got, same)
    shown, wanted = _apart(theirs, ours)
    wanted += _counted(expected, got, same)
    return Difference(what, f"{shown} at {place}" if place else shown, wanted)


def _counted(expected: Any, got: Any, same: Same) -> str:
    """Say how many cells of two arrays of the same shape differ; nothing of anything else."""
    if not _are_arrays(expected, got) or got.shape != expected.shape:
        return ""
    pairs = zip(expected.ravel().tolist(), got.ravel().tolist(), strict=True)
    wrong = sum(not same(*pair) for pair in pairs)
    return f" ({wrong:,} of {got.size:,} cells {'is' if wrong == 1 else 'are'} wrong)"


def _are_arrays(one: Any, other: Any) -> bool:
    return isinstance(one, np.ndarray) and isinstance(other, np.ndarray)


def _whole(got: Any, expected: Any) -> tuple[str, str] | None:
    """Spell both values as a person reads them best; None where they are too long for that, or look the same."""
    arrays = not isinstance(got, list) and not isinstance(expected, list)
    shown = [_drawn(value) if arrays else _spelt(value) for value in (got, expected)]
    long = max(map(len, shown)) > MAX_WHOLE or _is_table(got, expected)
    return None if long or shown[0] == shown[1] else (shown[0], shown[1])


def _is_table(got: Any, expected: Any) -> bool:
    """Tell whether two arrays of the same shape hold more than is compared at a glance."""
    alike = _are_arrays(got, expected) and got.shape == expected.shape
    return alike and got.ndim > 1 and got.size > MAX_CELLS


def _drawn(value: Any) -> str:
    """Spell a value; of an array up to two dimensions, draw its rows."""
    if not isinstance(value, np.ndarray) or value.size > MAX_WHOLE:
        return _spelt(value)
    return np.array2string(value) if value.ndim <= 2 else repr(value.tolist())


def _spelt(value: Any) -> str:
    """Spell a value, every digit of it; of what is far too long, its size will do."""
    if isinstance(value, list | dict) and len(value) > MAX_SHOWN:
        return f"a {type(value).__name__} of {_elements(value)}"
    if isinstance(value, np.ndarray):
        shown = f"array({value.tolist()})" if value.size <= MAX_SHOWN else ""
        return shown if 0 < len(shown) <= MAX_SHOWN else _shape(value)
    return repr(value)


def _first_part(place: str, expected: Any, got: Any, same: Same) -> tuple[str, Any, Any]:
    """Go down to the first part that differs: where it is, what came there, and what was expected."""
    if _are_arrays(expected, got):
        return _first_cell(place, expected, got, same)
    if not (isinstance(expected, list) and isinstance(got, list)):
        return place, got, expected
    if len(got) != len(expected):
        return place, InWords(_elements(got)), InWords(_elements(expected))
    parts = enumerate(zip(expected, got, strict=True))
    number, (ours, theirs) = next((n, pair) for n, pair in parts if not same(*pair))
    return _first_part(f"{place}[{number}]", ours, theirs, same)


def _first_cell(
    place: str, expected: np.ndarray[Any, Any], got: np.ndarray[Any, Any], same: Same
) -> tuple[str, Any, Any]:
    if got.shape != expected.shape:
        return place, InWords(_shape(got)), InWords(_shape(expected))
    index = next(
        index
        for index in np.ndindex(got.shape)
        if not same(expected[(*index, ...)], got[(*index, ...)])
    )
    shown = "".join(f"[{each}]" for each in index)
    return place + shown, got[index].item(), expected[index].item()


def _shape(values: np.ndarray[Any, Any]) -> str:
    return f"an array of shape {values.shape}"


def _elements(values: list[Any] | dict[str, Any]) -> str:
    return f"{len(values):,} element{'' if len(values) == 1 else 's'}"


def _apart(got: Any, expected: Any) -> tuple[str, str]:
    """Spell two values that differ so that it shows: around their first difference, or with their kinds."""
    theirs, ours = _spelt(got), _spelt(expected)
    if theirs == ours:
        kinds = type(got).__name__, type(expected).__name__
        return f"{theirs[:MAX_SHOWN]}, a {kinds[0]}", f"{ours[:MAX_SHOWN]}, a {kinds[1]}"
    pairs = enumerate(zip(theirs, ours))
    alike = next((n for n, (one, other) in pairs if one != other), min(len(theirs), len(ours)))
    return _around(theirs, alike), _around(ours, alike)


def _around(text: str, place: int) -> str:
    """Cut a text to what lies around a place, and say where it was cut."""
    begin = place - _BEFORE if place > MAX_SHOWN - _BEFORE else 0
    shown = text[begin : begin + MAX_SHOWN]
    return ("… " if begin else "") + shown + (" …" if begin + MAX_SHOWN < len(text) else "")
