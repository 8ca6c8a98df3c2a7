"""What else stands in the folders that files are taken from: said to the student, and never taken."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from grader.model import Course, Module, ModuleId, Problem, ProblemKind, RelPath
from grader.submission.layout import Place, upto, wanted
from grader.submission.lookalikes import Lookalikes, alike
from grader.submission.names import listed, shown
from grader.submission.tree import Entry, Tree, join, parent

_CAPITALS = "differs from {} only in capitals or accents"
_UNTAKEN = ", and was not taken"


def problems_beside(
    tree: Tree, course: Course, place: Place, lookalikes: Lookalikes
) -> Iterator[Problem]:
    """List names that collide with a wanted one, that are odd, or that a student may believe to be taken."""
    module = place.module
    paths = [join(place.folder, path) for path in wanted(course, module)]
    folders = dict.fromkeys([place.folder, *map(parent, paths)])
    code = {parent(join(place.folder, f)) for m in upto(course, module) for f in m.files}
    copies = dict(_copies(tree, course, place, lookalikes))
    yield from copies.values()
    for folder in folders:
        entries = tree.entries(folder)
        inner = {f.rpartition("/")[2] for f in folders if f and parent(f) == folder}
        yield from _collisions(folder, entries, inner, module)
        yield from _odd(folder, entries, module)
        if folder in code:
            known = {path.rpartition("/")[2] for path in paths if parent(path) == folder}
            known |= _given(course, place, folder) | {
                path.rpartition("/")[2] for path in copies if parent(path) == folder
            }
            yield from _untaken(folder, entries, known, module)


def misnamed(
    tree: Tree, course: Course, folder: str, here: Collection[ModuleId]
) -> Iterator[Problem]:
    """List folders that would be one of the modules if their capitals were right.

    Args:
        tree: The submission.
        course: The course.
        folder: Where the modules' folders lie.
        here: The modules that were found.

    Yields:
        Problem: A note where the module is there as well; else, it could not be read.
    """
    modules = {alike(module.name): module for module in course.modules}
    for entry in tree.entries(folder):
        module = modules.get(alike(entry))
        if module is not None and entry != module.name:
            said = shown(join(folder, entry)), _CAPITALS.format(module.name)
            if module.id in here:
                yield Problem(said[0], said[1] + _UNTAKEN, module=module.id)
            else:
                cure = f"rename it to {module.name}"
                yield Problem(*said, ProblemKind.UNREAD, cure, module.id)


def _copies(
    tree: Tree, course: Course, place: Place, lookalikes: Lookalikes
) -> Iterator[tuple[str, Problem]]:
    """Find what is like a wanted file and lies beside it. Who left the file as it was handed out may mean this one."""
    for path in wanted(course, place.module):
        full = join(place.folder, path)
        found = lookalikes.beside(full)
        if found and full.rpartition("/")[2] in tree.entries(parent(full)):
            said = found.difference + _UNTAKEN
            about: tuple[ModuleId, RelPath] = (place.module.id, path)
            yield found.path, Problem(shown(found.path), said, ProblemKind.NOTE, found.cure, *about)


def _collisions(
    folder: str, entries: dict[str, Entry], names: set[str], module: Module
) -> Iterator[Problem]:
    known = {alike(name): name for name in names}
    for entry in entries:
        name = known.get(alike(entry))
        if name is not None and name != entry:
            said = _CAPITALS.format(name) + _UNTAKEN
            yield Problem(shown(join(folder, entry)), said, module=module.id)


def _odd(folder: str, entries: dict[str, Entry], module: Module) -> Iterator[Problem]:
    odd = [name for name in entries if shown(name) != name or "\\" in name]
    if odd:
        said = f"holds odd names, which were not taken: {listed(odd)}"
        yield Problem(shown(folder or "."), said, module=module.id)


def _untaken(
    folder: str, entries: dict[str, Entry], known: set[str], module: Module
) -> Iterator[Problem]:
    """Name modules of the student's own: importing one works at home, and fails here."""
    plain = {alike(name) for name in known}
    extra = [
        name
        for name, kind in entries.items()
        if kind is Entry.FILE
        and name.endswith(".py")
        and name[0] != "."
        and alike(name) not in plain
    ]
    if extra:
        said = f"holds files that the course does not have, which were not taken: {listed(extra)}"
        yield Problem(shown(folder or "."), said, module=module.id)


def _given(course: Course, place: Place, folder: str) -> set[str]:
    paths = (join(place.folder, p) for m in upto(course, place.module) for p in m.given)
    return {path.rpartition("/")[2] for path in paths if parent(path) == folder}
