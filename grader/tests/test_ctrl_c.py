"""Tests that press Ctrl-C pass wherever they are started: a script that ends a line with ``&`` has it ignored."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from grader.tests.documents import ROOT

PRESSED = "test_classes_workers.py::test_ctrl_c_stops_the_graders"


def test_they_pass_where_ctrl_c_is_ignored() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    command.append(f"grader/tests/{PRESSED}")
    script = f"trap '' INT; exec {shlex.join(command)}"
    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_whoever_presses_it_asks_for_it() -> None:
    """A file with a test that sends it has a test that uses the fixture."""
    files = [*Path(__file__).parent.glob("test_*.py")]
    sends = {
        path.name
        for path in files
        if re.search(r"(kill|send_signal)\(.*SIGINT", path.read_text("utf-8"))
    }
    asks = {path.name for path in files if 'usefixtures("ctrl_c")' in path.read_text("utf-8")}
    assert len(sends) >= 4
    assert sends <= asks
