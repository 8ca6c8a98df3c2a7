"""Writing stages, and removing folders that someone made hard to remove."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.sandbox.folders import remove_tree, write_tree


def test_a_written_tree_is_read_only(tmp_path: Path) -> None:
    """Text and bytes arrive as they are; nobody may write."""
    folder = tmp_path / "stage"
    write_tree(folder, {"a.py": "x = 'é'\n", "deep/er/b.bin": b"\x00\xff"})
    assert (folder / "a.py").read_bytes() == "x = 'é'\n".encode()
    assert (folder / "deep/er/b.bin").read_bytes() == b"\x00\xff"
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder, *folder.rglob("*"))}
    assert modes == {"stage": 0o555, "a.py": 0o444, "deep": 0o555, "er": 0o555, "b.bin": 0o444}


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "", "a//b", "./a", "a/.", "a\0b"])
def test_a_path_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    """A stage holds nothing but what lies inside it."""
    with pytest.raises(ValueError, match="not a path inside a folder"):
        write_tree(tmp_path / "stage", {name: ""})
    assert [path.name for path in tmp_path.iterdir()] == ["stage"]


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
