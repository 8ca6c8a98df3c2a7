"""Passages: where two files read the same, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grader.similarity.fingerprints import RUN, Fingerprint, Hash
from grader.similarity.tokens import GIVEN, Tokens

_CHOICES = 8  # places of a repeated run that are tried: all of them could be quadratically many


@dataclass(frozen=True)
class Lines:
    """Some lines of a file, from 1 on, the last one included."""

    first: int
    last: int


@dataclass(frozen=True)
class Passage:
    """Lines on the left, and those on the right that read the same."""

    left: Lines
    right: Lines


@dataclass(frozen=True)
class _Stretch:
    """As many tokens on the left as on the right, that begin at these."""

    left: int
    right: int
    length: int


def passages(left: Fingerprint, right: Fingerprint) -> tuple[Passage, ...]:
    """Find what two files share.

    Args:
        left: A file.
        right: Another.

    Returns:
        The passages in the order of the left file, each with a line on either side that is in none before it.
    """
    found: list[Passage] = []
    lefts: set[int] = set()
    rights: set[int] = set()
    for stretch in _stretches(left, right):
        for each in _pieces(left.tokens.code, stretch):
            here = _lines(left.tokens, each.left, each.length) - lefts
            there = _lines(right.tokens, each.right, each.length) - rights
            if here and there:
                found.append(Passage(Lines(min(here), max(here)), Lines(min(there), max(there))))
                lefts |= here
                rights |= there
    return tuple(found)


def _stretches(left: Fingerprint, right: Fingerprint) -> Iterator[_Stretch]:
    """Walk along the left file, and at each shared run take the place on the right where most is the same."""
    shared = left.places.keys() & right.places.keys()
    lefts, rights = _by_place(left, shared), _by_place(right, shared)
    end = 0
    for place in sorted(lefts):
        if place < end:
            continue
        candidates = right.places[lefts[place]][:_CHOICES]
        length, there = max((_length(lefts, rights, place, at), -at) for at in candidates)
        end = place + length - RUN + 1
        yield _Stretch(place, -there, length)


def _by_place(fingerprint: Fingerprint, shared: set[Hash]) -> dict[int, Hash]:
    return {place: each for each in shared for place in fingerprint.places[each]}


def _length(lefts: dict[int, Hash], rights: dict[int, Hash], left: int, right: int) -> int:
    """Count tokens from a shared run on, as long as the next begins before the last one ends."""
    reached = step = 0
    while step - reached <= RUN:
        step += 1
        if left + step in lefts and lefts[left + step] == rights.get(right + step):
            reached = step
    return reached + RUN


def _pieces(code: str, stretch: _Stretch) -> Iterator[_Stretch]:
    """Break a stretch where something was handed out, so that each function is a passage."""
    start = stretch.left
    for piece in code[start : start + stretch.length].split(GIVEN):
        yield _Stretch(start, stretch.right + start - stretch.left, len(piece))
        start += len(piece) + 1


def _lines(tokens: Tokens, start: int, length: int) -> set[int]:
    return set(tokens.lines[start : start + length])
