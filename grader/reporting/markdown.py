"""Markdown as GitHub reads it, made so that nobody's text is anything but text.

What a student can have written stands in code, where nothing means anything: no HTML, no links, no ``@names``. The few
words that come with the course stand outside, stripped of all that Markdown knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.reporting import text

_TICKS = re.compile("`+")
_NOTE = 2000  # bytes that the note about what is left out may take
_HARMLESS = " ,()'’–‑"
# In numbers, as in task 1.4; elsewhere, it may make a link.
_DOT = re.compile(r"(?<=[0-9])\.(?=[0-9])")


@dataclass(frozen=True)
class Section:
    """A part of a page that is shown whole or not at all."""

    name: str  # in our own words, for the note that it is left out
    body: str
    need: int  # how much it is needed: where there is too little room, those needed least go first


def title(said: str) -> str:
    """Give words of the course, such as a task's title, on one line: letters, digits and a few plain signs."""
    # A plain hyphen would make GH-1 a link.
    dotted = _DOT.sub("\0", text.line(said).replace("-", "‑"))
    kept = "".join(c if c.isalnum() or c in _HARMLESS or c == "\0" else " " for c in dotted)
    return " ".join(kept.split()).replace("\0", ".")


def code(said: str, limit: int = 200) -> str:
    """Put text into a line, as code.

    Args:
        said: Anything.
        limit: Characters to keep.

    Returns:
        A span of code; nothing for no text.
    """
    shown = text.line(said, limit)
    if not shown:
        return ""
    fence = "`" * (_longest_run(shown) + 1)
    pad = " " if shown[0] == "`" or shown[-1] == "`" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def block(said: str, language: str = "text", limit: int = text.LIMIT) -> str:
    """Put text into a block of code.

    Args:
        said: Anything.
        language: How it is coloured.
        limit: Characters to keep.

    Returns:
        Lines, fenced by more ticks than the text has in a row.
    """
    shown = text.clean(said, limit).strip("\n")
    fence = "`" * max(3, _longest_run(shown) + 1)
    return f"{fence}{language}\n{shown}\n{fence}"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """Make a table of cells that are Markdown already.

    Args:
        heads: The titles of the columns.
        rows: As many cells each.
        right: The numbers of columns that are aligned to the right.

    Returns:
        Its lines.
    """
    rule = ["--:" if column in right else "---" for column in range(len(heads))]
    # Tables are cut at bars first, whatever they stand in; a backslash before a bar goes when that is done.
    cells = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rule, *cells))


def fitted(sections: Sequence[Section], limit: int) -> str:
    """Join sections in their order; leave out whole ones until the page is short enough, and name them.

    Args:
        sections: All of them. The one that is needed most must be short enough by itself.
        limit: Bytes of UTF-8 that the page may have.

    Returns:
        The page.
    """
    sizes = [len(section.body.encode()) + 2 for section in sections]  # with the empty line after it
    if sum(sizes) <= limit:
        return _joined(sections, ())
    left = sum(sizes) + _NOTE
    gone: set[int] = set()
    # Of those that are needed equally little, the last one goes first.
    for number in sorted(range(len(sections)), key=lambda n: (sections[n].need, -n)):
        if left <= limit:
            break
        gone.add(number)
        left -= sizes[number]
    kept = [section for number, section in enumerate(sections) if number not in gone]
    return _joined(kept, [sections[number].name for number in sorted(gone)])


def _joined(kept: Sequence[Section], gone: Sequence[str]) -> str:
    bodies = [section.body for section in kept if section.body]
    if gone:
        names = ", ".join(text.line(name, 40) for name in dict.fromkeys(gone[:10]))
        more = f" and {len(gone) - 10:,} more" if len(gone) > 10 else ""
        bodies.insert(-1, f"*Too long for this page, and left out: {names}{more}.*")
    return "\n\n".join(bodies) + "\n"


def _longest_run(shown: str) -> int:
    return max(map(len, _TICKS.findall(shown)), default=0)
