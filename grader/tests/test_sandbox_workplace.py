"""A sandbox's folder: what it holds, that it goes, and that a killed grader's is swept."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grader.sandbox import workplace
from grader.sandbox.workplace import make_workplace, sweep

HOLDER = """
import time
from grader.sandbox.workplace import make_workplace
print(make_workplace().folder, flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_tempdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep other graders' folders out of these tests."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def test_the_engine_is_copied_without_the_course() -> None:
    """Nothing that holds an answer goes where children may read."""
    made = make_workplace()
    try:
        names = {path.name for path in (made.engine / "grader").iterdir()}
        assert names >= {"__init__.py", "model.py", "errors", "sandbox", "running"}
        assert not names & {"course", "skeleton", "oracle", "authoring", "tests"}
    finally:
        made.remove()


def test_others_may_pass_but_not_list(tmp_path: Path) -> None:
    """Children are other users: they know where their stage is, and can't look for more."""
    made = make_workplace()
    try:
        modes = [path.stat().st_mode & 0o777 for path in (made.folder, made.stages, made.engine)]
        assert modes == [0o711, 0o711, 0o755]
    finally:
        made.remove()
    assert list(tmp_path.iterdir()) == []


def test_a_killed_graders_folder_is_swept_and_a_living_ones_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The lock tells them apart."""
    monkeypatch.setattr(workplace, "YOUNG", -1.0)
    holders = [
        subprocess.Popen([sys.executable, "-c", HOLDER], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    folders = [Path(holder.stdout.readline().strip()) for holder in holders if holder.stdout]
    try:
        holders[0].send_signal(signal.SIGKILL)
        holders[0].wait()
        sweep()
        assert [folder.exists() for folder in folders] == [False, True]
    finally:
        for holder in holders:
            holder.kill()
            holder.communicate()
    sweep()
    assert not folders[1].exists()


def test_a_young_folder_and_a_strangers_are_left_alone(tmp_path: Path) -> None:
    """A folder in the making has no lock yet; a link and a plain file are nobody's workplace."""
    young = tmp_path / f"{workplace.PREFIX}young"
    young.mkdir()
    link = tmp_path / f"{workplace.PREFIX}link"
    link.symlink_to(tmp_path)
    file = tmp_path / f"{workplace.PREFIX}file"
    file.write_text("x")
    os.utime(file, (0, 0))
    sweep()
    assert young.is_dir()
    assert link.is_symlink()
    assert file.is_file()
