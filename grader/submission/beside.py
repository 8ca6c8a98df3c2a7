"""What else stands in the folders that files are taken from: said to the student, and never taken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from grader.model import Course, Problem
from grader.submission.layout import Place, upto, wanted
from grader.submission.names import listed, shown
from grader.submission.tree import Entry, Tree, join, parent


def problems_beside(tree: Tree, course: Course, place: Place) -> Iterator[Problem]:
    """List names that collide with a wanted one, that are odd, or that a student may believe to be taken."""
    paths = [join(place.folder, path) for path in wanted(course, place.module)]
    folders = dict.fromkeys([place.folder, *map(parent, paths)])
    code = {parent(join(place.folder, f)) for m in upto(course, place.module) for f in m.files}
    for folder in folders:
        entries = tree.entries(folder)
        names = {path.rpartition("/")[2] for path in paths if parent(path) == folder}
        names |= {
            inner.rpartition("/")[2] for inner in folders if inner and parent(inner) == folder
        }
        yield from _collisions(folder, entries, names)
        yield from _odd(folder, entries)
        if folder in code:
            yield from _untaken(folder, entries, names | _given(course, place, folder))


def misnamed(tree: Tree, course: Course, folder: str) -> Iterator[Problem]:
    """List names beside the module folders that would be one of them if their capitals were right."""
    yield from _collisions(folder, tree.entries(folder), {module.name for module in course.modules})


def _collisions(folder: str, entries: dict[str, Entry], names: set[str]) -> Iterator[Problem]:
    known = {alike(name): name for name in names}
    for entry in entries:
        name = known.get(alike(entry))
        if name is not None and name != entry:
            yield Problem(
                shown(join(folder, entry)),
                f"differs from {name} only in capitals or accents, and was not taken",
            )


def _odd(folder: str, entries: dict[str, Entry]) -> Iterator[Problem]:
    odd = [name for name in entries if shown(name) != name or "\\" in name]
    if odd:
        yield Problem(shown(folder or "."), f"holds odd names, which were not taken: {listed(odd)}")


def _untaken(folder: str, entries: dict[str, Entry], known: set[str]) -> Iterator[Problem]:
    """Name modules of the student's own: importing one works at home, and fails here."""
    taken = {alike(name) for name in known}
    extra = [
        name
        for name, kind in entries.items()
        if kind is Entry.FILE
        and name.endswith(".py")
        and name[0] != "."
        and alike(name) not in taken
    ]
    if extra:
        yield Problem(
            shown(folder or "."),
            f"holds files that the course does not have, which were not taken: {listed(extra)}",
        )


def _given(course: Course, place: Place, folder: str) -> set[str]:
    paths = (join(place.folder, p) for m in upto(course, place.module) for p in m.given)
    return {path.rpartition("/")[2] for path in paths if parent(path) == folder}


def alike(name: str) -> str:
    """Spell a name as systems do that care for neither capitals nor how an accent is written."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()).casefold()
