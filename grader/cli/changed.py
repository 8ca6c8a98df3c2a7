"""What a push or a pull request changes: which modules, which tasks."""

from __future__ import annotations

import filecmp
import re
from collections.abc import Iterator

from grader.authoring.load import with_needs
from grader.authoring.repository import open_repository
from grader.cli.standing import unwritten
from grader.errors import NoSuchRevision
from grader.model import Course, Module, ModuleId, RelPath, TaskId

_FULL = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


def changed_modules(course: Course, revision: str) -> tuple[ModuleId, ...]:
    """Find the modules that are not what they were.

    Args:
        course: The course at hand, at the top of its git repository.
        revision: A commit. A full name that git does not know stands for the skeleton: before the first push of a
            branch, GitHub gives zeros, and after a forced push, what is gone.

    Returns:
        The modules with a file that differs from the commit's.

    Raises:
        GitMissing: Git is not installed.
        NotAtTheTop: The course is in no repository, or not at its top.
        NoSuchRevision: It is another name that git does not know.
    """
    tops = {path.split("/")[0] for path in _changed_files(course, revision)}
    return tuple(module.id for module in course.modules if module.name in tops)


def changed_tasks(course: Course, revision: str) -> tuple[TaskId, ...]:
    """Find the finished tasks that are not what they were.

    Args:
        course: As for ``changed_modules``.
        revision: Likewise.

    Returns:
        The tasks with a file that differs from the commit's. Tasks are left out if a stub is left of them, or of an
        earlier task that they need: nobody expects them to pass yet.

    Raises:
        GitMissing: Git is not installed.
        NotAtTheTop: The course is in no repository, or not at its top.
        NoSuchRevision: It is another name that git does not know.
    """
    from grader.submission import take

    changed = _changed_files(course, revision)
    submission = take(str(course.root), course, id="you")
    return tuple(
        task.id
        for module in course.modules
        for left in [unwritten(submission, module)]
        for task in module.tasks
        if any(f"{module.name}/{path}" in changed for path in task.files)
        and not with_needs(course, task) & left
    )


def _changed_files(course: Course, revision: str) -> set[RelPath]:
    """List the files, from the course's root, that differ from a commit's, or else from the skeleton."""
    repository = open_repository(course.root)
    wanted = f"{revision}^{{commit}}"
    commit = repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if commit is None and not _FULL.fullmatch(revision):
        branches = repository.run("for-each-ref", "--format=%(refname:short)", "refs/heads")
        raise NoSuchRevision(revision or "''", str(course.root), branches.split("\n"))
    if commit is None:
        return {path for module in course.modules for path in _begun(course, module)}
    return set(repository.run("diff", "--name-only", "--no-renames", "-z", commit).split("\0"))


def _begun(course: Course, module: Module) -> Iterator[RelPath]:
    """Yield the files that students write and that are not the skeleton's any more."""
    own = course.root / module.name
    for path in (*module.files, *module.written):
        if (module.folder / path).is_file() and (own / path).is_file():
            if not filecmp.cmp(own / path, module.folder / path, shallow=False):
                yield f"{module.name}/{path}"
