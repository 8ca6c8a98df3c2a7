"""What can be printed: a terminal, or on Windows a file, may lack the characters that pictures are best drawn with."""

from __future__ import annotations

import io
import sys
from typing import TextIO


def shows(text: str, out: TextIO | None = None) -> bool:
    """Tell whether all characters of a text can be printed.

    Args:
        text: The text.
        out: Where it is to be printed, if not on standard output.

    Returns:
        Whether the stream's encoding has them.
    """
    try:
        text.encode(getattr(out or sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def bar(full: int, width: int, out: TextIO | None = None) -> str:
    """Draw a bar of progress.

    Args:
        full: How many of its characters stand for what is done.
        width: How many it has.
        out: Where it is to be printed, if not on standard output.

    Returns:
        The bar, of blocks where they can be printed.
    """
    done, left = "█░" if shows("█░", out) else "#."
    return done * full + left * (width - full)


def spell_out() -> None:
    r"""Print what standard output can't show as ``\u2026``: no character may end a training without its pictures."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
