"""How scores are spread: bars over bins of points, and the median among them, as places in a drawing."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from grader.reporting import words

WIDTH, TOP, BASE = 400, 34, 140  # of the drawing, in units; bars stand on BASE and end below TOP
_BINS = 20  # at most
_TICKS = 6
_GAP = 1.5  # units between two bars
_LABEL = 40  # units that half of the median's label takes


@dataclass(frozen=True)
class Bar:
    """How many scores lie in one bin."""

    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True)
class Tick:
    """A number below the bars."""

    x: float
    said: str


@dataclass(frozen=True)
class Median:
    """The line that as many scores lie left of as right of."""

    x: float
    said: str
    anchor: Literal["start", "middle", "end"]  # on which side of its label it has room


@dataclass(frozen=True)
class Distribution:
    """A drawing, and what it shows in words."""

    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    median: Median
    said: str
    width: int = WIDTH
    base: int = BASE


def distribution(scores: Sequence[float], points: float) -> Distribution | None:
    """Draw how scores are spread.

    Args:
        scores: Any; what is below zero counts with the lowest.
        points: That can be earned; the scale is longer where somebody got more.

    Returns:
        The drawing; nothing where there is nothing to draw.
    """
    if not scores or points <= 0:
        return None
    top = max(points, *scores)
    width = _step(top, _BINS)
    bins = math.ceil(round(top / width, 9))
    # Rounded, since a score that is three bins on paper may be a hair less in binary.
    places = Counter(min(max(int(round(each / width, 9)), 0), bins - 1) for each in scores)
    counts = [places[place] for place in range(bins)]
    return Distribution(
        tuple(_bars(counts)),
        tuple(_ticks(width * bins)),
        _median(statistics.median(scores), width * bins),
        _said(counts, width, statistics.median(scores)),
    )


def _step(top: float, most: int) -> float:
    """Find the finest of 1, 2, 5, 10, 20, 50 … that divides the scale into few enough steps."""
    power = 10.0 ** math.floor(math.log10(top / most))
    return next(power * n for n in (1, 2, 5, 10) if top / (power * n) <= most + 1e-9)


def _bars(counts: Sequence[int]) -> Iterator[Bar]:
    room = WIDTH / len(counts)
    for place, count in enumerate(counts):
        if count:
            height = max((BASE - TOP) * count / max(counts), 1)  # one of many is still seen
            x, width = place * room + _GAP / 2, room - _GAP
            yield Bar(
                round(x, 1), round(BASE - height, 1), round(width, 1), round(height, 1), count
            )


def _ticks(scale: float) -> Iterator[Tick]:
    step = _step(scale, _TICKS)
    for place in range(math.floor(scale / step + 1e-9) + 1):
        yield Tick(round(WIDTH * place * step / scale, 1), words.number(place * step))


def _median(value: float, scale: float) -> Median:
    x = WIDTH * min(max(value / scale, 0.0), 1.0)
    anchor: Literal["start", "middle", "end"] = "middle"
    if x < _LABEL:
        anchor = "start"
    elif x > WIDTH - _LABEL:
        anchor = "end"
    return Median(round(x, 1), f"median {words.number(value)}", anchor)


def _said(counts: Sequence[int], width: float, median: float) -> str:
    """Tell the drawing to who can't see it."""
    number = words.number
    bins = (
        f"{count} from {number(place * width)} to {number((place + 1) * width)}"
        for place, count in enumerate(counts)
        if count
    )
    return f"Median {number(median)} points; {', '.join(bins)}"
