"""What a child uses of the disk: the files of its folder, and those that it has removed and still holds open."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.limits import Bytes

BLOCK = 512  # the unit of st_blocks
ENDLESS = 1 << 62
MAX_NAMES = 4096  # in a child's folder
MAX_DEPTH = 32  # of folders in it
TRIES = 16  # to look at a folder while its owner moves things about in it
REMOVED = b" (deleted)\n"  # ends the line of a removed file in a process's map


def in_folder(folder: Path) -> Bytes:
    """Add up the blocks of a folder's files.

    A folder counts as endless if it holds too many names, or folders too deep, unreadable, or never where they were a
    moment ago.
    """
    for _ in range(TRIES):
        look = _Look()
        try:
            look.into(str(folder), None, 0)
        except (_Hidden, OSError):
            return ENDLESS
        if not look.missed:
            return look.total
    return ENDLESS if folder.exists() else 0


def held(pid: int, folder: Path, most: Bytes) -> Bytes:
    """Add up the removed files that a process holds.

    What is open is measured. What is only mapped can't be, and counts as the largest file that there may be.

    Args:
        pid: The process; this one must be allowed to look at it.
        folder: The only one in which it can write.
        most: The size of the largest file.

    Returns:
        Their size; 0 of a process that is gone.
    """
    opened: dict[int, Bytes] = {}
    mapped: set[int] = set()
    with suppress(OSError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                facts = os.stat(f"/proc/{pid}/fd/{name}")
                if stat.S_ISREG(facts.st_mode) and not facts.st_nlink:
                    opened[facts.st_ino] = facts.st_blocks * BLOCK
        mapped = _removed(Path(f"/proc/{pid}/maps").read_bytes(), os.fsencode(folder))
    return sum(opened.values()) + most * len(mapped - set(opened))


def _removed(maps: bytes, folder: bytes) -> set[int]:
    """Find the numbers of the removed files of a folder in a process's map."""
    lines = maps.splitlines(keepends=True) if REMOVED in maps else []
    fields = [line.split(maxsplit=5) for line in lines if line.endswith(REMOVED)]
    return {int(each[4]) for each in fields if each[5].startswith(folder + b"/")}


class _Hidden(Exception):
    """There is more than is looked at."""


@dataclass
class _Look:
    """One walk, by descriptors: no path gets long."""

    total: Bytes = 0
    names: int = 0
    missed: bool = False  # a folder that was to be looked into was not there any more

    def into(self, name: str, above: int | None, depth: int) -> None:
        """Add up what a folder holds."""
        if depth > MAX_DEPTH:
            raise _Hidden
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            here = os.open(name, flags, dir_fd=above)
        except (FileNotFoundError, NotADirectoryError):
            self.missed = True
            return
        try:
            for inner in self._folders(here):
                self.into(inner, here, depth + 1)
        finally:
            os.close(here)

    def _folders(self, here: int) -> list[str]:
        """Add up a folder's own names, and return those of the folders in it."""
        found = []
        with os.scandir(here) as entries:
            for entry in entries:
                self.names += 1
                if self.names > MAX_NAMES:
                    raise _Hidden
                with suppress(FileNotFoundError):  # gone in the meantime
                    facts = entry.stat(follow_symlinks=False)
                    self.total += facts.st_blocks * BLOCK
                    if stat.S_ISDIR(facts.st_mode):
                        found.append(entry.name)
        return found
