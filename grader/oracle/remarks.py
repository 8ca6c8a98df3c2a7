"""Warnings as remarks: where, what, and how to silence it. They cost no points."""

from __future__ import annotations

import re

from grader.model import Course, Module, RelPath, Remark
from grader.running.testing import TestRun

MAX_REMARKS = 10  # of one task

# What a warning says, and what silences it.
_ADVICE = (
    ("invalid escape sequence", "write r in front of the opening quotes, or double each backslash"),
    (r'"is not" with', "write != in place of `is not`"),
    (r'"is" with', "write == in place of `is`"),
    (
        r"assertion is always true",
        "remove the parentheses: they make a tuple, which is always true",
    ),
    (
        r"RuntimeWarning: .*(overflow|divide by zero|invalid value|underflow)",
        "look at the numbers first, or compute under `with numpy.errstate(all='ignore')`",
    ),
    (r"Numba\w*Warning: Cannot cache", "leave cache=True out"),
)


def remarks_on(course: Course, module: Module, run: TestRun) -> tuple[Remark, ...]:
    """Turn a run's warnings about the student's own files into remarks.

    Args:
        course: The course.
        module: The module whose tests ran.
        run: What the children claim.

    Returns:
        Remarks, each once, at most ``MAX_REMARKS``.
    """
    own = student_files(course, module)
    found = (Remark(w.file, w.line, w.message, _advice(w.message)) for w in run.warned)
    return tuple(dict.fromkeys(remark for remark in found if remark.file in own))[:MAX_REMARKS]


def student_files(course: Course, module: Module) -> set[RelPath]:
    """List the files of a module folder that a student edits, earlier modules' among them."""
    number = int(module.id)
    shared = {path for each in course.modules if int(each.id) <= number for path in each.files}
    return shared | set(module.written)


def _advice(message: str) -> str:
    return next((advice for said, advice in _ADVICE if re.search(said, message)), "")
