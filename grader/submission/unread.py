"""What a student handed in that could not be read: why, and what the student can do about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from grader.errors import Refused
from grader.model import Course, Problem, ProblemKind, RelPath
from grader.submission.layout import Place, looked_for
from grader.submission.lookalikes import Lookalike, Lookalikes
from grader.submission.names import listed, shown
from grader.submission.tree import LINK, MISSING, TOO_LARGE, Tree, join

_WHOLE = "hand in the folder that holds the modules, or a new zip archive of it"
_FILE = "hand in plain folders and files"
_CURES = {
    LINK: "hand in the file itself, not a link to it",
    TOO_LARGE: "take data and printed output out of it",
}


def whole(refusal: Refused) -> Problem:
    """Say why nothing of a submission could be read."""
    why = refusal.what if refusal.what[0].isupper() else f"the submission {refusal.what}"
    return Problem(".", why, ProblemKind.UNREAD, refusal.cure or _WHOLE)


def lacking(place: Place, path: RelPath, refusal: Refused, lookalikes: Lookalikes) -> Problem:
    """Say why a wanted file is not taken; where it is missing, another one may be meant.

    Args:
        place: The module that it is a file of.
        path: The file, inside the module.
        refusal: Why it was not read.
        lookalikes: Of the submission.

    Returns:
        A problem; only a note where nothing like the file was handed in.
    """
    module, full = place.module.id, join(place.folder, path)
    if refusal.what != MISSING:
        cure = refusal.cure or _CURES.get(refusal.what, _FILE)
        return Problem(shown(full), refusal.what, ProblemKind.UNREAD, cure, module, path)
    if found := lookalikes.anywhere(place, path):
        return _meant(found, place, path)
    return Problem(shown(full), MISSING, module=module, file=path)


def in_absent(place: Place, lookalikes: Lookalikes) -> Iterator[Problem]:
    """List what is like the files of a module that is not where it should be; a whole folder of them counts as one."""
    found = {
        path: alike
        for path in (*place.module.files, *place.module.written)
        if (alike := lookalikes.anywhere(place, path))
    }
    tops = {alike.path.removesuffix(path) for path, alike in found.items()}
    if len(found) > 1 and len(tops) == 1 and (top := tops.pop()).endswith("/"):
        yield _meant(Lookalike(top.removesuffix("/"), place.folder), place)
    else:
        yield from (_meant(alike, place, path) for path, alike in found.items())


def _meant(found: Lookalike, place: Place, path: RelPath = "") -> Problem:
    """Say that something like a wanted file or folder was handed in, and what is wrong with it."""
    said = (shown(found.path), found.difference, ProblemKind.UNREAD, found.cure)
    return Problem(*said, module=place.module.id, file=path)


def shortened(problems: Sequence[Problem]) -> list[Problem]:
    """Say once, of the whole module, what is true of all its files: that its folder is a link, for one."""
    if len({problem.message for problem in problems}) > 1:
        return list(problems)
    return [replace(problems[0], file="")]


def nothing_there(place: Place) -> Problem:
    """Say that a module's folder holds none of its files, nor anything like them."""
    message = f"holds none of the files of {place.module.name}, so it counts as not handed in"
    return Problem(shown(place.folder or "."), message, module=place.module.id)


def no_module(tree: Tree, course: Course) -> Problem:
    """Say that no module is where it should be."""
    found = sorted(tree.entries(""))
    message = f"no module found: looked for {looked_for(course)}; found {listed(found)}"
    kind = ProblemKind.UNREAD if found else ProblemKind.NOTE
    return Problem(".", message, kind, "hand in the folder that holds module0, or one module")
