"""Whether a git repository has its objects itself: one that borrows could show the files of another student's.

git finds objects through links anywhere below ``objects``, in the repositories that ``objects/info/alternates`` names,
and in the one that a file ``commondir`` names.
"""

from __future__ import annotations

from itertools import count

from grader.errors import Refused
from grader.submission.names import shown
from grader.submission.tree import NAMES, Entry, Tree, join

_DEPTH = 3  # folders below objects: info/commit-graphs and fan-outs, and none in those
_OBJECTS = 100_000  # loose ones and packs; git packs its loose ones at some 7,000


def refuse_borrowing(tree: Tree) -> None:
    """Refuse a repository whose objects or refs lie elsewhere.

    Args:
        tree: The folder that has ``objects`` and ``refs``.

    Raises:
        Refused: They do, or there are too many to look at.
    """
    names = tree.entries("")
    for needed in ("objects", "refs"):
        if names.get(needed) is not Entry.FOLDER:
            raise Refused(f"its {needed} are not in a plain folder")
    if "commondir" in names:
        raise Refused("it borrows objects from another repository (commondir)")
    if any("alternates" in name for name in tree.entries("objects/info")):
        raise Refused("it borrows objects from another repository (objects/info/alternates)")
    _walk(tree, "objects", count(1), 0)


def _walk(tree: Tree, folder: str, seen: count[int], depth: int) -> None:
    """Look at everything in a folder and below; a listing that may be cut off could hide something."""
    entries = tree.entries(folder)
    if len(entries) >= NAMES or depth > _DEPTH:
        raise Refused("it has more loose objects or packs than can be looked at: run `git gc`")
    for name, kind in entries.items():
        path = join(folder, name)
        if next(seen) > _OBJECTS:
            raise Refused("it has more loose objects or packs than can be looked at: run `git gc`")
        if kind is Entry.FOLDER:
            _walk(tree, path, seen, depth + 1)
        elif kind is not Entry.FILE:
            raise Refused(f"its {shown(path)} is {kind}: objects lie in plain files")
