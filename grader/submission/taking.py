"""Take a submission: find its modules and read the files that the course lists. Nothing in it is run or unpacked."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from grader.errors import MachineFault, Refused, UsageError
from grader.model import Course, ModuleId, Problem, ProblemKind, RelPath, Submission
from grader.submission import unread
from grader.submission.archive import open_archive
from grader.submission.beside import misnamed, problems_beside
from grader.submission.commit import Commit
from grader.submission.content import text
from grader.submission.doubles import doubles
from grader.submission.faults import telling_apart
from grader.submission.folder import Folder
from grader.submission.layout import Place, base_of, find, wanted
from grader.submission.lookalikes import Lookalikes
from grader.submission.names import SHOWN_PATH, identify, shown
from grader.submission.repository import is_bare
from grader.submission.spec import split
from grader.submission.tree import LINK, Tree, join

PROBLEMS = 50  # of one submission that are kept


def take(spec: str, course: Course, *, id: str | None = None) -> Submission:
    """Read the allow-listed files of a submission.

    Whatever is wrong with what was handed in becomes a problem of the submission. What is wrong with the machine
    becomes its ``fault``: then nothing was taken.

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
    source = shown(spec, SHOWN_PATH)
    try:
        with open_tree(spec, course) as tree:
            files, problems = _read_modules(tree, course)
            kept = _capped([*tree.oddities, *problems])
            return Submission(id, source, files, tree.commit, tree.submitted_at, kept)
    except Refused as refusal:
        return Submission(id, source, {}, problems=(unread.whole(refusal),))
    except MachineFault as fault:
        return Submission(id, source, {}, fault=str(fault))


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
        MachineFault: The machine does not let us read it.
    """
    path, revision = split(spec)
    if revision is not None:
        return Commit(path, revision)
    with telling_apart(""):
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
    lookalikes = Lookalikes(tree, course, places)
    for place in places:
        taken, wrong = _read_files(tree, place, wanted(course, place.module), lookalikes)
        if taken or any(problem.kind is ProblemKind.UNREAD for problem in wrong):
            files[place.module.id] = taken
            problems += wrong if taken else unread.shortened(wrong)
            problems += problems_beside(tree, course, place, lookalikes)
        else:
            problems.append(unread.nothing_there(place))
    misplaced = list(_of_absent_modules(tree, course, places, lookalikes))
    if not places and not misplaced:
        misplaced.append(unread.no_module(tree, course))
    return files, [*problems, *misplaced]


def _read_files(
    tree: Tree, place: Place, paths: Iterable[RelPath], lookalikes: Lookalikes
) -> tuple[dict[RelPath, str], list[Problem]]:
    """Read the wanted files of one module, and say of each other one why it was not taken."""
    taken: dict[RelPath, str] = {}
    problems: list[Problem] = []
    for path in paths:
        try:
            taken[path] = text(tree.read(join(place.folder, path)))
        except Refused as refusal:
            problems.append(unread.lacking(place, path, refusal, lookalikes))
    return taken, problems


def _of_absent_modules(
    tree: Tree, course: Course, places: Sequence[Place], lookalikes: Lookalikes
) -> Iterator[Problem]:
    """List folders that look like modules, and files that may be meant for modules that are not there."""
    base, here = base_of(tree, places), {place.module.id for place in places}
    folders = [*misnamed(tree, course, base, here), *doubles(tree, course, base, places)]
    yield from folders
    known = here | {problem.module for problem in folders}
    for module in course.modules:
        if module.id not in known:
            yield from unread.in_absent(Place(module, join(base, module.name)), lookalikes)


def _capped(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Drop repetitions, and keep a flood of problems from burying the report; what could not be read comes first."""
    kept = sorted(dict.fromkeys(problems), key=lambda each: each.kind is not ProblemKind.UNREAD)
    if len(kept) > PROBLEMS:
        more = Problem(".", f"{len(kept) - PROBLEMS} more problems of this kind")
        kept = [*kept[:PROBLEMS], more]
    return tuple(kept)
