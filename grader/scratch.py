"""Temporary folders. What a grader that was killed leaves behind, the next one removes.

A folder holds a lock as long as its grader lives. It gets its name once it is locked: so a folder of that name without
a lock belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from grader.model import Seconds

PREFIX = "minitorch-grader-"
MAKING = "minitorch-making-"  # a folder that is not locked yet
LOCK = "lock"
YOUNG: Seconds = 60.0  # a folder may be in the making for so long


@dataclass(frozen=True)
class Scratch:
    """A temporary folder, and the lock that says its grader lives."""

    folder: Path
    lock: int

    def remove(self) -> None:
        """Remove the folder and let go of the lock."""
        remove_tree(self.folder)
        os.close(self.lock)


def make_scratch() -> Scratch:
    """Make a temporary folder; the first time, remove those that killed graders left behind."""
    _sweep_once(tempfile.gettempdir())
    made = Path(tempfile.mkdtemp(prefix=MAKING)).resolve()
    lock = os.open(made / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return Scratch(made.rename(made.with_name(PREFIX + made.name.removeprefix(MAKING))), lock)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Lend an empty temporary folder, which is removed afterwards."""
    scratch = make_scratch()
    try:
        content = scratch.folder / "content"
        content.mkdir()
        yield content
    finally:
        scratch.remove()


def sweep() -> None:
    """Remove the temporary folders of graders that are no more."""
    place = Path(tempfile.gettempdir())
    for folder in [*place.glob(f"{PREFIX}*"), *place.glob(f"{MAKING}*")]:
        with suppress(OSError):
            facts = folder.lstat()
            if facts.st_uid != os.geteuid() or folder.is_symlink():
                continue
            if _abandoned(folder, time.time() - facts.st_mtime):
                remove_tree(folder)


@cache
def _sweep_once(place: str) -> None:
    sweep()


def _abandoned(folder: Path, age: Seconds) -> bool:
    if folder.name.startswith(MAKING) and age < YOUNG:
        return False
    try:
        lock = os.open(folder / LOCK, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
    except FileNotFoundError:
        return age >= YOUNG
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    except BlockingIOError:
        return False
    finally:
        os.close(lock)


def remove_tree(folder: Path) -> None:
    """Remove a folder whose owner is gone, without following links, whatever its depth and permissions.

    Walks by descriptors, one open at a time, down by name and up by "..": no path gets long, nothing recurses. What
    can't be removed is left.
    """
    with suppress(OSError):
        here = _enter(str(folder), None)
        names: list[str] = []
        pending = [_unlink_files(here)]
        while True:
            if not pending[-1]:
                pending.pop()
                if not pending:
                    break
                here = _move(here, "..")
                with suppress(OSError):
                    os.rmdir(names.pop(), dir_fd=here)
                continue
            name = pending[-1].pop()
            with suppress(OSError):
                here = _move(here, name)
                names.append(name)
                pending.append(_unlink_files(here))
        os.close(here)
        folder.rmdir()


def _enter(name: str, above: int | None) -> int:
    """Open a folder, after giving its owner all rights to it; not one behind a link."""
    if stat.S_ISDIR(os.stat(name, dir_fd=above, follow_symlinks=False).st_mode):
        with suppress(PermissionError):  # root passes without
            os.chmod(name, 0o700, dir_fd=above)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)


def _move(here: int, name: str) -> int:
    there = _enter(name, here)
    os.close(here)
    return there


def _unlink_files(folder: int) -> list[str]:
    """Unlink all but the folders of a folder, and return those."""
    folders = []
    with os.scandir(folder) as found:
        entries = list(found)
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            folders.append(entry.name)
        else:
            with suppress(OSError):
                os.unlink(entry.name, dir_fd=folder)
    return folders
