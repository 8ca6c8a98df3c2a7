"""Which modules a push or a pull request changes."""

from __future__ import annotations

import filecmp

from grader.authoring.repository import open_repository
from grader.model import Course, Module, ModuleId


def changed_modules(course: Course, revision: str) -> tuple[ModuleId, ...]:
    """Find the modules that are not what they were.

    Args:
        course: The course at hand, at the top of its git repository.
        revision: A commit. One that git does not know, as before the first push of a branch, stands for the skeleton.

    Returns:
        The modules with a file that differs from the commit's.

    Raises:
        GitMissing: There is no git.
        NotAtTheTop: The course is in no repository, or not at its top.
    """
    repository = open_repository(course.root)
    wanted = f"{revision}^{{commit}}"
    commit = repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
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
