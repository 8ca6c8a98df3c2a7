"""What needs the annotated source is skipped where it is absent: in the students' repository."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from llvmlite.binding import get_host_cpu_features  # type: ignore[import-untyped]  # it has no types

SOURCE = Path(__file__).parents[1] / "course"

needs_vectors = pytest.mark.skipif(
    not get_host_cpu_features().get("avx2"), reason="this processor has no AVX2"
)

AVX2 = {"NUMBA_CPU_NAME": "haswell", "NUMBA_CPU_FEATURES": "+avx,+avx2,+fma"}
"""What makes Numba compile for a processor of 2013, which has 16 registers of four numbers."""

needs_course = pytest.mark.skipif(not SOURCE.is_dir(), reason="grader/course is absent here")


def imported(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import a module of the annotated source for a test, and forget it and its package again."""
    monkeypatch.syspath_prepend(str(SOURCE))
    top = name.split(".")[0]
    yield importlib.import_module(name)
    for loaded in [known for known in sys.modules if known.split(".")[0] == top]:
        del sys.modules[loaded]


def assert_runs(folder: Path, code: str, settings: dict[str, str] | None = None) -> None:
    """Run a program with the library, in a process of its own; what it asserts must hold.

    Args:
        folder: For the program.
        code: Its text.
        settings: What Numba is told in the environment.
    """
    program = folder / "program.py"
    program.write_text(code)
    environment = {**os.environ, "PYTHONPATH": str(SOURCE), **(settings or {})}
    done = subprocess.run(
        [sys.executable, str(program)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
