"""Writing the folders that children read."""

from __future__ import annotations

from collections.abc import Mapping
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
