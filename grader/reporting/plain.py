"""Rich building blocks that keep text harmless on any terminal and in any log."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.segment import Segment
from rich.table import Table
from rich.text import Text

from grader.reporting import text, words

_WIDEST = 120  # columns; longer lines are tiring to read
_LIMIT = 1000  # characters of one quotation
_LINES = 20
_ASCII = str.maketrans(
    {"✓": "+", "✗": "x", "○": "o", "━": "#", "┄": "-", "│": "|", "…": "...", "–": "-", "−": "-"}
)


class Page:
    """A whole output: never too wide, no blanks at the ends of lines, and nothing that a terminal or a runner obeys.

    All text passes through ``text.harmless`` here, on its way out, whoever wrote it.

    A GitHub runner takes a line that begins with ``::``, blanks aside, for a command; wrapping could put student text
    there.
    """

    def __init__(self, *parts: RenderableType) -> None:
        self.parts = parts

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        narrowed = options.update(width=min(options.max_width, _WIDEST))
        for part in self.parts:
            for segments in console.render_lines(part, narrowed, pad=False):
                yield from _line(segments, options.ascii_only)


class Quote:
    """Somebody's text behind a bar, so that it can't be taken for the grader's own words."""

    def __init__(self, content: str) -> None:
        lines = text.clean(content, _LIMIT).rstrip("\n").split("\n")
        self.lines = lines[:_LINES]
        if len(lines) > _LINES:
            self.lines.append(f"… {words.counted(len(lines) - _LINES, 'more line')}")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = max(options.max_width - 2, 1)
        for each in self.lines:
            for wrapped in Text(each).wrap(console, width, overflow="fold") or [Text()]:
                yield Text.assemble(("│ ", "dim"), wrapped)


class Command:
    """A command to paste: where it is too long for a line, the shell reads on after a backslash."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = textwrap.wrap(
            self.command,
            max(options.max_width - 2, 16),
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        yield Text(" \\\n".join(lines), style="bold cyan", overflow="fold")


def one_line(said: str, style: str = "") -> Text:
    """Make text that is cut, not wrapped, where it is too long for its place."""
    return Text(text.line(said), style=style, no_wrap=True, overflow="ellipsis")


def headed(*headings: str) -> Table:
    """Begin a table without lines, under headings."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in headings:
        table.add_column(Text(heading))
    return table


def _line(segments: list[Segment], ascii_only: bool) -> Iterator[Segment]:
    kept = list(segments)
    while kept and not kept[-1].text.strip():
        kept.pop()
    if "".join(segment.text for segment in kept).lstrip().startswith("::"):
        yield Segment("| ")
    for segment in kept:
        last = segment is kept[-1]
        said = text.harmless(segment.text.rstrip() if last else segment.text)
        if ascii_only:
            said = said.translate(_ASCII).encode("ascii", "backslashreplace").decode()
        yield Segment(said, segment.style)
    yield Segment.line()
