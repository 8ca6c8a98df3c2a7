"""Files that a student may believe to be taken: what is wanted under another name, or in another folder."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice

from grader.errors import MachineFault
from grader.model import Course, RelPath
from grader.submission.layout import Place, upto, wanted
from grader.submission.tree import Entry, Tree, join, parent

_FOLDERS = 300  # that are looked into, those near the top first
# Programs' own, and the grader's, which brings the files of all modules.
_OTHERS = {"__MACOSX", "__pycache__", "env", "grader", "node_modules", "site-packages", "venv"}

# What systems, browsers and people add to the name of a copy, before its suffix and after it.
_COPY = r"(?:[ _-]*(?:\(\d+\)|copy|kopie|copie|copia|final|new|old|\d))*"
_COPY_OF = r"(?:copy of |kopie von )?"
_SUFFIX = r"(?:\.py)?(?:\.(?:txt|ipynb|bak|old|orig)|~)?"


@dataclass(frozen=True)
class Lookalike:
    """A file, or a module's folder, that may be meant where another one is wanted."""

    path: str  # both from the top of the submission
    wanted: str

    @property
    def difference(self) -> str:
        """What is wrong with it, to be said behind its path."""
        name, target = _name(self.path), _name(self.wanted)
        if name.casefold().endswith(".ipynb"):
            return "is a notebook, not a Python file"
        if parent(self.path) != parent(self.wanted):
            return "lies in the wrong folder"
        if alike(name) == alike(target):
            return f"differs from {target} only in capitals or accents"
        return f"is not called {target}"

    @property
    def cure(self) -> str:
        """What the student can do."""
        name, target = _name(self.path), _name(self.wanted)
        here = parent(self.path) == parent(self.wanted)
        if name.casefold().endswith(".ipynb"):
            return f"save its code as {target if here else self.wanted}"
        if here:
            return f"rename it to {target}"
        if not parent(self.wanted):
            return f"put it at the top, as {target}"
        return (
            f"put it into {parent(self.wanted)}/" if name == target else f"save it as {self.wanted}"
        )


class Lookalikes:
    """The lookalikes in a submission.

    Args:
        tree: The submission.
        course: Says which files count.
        places: Where its modules are.
    """

    def __init__(self, tree: Tree, course: Course, places: Iterable[Place]) -> None:
        self._tree = tree
        self._course = course
        self._places = tuple(places)

    def beside(self, path: str) -> Lookalike | None:
        """Find a lookalike in a file's own folder, but for the file itself.

        Args:
            path: Of a wanted file, from the top.

        Returns:
            The one that is most like it.
        """
        folder, entries = parent(path), self._tree.entries(parent(path))
        files = (join(folder, name) for name, kind in entries.items() if kind is Entry.FILE)
        return self._best(path, files)

    def anywhere(self, place: Place, path: RelPath) -> Lookalike | None:
        """Find a lookalike of a file that is missing: beside it first, then in other folders.

        Files of earlier modules are looked for in the module's own folder alone: elsewhere, they are another module's.

        Args:
            place: A module, and where it is or should be.
            path: Of one of its files.

        Returns:
            The one that is most like it.
        """
        full = join(place.folder, path)
        own = path in (*place.module.files, *place.module.written)
        inside = f"{place.folder}/" if place.folder else ""
        others = (found for found in self._files if own or found.startswith(inside))
        return self.beside(full) or self._best(full, others)

    @cached_property
    def _files(self) -> tuple[str, ...]:
        """All files that stand where none is wanted, those near the top first."""
        return tuple(path for path in _walked(self._tree) if path not in self._rightful)

    @cached_property
    def _rightful(self) -> frozenset[str]:
        """The paths at which the course's files belong, of all modules that are here."""
        return frozenset(
            join(place.folder, path)
            for place in self._places
            for path in (
                *wanted(self._course, place.module),
                *(given for module in upto(self._course, place.module) for given in module.given),
            )
        )

    def _best(self, path: str, found: Iterable[str]) -> Lookalike | None:
        target = _name(path)
        alike = [f for f in found if f not in self._rightful and resembles(_name(f), target)]
        best = min(alike, key=lambda each: _distance(_name(each), target), default=None)
        return Lookalike(best, path) if best is not None and best != path else None


def resembles(name: str, target: str) -> bool:
    """Tell whether a file's name is a wanted one, but for capitals, its suffix, or what marks a copy.

    >>> resembles("Operators (1).py", "operators.py")
    True

    Args:
        name: Of a file.
        target: The wanted one.

    Returns:
        Whether the one may be meant where the other is wanted.
    """
    return bool(_pattern(target).fullmatch(alike(name)))


@cache
def _pattern(target: str) -> re.Pattern[str]:
    stem = re.escape(alike(target).removesuffix(".py"))
    return re.compile(f"{_COPY_OF}{stem}{_COPY}{_SUFFIX}")


def _distance(name: str, target: str) -> tuple[bool, ...]:
    """Sort what is most like the target first."""
    return name != target, alike(name) != alike(target), not name.casefold().endswith(".py")


def _walked(tree: Tree) -> Iterator[str]:
    """Go through the files of a submission, folder by folder, as far as the machine lets us."""
    waiting = [""]
    for folder in islice(waiting, _FOLDERS):
        try:
            entries = sorted(tree.entries(folder).items())
        except MachineFault:
            continue
        for name, kind in entries:
            if kind is Entry.FILE:
                yield join(folder, name)
            elif kind is Entry.FOLDER and name not in _OTHERS and not name.startswith("."):
                waiting.append(join(folder, name))


def _name(path: str) -> str:
    return path.rpartition("/")[2]


def alike(name: str) -> str:
    """Make names equal that differ in capitals or in how their accents are written."""
    return unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode()).casefold()
