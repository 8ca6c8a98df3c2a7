"""A sandbox's folder: what it holds, and that it goes."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from grader.sandbox.workplace import make_workplace


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
        assert names >= {"__init__.py", "model.py", "scratch.py", "errors", "sandbox", "running"}
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
