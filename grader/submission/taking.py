"""Take a submission: find its modules and read the files that the course lists. Nothing in it is run or unpacked."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from grader.errors import Refused, UsageError
from grader.model import Course, ModuleId, Problem, RelPath, Submission
from grader.submission.archive import open_archive
from grader.submission.beside import misnamed, problems_beside
from grader.submission.commit import Commit
from grader.submission.content import text
from grader.submission.doubles import doubles
from grader.submission.layout import Place, find, looked_for, wanted
from grader.submission.names import SHOWN_PATH, identify, listed, shown
from grader.submission.repository import is_bare
from grader.submission.folder import Folder
from grader.submission.spec import split
from grader.submission.tree import LINK, MISSING, Tree, join, parent

PROBLEMS = 50  # of one submission that are kept


def take(spec: str, course: Course, *, id: str | None = None) -> Submission:
    """Read the allow-listed files of a submission.

    Whatever is wrong with what was handed in becomes a problem of the submission.

    Args:
        spec: Path of a folder, a zip or a tar archive, or ``REPOSITORY@REVISION``; what exists literally comes first.
        course: Says which files count.
        id: The submission's id; else its name decides.

    Returns:
        What was taken; without any files where nothing could be.

    Raises:
        UsageError: The path, the repository or the revision does not exist.
    """
    path, _ = split(spec)
    id = id or identify(Path(os.path.abspath(path)).name)
    try:
        with open_tree(spec, course) as tree:
            files, problems = _read_modules(tree, course)
            problems = [*tree.oddities, *problems]
            commit, submitted_at = tree.commit, tree.submitted_at
    except Refused as refusal:
        return Submission(id, shown(spec, SHOWN_PATH), {}, problems=(Problem(".", refusal.what),))
    return Submission(id, shown(spec, SHOWN_PATH), files, commit, submitted_at, _capped(problems))


def open_tree(spec: str, course: Course) -> Tree:
    """Open what a path or ``REPOSITORY@REVISION`` names.

    Args:
        spec: As ``take`` has it.
        course: The course.

    Returns:
        The tree; closing it is the caller's.

    Raises:
        UsageError: There is no such path, repository or revision.
        Refused: It is there, and can't be read safely.
    """
    path, revision = split(spec)
    if revision is not None:
        return Commit(path, revision)
    mode = os.lstat(path).st_mode
    if stat.S_ISLNK(mode):
        raise Refused(LINK)
    if stat.S_ISDIR(mode):
        return _tip(path) if is_bare(path) else Folder(path)
    return open_archive(path, course)


def _tip(path: Path) -> Tree:
    """Open the current commit of a bare repository, where nobody asked for a revision."""
    try:
        return Commit(path, "HEAD")
    except UsageError as error:
        raise Refused(error.what) from None


def _read_modules(
    tree: Tree, course: Course
) -> tuple[dict[ModuleId, dict[RelPath, str]], list[Problem]]:
    """Read every module that the submission holds."""
    files: dict[ModuleId, dict[RelPath, str]] = {}
    problems: list[Problem] = []
    places = find(tree, course)
    for place in places:
        taken, wrong = _read_files(tree, place, wanted(course, place.module))
        if taken:
            files[place.module.id] = taken
            problems += [*wrong, *problems_beside(tree, course, place)]
        else:
            problems.append(_nothing_taken(place, wrong))
    if places:
        problems += misnamed(tree, course, parent(places[0].folder))
        problems += doubles(tree, course, places)
    else:
        found = listed(sorted(tree.entries("")))
        problems.append(
            Problem(".", f"no module found: looked for {looked_for(course)}; found {found}")
        )
    return files, problems


def _read_files(
    tree: Tree, place: Place, paths: Iterable[RelPath]
) -> tuple[dict[RelPath, str], list[Problem]]:
    """Read the wanted files of one module, and say of each other one why it was not taken."""
    taken: dict[RelPath, str] = {}
    problems: list[Problem] = []
    for path in paths:
        full = join(place.folder, path)
        try:
            taken[path] = text(tree.read(full))
        except Refused as refusal:
            problems.append(Problem(shown(full), refusal.what))
    return taken, problems


def _nothing_taken(place: Place, wrong: list[Problem]) -> Problem:
    """Say once that a module is not there at all, with a reason that is not the usual one if there is any."""
    reasons = [f"; {p.path} {p.message}" for p in wrong if p.message != MISSING]
    message = f"holds none of the files of {place.module.name}, so it counts as not handed in"
    return Problem(shown(place.folder or "."), message + "".join(reasons[:1]))


def _capped(problems: list[Problem]) -> tuple[Problem, ...]:
    """Drop repetitions, and keep a flood of problems from burying the report."""
    kept = list(dict.fromkeys(problems))
    if len(kept) > PROBLEMS:
        more = Problem(".", f"{len(kept) - PROBLEMS} more problems of this kind")
        kept = [*kept[:PROBLEMS], more]
    return tuple(kept)
