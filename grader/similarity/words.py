"""How what was found is told: the same on the terminal, on the pages and in the file."""

from __future__ import annotations

import math

from grader.errors import some
from grader.reporting import text, words
from grader.similarity.alike import FEW, Findings, Pair, Share

PLACE_TO_LOOK = (
    "A place to look, not a finding: two students may have learned together or from the same lesson or book, and short"
    " solutions resemble each other. Read both, then decide."
)

SHARE = (
    "The share is of the shorter work's own tokens, which are those in neither the skeleton nor the course's solution,"
    " and not written by many of the class: so many of them stand in the other work in the same order, whatever things"
    " are called there."
)

_NAME = 40  # characters of an id


def percent(share: Share | None) -> str:
    """Write a share, rounded down: it is 100% only where it is all."""
    return "–" if share is None else f"{math.floor(round(100 * share, 6))}%"


def who(ids: tuple[str, ...]) -> str:
    """Name the submissions that are one work."""
    return some([text.line(id, _NAME) or "?" for id in ids], most=3)


def where(pair: Pair) -> str:
    """Name the file with most in common, and how much of it is."""
    first = pair.files[0]
    return f"{first.path.rpartition('/')[2]} ({percent(first.share)})"


def told(pair: Pair) -> str:
    """Say what two works have in common."""
    same = ", the same text to the letter" if pair.same else ""
    return f"{words.counted(pair.tokens, 'token')} in common, {percent(pair.share)}{same}"


def summary(found: Findings) -> str:
    """Say of a module how many were compared, what they have in common at the median, and how many pairs stand out."""
    title = f"Module {found.module}"
    if found.compared < 2 and not found.pairs:
        enough = words.counted(found.compared, "work")
        return f"{title}: nothing to compare; {enough} with at least {FEW} tokens of its own"
    return (
        f"{title}: {words.counted(found.compared, 'different work')}, median of all pairs"
        f" {percent(found.median)}; {words.counted(found.found, 'pair')} to look at{_first(found)}"
    )


def _first(found: Findings) -> str:
    return f", the first {len(found.pairs)} here" if found.found > len(found.pairs) else ""
