"""Plain pytest in a module folder: a warning about a student's file fails no test, cold or warm."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from grader.authoring.load import find_module, load_course
from grader.authoring.render import all_tasks, module_tree
from grader.tests.authored import needs_course

pytestmark = needs_course
COURSE = load_course(Path(__file__).parents[2])


@pytest.mark.parametrize("module", ["0", "1", "2", "3", "4"])
def test_no_module_turns_warnings_into_errors(module: str) -> None:
    folder = find_module(COURSE, module).folder
    settings = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["tool"]["pytest"]
    filters = settings["ini_options"].get("filterwarnings", [])
    assert all(each.startswith("ignore") for each in filters)


def test_a_docstring_with_a_backslash_passes_cold_and_warm(tmp_path: Path) -> None:
    """Python says once, when it compiles the file, what it thinks of the backslash."""
    for path, content in module_tree(COURSE, COURSE.modules[0], all_tasks(COURSE)).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    operators = tmp_path / "minitorch/operators.py"
    operators.write_text(operators.read_text() + '\nNOTE = "\\l"\nODD = EPS is 0\n')
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "task0_1"]
    told = [
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=_environment())
        for _ in range(2)
    ]
    assert [each.returncode for each in told] == [0, 0], told[0].stdout[-2000:]
    assert '"is" with' in told[0].stdout and '"is" with' not in told[1].stdout


def _environment() -> dict[str, str]:
    """Let Python keep what it compiled, whatever this run says."""
    left_out = ("PYTHONDONTWRITEBYTECODE", "PYTHONWARNINGS")
    return {name: value for name, value in os.environ.items() if name not in left_out}
