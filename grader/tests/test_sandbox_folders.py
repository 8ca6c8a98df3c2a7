"""Writing stages."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.sandbox.folders import write_tree


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
