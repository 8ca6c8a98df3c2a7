"""Name a piece of grading work by all that its result depends on, so that nothing is ever graded twice."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import grader
from grader.model import Course, Module, RelPath, Task

_PACKAGES = ("pytest", "hypothesis", "numpy", "numba")
_ROOMS = ("authoring", "sandbox", "running", "oracle")


def task_key(
    course: Course, module: Module, task: Task, files: Mapping[RelPath, str], policy: str
) -> str:
    """Give the key of one task's verdict.

    It covers the submission's files, the course's tests, probes, mutants and reference up to this module, the engine's
    code, and the versions of Python and of the packages that student code meets.

    Args:
        course: The course.
        module: The task's module.
        task: The task.
        files: The submission's files of that module.
        policy: What else was asked for, such as a seed or a least sandbox level.

    Returns:
        A SHA-256 in hexadecimal.
    """
    parts = [environment(), engine(), course_state(course, int(module.id)), content(files)]
    return _digest([task.id, policy, *parts])


def content(files: Mapping[RelPath, str]) -> str:
    """Give the key of a submission's files of one module."""
    return _digest(part for path in sorted(files) for part in (path, files[path]))


def environment() -> str:
    """Word the Python and the packages that a verdict depends on."""
    versions = [f"{package} {_version(package)}" for package in _PACKAGES]
    return ", ".join([f"Python {platform.python_version()}", platform.machine(), *versions])


def _version(package: str) -> str:
    """Give a package's version; students have no Numba before Module 3."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


@cache
def engine() -> str:
    """Give the key of the grader's own code: the rooms that a verdict comes from."""
    root = Path(grader.__file__).parent
    files = [path for room in _ROOMS for path in sorted((root / room).rglob("*.py"))]
    return _digest(path.read_text("utf-8") for path in files)


@cache
def course_state(course: Course, upto: int) -> str:
    """Give the key of the course's own files of modules 0 to ``upto``, and of its source."""
    roots = [module.folder for module in course.modules if int(module.id) <= upto]
    if course.authored:
        roots.append(course.source)
    return _digest(part for root in roots for part in _tree(root))


@cache
def data_state(folder: Path) -> str:
    """Give the key of a folder of real data: which files it has, and how large they are."""
    found = (path for path in sorted(folder.glob("*/*")) if path.is_file())
    return _digest(f"{path.relative_to(folder)} {path.stat().st_size}" for path in found)


def _tree(root: Path) -> Iterable[str]:
    for path in sorted(root.rglob("*")):
        hidden = any(p.startswith(".") or p == "__pycache__" for p in path.relative_to(root).parts)
        if path.is_file() and not hidden and path.suffix in (".py", ".toml"):
            yield path.relative_to(root).as_posix()
            yield hashlib.sha256(path.read_bytes()).hexdigest()


def _digest(parts: Iterable[str]) -> str:
    """Hash texts so that where one ends and the next begins counts too."""
    found = hashlib.sha256()
    for part in parts:
        data = part.encode()
        found.update(len(data).to_bytes(8, "big") + data)
    return found.hexdigest()
