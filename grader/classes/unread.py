"""Which problems of a submission belong into a record: those of the modules that are graded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from grader.model import Module, Problem, ProblemKind, RelPath, Submission

Skeleton = Callable[[Module], Mapping[RelPath, str]]


def problems_of(
    submission: Submission, modules: Sequence[Module], skeleton: Skeleton
) -> tuple[Problem, ...]:
    """List the problems that a record of some modules holds.

    Args:
        submission: What was handed in.
        modules: What is graded of it.
        skeleton: Gives a module's files as they were handed out.

    Returns:
        The problems of these modules and of the whole submission; all of them where no module is graded.
    """
    return tuple(_weighed(submission, {module.id: module for module in modules}, skeleton))


def _weighed(
    submission: Submission, modules: Mapping[str, Module], skeleton: Skeleton
) -> Iterator[Problem]:
    """Take a copy beside an untouched file for the student's work, which could not be read."""
    for problem in submission.problems:
        module = modules.get(problem.module)
        if module is not None and _is_copy(problem):
            taken = submission.files[module.id].get(problem.file, "")
            if _lines(taken) == _lines(skeleton(module).get(problem.file, "")):
                yield replace(problem, kind=ProblemKind.UNREAD)
                continue
        if module is not None or not problem.module or not modules:
            yield problem


def _is_copy(problem: Problem) -> bool:
    """Tell whether a problem is about a file beside the one that was taken."""
    return problem.kind is ProblemKind.NOTE and bool(problem.file and problem.cure)


def _lines(text: str) -> list[str]:
    return text.rstrip().splitlines()
