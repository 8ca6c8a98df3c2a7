"""Two works side by side, line by line: what a page of a pair shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.model import RelPath
from grader.reporting import text
from grader.similarity.alike import FileOverlap
from grader.similarity.hands import Given, Work
from grader.similarity.passages import Lines, Passage
from grader.similarity.tokens import lines_of

_LINES = 2000  # of a file that are shown
_WIDE = 240  # characters of a line that are shown


@dataclass(frozen=True)
class Line:
    """A line of a file."""

    number: int
    text: str
    given: bool  # everybody was handed it
    passage: int = 0  # from 1 on; 0: none
    first: bool = False  # of its passage


@dataclass(frozen=True)
class Side:
    """One of the two works."""

    lines: tuple[Line, ...]
    left_out: int  # lines that are too many to be shown
    starts: Mapping[int, int]  # from passage to its first line here


@dataclass(frozen=True)
class FileView:
    """A file of both."""

    overlap: FileOverlap
    left: Side
    right: Side

    @property
    def passages(self) -> list[tuple[int, Passage]]:
        """The passages that are shown on both sides, with their numbers."""
        return [
            (number, each)
            for number, each in enumerate(self.overlap.passages, start=1)
            if number in self.left.starts and number in self.right.starts
        ]


def view(overlap: FileOverlap, left: Work, right: Work, given: Mapping[RelPath, Given]) -> FileView:
    """Lay out a file of both works.

    Args:
        overlap: What they have in common in it.
        left: The files of the one.
        right: The files of the other.
        given: What is nobody's own in them.

    Returns:
        The lines of both.
    """
    handed_out = given[overlap.path].lines
    return FileView(
        overlap,
        _side(left[overlap.path], [each.left for each in overlap.passages], handed_out),
        _side(right[overlap.path], [each.right for each in overlap.passages], handed_out),
    )


def _side(content: str, passages: Sequence[Lines], handed_out: frozenset[str]) -> Side:
    lines = lines_of(content.rstrip())
    shown = lines[:_LINES]
    given = [line.strip() in handed_out for line in shown]
    passage_of = _claims(passages, given)
    starts: dict[int, int] = {}
    for number, passage in sorted(passage_of.items()):
        starts.setdefault(passage, number)
    return Side(
        tuple(
            Line(
                number,
                text.clean(line, _WIDE),
                given[number - 1],
                passage_of.get(number, 0),
                starts.get(passage_of.get(number, 0)) == number,
            )
            for number, line in enumerate(shown, start=1)
        ),
        len(lines) - len(shown),
        starts,
    )


def _claims(passages: Sequence[Lines], given: Sequence[bool]) -> dict[int, int]:
    """Tell which passage each line is in: the first that has it."""
    claims: dict[int, int] = {}
    for passage, lines in enumerate(passages, start=1):
        for number in range(lines.first, min(lines.last, len(given)) + 1):
            if not given[number - 1]:
                claims.setdefault(number, passage)
    return claims
