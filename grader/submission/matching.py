"""Whose is what was handed in: a name on the roster for each file and folder, or the reason why there is none."""

from __future__ import annotations

import os
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from grader.errors import MachineFault, Refused
from grader.model import Course, Problem
from grader.submission.folder import Folder
from grader.submission.layout import find
from grader.submission.names import ARCHIVE_SUFFIX, identify, listed, shown
from grader.submission.platforms import Label, read_label
from grader.submission.roster import ROSTER, Row, sharing
from grader.submission.tree import Entry

_NAMESAKES = "could be of {}, or of somebody else of that name: the platform has several"


@dataclass(frozen=True)
class Assigned:
    """A student, and what to take."""

    row: Row
    spec: str = ""  # for ``take``; none: the row's repository, or else nothing was handed in
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class Matching:
    """Every student whose work is known, and what was handed in that is not known to be anybody's."""

    assigned: tuple[Assigned, ...]
    unknown: dict[str, str] = field(default_factory=dict)  # names, fit to be shown, and why


@dataclass(frozen=True)
class _Piece:
    """Something that was handed in."""

    name: str
    spec: str
    label: Label

    @property
    def packed(self) -> bool:
        """Whether it can be a submission at all."""
        return bool(ARCHIVE_SUFFIX.search(self.name)) or os.path.isdir(self.spec)

    @property
    def age(self) -> tuple[bool, int, int, str]:
        """What sorts a student's pieces, the one to take last."""
        return self.packed, self.label.attachment, self.label.again, self.name


def match(rows: Sequence[Row], lying: Mapping[str, str], course: Course) -> Matching:
    """Find the student of each thing that was handed in.

    A name can be the id or the e-mail address, or name the student as Canvas, Moodle or people do. What fits several
    students is nobody's, and a student whom it may belong to is not graded on nothing.

    Args:
        rows: The class.
        lying: What was handed in, specs and names, as ``discovery.lying`` lists it.
        course: Says how a submission is recognised.

    Returns:
        Every student but those in doubt, and what is nobody's.
    """
    owners, doubtful = _Owners(rows), set[str]()
    pieces: dict[str, list[_Piece]] = defaultdict(list)
    unknown: dict[str, str] = {}
    for piece in _pieces(lying):
        found = owners.of(piece)
        if len(found) == 1:
            pieces[found[0].id].append(piece)
        elif found:
            unknown[shown(piece.name)] = f"could be of {listed(row.id for row in found)}"
            doubtful.update(row.id for row in found)
        elif piece.packed:  # any other file may be anything
            unknown[shown(piece.name)] = "nobody has this id, canvas_id or name"
    for id in [id for id, own in pieces.items() if _of_namesakes(own)]:
        unknown |= {shown(piece.name): _NAMESAKES.format(id) for piece in pieces.pop(id)}
        doubtful.add(id)
    known = (row for row in rows if row.id in pieces or row.repository or row.id not in doubtful)
    assigned = (_assigned(row, pieces[row.id], course) for row in known)
    return Matching(_with_shared(rows, assigned), unknown)


def _with_shared(rows: Sequence[Row], assigned: Iterable[Assigned]) -> tuple[Assigned, ...]:
    """Say of each student that the roster names the same repository for another one; whom, is no student's business."""
    shared = {row.id for group in sharing(rows) for row in group}
    problem = Problem(ROSTER, "names this repository for another student, too")
    return tuple(
        replace(each, problems=(*each.problems, problem)) if each.row.id in shared else each
        for each in assigned
    )


def _of_namesakes(pieces: Sequence[_Piece]) -> bool:
    """Tell whether a platform knows their authors as several, whatever their names."""
    return len({piece.label.number for piece in pieces} - {""}) > 1


def _pieces(lying: Mapping[str, str]) -> Iterator[_Piece]:
    for spec, name in lying.items():
        if label := read_label(name):
            yield _Piece(name, spec, label)


class _Owners:
    """The class, by all that a name can say."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._ids: dict[str, list[Row]] = defaultdict(list)
        self._numbers: dict[str, list[Row]] = defaultdict(list)
        self._names: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            for id in {_key(row.id), _key(row.email or row.id)}:
                self._ids[id].append(row)
            self._numbers[row.canvas_id].append(row)
            for name in _spellings(row.name):
                self._names[name].append(row)

    def of(self, piece: _Piece) -> list[Row]:
        """List whose a piece can be, by the best that is known of it."""
        if found := self._ids.get(_key(piece.name)):
            return found
        label = piece.label
        named = self._names.get(_squashed(label.student), [])
        if not label.canvas_id:
            return named
        # who has another number is somebody else
        return self._numbers.get(label.canvas_id) or [row for row in named if not row.canvas_id]


def _key(name: str) -> str:
    return identify(name).casefold()


def _squashed(name: str) -> str:
    """Keep a name's letters and digits, without accents and capitals."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if c.isalnum())


def _spellings(name: str) -> set[str]:
    """Squash a name with its words in each order that leaves neighbours together: Jane van Doe, van Doe, Jane."""
    words = name.replace(",", " ").split()
    turned = (words[start:] + words[:start] for start in range(len(words)))
    return {_squashed("".join(order)) for order in turned} - {""}


def _assigned(row: Row, pieces: Sequence[_Piece], course: Course) -> Assigned:
    """Choose what to take of a student's pieces."""
    problems = [Problem(shown(p.name), "was late, says Canvas") for p in pieces if p.label.late]
    if row.repository:
        why = "was handed in, and not graded: the roster names a repository"
        return Assigned(row, problems=tuple(Problem(shown(p.name), why) for p in pieces))
    if not pieces:
        return Assigned(row)
    *others, last = sorted(pieces, key=lambda piece: piece.age)
    why = f"was handed in, too, and not graded: {shown(last.name)} is the last"
    older = (Problem(shown(piece.name), why) for piece in others)
    return Assigned(row, _within(last.spec, course), (*problems, *older))


def _within(spec: str, course: Course) -> str:
    """Look into a folder without modules for the one archive in it; taking it says what is wrong with it."""
    try:
        with Folder(Path(spec)) as tree:
            if find(tree, course):
                return spec
            archives = list(_archives(tree.entries("")))
    except (Refused, MachineFault):
        return spec
    return os.path.join(spec, archives[0]) if len(archives) == 1 else spec


def _archives(entries: Mapping[str, Entry]) -> Iterator[str]:
    for name, kind in entries.items():
        if kind is not Entry.FOLDER and ARCHIVE_SUFFIX.search(name) and not name.startswith("."):
            yield name
