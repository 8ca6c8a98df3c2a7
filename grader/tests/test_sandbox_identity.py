"""Who a child becomes, and what it then can't do any more."""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys
from pathlib import Path

import pytest

from grader.sandbox import identity, kernel
from grader.sandbox.identity import Identity
from grader.tests.sandboxes import in_a_fork

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes another user")
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
READ_ALL = 1 << identity.DAC_READ_SEARCH


def capabilities() -> int:
    """Return the effective and permitted capabilities."""
    data = ctypes.create_string_buffer(24)
    kernel.capget(struct.pack("=II", 0x20080522, 0), data)
    words = struct.unpack("=6I", data.raw)
    return int(words[0] | words[1] | words[3] << 32 | words[4] << 32)


def after(who: Identity, attempt: object) -> str:
    """Become somebody in a throw-away process and try something."""

    def attempt_inside() -> object:
        identity.become(who)
        assert callable(attempt)
        return attempt()

    return in_a_fork(attempt_inside)


@on_linux
def test_staying_the_same_user_drops_every_privilege() -> None:
    """Also root ends up with none."""
    assert after(Identity(None), capabilities) == "0"


@as_root
def test_another_user_has_nothing(tmp_path: Path) -> None:
    """No privilege, no groups, no way back, no signal to root's processes."""
    who = Identity(234_567)
    assert after(who, lambda: (os.getresuid(), os.getresgid(), os.getgroups())) == str(
        ((234_567,) * 3, (234_567,) * 3, [])
    )
    assert after(who, capabilities) == "0"
    assert after(who, lambda: os.setuid(0)) == f"PermissionError {errno.EPERM}"
    assert after(who, lambda: os.kill(os.getppid(), 0)) == f"PermissionError {errno.EPERM}"


@as_root
def test_the_privilege_to_read_is_the_only_one_kept(tmp_path: Path) -> None:
    """A reader passes a private folder, and writes nothing there."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    (private / "file").write_text("content")
    who = Identity(234_567, reads_all=True)
    assert after(who, capabilities) == str(READ_ALL)
    assert after(who, (private / "file").read_text) == "content"
    assert (
        after(who, lambda: (private / "file").write_text("x")) == f"PermissionError {errno.EACCES}"
    )
    assert (
        after(Identity(234_567), (private / "file").read_text) == f"PermissionError {errno.EACCES}"
    )


@as_root
def test_the_plan_keeps_no_more_than_the_paths_need(tmp_path: Path) -> None:
    """Reachable paths need no privilege; a private folder needs the one to read."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    assert identity.plan(7, ["/usr"], privileges=True) == Identity(200_007)
    assert identity.plan(7, [str(private)], privileges=True) == Identity(200_007, reads_all=True)
    assert identity.plan(7, [str(private)], privileges=False) == Identity(None)


@pytest.mark.skipif(os.geteuid() == 0, reason="root becomes another user")
def test_who_is_not_root_stays_who_they_are() -> None:
    """There is nobody else to be."""
    assert identity.plan(7, ["/usr"], privileges=True) == Identity(None)


def test_it_says_who_it_is() -> None:
    """The words go into reports."""
    assert str(Identity(None)) == "same user, no privileges"
    assert str(Identity(5)) == "a user of its own, no privileges"
    assert str(Identity(5, reads_all=True)) == "a user of its own, no privilege but to read"
