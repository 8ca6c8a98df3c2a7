"""What needs the annotated source is skipped where it is absent: in the students' repository."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

SOURCE = Path(__file__).parents[1] / "course"

needs_course = pytest.mark.skipif(not SOURCE.is_dir(), reason="grader/course is absent here")


def imported(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import a module of the annotated source for a test, and forget it and its package again."""
    monkeypatch.syspath_prepend(str(SOURCE))
    top = name.split(".")[0]
    yield importlib.import_module(name)
    for loaded in [known for known in sys.modules if known.split(".")[0] == top]:
        del sys.modules[loaded]
