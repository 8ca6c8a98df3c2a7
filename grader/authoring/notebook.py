"""Write a script in cells as a notebook: what editors call the percent format, and nbformat 4.

    # %% [markdown]     begins a cell of text; each of its lines is a comment
    # %%                begins a cell of code; a line "# !ls" or "# %pip" is a command of the notebook

What stands before the first cell is for the authors, and is left out.
"""

from __future__ import annotations

import json
import re

SUFFIX = ".ipynb"

_CELL = re.compile(r"^# %%( \[markdown\])?\n", re.MULTILINE)
_COMMAND = re.compile(r"^# (?=[!%])", re.MULTILINE)  # a script may hold it as a comment only
_COMMENT = re.compile(r"^# ?", re.MULTILINE)

_METADATA = {
    "accelerator": "GPU",  # Colab then lends one
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def notebook(script: str) -> str:
    """Turn a script in cells into a notebook.

    Args:
        script: The script.

    Returns:
        The notebook's file: equal scripts give equal files.
    """
    marks = list(_CELL.finditer(script))
    ends = [mark.start() for mark in marks[1:]] + [len(script)]
    cells = [
        _cell(number, script[mark.end() : end].strip("\n"), text=bool(mark[1]))
        for number, (mark, end) in enumerate(zip(marks, ends), 1)
    ]
    whole = {"cells": cells, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def _cell(number: int, content: str, text: bool) -> dict[str, object]:
    """Make a cell; its keys are in the order in which notebooks have them."""
    plain = (_COMMENT if text else _COMMAND).sub("", content)
    cell: dict[str, object] = {"cell_type": "markdown" if text else "code"}
    if not text:
        cell |= {"execution_count": None}
    cell |= {"id": f"cell-{number}", "metadata": {}}
    if not text:
        cell |= {"outputs": []}
    return {**cell, "source": plain.splitlines(keepends=True)}
