"""A table that a spreadsheet opens: UTF-8 that it recognises, and text that it can't take for a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.reporting.text import clean

Cell = str | float | None

# What begins a formula somewhere: the wide signs do where Chinese and Japanese are typed.
_FORMULA = tuple("=+-@＝＋－＠")
_BLANK = ("\t", "\r", "\n")


def table(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows as CSV (RFC 4180).

    Text that a spreadsheet could take for a formula gets a leading ``'``; numbers stay numbers. All text is in quotes,
    so that it stays in its cell where columns are cut at semicolons; an empty cell has none, which
    ``csv`` can write from Python 3.12 on.

    Args:
        rows: Their cells; None and no text are an empty one.

    Returns:
        UTF-8, with the mark by which spreadsheets know it.
    """
    lines = (",".join(map(_written, row)) for row in rows)
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _written(cell: Cell) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, int | float):
        return str(int(cell) if cell == int(cell) else cell)
    said = clean(cell)
    risky = said.lstrip().startswith(_FORMULA) or said.startswith(_BLANK)
    quoted = said.replace('"', '""')
    return f'"\'{quoted}"' if risky else f'"{quoted}"'
