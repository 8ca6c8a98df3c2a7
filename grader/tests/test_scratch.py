"""Temporary folders: they go, and those of a killed grader go when the next one comes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader import scratch
from grader.scratch import make_scratch, remove_tree, scratch_folder, sweep

HOLDERS = {  # what makes a temporary folder in a grader
    "a sandbox": """
from grader.model import Level
from grader.sandbox import Sandbox, script
held = Sandbox(Level.C, script.ENTRY)
""",
    "the self-test": """
from grader.model import Level
from grader.sandbox import Sandbox, script, selftest
sandbox = Sandbox(Level.C, script.ENTRY)
held = selftest._scene(sandbox).__enter__()
""",
    "a lent folder": """
from grader.scratch import scratch_folder
lent = scratch_folder()
(lent.__enter__() / "file").write_text("x")
""",
}


@pytest.fixture(autouse=True)
def own_tempdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep other graders' folders out of these tests."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))


@contextmanager
def holding(source: str) -> Iterator[subprocess.Popen[str]]:
    """Run a grader that holds temporary folders until it is killed."""
    program = f"{source}\nprint('ready', flush=True)\ninput()"
    grader = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert grader.stdout is not None and grader.stdout.readline() == "ready\n"
        yield grader
    finally:
        grader.kill()
        grader.communicate()


def test_a_lent_folder_is_empty_and_goes(tmp_path: Path) -> None:
    """Nobody else may look into it."""
    with scratch_folder() as folder:
        assert list(folder.iterdir()) == []
        assert folder.parent.stat().st_mode & 0o777 == 0o700
        (folder / "file").write_text("x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("source", HOLDERS.values(), ids=HOLDERS)
def test_the_next_grader_removes_what_a_killed_one_left(tmp_path: Path, source: str) -> None:
    """At once, and whoever made it; the lock tells it from a living grader's."""
    with holding(source) as alive:
        living = set(tmp_path.iterdir())
        with holding(source) as killed:
            left = set(tmp_path.iterdir()) - living
            assert living and left
            killed.send_signal(signal.SIGKILL)
            killed.wait()
        with holding("from grader.scratch import make_scratch\nmake_scratch()"):
            assert living <= set(tmp_path.iterdir())
            assert not left & set(tmp_path.iterdir())
        assert alive.poll() is None


def test_a_folder_in_the_making_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has no lock yet; after a minute, its grader is gone too."""
    made = tmp_path / f"{scratch.MAKING}young"
    made.mkdir()
    sweep()
    assert made.is_dir()
    monkeypatch.setattr(scratch, "YOUNG", -1.0)
    sweep()
    assert not made.exists()


def test_what_is_not_a_graders_folder_is_left_alone(tmp_path: Path) -> None:
    """A link and a plain file of such a name."""
    link = tmp_path / f"{scratch.PREFIX}link"
    link.symlink_to(tmp_path)
    file = tmp_path / f"{scratch.PREFIX}file"
    file.write_text("x")
    os.utime(file, (0, 0))
    sweep()
    assert link.is_symlink()
    assert file.is_file()


def test_only_one_place_makes_temporary_folders() -> None:
    """What is made elsewhere would be left behind by a grader that is killed."""
    engine = Path(scratch.__file__).parent
    made = ("tempfile.mkdtemp(", "TemporaryDirectory", "NamedTemporaryFile", "mkstemp")
    found = {
        str(path.relative_to(engine))
        for path in engine.rglob("*.py")
        if not {"tests", "course"} & set(path.relative_to(engine).parts)
        and any(word in path.read_text("utf-8") for word in made)
    }
    # The server's children have their folders in its sandbox's.
    assert found == {"scratch.py", "sandbox/server.py"}


def test_a_folder_and_its_lock_go_together(tmp_path: Path) -> None:
    """No descriptor stays open."""
    made = make_scratch()
    assert list(tmp_path.iterdir()) == [made.folder]
    made.remove()
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(OSError):
        os.fstat(made.lock)


def test_removing_does_not_follow_links(tmp_path: Path) -> None:
    """What a link points to stays."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (folder / "inner").mkdir()
    (folder / "inner" / "link").symlink_to(kept / "file")
    remove_tree(folder)
    assert not folder.exists()
    assert (kept / "file").exists()


def test_a_link_in_place_of_the_folder_is_left_alone(tmp_path: Path) -> None:
    """Neither the link nor its target is touched."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (tmp_path / "link").symlink_to(kept)
    remove_tree(tmp_path / "link")
    assert kept.is_dir()


def test_a_folder_deeper_than_any_path_is_removed(tmp_path: Path) -> None:
    """By descriptors: no path names its bottom."""
    folder = tmp_path / "folder"
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    name = "deep" * 50
    for _ in range(40):
        os.mkdir(name, dir_fd=here)
        below = os.open(name, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    remove_tree(folder)
    assert not folder.exists()


def test_a_folder_without_permissions_is_removed(tmp_path: Path) -> None:
    """Its owner took all rights from it."""
    folder = tmp_path / "folder"
    (folder / "shut" / "inner").mkdir(parents=True)
    (folder / "shut" / "inner" / "file").write_text("x")
    for path in (folder / "shut" / "inner", folder / "shut"):
        path.chmod(0)
    remove_tree(folder)
    assert not folder.exists()
