"""What ``pytest`` does at the top of the repository, where a student types it first: it says what to run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from grader.tests.documents import ROOT


def run_pytest(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def says(module: int, marks: str = "") -> str:
    """Word what is to be run."""
    return (
        f"ERROR: Each module runs its own tests: cd module{module} && pytest{marks}"
        f"   or: grader check {module}   (the grader's own: pytest grader/tests)"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], says(0)),
        (["-q", "-x", "-k", "relu"], says(0)),
        (["-n", "2"], says(0)),
        (["."], says(0)),
        (["-m", "task1_4"], says(1, " -m task1_4")),
        (["-m", "task3_1 or task3_2"], says(3, " -m 'task3_1 or task3_2'")),
        (["module1/tests", "module2/tests"], says(1)),
        (["module2", "module0/tests/test_operators.py::test_relu"], says(2)),
        (["grader/tests/test_scoring.py", "module4/tests"], says(4)),
    ],
)
def test_one_line_says_what_to_run(arguments: list[str], said: str) -> None:
    """Not a hundred errors that blame an import."""
    done = run_pytest(*arguments)
    assert (done.returncode, done.stdout) == (pytest.ExitCode.USAGE_ERROR, "")
    assert done.stderr.strip() == said


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (["module1"], "."),
        (["module1/tests", "-m", "task1_1"], "."),
        (["module1/tests/test_scalar.py", "-n", "2"], "."),
        ([], "module1"),
        (["-m", "task1_1"], "module1"),
        ([], "module1/tests"),
    ],
)
def test_one_modules_tests_are_found_from_anywhere(arguments: list[str], folder: str) -> None:
    done = run_pytest("--collect-only", "-q", *arguments, folder=ROOT / folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(
        r"\d+(/\d+)? tests (collected|selected)|::test_|test_scalar.py: \d+", done.stdout
    )


@pytest.mark.parametrize(
    ("arguments", "folder"),
    [
        (["grader/tests/test_scoring.py"], "."),
        (["grader/tests/test_scoring.py", "grader/tests/test_record.py", "-n", "1"], "."),
        (["test_scoring.py"], "grader/tests"),
    ],
)
def test_the_graders_own_tests_are_run_by_their_path(arguments: list[str], folder: str) -> None:
    done = run_pytest("--collect-only", "-q", *arguments, folder=ROOT / folder)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("question", ["--version", "--help", "--markers"])
def test_questions_are_answered(question: str) -> None:
    done = run_pytest(question)
    assert done.returncode == 0 and "Each module" not in done.stdout + done.stderr


def test_make_runs_the_graders_tests_by_their_path() -> None:
    assert "-m pytest grader/tests --numprocesses" in (ROOT / "Makefile").read_text("utf-8")
