"""Work handed in for the toy course, and one pair of sandboxes that all tests of a run share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from grader.authoring.load import find_module, find_task
from grader.authoring.render import rendered_files
from grader.classes.judging import ENTRY, WARM
from grader.model import Course, Submission, TaskVerdict
from grader.oracle.examiner import Examiner
from grader.oracle.library import Library
from grader.sandbox import Sandbox, open_sandbox

OPS = "minitorch/ops.py"
MORE = "minitorch/more.py"
OWN_TESTS = "tests/test_properties.py"
EVERY = ("0.1", "0.2", "0.3", "1.1")

# Appended: it takes the place of the right one.
WRONG_CLAMP = "\n\ndef clamp(x, low, high):\n    return x\n"
ENDLESS_CLAMP = "\n\ndef clamp(x, low, high):\n    while True:\n        pass\n"
EXITING_CLAMP = "\n\ndef clamp(x, low, high):\n    import os\n\n    os._exit(0)\n"

Files = dict[str, str]
_KEPT = pytest.StashKey[tuple[Sandbox, Sandbox]]()


def shared_sandboxes(config: pytest.Config) -> tuple[Sandbox, Sandbox]:
    """Open a sandbox for student code and one for the reference, once a run."""
    if _KEPT not in config.stash:
        opened = ExitStack()
        config.add_cleanup(opened.close)
        students, trusted = (
            opened.enter_context(open_sandbox(None, True, ENTRY, WARM)) for _ in range(2)
        )
        config.stash[_KEPT] = students, trusted
    return config.stash[_KEPT]


class Lent:
    """A sandbox of which whoever uses it must not dispose."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sandbox, name)

    def __enter__(self) -> Lent:
        return self

    def __exit__(self, *exc: object) -> None:
        pass


def lend_sandboxes(config: pytest.Config, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """Have one worker at a time use the shared sandboxes; the result says how often one was asked for."""
    turns = cycle(shared_sandboxes(config))
    count = 0

    def lend(*_: object) -> Lent:
        nonlocal count
        count += 1
        return Lent(next(turns))

    monkeypatch.setattr("grader.classes.judging.open_sandbox", lend)
    return lambda: count


def solved(course: Course, *tasks: str) -> dict[str, Files]:
    """Give the modules' files with some tasks solved; without any named, all."""
    return {
        module.id: rendered_files(course, module, frozenset(tasks or EVERY))
        for module in course.modules
    }


def untouched(course: Course) -> dict[str, Files]:
    """Give the modules' files as they are published."""
    return {m.id: rendered_files(course, m, frozenset()) for m in course.modules}


def hand_in(course: Course, id: str, files: Mapping[str, Mapping[str, str]]) -> Submission:
    """Make a submission of module files, without those that are never taken."""
    taken = {
        number: {path: text for path, text in of.items() if path != "minitorch/__init__.py"}
        for number, of in files.items()
    }
    return Submission(id, f"made/{id}", taken)


def write_work(folder: Path, files: Mapping[str, Mapping[str, str]]) -> Path:
    """Write a submission's folder."""
    for number, of in files.items():
        for path, text in of.items():
            target = folder / f"module{number}" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    return folder


class Judge:
    """Judges a task of a course in the shared sandboxes.

    Args:
        config: Of the test run.
        course: The course; what it holds is read once.
        data: Folder of real data.
    """

    def __init__(self, config: pytest.Config, course: Course, data: Path | None = None) -> None:
        students, trusted = shared_sandboxes(config)
        self.course = course
        self.library = Library(course, trusted, data)
        self.examiner = Examiner(self.library, students)

    def __call__(self, task: str, files: Mapping[str, str], seed: int = 1) -> TaskVerdict:
        found = find_task(self.course, task)
        own = find_module(self.course, found.module)
        taken = {path: text for path, text in files.items() if path not in own.given}
        return self.examiner.judge(found, taken, seed)
