"""Pages of what is alike: a list, and for each pair both works side by side. Their names are numbers only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.model import RelPath
from grader.reporting.pages import render
from grader.similarity import words
from grader.similarity.alike import Findings, Pair
from grader.similarity.hands import Given, Work
from grader.similarity.view import view

_STYLE = "similar.css"
_TONES = 6


@dataclass(frozen=True)
class Compared:
    """What was found in a module, and what it was found in."""

    found: Findings
    works: Mapping[str, Work]
    given: Mapping[RelPath, Given]


def index(modules: Sequence[Compared], pairs: Sequence[Pair]) -> str:
    """Make the list of all pairs, which links to ``<place in the list>.html``, from 1 on."""
    return render(
        "similar.html",
        also=_STYLE,
        told=words,
        modules=[each.found for each in modules],
        median={each.found.module: each.found.median for each in modules},
        pairs=pairs,
    )


def page(pair: Pair, number: int, last: int, compared: Compared) -> str:
    """Lay both works of a pair side by side.

    Args:
        pair: It.
        number: Its place in the list.
        last: How many pairs the list has.
        compared: The module that it is of.

    Returns:
        The page, which links to its neighbours in the list.
    """
    left, right = compared.works[pair.left[0]], compared.works[pair.right[0]]
    return render(
        "similar_pair.html",
        also=_STYLE,
        told=words,
        pair=pair,
        number=number,
        last=last,
        median=compared.found.median,
        tone=_tone,
        files=[view(each, left, right, compared.given) for each in pair.files],
    )


def pages(modules: Sequence[Compared]) -> Iterator[tuple[str, str]]:
    """Make all pages.

    Args:
        modules: What was found in each module.

    Yields:
        tuple[str, str]: The name of a file, and its text.
    """
    of = {each.found.module: each for each in modules}
    pairs = in_order([each.found for each in modules])
    for number, pair in enumerate(pairs, start=1):
        yield f"{number}.html", page(pair, number, len(pairs), of[pair.module])
    yield "index.html", index(modules, pairs)


def in_order(modules: Sequence[Findings]) -> list[Pair]:
    """List the pairs of all modules, most alike first."""
    pairs = [pair for each in modules for pair in each.pairs]
    return sorted(pairs, key=lambda pair: (-pair.share, -pair.tokens))


def _tone(passage: int) -> int:
    """Choose one of the colours for a passage; neighbours have different ones."""
    return (passage - 1) % _TONES + 1
