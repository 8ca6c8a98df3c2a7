"""Which submissions the paths of a command line mean, and what to call each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import MachineFault, NothingToGrade, Refused
from grader.model import Course
from grader.submission.folder import Folder
from grader.submission.layout import find, find_at, looked_for
from grader.submission.names import ARCHIVE_SUFFIX, SHOWN_PATH, identify, listed, shown, unique
from grader.submission.repository import is_bare
from grader.submission.spec import split


@dataclass(frozen=True)
class Found:
    """A submission to take: ``take(found.spec, course, id=found.id)``."""

    id: str
    spec: str


def discover(paths: Sequence[str], course: Course) -> list[Found]:
    """Find the submissions that paths mean: each is one, or a folder of them.

    In a folder of submissions every subfolder and every archive is one, whatever is in it: a student who handed in
    something broken must not vanish from the list.

    Args:
        paths: Folders, archives, ``REPOSITORY@REVISION``, or folders of those.
        course: Says how a submission is recognised.

    Returns:
        All of them in order, under ids that are unique and safe as file names.

    Raises:
        UsageError: A path does not exist, or holds no submission.
    """
    found: list[Found] = []
    taken: set[str] = set()
    for path in paths:
        for name, spec in _submissions(path, course, _inside):
            id = unique(identify(name), taken)
            taken.add(id.casefold())
            found.append(Found(id, spec))
    return found


def lying(paths: Iterable[str], course: Course) -> dict[str, str]:
    """List whatever lies where the paths lead, for a roster to say what of it is a submission.

    Args:
        paths: As ``discover`` has them.
        course: Says how a submission is recognised.

    Returns:
        Specs, each with its own name.

    Raises:
        UsageError: A path does not exist, or is a file that can be no submission.
    """
    return {spec: name for path in paths for name, spec in _submissions(path, course, _everything)}


def _submissions(
    spec: str, course: Course, inside: Callable[[Path, Course], list[Path]]
) -> Iterator[tuple[str, str]]:
    """List names and specs of what one path means."""
    path, revision = split(spec)
    real = Path(os.path.realpath(path))  # a link on the command line is the caller's own
    if revision is not None:
        yield real.name, f"{real}@{revision}"
    elif not os.path.isdir(real):
        if not ARCHIVE_SUFFIX.search(real.name):
            raise NothingToGrade(
                shown(spec, SHOWN_PATH), "a folder or an archive (.zip, .tar, .tar.gz …)", "a file"
            )
        yield real.name, str(real)
    elif is_bare(real) or _is_submission(real, course):
        yield real.name, str(real)
    else:
        yield from ((child.name, str(child)) for child in inside(real, course))


def _everything(folder: Path, course: Course) -> list[Path]:
    """List what is in a folder; hidden things are nobody's work."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        raise NothingToGrade(
            str(folder), looked_for(course), error.strerror or "no way in"
        ) from None
    return [folder / name for name in names if not name.startswith((".", "__MACOSX"))]


def _inside(folder: Path, course: Course) -> list[Path]:
    """List the submissions in a folder, links among them: taking one says what is wrong with it."""
    children = _everything(folder, course)
    archives = [c for c in children if ARCHIVE_SUFFIX.search(c.name) and not os.path.isdir(c)]
    folders = [c for c in children if os.path.isdir(c)]
    if not archives and not any(is_bare(c) or _holds_one(c, course) for c in folders):
        found = listed(sorted(os.listdir(folder)))
        raise NothingToGrade(shown(str(folder), SHOWN_PATH), looked_for(course), found)
    wanted = {*archives, *folders}
    return [c for c in children if c in wanted]


def _is_submission(folder: Path, course: Course) -> bool:
    """Tell whether modules lie right in the folder, or nobody can tell: taking it says why."""
    try:
        with Folder(folder) as tree:
            return bool(find_at(tree, course, ""))
    except Refused:
        return False
    except MachineFault:
        return True


def _holds_one(folder: Path, course: Course) -> bool:
    """Tell whether taking the folder would find modules in it, or nobody can tell."""
    try:
        with Folder(folder) as tree:
            return bool(find(tree, course))
    except Refused:
        return False
    except MachineFault:
        return True
