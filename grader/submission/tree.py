"""What every kind of submission looks like to the rest of this room: names in folders, bytes behind a name."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from grader.model import Problem

FILE_BYTES = 256 * 1024  # of one file; the course's longest has a tenth of it
NAMES = 2000  # of one archive, or of one folder
ARCHIVE_BYTES = 64 * 1024 * 1024  # of an archive, packed and unpacked

LINK = "is a symbolic link, and links are not followed"
MISSING = "is missing"
TOO_LARGE = f"is larger than {FILE_BYTES // 1024} KiB"


class Entry(StrEnum):
    """What stands behind a name."""

    FILE = "a file"
    FOLDER = "a folder"
    LINK = "a link"
    OTHER = "neither a file nor a folder"


class Tree(Protocol):
    """A submission as it lies there: a folder, an archive or a commit. A context manager."""

    @property
    def commit(self) -> str | None:
        """The commit's full name, where it is one."""

    @property
    def submitted_at(self) -> str | None:
        """The commit's date, ISO 8601 in UTC."""

    @property
    def oddities(self) -> tuple[Problem, ...]:
        """What is wrong with the tree as such: names given twice, names that are no names."""

    def entries(self, folder: str) -> dict[str, Entry]:
        """List a folder; what is missing, or is not a folder, is empty.

        Args:
            folder: POSIX path from the top; ``""`` is the top itself.

        Returns:
            What is behind each name.

        Raises:
            MachineFault: The machine does not let us list it.
        """

    def read(self, path: str) -> bytes:
        """Read a file of at most ``FILE_BYTES``.

        Args:
            path: POSIX path from the top.

        Returns:
            All of it.

        Raises:
            Refused: It is missing, not a plain file, or too large; the words fit behind its path.
            MachineFault: The machine does not let us read it.
        """

    def __enter__(self) -> Tree: ...

    def __exit__(self, *exception: object) -> None: ...


def join(folder: str, name: str) -> str:
    """Join two POSIX paths, of which the first may be the top, ``""``."""
    return f"{folder}/{name}" if folder else name


def parent(path: str) -> str:
    """Name the folder that a POSIX path lies in."""
    return path.rpartition("/")[0]
