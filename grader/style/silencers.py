"""Comments that tell black to leave code alone, made to say nothing: whoever writes a line does not decide about it."""

from __future__ import annotations

import re

from grader.style.written import lines_of

_DIRECTIVE = re.compile(r"\b(fmt|yapf)(\s*):(?=\s*(?:off|on|skip|disable|enable)\b)")


def without_silencers(text: str) -> str:
    """Spell ``# fmt: off`` and its like with a full stop, so that every line keeps its number and its length.

    Args:
        text: Python, or what should be. In a string that holds a ``#``, the same words are spelled so, too, which no
            tool minds.

    Returns:
        The same text where it holds none of them.
    """
    if not _DIRECTIVE.search(text):
        return text
    return "\n".join(map(_without, lines_of(text)))


def _without(line: str) -> str:
    code, sign, comment = line.partition("#")
    return code + sign + _DIRECTIVE.sub(r"\1\2.", comment)
