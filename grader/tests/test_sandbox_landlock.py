"""Landlock alone: what it denies, and that it asks older kernels only for what they know."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.sandbox import kernel, landlock
from grader.tests.sandboxes import in_a_fork

VERSION = landlock.abi()
needs_landlock = pytest.mark.skipif(VERSION < 4, reason=f"Landlock ABI {VERSION}")
DENIED = f"PermissionError {errno.EACCES}"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A readable, a writable and a forbidden folder, each with a file in it."""
    made = (tmp_path / "readable", tmp_path / "writable", tmp_path / "forbidden")
    for folder in made:
        folder.mkdir()
        (folder / "file").write_text("content")
    return made


def confined(
    folders: tuple[Path, Path, Path], attempt: Callable[[], object], version: int = VERSION
) -> str:
    """Try something in a process under Landlock."""
    rules = landlock.Rules(version, (), ())

    def attempt_inside() -> object:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        rules.apply(readable=str(folders[0]), writable=str(folders[1]))
        return attempt()

    return in_a_fork(attempt_inside)


@needs_landlock
@pytest.mark.parametrize(
    "version", [version for version in (1, 2, 3, 4, 5, 6, 7) if version <= VERSION]
)
def test_files_outside_are_denied(folders: tuple[Path, Path, Path], version: int) -> None:
    """Every version denies reading, listing, writing and removing outside, and keeps what the rules allow."""
    readable, writable, forbidden = folders
    assert confined(folders, (readable / "file").read_text, version) == "content"
    assert confined(folders, lambda: (writable / "new").write_text("four"), version) == "4"
    assert confined(folders, (forbidden / "file").read_text, version) == DENIED
    assert confined(folders, lambda: os.listdir(forbidden), version) == DENIED
    assert confined(folders, lambda: (readable / "new").write_text("x"), version) == DENIED
    assert confined(folders, lambda: (forbidden / "file").unlink(), version) == DENIED
    assert confined(folders, lambda: Path("/proc/1/environ").read_bytes(), version) == DENIED


@needs_landlock
def test_truncating_outside_is_denied(folders: tuple[Path, Path, Path]) -> None:
    """A file outside can't be emptied."""
    assert confined(folders, lambda: os.truncate(folders[2] / "file", 0)) == DENIED


@needs_landlock
def test_tcp_is_denied(folders: tuple[Path, Path, Path]) -> None:
    """No connection, not even to this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert confined(folders, lambda: socket.create_connection(server.getsockname())) == DENIED


@pytest.mark.skipif(VERSION < 6, reason=f"Landlock ABI {VERSION} does not scope signals")
def test_signals_to_others_are_denied(folders: tuple[Path, Path, Path]) -> None:
    """The parent can't be signalled, the own process can."""
    assert confined(folders, lambda: os.kill(os.getppid(), 0)) == f"PermissionError {errno.EPERM}"
    assert confined(folders, lambda: os.kill(os.getpid(), 0)) == "None"


@needs_landlock
def test_rules_name_files_and_folders(folders: tuple[Path, Path, Path]) -> None:
    """A rule on a single file grants that file alone; what does not exist is passed over."""
    rules = landlock.prepare(VERSION, [str(folders[2] / "file"), "/no/such/file"], ["/dev/null"])

    def attempt() -> tuple[str, int]:
        kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
        rules.apply(readable=str(folders[0]), writable=str(folders[1]))
        return (folders[2] / "file").read_text(), Path("/dev/null").write_text("x")

    assert len(rules.readable) == 1
    assert in_a_fork(attempt) == "('content', 1)"


@pytest.mark.parametrize(
    ("version", "size", "newest_right"),
    [
        (1, 8, 12),
        (2, 8, 13),
        (3, 8, 14),
        (4, 16, 14),
        (5, 16, 15),
        (6, 24, 15),
        (7, 24, 15),
        (9, 24, 15),
    ],
)
def test_older_kernels_are_asked_for_less(version: int, size: int, newest_right: int) -> None:
    """The structure and the rights in it grow with the version."""
    attribute, length = landlock.ruleset(version)
    assert length == size
    assert attribute.handled_access_fs == (1 << newest_right + 1) - 1
