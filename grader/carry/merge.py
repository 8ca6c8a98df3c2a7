"""A three-way merge of lines, which tells what touches from what clashes.

It stands on difflib and not on ``git merge-file``, for two reasons. Git calls it a conflict when an addition merely
touches a changed line, and that is the usual case here: a student fills the last stub of a file, and a later module
adds a function right below it. And git answers with one text in which the conflicts have to be found again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from os.path import commonprefix
from textwrap import dedent

from grader.authoring import syntax

Line = int  # from 1
Lines = Sequence[str]  # each with its newline

MARKS = ("<<<<<<< ", "=======\n", ">>>>>>> ")  # as git writes them, so that editors know them

_WHOLE = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom


@dataclass(frozen=True)
class Clash:
    """A place that both sides changed, each its own way."""

    earlier: tuple[str, ...]
    later: tuple[str, ...]
    earlier_at: Line  # where its first line stands, or would stand if it has none
    later_at: Line


Piece = str | Clash


def merge(base: Lines, earlier: Lines, later: Lines, careful: bool = False) -> list[Piece]:
    """Combine what two sides changed since a common base.

    Every change of either side is in the result, or in a clash. Two changes clash when their lines in the base overlap
    or touch, unless they are equal, or one of them only adds whole definitions above or below the other.

    Args:
        base: What both sides come from.
        earlier: One side.
        later: The other.
        careful: Let every change of the earlier side that the later one has not made too clash with what stands there.

    Returns:
        Lines, and clashes between them.
    """
    merged: list[Piece] = []
    done = 0  # lines of the base
    for region in _regions(_changes(base, earlier), _changes(base, later)):
        merged += base[done : region.base.start]
        parts = base[region.base], earlier[region.earlier], later[region.later]
        settled = _settled(*parts, careful)
        if settled is None:
            merged += _set_apart(*parts[1:], region.earlier.start + 1, region.later.start + 1)
        else:
            merged += settled
        done = region.base.stop
    merged += base[done:]
    return merged


def clashes(pieces: Sequence[Piece]) -> tuple[Clash, ...]:
    """List the clashes of a merge."""
    return tuple(piece for piece in pieces if isinstance(piece, Clash))


def kept(pieces: Sequence[Piece]) -> str:
    """Join a merge, with the later side's lines wherever there is a clash."""
    return "".join("".join(p.later) if isinstance(p, Clash) else p for p in pieces)


def marked(pieces: Sequence[Piece], earlier: str, later: str) -> str:
    """Join a merge, with both sides' lines between marks wherever there is a clash.

    Args:
        pieces: The merge.
        earlier: What to call the earlier side.
        later: What to call the later one. It comes first, as the current side does in git.

    Returns:
        The text with the marks.
    """
    start, between, end = MARKS
    return "".join(
        (
            "".join([f"{start}{later}\n", *p.later, between, *p.earlier, f"{end}{earlier}\n"])
            if isinstance(p, Clash)
            else p
        )
        for p in pieces
    )


@dataclass(frozen=True)
class _Change:
    """Lines of the base that one side replaced; an empty range where it only added some."""

    start: int
    stop: int
    growth: int  # by how many lines the side is longer for it


@dataclass(frozen=True)
class _Region:
    """The same place in all three texts, as wide as the changes that touch each other there."""

    base: slice
    earlier: slice
    later: slice


def _changes(base: Lines, side: Lines) -> list[_Change]:
    # A blank line looks like any other: it may continue a match, but never begin one.
    matcher = SequenceMatcher(lambda line: not line.strip(), base, side, autojunk=False)
    return [
        _Change(i1, i2, (j2 - j1) - (i2 - i1))
        for what, i1, i2, j1, j2 in matcher.get_opcodes()
        if what != "equal"
    ]


def _regions(earlier: list[_Change], later: list[_Change]) -> Iterator[_Region]:
    """Group the changes that overlap or touch, in order."""
    waiting = sorted(
        [(change, 0) for change in earlier] + [(change, 1) for change in later],
        key=lambda entry: (entry[0].start, entry[0].stop),
    )
    shift = [0, 0]  # how far each side runs ahead of the base so far
    while waiting:
        start, stop = waiting[0][0].start, waiting[0][0].stop
        begins = [start + ahead for ahead in shift]
        while waiting and waiting[0][0].start <= stop:
            change, side = waiting.pop(0)
            stop = max(stop, change.stop)
            shift[side] += change.growth
        ends = [stop + ahead for ahead in shift]
        yield _Region(slice(start, stop), slice(begins[0], ends[0]), slice(begins[1], ends[1]))


def _set_apart(earlier: Lines, later: Lines, earlier_at: Line, later_at: Line) -> Iterator[Piece]:
    """Set two versions against each other: the lines that they share at either end, and a clash between them."""
    head = len(commonprefix([list(earlier), list(later)]))
    rest = [list(reversed(side[head:])) for side in (earlier, later)]
    tail = len(commonprefix(rest))
    yield from earlier[:head]
    yield Clash(
        tuple(earlier[head : len(earlier) - tail]),
        tuple(later[head : len(later) - tail]),
        earlier_at + head,
        later_at + head,
    )
    yield from earlier[len(earlier) - tail :]


def _settled(base: Lines, earlier: Lines, later: Lines, careful: bool) -> Lines | None:
    """Settle a region without asking anybody, if that is safe."""
    if earlier in (base, later):
        return later
    if careful:
        return None
    if later == base:
        return earlier
    return _joined(base, earlier, later) or _joined(base, later, earlier)


def _joined(base: Lines, changed: Lines, grown: Lines) -> Lines | None:
    """Join what one side made of the base's lines with the definitions that the other added above or below them.

    The other may have made the same of these lines, or nothing.
    """
    for shared in (base, changed):
        size, more = len(shared), len(grown) - len(shared)
        if more <= 0 or not shared and not _is_whole(changed):
            continue
        above, below = grown[:more], grown[size:]
        if grown[:size] == shared and _is_new(below, base) and not _is_open(changed):
            return [*changed, *below]
        if grown[more:] == shared and _is_new(above, base):
            return [*above, *changed]
    return None


def _is_new(lines: Lines, base: Lines) -> bool:
    """Tell whether lines were added whole, rather than left where the other side took them away."""
    return _is_whole(lines) and not {line for line in lines if line.strip()} & set(base)


def _is_whole(lines: Lines) -> bool:
    """Tell whether lines are nothing but definitions, imports and comments, and so mean the same anywhere near."""
    try:
        body = syntax.parse(dedent("".join(lines))).body
    except (SyntaxError, ValueError):
        return False
    return all(isinstance(statement, _WHOLE) for statement in body)


def _is_open(lines: Lines) -> bool:
    """Tell whether lines end in a decorator, and so belong to what comes next."""
    code = [line.strip() for line in lines if line.strip()]
    return bool(code) and code[-1].startswith("@")
