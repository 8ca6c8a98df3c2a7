"""A Python file as it is compared: one character for each token, so that names and layout do not matter.

Nothing is run or even parsed: Pygments takes any text apart, right or wrong.
"""

from __future__ import annotations

import builtins
import keyword
import token as python
from collections.abc import Container
from dataclasses import dataclass

from pygments.lexers.python import PythonLexer
from pygments.token import Comment, Name, Number, String, Text, _TokenType

MOST = 60_000  # characters of a file that are looked at; the course's longest has 20,000

GIVEN = "G"  # stands for any number of lines that everybody was given
_NAME, _NUMBER, _STRING, _OTHER = "VNSX"
_WORDS = sorted({*keyword.kwlist, *python.EXACT_TOKEN_TYPES, *dir(builtins)})
_LETTERS = {word: chr(0x100 + place) for place, word in enumerate(_WORDS)}


@dataclass(frozen=True)
class Tokens:
    """A file, token by token."""

    code: str  # a character for each token
    lines: tuple[int, ...]  # the line of each token, from 1 on


def lines_of(text: str) -> list[str]:
    """Divide a text into lines as editors do."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def tokens_of(text: str, given: Container[str] = ()) -> Tokens:
    """Take a file apart; comments and docstrings go.

    Args:
        text: Anything.
        given: Lines that everybody was given, without blanks at their ends; a run of them is a single token.

    Returns:
        Its tokens.
    """
    # Pygments takes quadratic time over many lines of blanks, and none over empty ones, and over names of characters
    # that do not end.
    lines = [line.rstrip().replace("\\N{", "\\n{") for line in lines_of(text[:MOST])]
    code: list[str] = []
    places: list[int] = []
    place = 1
    for _, kind, value in PythonLexer().get_tokens_unprocessed("\n".join(lines)):
        letter = _letter(kind, value)
        if letter and lines[place - 1].strip() in given:
            letter = GIVEN
        if letter and not (letter in (GIVEN, _STRING) and code[-1:] == [letter]):
            code.append(letter)
            places.append(place)
        place += value.count("\n")
    return Tokens("".join(code), tuple(places))


def _letter(kind: _TokenType, value: str) -> str:
    """Give what stands for a token; nothing for one that does not count."""
    if kind in Text or kind in Comment or kind in String.Doc:
        return ""
    if kind in String:
        return _STRING
    if kind in Number:
        return _NUMBER
    if kind in Name and kind not in Name.Builtin:
        return _NAME
    return _LETTERS.get(value, _NAME if kind in Name else _OTHER)
