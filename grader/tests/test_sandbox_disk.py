"""What a child uses of the disk, however it hides it."""

from __future__ import annotations

import ctypes
import mmap
import os
import sys
from pathlib import Path

import pytest

from grader.sandbox.disk import ENDLESS, MAX_DEPTH, MAX_NAMES, held, in_folder

MIB = 1 << 20
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="there is no /proc")


def removed(folder: Path, size: int = MIB) -> int:
    """Open a file, fill it and remove it."""
    file = os.open(folder / "removed", os.O_CREAT | os.O_RDWR)
    os.write(file, bytes(size))
    os.unlink(folder / "removed")
    return file


def test_files_at_any_depth_count(tmp_path: Path) -> None:
    """By their blocks: a hole takes no space."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_bytes(bytes(100_000))
    os.truncate(tmp_path / "a" / "b" / "file", MIB)
    assert 100_000 <= in_folder(tmp_path) < 200_000
    assert in_folder(tmp_path / "missing") == 0


def test_too_many_names_are_endless(tmp_path: Path) -> None:
    """Empty files, too: each takes time to look at and to remove."""
    for number in range(MAX_NAMES):
        (tmp_path / str(number)).touch()
    assert in_folder(tmp_path) < ENDLESS
    (tmp_path / "one more").touch()
    assert in_folder(tmp_path) == ENDLESS


def test_folders_too_deep_are_endless(tmp_path: Path) -> None:
    """A walk ends where a folder is deeper than anybody needs."""
    (tmp_path / "/".join("d" * MAX_DEPTH)).mkdir(parents=True)
    assert in_folder(tmp_path) < ENDLESS
    (tmp_path / "/".join("d" * (MAX_DEPTH + 1))).mkdir()
    assert in_folder(tmp_path) == ENDLESS


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """What it points to is somebody else's."""
    (tmp_path / "link").symlink_to("/usr")
    assert in_folder(tmp_path) < MIB


def test_a_folder_that_is_never_where_it_was_is_endless(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who renames a folder all the time hides what is in it; one that has just been removed is not missed."""
    real = os.open
    (tmp_path / "0").mkdir()

    def rename_first(name: str, flags: int, dir_fd: int | None = None) -> int:
        if dir_fd is not None:
            os.rename(tmp_path / name, tmp_path / str(int(name) + 1))
        return real(name, flags, dir_fd=dir_fd)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", rename_first)
        assert in_folder(tmp_path) == ENDLESS

    def remove_first(name: str, flags: int, dir_fd: int | None = None) -> int:
        if dir_fd is not None:
            (tmp_path / name).rmdir()
        return real(name, flags, dir_fd=dir_fd)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", remove_first)
        assert in_folder(tmp_path) < ENDLESS


@on_linux
def test_removed_files_that_are_open_count(tmp_path: Path) -> None:
    """Until they are closed; a file that is still there is found in its folder."""
    there = os.open(tmp_path / "there", os.O_CREAT | os.O_RDWR)
    os.write(there, bytes(MIB))
    files = [removed(tmp_path), os.open(tmp_path, os.O_TMPFILE | os.O_RDWR)]
    os.write(files[1], bytes(MIB))
    assert 2 * MIB <= held(os.getpid(), tmp_path, 16 * MIB) < 3 * MIB
    for file in (*files, there):
        os.close(file)
    assert held(os.getpid(), tmp_path, 16 * MIB) == 0


@on_linux
def test_removed_files_that_are_only_mapped_count_as_the_largest(tmp_path: Path) -> None:
    """Their size can't be read; of one that is open as well it can."""
    libc = ctypes.CDLL(None)
    libc.mmap.restype = ctypes.c_void_p
    files = [removed(tmp_path) for _ in range(3)]
    pages = [
        libc.mmap(None, ctypes.c_size_t(4096), mmap.PROT_READ, flags, file, ctypes.c_long(0))
        for file, flags in zip(files, (mmap.MAP_PRIVATE, mmap.MAP_SHARED, mmap.MAP_SHARED))
    ]
    for file in files[:2]:
        os.close(file)
    found = held(os.getpid(), tmp_path, 16 * MIB)
    os.close(files[2])
    assert 33 * MIB <= found < 34 * MIB
    assert held(os.getpid(), tmp_path / "elsewhere", 16 * MIB) == 0
    for page in pages:
        libc.munmap(ctypes.c_void_p(page), ctypes.c_size_t(4096))
    assert held(os.getpid(), tmp_path, 16 * MIB) == 0


@on_linux
def test_a_process_that_is_gone_holds_nothing() -> None:
    """Nor is that an error."""
    assert held(0, Path("/"), MIB) == 0
