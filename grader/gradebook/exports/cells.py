"""A table that a spreadsheet opens: UTF-8 that it recognises, and text that it can't take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from grader.reporting.text import clean

Cell = str | float | None

# What begins a formula somewhere: the wide signs do where Chinese and Japanese are typed.
_FORMULA = tuple("=+-@＝＋－＠")
_BLANK = ("\t", "\r", "\n")


def table(rows: Iterable[Sequence[Cell]], *, quote_text: bool) -> bytes:
    """Write rows as CSV.

    Text that a spreadsheet could take for a formula gets a leading ``'``; numbers stay numbers.

    Args:
        rows: Their cells; None is an empty one.
        quote_text: Put all text in quotes, so that it stays in its cell where columns are cut at semicolons too.

    Returns:
        UTF-8, with the mark by which spreadsheets know it.
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC if quote_text else csv.QUOTE_MINIMAL)
    writer.writerows([_written(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _written(cell: Cell) -> Cell:
    if isinstance(cell, int | float):
        return int(cell) if cell == int(cell) else cell
    said = clean(cell or "")
    risky = said.lstrip().startswith(_FORMULA) or said.startswith(_BLANK)
    return f"'{said}" if risky else said
