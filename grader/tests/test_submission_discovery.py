"""Which submissions a command line means."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from grader.errors import NoSuchPath, NothingToGrade
from grader.submission import Found, discover, take
from grader.tests.handed_in import COURSE, MODULE0, TAKEN0, told, within, write


def handed_in(folder: Path) -> Path:
    return write(folder, within("module0", MODULE0))


def zipped(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in within("module0", MODULE0).items():
            archive.writestr(name, content)
    return path


def test_a_submission_is_one(tmp_path: Path) -> None:
    alice = handed_in(tmp_path / "alice")
    assert discover([str(alice)], COURSE) == [Found("alice", str(alice))]
    assert discover([f"{alice}@v1"], COURSE) == [Found("alice", f"{alice}@v1")]


def test_a_single_module_and_an_archive_are_ones(tmp_path: Path) -> None:
    module = write(tmp_path / "module0", MODULE0)
    archive = zipped(tmp_path / "bob.zip")
    assert [item.id for item in discover([str(module), str(archive)], COURSE)] == ["module0", "bob"]


def test_the_current_folder_has_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(handed_in(tmp_path / "alice"))
    assert [item.id for item in discover(["."], COURSE)] == ["alice"]


def test_everything_in_a_folder_of_submissions_counts_even_if_broken(tmp_path: Path) -> None:
    handed_in(tmp_path / "alice")
    handed_in(tmp_path / "bob" / "repository-main")
    zipped(tmp_path / "carol.zip")
    (tmp_path / "dave").mkdir()
    write(tmp_path, {"erin.tar.gz": "rubbish", "roster.csv": "", ".cache/x": "", "__MACOSX/x": ""})
    (tmp_path / "frank").symlink_to(tmp_path / "alice")
    found = discover([str(tmp_path)], COURSE)
    assert [item.id for item in found] == ["alice", "bob", "carol", "dave", "erin", "frank"]
    taken = {item.id: take(item.spec, COURSE, id=item.id) for item in found}
    assert taken["alice"].files == taken["bob"].files == taken["carol"].files == {"0": TAKEN0}
    assert "no module found" in told(taken["dave"])["."]
    assert "neither a zip archive nor a tar archive" in told(taken["erin"])["."]
    assert "is a symbolic link" in told(taken["frank"])["."]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may enter everything")
def test_a_folder_without_a_way_in_counts_too(tmp_path: Path) -> None:
    handed_in(tmp_path / "alice")
    handed_in(tmp_path / "bob").chmod(0)
    try:
        found = discover([str(tmp_path)], COURSE)
        assert [item.id for item in found] == ["alice", "bob"]
        assert told(take(found[1].spec, COURSE)) == {".": "can't be read: Permission denied"}
    finally:
        (tmp_path / "bob").chmod(0o755)


def test_links_in_circles_are_no_submission(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(NothingToGrade):
        discover([str(tmp_path / "loop")], COURSE)
    handed_in(tmp_path / "alice")
    assert [item.id for item in discover([str(tmp_path)], COURSE)] == ["alice"]


def test_a_link_on_the_command_line_is_the_callers_own(tmp_path: Path) -> None:
    alice = handed_in(tmp_path / "alice")
    (tmp_path / "link").symlink_to(alice)
    assert discover([str(tmp_path / "link")], COURSE) == [Found("alice", str(alice))]


def test_ids_are_unique_in_any_capitals(tmp_path: Path) -> None:
    for name in ("a/alice", "b/alice", "c/Alice", "d/con"):
        handed_in(tmp_path / name)
    paths = [str(tmp_path / letter) for letter in "abcd"]
    assert [item.id for item in discover(paths, COURSE)] == ["alice", "alice-2", "Alice-3", "_con"]


@pytest.mark.parametrize("files", [{}, {"notes/x.txt": "", "readme\x1b.md": ""}])
def test_a_folder_without_any_is_an_error(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)
    with pytest.raises(NothingToGrade) as error:
        discover([str(tmp_path)], COURSE)
    what, where, step = str(error.value).splitlines()
    found = "notes, readme\\x1b.md" if files else "nothing"
    assert what == (
        "No submission here: looked for module0 … module1, or the minitorch folder of a single "
        f"module; found {found}."
    )
    assert where == f"  where: {tmp_path}"
    assert "give a submission" in step


def test_a_file_that_is_no_archive_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, {"operators.py": ""})
    with pytest.raises(NothingToGrade, match="looked for a folder or an archive .*; found a file"):
        discover([str(tmp_path / "operators.py")], COURSE)


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath, match="There is no"):
        discover([str(tmp_path / "alice")], COURSE)
