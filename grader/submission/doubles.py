"""Folders that look like a module that was taken from another folder: said to the student, who may have meant them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice

from grader.model import Course, Module, Problem, ProblemKind
from grader.submission.layout import PACKAGE, Place
from grader.submission.lookalikes import alike
from grader.submission.names import shown
from grader.submission.tree import NAMES, Entry, Tree, join

_NEIGHBOURS = 20  # folders beside the modules that are looked into


def doubles(tree: Tree, course: Course, around: str, places: Sequence[Place]) -> Iterator[Problem]:
    """List folders beside, around and inside the modules' own that could be a module as well.

    Args:
        tree: The submission.
        course: Its modules.
        around: The folder in which the modules' folders lie.
        places: Where modules were found.

    Yields:
        Problem: A folder that was not taken, and the one that was.
    """
    taken = {place.module.id: place.folder for place in places}
    entries = islice(tree.entries(around).items(), NAMES)
    folders = [name for name, kind in entries if kind is Entry.FOLDER]
    for module in course.modules:
        known = taken.get(module.id)
        for name in folders:
            if _looks_like(name, module) and join(around, name) != known:
                yield _double(join(around, name), module, known)
        if known is not None:
            for path in _elsewhere(tree, around, folders, module, known):
                yield _double(path, module, known)
    if PACKAGE in folders and places and places[0].folder != around:
        said = "lies beside the modules, and was not taken: each module has its own"
        yield Problem(shown(join(around, PACKAGE)), said)


def _looks_like(name: str, module: Module) -> bool:
    """Tell whether a name is a module's with something added; what differs in capitals alone is told elsewhere."""
    plain = unicodedata.normalize("NFKC", name.encode("utf-8", "replace").decode()).casefold()
    found = re.search(rf"module[\W_]*0*{module.id}(?![0-9])", plain)
    return found is not None and alike(name) != alike(module.name)


def _elsewhere(
    tree: Tree, around: str, folders: Sequence[str], module: Module, known: str
) -> Iterator[str]:
    """Find folders of the module's very name: in its own folder, and in neighbours."""
    neighbours = (join(around, name) for name in folders if not name.startswith("."))
    others = (path for path in neighbours if path != known)
    for folder in (known, *islice(others, _NEIGHBOURS)):
        path = join(folder, module.name)
        if path != known and tree.entries(folder).get(module.name) is Entry.FOLDER:
            yield path


def _double(path: str, module: Module, known: str | None) -> Problem:
    said = f"looks like {module.name}"
    if known is None:
        cure = f"rename it to {module.name}"
        return Problem(shown(path), said, ProblemKind.UNREAD, cure, module.id)
    said += f", too, and was not taken: {shown(known or '.')} was"
    return Problem(shown(path), said, module=module.id)
