"""Where the course's modules lie in a submission: a whole repository, one module folder, or one folder around either.

The student's ``module.toml`` is read here, as a clue to which module a folder is, and nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import Refused
from grader.model import Course, Module, RelPath
from grader.submission.content import text
from grader.submission.tree import Entry, Tree, join, parent

_TITLE = re.compile(r'^title\s*=\s*"([^"\n]*)"', re.MULTILINE)
PACKAGE = "minitorch"
_NOISE = ("__MACOSX",)


@dataclass(frozen=True)
class Place:
    """A module, and the folder of the submission where it lies."""

    module: Module
    folder: str  # "" is the top


def wanted(course: Course, module: Module) -> tuple[RelPath, ...]:
    """List the files of a module folder that are taken: those carried so far, and the student's own tests."""
    paths = [path for each in upto(course, module) for path in each.files]
    return tuple(dict.fromkeys([*paths, *module.written]))


def upto(course: Course, module: Module) -> Sequence[Module]:
    """List a module and those before it."""
    return course.modules[: course.modules.index(module) + 1]


def find(tree: Tree, course: Course) -> list[Place]:
    """Find the modules at the top, or else inside the one folder that stands there."""
    found = find_at(tree, course, "")
    lone = _lone_folder(tree)
    return found if found or lone is None else find_at(tree, course, lone)


def find_at(tree: Tree, course: Course, folder: str) -> list[Place]:
    """Find the modules of a repository, or the one module, that a folder is."""
    names = tree.entries(folder)
    places = [
        Place(module, join(folder, module.name))
        for module in course.modules
        if module.name in names  # a link or a file, too: reading it says what is wrong
    ]
    if places or names.get(PACKAGE) is not Entry.FOLDER:
        return places
    single = _by_title(tree, course, folder) or _by_own_files(tree, course, folder)
    return [Place(single, folder)] if single else []


def base_of(tree: Tree, places: Sequence[Place]) -> str:
    """Name the folder in which the modules' folders should lie: where those are that were found."""
    return parent(places[0].folder) if places else _lone_folder(tree) or ""


def looked_for(course: Course) -> str:
    """Say what a submission is recognised by."""
    names = [module.name for module in course.modules]
    folders = names[0] if len(names) == 1 else f"{names[0]} … {names[-1]}"
    return f"{folders}, or the {PACKAGE} folder of a single module"


def _lone_folder(tree: Tree) -> str | None:
    folders = [
        name
        for name, kind in tree.entries("").items()
        if kind is Entry.FOLDER and not name.startswith(".") and name not in _NOISE
    ]
    return folders[0] if len(folders) == 1 else None


def _by_title(tree: Tree, course: Course, folder: str) -> Module | None:
    try:
        title = _TITLE.search(text(tree.read(join(folder, "module.toml"))))
    except Refused:
        return None
    return next((m for m in course.modules if title and m.title == title[1]), None)


def _by_own_files(tree: Tree, course: Course, folder: str) -> Module | None:
    """Take the last module of which a file is here, as a module folder holds the earlier ones' files too."""
    for module in reversed(course.modules):
        for path in (*module.files, *module.written):
            name = path.rpartition("/")[2]
            if tree.entries(parent(join(folder, path))).get(name) is Entry.FILE:
                return module
    return None
