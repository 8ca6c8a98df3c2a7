"""Which of a student's earlier files is at fault where later work falls short."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grader.model import Module, RelPath
from grader.oracle.library import Files, Library


def differing_earlier_files(library: Library, module: Module, files: Files) -> dict[RelPath, str]:
    """Give the reference's version of each file that an earlier module introduced and that is not the reference's.

    Args:
        library: The trusted side.
        module: The module that is judged.
        files: The submission's files of it; one that is missing is a stub.

    Returns:
        Texts by path, sorted.
    """
    reference, skeleton = library.reference(module), library.skeleton(module)
    earlier = {
        path
        for other in library.course.modules
        if int(other.id) < int(module.id)
        for path in other.files
    }
    return {
        path: reference[path]
        for path in sorted(earlier)
        if files.get(path, skeleton.get(path, b"").decode()) != reference[path]
    }


def files_at_fault(
    files: Sequence[RelPath],
    falls_short: Callable[[Sequence[RelPath]], bool],
    may_look: Callable[[], bool] = lambda: True,
) -> list[RelPath]:
    """Find the files that are at fault, by halves: few looks where one of many is.

    Args:
        files: With all of them the work falls short.
        falls_short: Says whether it does with only some of them, after a look at it.
        may_look: Says whether there is time for another look.

    Returns:
        Those that are at fault by themselves; where some are only together, what they were found among; and those that
        there was no time to look at.
    """
    if len(files) == 1:
        return list(files)
    middle = len(files) // 2
    found: list[RelPath] = []
    for half in (files[:middle], files[middle:]):
        if not may_look():
            found += half
        elif falls_short(half):
            found += files_at_fault(half, falls_short, may_look)
    return found or list(files)
