"""What black and flake8 say about a student's files. It is worth no points, and it never stops a run."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from grader.model import RelPath, Seconds

TIME: Seconds = 30.0  # for each tool

_BLACK = ("black", "--check", "--no-color", "--workers=1")
_WOULD_REFORMAT = re.compile(r"^would reformat (.+)$", re.MULTILINE)
_NOT_PYTHON = 123  # black's exit code; flake8 names the line

_FLAKE8 = (
    "flake8",
    "--jobs=1",
    "--color=never",
    "--no-show-source",
    "--format=%(path)s:%(row)d %(code)s %(text)s",
)
_FINDING = re.compile(r"^.+:\d+ [A-Z]+\d+ .*$", re.MULTILINE)

_BY_BLACK = " would be reformatted by black"
_UNCHECKED = " did not check the style: "


def style_findings(folder: Path, files: Sequence[RelPath]) -> list[str]:
    """List what black and flake8 find, a line each, with the module folder's own settings.

    Args:
        folder: The module folder.
        files: Paths in it; those that are not there, or are no Python, are passed over.

    Returns:
        Lines such as ``minitorch/module.py:12 F841 local variable 'x' is assigned to but never used``. A tool that
        can't be run is a line too.
    """
    present = [path for path in files if path.endswith(".py") and (folder / path).is_file()]
    if not present:
        return []
    findings: list[str] = []
    try:
        findings += [path + _BY_BLACK for path in _found(_BLACK, _WOULD_REFORMAT, folder, present)]
    except _Unchecked as reason:
        findings.append(f"black{_UNCHECKED}{reason}")
    try:
        findings += _found(_FLAKE8, _FINDING, folder, present)
    except _Unchecked as reason:
        findings.append(f"flake8{_UNCHECKED}{reason}")
    return findings


def style_line(module: str, findings: Sequence[str]) -> str:
    """Sum findings up in a line with the command that mends them; nothing when there are none.

    Args:
        module: The module folder's name.
        findings: What ``style_findings`` returned.

    Returns:
        A line that begins with ``style:``.
    """
    unchecked = [finding for finding in findings if _UNCHECKED in finding]
    by_black = sum(finding.endswith(_BY_BLACK) for finding in findings)
    by_flake8 = len(findings) - by_black - len(unchecked)
    clauses = [f"black would reformat {_counted(by_black, 'file')}"] if by_black else []
    clauses += [f"flake8 has {_counted(by_flake8, 'finding')}"] if by_flake8 else []
    clauses += unchecked
    command = f" (run: cd {module} && black . && flake8)" if by_black or by_flake8 else ""
    return f"style: {', '.join(clauses)}{command}" if clauses else ""


class _Unchecked(Exception):
    """A tool could not be run; the text is a clause that says why."""


def _found(
    tool: Sequence[str], pattern: re.Pattern[str], folder: Path, files: Sequence[RelPath]
) -> list[str]:
    """Run a tool, and find what a pattern finds in what it says."""
    if find_spec(tool[0]) is None:
        raise _Unchecked("it is not installed")
    try:
        ran = subprocess.run(
            # -P: the module folder is the current one, and its files must not pass for the tool's own
            [sys.executable, "-P", "-m", *tool, *files],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME,
        )
    except subprocess.TimeoutExpired:
        raise _Unchecked(f"it took longer than {TIME:g} seconds") from None
    found = pattern.findall(ran.stdout)
    if ran.returncode not in (0, _NOT_PYTHON) and not found:
        raise _Unchecked(ran.stdout.strip().rpartition("\n")[2][:200] or "it failed")
    return found


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
