"""A student's source file as text, and back to bytes as the student keeps them."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Refused
from grader.submission.content import text

_STUB = re.compile(r'^\s*raise NotImplementedError\(\s*"(Task (\d+\.\d+): [^"\n]*)"', re.MULTILINE)
_LINE = re.compile(r"[^\n]*\n")


@dataclass(frozen=True)
class Source:
    r"""A file's text with ``\n`` at the end of every line, and how the file itself writes it."""

    text: str
    newline: str = "\n"
    mark: bytes = b""  # the byte order mark that some editors put first

    @property
    def lines(self) -> list[str]:
        """The lines, each with its newline."""
        return _LINE.findall(self.text)

    def encode(self, changed: str) -> bytes:
        """Write another text the way this file is written."""
        return self.mark + changed.replace("\n", self.newline).encode("utf-8")


def read_source(path: Path) -> Source:
    """Read a file.

    Args:
        path: Where it is.

    Returns:
        Its text; a missing newline at its end is added.

    Raises:
        Refused: It is a link or no file, can't be read, or is not UTF-8.
    """
    if path.is_symlink():
        raise Refused("is a link; put the file itself there")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise Refused(f"can't be read: {error.strerror}") from None
    decoded = text(content)
    plain = decoded.replace("\r\n", "\n")
    windows = 2 * decoded.count("\r\n") > decoded.count("\n")
    if plain and not plain.endswith("\n"):
        plain += "\n"
    mark = BOM_UTF8 if content.startswith(BOM_UTF8) else b""
    return Source(plain, "\r\n" if windows else "\n", mark)


def stubs(source: str) -> dict[str, str]:
    """Find the stubs in a source: what each one says, and the id of its task."""
    return {match[1]: match[2] for match in _STUB.finditer(source)}
