"""The kernels of ``minitorch/tuned``: what the tasks' tests ask of a student's kernels holds for them, too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.tests.authored import needs_course
from grader.tests.documents import solve

pytestmark = needs_course

PLUGIN = """
from minitorch import {students}
from minitorch.tuned import {tuned}

for name in {names}:
    assert hasattr({students}, name), name
    setattr({students}, name, getattr({tuned}, name))
"""


@pytest.mark.parametrize(
    ("module", "students", "tuned", "names", "marks"),
    [
        (
            "module3",
            "fast_ops",
            "ops",
            "tensor_map tensor_zip tensor_reduce tensor_matrix_multiply _small_matrix_multiply",
            "task3_1 or task3_2",
        ),
        (
            "module4",
            "fast_conv",
            "conv",
            "_tensor_conv1d _tensor_conv2d tensor_conv1d tensor_conv2d _conv1d _conv2d",
            "task4_1 or task4_2",
        ),
    ],
)
def test_tuned_kernels_pass_the_tests_of_the_tasks(
    tmp_path: Path, module: str, students: str, tuned: str, names: str, marks: str
) -> None:
    """They take the places of the reference's kernels, which these tests call by name."""
    solve(module, tmp_path)
    folder = tmp_path / module
    plugin = PLUGIN.format(students=students, tuned=tuned, names=names.split())
    (folder / "tuned_kernels.py").write_text(plugin, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "tuned_kernels", "-m", marks],
        cwd=folder,
        env={**os.environ, "NUMBA_OPT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
