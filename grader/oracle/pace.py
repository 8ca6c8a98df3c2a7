"""When measured pairs are enough to say "fast enough" or "too slow", and when they are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import median

from grader.model import Pace

HOPELESS = 3  # pairs, all below half of what is asked for, that are enough
LOOKS = (7, 11, 17, 25)  # pairs after which the interval is looked at; then it is over
COVERAGE = 0.98  # of the interval

Ratio = float  # the reference's time over the student's: 2.0 is twice as fast


@dataclass(frozen=True)
class Estimate:
    """The median of some ratios, and an interval that holds the true median almost surely."""

    speed: Ratio
    low: Ratio
    high: Ratio


def estimate(ratios: Sequence[Ratio]) -> Estimate:
    """Estimate the median, with the sign test's interval: it asks nothing of how the ratios are spread.

    Args:
        ratios: At least one.

    Returns:
        The estimate. The interval of fewer than seven ratios is all of their range, and covers less than is wanted.
    """
    ordered = sorted(ratios)
    left_out = _left_out(len(ordered))
    return Estimate(median(ordered), ordered[left_out], ordered[-1 - left_out])


def pace(ratios: Sequence[Ratio], wanted: Ratio, *, last: bool = False) -> Pace | None:
    """Decide, if the pairs are enough for it.

    Args:
        ratios: Of the pairs up to now.
        wanted: The least ratio that is fast enough.
        last: Whether there will be no more pairs; at least seven make a verdict either way.

    Returns:
        The verdict, or None where more pairs are needed.
    """
    if len(ratios) == HOPELESS and max(ratios) < wanted / 2:
        return Pace.SLOW
    last = last and len(ratios) >= LOOKS[0] or len(ratios) == LOOKS[-1]
    if len(ratios) not in LOOKS and not last:
        return None
    found = estimate(ratios)
    if found.low >= wanted:
        return Pace.FAST
    if found.high < wanted:
        return Pace.SLOW
    return Pace.UNSURE if last else None


def _left_out(count: int) -> int:
    """Count how many of the smallest ratios, and as many of the largest, the interval may leave out.

    A ratio lies above the true median as often as below. So that median lies below all but the k smallest of n with
    the chance that n tossed coins show heads at most k times; and above all but the k largest as well.
    """
    chance = 0.0
    for heads in range(count):
        chance += comb(count, heads) / 2**count
        if 2 * chance > 1 - COVERAGE:
            return max(0, heads - 1)
    return 0
