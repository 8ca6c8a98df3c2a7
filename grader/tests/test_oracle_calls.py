"""The commands under what no test of the course shows: they repeat it."""

import os
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from grader.model import Kind, Module, Task
from grader.oracle import calls

OWN = "minitorch/operators.py"
TASK = Task("0.1", "Operators", Fraction(4), Kind.TESTS, (OWN,))
MODULE = Module("0", "Fundamentals", Fraction(20), Path("module0"), (OWN,), (), (), (TASK,))
TEXT = "import os\n\n\ndef relu(x):\n    return x\n\n\ndef map(fn):\n    return fn\n\n\nclass Own: ...\n"
LAID = {OWN: TEXT, "minitorch/other.py": "def exp(x): ..."}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("relu(-2.0)", ["relu"]),
        ("list(map(lambda x: 3 * x)([1.0]))", ["map"]),
        ("-Own()", ["Own"]),
    ],
)
def test_a_call_is_printed_by_one_line(asked: str, names: list[str]) -> None:
    imports = "; ".join(f"from minitorch.operators import {name}" for name in names)
    expected = f"cd module0 && python -c '{imports}; print({asked})'"
    assert calls.call(MODULE, TASK, asked, LAID) == expected


@pytest.mark.parametrize(
    "asked",
    [
        "the argument afterwards",
        "relu(x), where x = 3",
        "relu(…)",
        "relu(ctx, 1.0)",
        "exp(1.0)",
        "os.getcwd()",
        "x = 3",
        "3",
        "",
        f"relu({'1' * 300})",
    ],
)
def test_what_cannot_be_typed_is_judged_again(asked: str) -> None:
    """Words, what is cut, and names that the task's files do not define."""
    assert calls.call(MODULE, TASK, asked, LAID) == "grader check 0.1"


def test_the_line_shows_what_the_report_shows(tmp_path: Path) -> None:
    (tmp_path / "module0/minitorch").mkdir(parents=True)
    (tmp_path / "module0" / OWN).write_text(TEXT)
    command = calls.call(MODULE, TASK, "relu(-2.0) + np.float64(1.0)", LAID)
    found = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert found.stdout == "-1.0\n", (found.stderr, os.environ.get("PATH"))
