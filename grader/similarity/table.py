"""Pairs that are alike, on a terminal.

Text reaches rich only inside ``Text``, where ``[red]`` means nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from grader.reporting.plain import Page, one_line
from grader.similarity import words
from grader.similarity.alike import Findings, Pair

_ROWS = 20


def render(modules: Sequence[Findings], pairs: Sequence[Pair]) -> RenderableType:
    """Show the pairs that are most alike, and what the class has in common.

    Args:
        modules: What was found in each.
        pairs: Of all modules, in the order of the pages.

    Returns:
        A whole output.
    """
    parts: list[RenderableType] = [Text(words.summary(each), style="bold") for each in modules]
    if pairs:
        parts += [Text(), _table(pairs[:_ROWS])]
        if len(pairs) > _ROWS:
            parts.append(Text(f"… and {len(pairs) - _ROWS} more on the pages", style="dim"))
        parts += [Text(), Text(words.PLACE_TO_LOOK)]
    return Page(*parts)


def _table(pairs: Sequence[Pair]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("", justify="right", style="dim", no_wrap=True)
    for heading in ("share", "tokens"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("one", "the other"):
        table.add_column(heading, max_width=28)
    table.add_column("module", no_wrap=True)
    table.add_column(one_line("most in common in"))
    for number, pair in enumerate(pairs, start=1):
        said = (number, words.percent(pair.share), pair.tokens)
        sides = (words.who(pair.left), words.who(pair.right))
        table.add_row(
            *(str(each) for each in said),
            *(Text(each, overflow="fold") for each in sides),
            pair.module,
            one_line(words.where(pair), "dim"),
        )
    return table
