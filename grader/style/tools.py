"""Black and flake8, run once over a folder of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from grader.model import RelPath, Seconds

TIME: Seconds = 30.0  # for each tool
SETTINGS = ("pyproject.toml", ".flake8")  # in the folder, whatever is in them

BLACK = ("black", "--diff", "--quiet", "--no-color", "--workers=1", "--config=pyproject.toml")
FLAKE8 = (
    "flake8",
    "--config=.flake8",
    "--jobs=1",
    "--disable-noqa",  # whoever writes a line does not decide what is found on it
    "--color=never",
    "--no-show-source",
    "--format=%(path)s:%(row)d %(code)s %(text)s",
)
# Exit codes of who has looked; 123 is black's where a file is no Python, of which flake8 says more.
_DONE = {"black": (0, 123), "flake8": (0, 1)}


class Unchecked(Exception):
    """A tool could not be run; the text is a clause that says why."""


def said_by(tool: Sequence[str], folder: Path, files: Sequence[RelPath]) -> str:
    """Run a tool.

    Args:
        tool: Its name and options.
        folder: What it may see of the world: files and settings.
        files: Paths in the folder.

    Returns:
        What it printed.

    Raises:
        Unchecked: It is not installed, took too long, or broke.
    """
    if find_spec(tool[0]) is None:
        raise Unchecked("it is not installed")
    try:
        ran = subprocess.run(
            # -I: neither the folder, nor the environment, nor a user's packages pass for the tool's own
            [sys.executable, "-I", "-X", "utf8", "-m", "grader.style.limited", *tool, *files],
            cwd=folder,
            env={"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME,
        )
    except subprocess.TimeoutExpired:
        raise Unchecked(f"it took longer than {TIME:g} seconds") from None
    broke = ran.stderr.strip().rpartition("\n")[2][:200]
    if ran.returncode not in _DONE[tool[0]] or (ran.returncode == 1 and not ran.stdout):
        raise Unchecked(broke or f"it broke off or met a limit ({ran.returncode})")
    return ran.stdout
