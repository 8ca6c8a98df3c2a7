"""Which modules a push or a pull request changes."""

from __future__ import annotations

import filecmp
import re

from grader.authoring.repository import open_repository
from grader.errors import NoSuchRevision
from grader.model import Course, Module, ModuleId

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
        GitMissing: There is no git.
        NotAtTheTop: The course is in no repository, or not at its top.
        NoSuchRevision: It is another name that git does not know.
    """
    repository = open_repository(course.root)
    wanted = f"{revision}^{{commit}}"
    commit = repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if commit is None and not _FULL.fullmatch(revision):
        branches = repository.run("for-each-ref", "--format=%(refname:short)", "refs/heads")
        raise NoSuchRevision(revision or "''", str(course.root), branches.split("\n"))
    if commit is None:
        return tuple(module.id for module in course.modules if _begun(course, module))
    listed = repository.run("diff", "--name-only", "--no-renames", "-z", commit).split("\0")
    tops = {path.split("/")[0] for path in listed}
    return tuple(module.id for module in course.modules if module.name in tops)


def _begun(course: Course, module: Module) -> bool:
    """Say whether a file that students write is not the skeleton's any more."""
    own = course.root / module.name
    return any(
        (own / path).is_file() and not filecmp.cmp(own / path, module.folder / path, shallow=False)
        for path in (*module.files, *module.written)
        if (module.folder / path).is_file()
    )
