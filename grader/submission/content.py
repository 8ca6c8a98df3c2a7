"""The bytes of a submitted file: text in UTF-8, or refused with the reason."""

from __future__ import annotations

import re

from grader.errors import Refused
from grader.submission.names import shown

# PEP 263, on bytes. A line ends at \n here as it does for Python's own reader of source files.
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:[#\r].*)?$", re.DOTALL)
_UTF8 = re.compile(r"utf-?8(-.*)?$")
# How a file begins that an editor on Windows saved as "Unicode".
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SAVE = "save it as UTF-8"


def text(content: bytes) -> str:
    """Decode a source file exactly as Python would, or not at all.

    Args:
        content: The whole file.

    Returns:
        Its text, without a byte order mark.

    Raises:
        Refused: It holds a NUL, is not UTF-8, or claims another coding.
    """
    if content.startswith(_UTF16):
        raise Refused("is UTF-16 text", _SAVE)
    if b"\0" in content:
        said = f"holds a NUL character (byte {content.index(0)}), so it is not Python text"
        raise Refused(said, f"remove it, and {_SAVE}")
    coding = _declared(content)
    if not _UTF8.match(coding.lower().replace("_", "-")):
        said = f"declares the coding {shown(coding)}; it must be UTF-8"
        raise Refused(said, f"remove that line, and {_SAVE}")
    try:
        return content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(f"is not UTF-8 text (line {line}, byte {error.start})", _SAVE) from None


def _declared(content: bytes) -> str:
    """Find the coding that the first two lines declare."""
    for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 2)[:2]:
        if cookie := _COOKIE.match(line):
            return cookie[1].decode("ascii", "backslashreplace")
        if not _BLANK.match(line):
            break
    return "utf-8"
