"""One record of modules that were graded apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction

from grader.model import ModuleRecord, Problem, Record, SandboxReport
from grader.scoring import rounded

Part = tuple[ModuleRecord, Record]  # a module, and the record that it comes from


def composed(last: Record, parts: Sequence[Part]) -> Record:
    """Put a record together; one that is whole stays as it is.

    Args:
        last: Says all that concerns no single module.
        parts: The modules, in order, with the records that they come from.

    Returns:
        The record: no score of it is from another module, and it claims no stronger sandbox than any of its parts.
    """
    modules = tuple(module for module, _ in parts)
    problems = tuple(dict.fromkeys([*last.problems, *_problems(parts)]))
    if (modules, problems) == (last.modules, last.problems):
        return last
    return replace(
        last,
        sandbox=_weakest([last.sandbox, *(record.sandbox for _, record in parts)]),
        score=_total(module.score for module in modules),
        points=_total(module.points for module in modules),
        bonus=rounded(sum(map(bonus_of, modules), Fraction(0))),
        modules=modules,
        problems=problems,
        style=tuple(
            finding
            for module, record in parts
            for finding in record.style
            if finding.startswith(f"module{module.id}/")
        ),
    )


def bonus_of(module: ModuleRecord) -> Fraction:
    """Add up what a module's bonus tasks earned."""
    return sum((exact(task.score) for task in module.tasks if task.bonus), Fraction(0))


def exact(number: float) -> Fraction:
    """Take a number of hundredths for what it says, not for the binary fraction next to it."""
    return Fraction(str(number))


def _total(numbers: Iterable[float]) -> float:
    return rounded(sum(map(exact, numbers), Fraction(0)))


def _weakest(reports: Sequence[SandboxReport]) -> SandboxReport:
    weakest = max(reports, key=lambda report: report.level)  # "C" comes last; of equals, the first
    return replace(weakest, cuda=next((r.cuda for r in reports if r.cuda), None))


def _problems(parts: Iterable[Part]) -> Iterable[Problem]:
    """List what was odd about the modules' own files."""
    for module, record in parts:
        folder = f"module{module.id}"
        for problem in record.problems:
            if problem.path == folder or problem.path.startswith(f"{folder}/"):
                yield problem
