"""What black and flake8 say, in the grader's words, and what happens when they can't say anything."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from grader import style
from grader.style import style_findings, style_line

CLEAN = '"""A module."""\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a module folder with settings of its own."""
    (tmp_path / "minitorch").mkdir()
    (tmp_path / ".flake8").write_text("[flake8]\nmax-line-length = 120\nextend-ignore = F401\n")
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    return tmp_path


def write(folder: Path, text: str, name: str = "operators") -> str:
    path = f"minitorch/{name}.py"
    (folder / path).write_text(text)
    return path


def test_clean_files_have_no_findings(folder: Path) -> None:
    assert style_findings(folder, [write(folder, CLEAN)]) == []
    assert style_line("module0", []) == ""


def test_each_finding_is_a_short_line(folder: Path) -> None:
    one = write(folder, "def f():\n    x = 1\n", "one")
    two = write(folder, "y = {  'a':1 }\n", "two")
    found = style_findings(folder, [one, two])
    assert found == [
        "minitorch/two.py would be reformatted by black",
        "minitorch/one.py:2 F841 local variable 'x' is assigned to but never used",
        "minitorch/two.py:1 E201 whitespace after '{'",
        "minitorch/two.py:1 E231 missing whitespace after ':'",
        "minitorch/two.py:1 E202 whitespace before '}'",
    ]
    assert style_line("module0", found) == (
        "style: black would reformat 1 file, flake8 has 4 findings (run: cd module0 && black . && flake8)"
    )


def test_the_folders_settings_hold(folder: Path) -> None:
    path = write(folder, f"import os\n\nx = '{'a' * 97}'\n".replace("'", '"'))
    assert style_findings(folder, [path]) == []
    (folder / ".flake8").write_text("[flake8]\nmax-line-length = 100\n")
    assert style_findings(folder, [path]) == [
        f"{path}:1 F401 'os' imported but unused",
        f"{path}:3 E501 line too long (103 > 100 characters)",
    ]


def test_what_is_not_python_is_named_once(folder: Path) -> None:
    found = style_findings(folder, [write(folder, "def f(:\n")])
    assert found == ["minitorch/operators.py:1 E999 SyntaxError: invalid syntax"]
    assert style_line("module0", found) == (
        "style: flake8 has 1 finding (run: cd module0 && black . && flake8)"
    )


def test_only_python_files_that_are_there_are_looked_at(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    assert style_findings(folder, ["minitorch/gone.py", "pyproject.toml", "minitorch"]) == []


def test_the_students_files_do_not_pass_for_the_tools(folder: Path) -> None:
    for name in ("black", "flake8", "json"):
        (folder / f"{name}.py").write_text("raise SystemExit('run from the module folder')\n")
    assert style_findings(folder, [write(folder, "x = 1  \n")]) == [
        "minitorch/operators.py would be reformatted by black",
        "minitorch/operators.py:1 W291 trailing whitespace",
    ]


def test_tools_that_are_not_installed_are_a_clause(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(style, "find_spec", lambda name: None)
    found = style_findings(folder, [write(folder, CLEAN)])
    assert found == [
        "black did not check the style: it is not installed",
        "flake8 did not check the style: it is not installed",
    ]
    assert style_line("module0", found) == f"style: {found[0]}, {found[1]}"


def test_a_tool_that_takes_too_long_is_a_clause(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(command: Sequence[str], *, timeout: float, **_: Any) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", sleep)
    assert style_findings(folder, [write(folder, CLEAN)]) == [
        "black did not check the style: it took longer than 30 seconds",
        "flake8 did not check the style: it took longer than 30 seconds",
    ]


def test_broken_settings_are_a_clause(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.black\n")
    (folder / ".flake8").write_text("[flake8]\nmax-line-length = many\n")
    black, flake8 = style_findings(folder, [write(folder, CLEAN)])
    assert black.startswith("black did not check the style: tomllib.TOMLDecodeError: Expected ']'")
    assert flake8 == (
        "flake8 did not check the style: ValueError: invalid literal for int() with base 10: 'many'"
    )


def test_the_line_counts_files_findings_and_what_was_not_checked() -> None:
    findings = [
        "a.py would be reformatted by black",
        "b.py would be reformatted by black",
        "flake8 did not check the style: it is not installed",
    ]
    assert style_line("module3", findings) == (
        "style: black would reformat 2 files, flake8 did not check the style: it is not installed"
        " (run: cd module3 && black . && flake8)"
    )
