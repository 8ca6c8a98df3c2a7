"""A submission that is a folder: no link is followed, nothing but plain files is opened.

Each name is looked up relative to the descriptor of its folder, so a link anywhere on the way is seen.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from grader.errors import Refused
from grader.model import Problem
from grader.submission.faults import telling_apart
from grader.submission.names import shown
from grader.submission.tree import FILE_BYTES, LINK, NAMES, TOO_LARGE, Entry

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

_ODD = {
    stat.S_IFLNK: LINK,
    stat.S_IFDIR: "is a folder, not a file",
    stat.S_IFIFO: "is a named pipe, not a file",
    stat.S_IFSOCK: "is a socket, not a file",
    stat.S_IFCHR: "is a device, not a file",
    stat.S_IFBLK: "is a device, not a file",
}


class Folder:
    """A folder on disk."""

    commit: str | None = None
    submitted_at: str | None = None
    oddities: tuple[Problem, ...] = ()

    def __init__(self, path: Path) -> None:
        with telling_apart(""):
            self._root = os.open(path, _FOLDER)

    def __enter__(self) -> Folder:
        return self

    def __exit__(self, *exception: object) -> None:
        os.close(self._root)

    def entries(self, folder: str) -> dict[str, Entry]:
        """List a folder, its first ``NAMES`` names."""
        try:
            with (
                telling_apart(shown(folder)),
                self._opened(folder) as descriptor,
                os.scandir(descriptor) as found,
            ):
                return {entry.name: _kind(entry) for entry in islice(found, NAMES)}
        except Refused:
            return {}

    def read(self, path: str) -> bytes:
        """Read a plain file with one name, as ``Tree.read`` says."""
        folder, _, name = path.rpartition("/")
        with (
            telling_apart(shown(path)),
            self._opened(folder) as descriptor,
            _open_plain(name, descriptor) as file,
        ):
            content = file.read(FILE_BYTES + 1)
        if len(content) > FILE_BYTES:
            raise Refused(TOO_LARGE)
        return content

    @contextmanager
    def _opened(self, folder: str) -> Iterator[int]:
        """Open a folder component by component, none of them a link."""
        descriptor = os.dup(self._root)
        try:
            for part in filter(None, folder.split("/")):
                mode = os.stat(part, dir_fd=descriptor, follow_symlinks=False).st_mode
                if not stat.S_ISDIR(mode):
                    raise Refused(f"lies behind {part}, which is not a plain folder")
                inner = os.open(part, _FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = inner
            yield descriptor
        finally:
            os.close(descriptor)


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file whose path is trusted but for its last component.

    Args:
        path: Where it is.

    Returns:
        The open file.

    Raises:
        Refused: It is a link, has several names or is not a file.
        MachineFault: The machine does not let us open it.
    """
    with telling_apart(""):
        return _open_plain(path, None)


def _open_plain(name: str | Path, folder: int | None) -> BinaryIO:
    """Open a plain file with one name.

    It is looked at before it is opened, as opening a device can do things, and again afterwards, as the name may have
    come to mean something else in between.
    """
    _demand_plain(os.stat(name, dir_fd=folder, follow_symlinks=False))
    file = open(os.open(name, _FILE, dir_fd=folder), "rb")
    try:
        _demand_plain(os.fstat(file.fileno()))
    except Refused:
        file.close()
        raise
    return file


def _demand_plain(found: os.stat_result) -> None:
    """Refuse everything but a regular file with one name."""
    if not stat.S_ISREG(found.st_mode):
        raise Refused(_ODD.get(stat.S_IFMT(found.st_mode), "is not a plain file"))
    if found.st_nlink != 1:
        raise Refused(f"is a hard link, one of {found.st_nlink} names of the same file")


def _kind(entry: os.DirEntry[str]) -> Entry:
    if entry.is_symlink():
        return Entry.LINK
    if entry.is_dir(follow_symlinks=False):
        return Entry.FOLDER
    return Entry.FILE if entry.is_file(follow_symlinks=False) else Entry.OTHER
