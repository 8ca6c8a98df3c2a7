"""Makes text that a student's code wrote harmless to show. Nothing of it is trusted, and nothing of it is hidden."""

from __future__ import annotations

import re
import unicodedata

LIMIT = 2048  # characters of one piece of text that a report shows
LINES = 60

# CSI (colours, cursor) and OSC (titles, links) sequences go whole, so that no "[31m" litter stays.
_ESCAPES = re.compile(r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,256}(?:\x07|\x1b\\)")
# What a CI runner takes for a command: at the start of a line, or wherever it stands.
_COMMAND = re.compile(r"^([^\S\n]*):(?=:)|#(?=#\[)", re.MULTILINE)
_JOINERS = "\u200c\u200d"  # Persian, Indic scripts and emoji families need them


def clean(text: str, limit: int = LIMIT) -> str:
    """Keep what can be read, make what would mislead visible, cut what is too long and say so.

    Control characters go, except newline and tab. Lone surrogates and invisible format characters, among them those
    that reorder a line (U+202E), are shown by their number.

    Args:
        text: Anything.
        limit: Characters to keep; the note about the rest comes on top.

    Returns:
        At most ``LINES`` lines, and a note where there were more.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = harmless(text[:limit])
    lines = shown.split("\n")
    if len(lines) > LINES:
        return "\n".join([*lines[:LINES], "… the rest, in more lines, is left out"])
    rest = len(text) - limit
    return f"{shown}\n… {rest:,} more characters are left out" if rest > 0 else shown


def harmless(text: str) -> str:
    """Take apart what a terminal or a CI runner would obey; the text may be of any length, and keeps its lines."""
    return _COMMAND.sub(r"\g<0> ", "".join(map(_visible, _ESCAPES.sub("", text))))


def line(text: str, limit: int = 200) -> str:
    """Put text on one line, every run of white space a single space.

    Args:
        text: Anything.
        limit: Characters to keep, an ellipsis among them.

    Returns:
        The line, without blanks at its ends.
    """
    joined = " ".join(clean(text).split())
    return joined if len(joined) <= limit else joined[: limit - 1].rstrip() + "…"


def _visible(character: str) -> str:
    """Show one character as it is, by its number, or not at all."""
    if character in "\n\t" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Cc":
        return ""
    if category in ("Cf", "Cs", "Zl", "Zp"):
        return f"⟨U+{ord(character):04X}⟩"
    return character
