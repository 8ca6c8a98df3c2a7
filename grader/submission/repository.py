"""Where a git repository keeps its objects and refs, found by looking: git is not asked, its configuration is not read.

A repository that was handed in may have a configuration, hooks and pointers made to run commands or to reach into other
repositories. Nothing of it is used but files of refs, read like any other submitted file, and the folder of objects.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from grader.errors import NotAGitRepository, Refused
from grader.submission.borrowing import refuse_borrowing
from grader.submission.content import text
from grader.submission.faults import telling_apart
from grader.submission.folder import Folder
from grader.submission.names import SHOWN_PATH, shown
from grader.submission.tree import NAMES, Entry, join

_DEPTH = 8  # folders under refs/
_REFS = 10 * NAMES  # files and folders under refs/ that are looked at
_SHA = r"(?:[0-9a-f]{40}|[0-9a-f]{64})"
_PACKED = re.compile(rf"^({_SHA}) (\S+)$", re.MULTILINE)
_LOOSE = re.compile(rf"({_SHA})\s*")
_NAME = re.compile(r"refs/(?:heads|tags|remotes)/[^\x00-\x20\x7f~^:?*\[\\]+")
_UNSAFE = re.compile(r"\.\.|@\{|//|/\.|\.lock(/|$)|[/.]$")


@dataclass(frozen=True)
class Repository:
    """What is needed of a repository to read its commits."""

    objects: Path
    head: str  # a ref's full name, or a commit's
    refs: dict[str, str]  # full name to object

    @property
    def names(self) -> list[str]:
        """Short names of its branches and tags."""
        return [ref.split("/", 2)[2] for ref in self.refs]


def is_bare(path: Path) -> bool:
    """Tell whether a folder looks like a bare repository."""
    # os.path answers no where there is no way in; Path would raise
    found = (
        os.path.isfile(path / "HEAD"),
        os.path.isdir(path / "objects"),
        os.path.isdir(path / "refs"),
    )
    return all(found)


def locate(path: Path) -> Repository:
    """Find a repository in a work tree, a linked work tree or a bare repository.

    Args:
        path: Any of the three.

    Returns:
        What is needed to read it.

    Raises:
        NotAGitRepository: There is none, or it leads outside.
        MachineFault: The machine does not let us read it.
    """
    try:
        own, common = _folders(path)
        with Folder(own) as tree:
            head = text(tree.read("HEAD")).strip().removeprefix("ref: ")
        with Folder(common) as tree:
            refuse_borrowing(tree)
            refs = _packed(tree) | dict(islice(_loose(tree, "refs", count(1)), NAMES))
    except (Refused, OSError) as error:
        why = error.what if isinstance(error, Refused) else error.strerror or "it can't be read"
        raise NotAGitRepository(shown(str(path), SHOWN_PATH), why) from None
    valid = re.fullmatch(_SHA, head) or is_ref(head)
    return Repository(common / "objects", head if valid else "refs/heads/none", refs)


def demand_own_objects(path: Path) -> None:
    """Refuse a repository that git would read, but that leads to another one's objects.

    Args:
        path: A work tree, a linked work tree or a bare repository.

    Raises:
        Refused: It does, or it is no repository.
    """
    with Folder(_folders(path)[1]) as tree:
        refuse_borrowing(tree)


def _folders(path: Path) -> tuple[Path, Path]:
    """Find the folder with its HEAD, and the folder with its objects and refs."""
    dot_git = path / ".git"
    try:
        with telling_apart(".git"):
            mode = dot_git.lstat().st_mode
    except Refused:
        if is_bare(path):
            return path, path
        raise Refused("there is no .git, and it is not a bare repository") from None
    if stat.S_ISDIR(mode):
        return dot_git, dot_git
    if not stat.S_ISREG(mode):
        raise Refused("its .git is a link or a special file")
    with Folder(path) as tree:
        target = text(tree.read(".git")).strip().removeprefix("gitdir: ")
    return _pointed_to(_real(dot_git), _real(path / target))


def _pointed_to(dot_git: Path, target: Path) -> tuple[Path, Path]:
    """Follow a ``.git`` file, if what it points to lies beside it or says that it belongs to it.

    Else a submission could point to another student's repository, and be graded on that.
    """
    if target.is_relative_to(dot_git.parent):
        return target, target
    with Folder(target) as tree:
        back = Path(text(tree.read("gitdir")).strip())
    if target.parent.name != "worktrees" or _real(target / back) != dot_git:
        raise Refused("its .git file points to a repository that does not know it")
    return target, target.parent.parent


def _real(path: Path) -> Path:
    """Resolve a path; one that goes round in circles stays as it is."""
    return Path(os.path.realpath(path))


def _packed(tree: Folder) -> dict[str, str]:
    if "packed-refs" not in tree.entries(""):
        return {}
    found = _PACKED.findall(text(tree.read("packed-refs")))
    return {name: sha for sha, name in found if is_ref(name)}


def _loose(
    tree: Folder, folder: str, seen: count[int], depth: int = 0
) -> Iterator[tuple[str, str]]:
    """Walk the folders of refs, and yield those that name an object."""
    for name, kind in tree.entries(folder).items():
        path = join(folder, name)
        if next(seen) > _REFS:
            raise Refused("it has more files below refs than can be looked at: run `git pack-refs`")
        if kind is Entry.FOLDER and depth < _DEPTH:
            yield from _loose(tree, path, seen, depth + 1)
        elif kind is Entry.FILE and is_ref(path):
            if sha := _LOOSE.fullmatch(text(tree.read(path))):
                yield path, sha[1]


def is_ref(name: str) -> bool:
    """Tell whether a full name is one that a branch or a tag can have."""
    return bool(_NAME.fullmatch(name)) and not _UNSAFE.search(name) and name.isprintable()
