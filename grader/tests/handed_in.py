"""A course of two modules that lies nowhere, and submissions to it written in one line."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from grader.model import Course, Module, Submission

OPERATORS = "def add(x, y):\n    return x + y\n"
SCRIPT = "print('trained')\n"
TESTS = "def test_add(): ...\n"
SCALAR = "class Scalar: ...\n"

COURSE = Course(
    Path("nowhere"),
    (
        Module(
            "0",
            "Fundamentals",
            Fraction(20),
            Path("nowhere/module0"),
            files=("minitorch/operators.py", "project/run.py"),
            given=("minitorch/__init__.py",),
            written=("tests/test_properties.py",),
            tasks=(),
        ),
        Module(
            "1",
            "Autodiff",
            Fraction(20),
            Path("nowhere/module1"),
            files=("minitorch/scalar.py",),
            given=("minitorch/__init__.py",),
            written=(),
            tasks=(),
        ),
    ),
)

MODULE0 = {
    "minitorch/__init__.py": "",
    "minitorch/operators.py": OPERATORS,
    "project/run.py": SCRIPT,
    "tests/test_properties.py": TESTS,
}
TAKEN0 = {path: text for path, text in MODULE0.items() if "__init__" not in path}


def within(folder: str, files: Mapping[str, str]) -> dict[str, str]:
    """Put files into a folder."""
    return {f"{folder}/{path}": text for path, text in files.items()}


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files into a folder, which may not exist yet."""
    for path, content in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def told(submission: Submission) -> dict[str, str]:
    """List a submission's problems by path; the first one of a path wins."""
    return {problem.path: problem.message for problem in reversed(submission.problems)}


def forbid(monkeypatch: pytest.MonkeyPatch, name: str, number: int = errno.EACCES) -> None:
    """Have the system refuse whatever has a name, as it does not refuse root anything by permissions."""
    really = os.open

    def opened(path: Any, *args: Any, **kwargs: Any) -> int:
        if os.path.basename(os.fspath(path)) == name:
            raise OSError(number, os.strerror(number), path)
        return really(path, *args, **kwargs)

    monkeypatch.setattr(os, "open", opened)
