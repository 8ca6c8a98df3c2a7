"""Writing and removing folders whose content may be hostile: deep, unreadable, full of links."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from grader.model import RelPath


def write_tree(folder: Path, files: Mapping[RelPath, str | bytes]) -> None:
    """Write files into a new folder and make all of it read-only.

    Args:
        folder: Must not exist.
        files: Contents by relative path.

    Raises:
        ValueError: A path leads out of the folder.
    """
    folder.mkdir()
    made = {folder}
    for name, content in files.items():
        parts = name.split("/")
        if not all(parts) or {".", ".."} & set(parts) or "\0" in name:
            raise ValueError(f"not a path inside a folder: {name!r}")
        path = folder.joinpath(*parts)
        missing = [
            parent
            for parent in reversed(path.parents)
            if folder in parent.parents and parent not in made
        ]
        for parent in missing:
            parent.mkdir()
            made.add(parent)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(0o444)
    for made_folder in made:
        made_folder.chmod(0o555)


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
