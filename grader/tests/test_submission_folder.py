"""A submission that is a folder: what is hostile about a file becomes a problem, and the rest is taken."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import Refused
from grader.submission import take
from grader.submission.folder import Folder
from grader.submission.tree import FILE_BYTES, Entry
from grader.tests.handed_in import COURSE, MODULE0, OPERATORS, TAKEN0, told, within, write

PATH = "module0/minitorch/operators.py"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "alice", within("module0", MODULE0))


def test_the_listed_files_are_taken_and_nothing_else(folder: Path) -> None:
    write(folder, {"module0/tests/conftest.py": "boom", "module0/module.toml": 'title = "x"'})
    submission = take(str(folder), COURSE)
    assert submission.id == "alice"
    assert submission.files == {"0": TAKEN0}
    assert submission.problems == ()
    assert submission.commit is None


def test_a_missing_file_is_a_problem(folder: Path) -> None:
    (folder / PATH).unlink()
    submission = take(str(folder), COURSE)
    assert told(submission) == {PATH: "is missing"}
    assert set(submission.files["0"]) == {"project/run.py", "tests/test_properties.py"}


def make_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        here = os.getcwd()
        os.chdir(path.parent)  # a socket's path has 108 bytes at most
        try:
            made.bind(path.name)
        finally:
            os.chdir(here)


ODD: dict[str, Callable[[Path], object]] = {
    "symbolic link": lambda path: path.symlink_to(path.parent / "__init__.py"),
    "hard link": lambda path: os.link(path.parent / "__init__.py", path),
    "named pipe": os.mkfifo,
    "socket": make_socket,
    "is a folder": Path.mkdir,
}


@pytest.mark.parametrize("what", ODD)
def test_what_is_no_plain_file_is_not_taken(folder: Path, what: str) -> None:
    (folder / PATH).unlink()
    ODD[what](folder / PATH)
    submission = take(str(folder), COURSE)
    assert what in told(submission)[PATH]
    assert "minitorch/operators.py" not in submission.files["0"]
    assert "project/run.py" in submission.files["0"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes devices")
def test_a_device_is_not_opened(folder: Path) -> None:
    (folder / PATH).unlink()
    try:
        os.mknod(folder / PATH, 0o20666, os.makedev(1, 5))  # /dev/zero: it never ends
    except OSError:
        pytest.skip("no devices can be made here")
    assert "is a device" in told(take(str(folder), COURSE))[PATH]


def test_a_linked_folder_on_the_way_is_not_followed(folder: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "bob", {"minitorch/operators.py": "stolen = 1"})
    for path in (folder / "module0/minitorch").iterdir():
        path.unlink()
    (folder / "module0/minitorch").rmdir()
    (folder / "module0/minitorch").symlink_to(other / "minitorch")
    submission = take(str(folder), COURSE)
    assert told(submission)[PATH] == "lies behind minitorch, which is not a plain folder"
    assert "minitorch/operators.py" not in submission.files["0"]


def test_a_linked_module_folder_is_not_followed(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "bob", within("module1", MODULE0 | {"minitorch/scalar.py": "stolen = 1"}))
    (folder / "module1").symlink_to(tmp_path / "bob/module1")
    submission = take(str(folder), COURSE)
    assert submission.files == {"0": TAKEN0, "1": {}}
    (unread,) = submission.problems
    assert unread.message == "lies behind module1, which is not a plain folder"
    assert (unread.kind, unread.module, unread.file) == ("unread", "1", "")


def test_a_submission_that_is_a_link_itself_is_not_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "bob").symlink_to(folder)
    submission = take(str(tmp_path / "bob"), COURSE)
    assert submission.files == {}
    assert told(submission) == {
        ".": "the submission is a symbolic link, and links are not followed"
    }


@pytest.mark.parametrize("size, taken", [(FILE_BYTES, True), (FILE_BYTES + 1, False)])
def test_a_file_may_have_so_many_bytes(folder: Path, size: int, taken: bool) -> None:
    (folder / PATH).write_bytes(b"#" * size)
    submission = take(str(folder), COURSE)
    assert ("minitorch/operators.py" in submission.files["0"]) == taken
    assert taken or told(submission)[PATH] == "is larger than 256 KiB"


@pytest.mark.parametrize(
    "content, message",
    [
        (b"x = 1\ny = '\xff'\n", "is not UTF-8 text (line 2, byte 11)"),
        (b"x = 1\0\n", "holds a NUL character (byte 5)"),
        (b"# coding: latin-1\n", "declares the coding latin-1"),
    ],
)
def test_what_is_no_utf8_text_is_not_taken(folder: Path, content: bytes, message: str) -> None:
    (folder / PATH).write_bytes(content)
    assert message in told(take(str(folder), COURSE))[PATH]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_problem(folder: Path) -> None:
    (folder / PATH).chmod(0)
    assert told(take(str(folder), COURSE))[PATH] == "can't be read: Permission denied"


def test_names_that_differ_in_capitals_are_told_apart(folder: Path) -> None:
    write(folder, {"module0/minitorch/Operators.py": "x = 1", "Module0/x.py": ""})
    if len(list((folder / "module0/minitorch").iterdir())) < 3:
        pytest.skip("the file system knows no capitals")
    submission = take(str(folder), COURSE)
    assert submission.files["0"]["minitorch/operators.py"] == OPERATORS
    assert (
        "differs from operators.py only in capitals"
        in told(submission)["module0/minitorch/Operators.py"]
    )
    assert "differs from module0 only in capitals" in told(submission)["Module0"]


def test_odd_names_are_shown_escaped(folder: Path) -> None:
    name = b"\x1b[2J\xff\xe2\x80\xae.py"  # clears the screen, is not UTF-8, turns the text round
    with open(os.fsencode(folder / "module0") + b"/" + name, "w"):
        pass
    message = told(take(str(folder), COURSE))["module0"]
    assert message == "holds odd names, which were not taken: \\x1b[2J\\xff\\u202e.py"


def test_a_module_of_the_students_own_is_pointed_out(folder: Path) -> None:
    write(folder, {"module0/minitorch/helpers.py": "", "module0/minitorch/._operators.py": ""})
    message = told(take(str(folder), COURSE))["module0/minitorch"]
    assert message == "holds files that the course does not have, which were not taken: helpers.py"


def test_a_flood_of_names_is_cut(folder: Path) -> None:
    for number in range(2100):
        (folder / f"module0/minitorch/x{number}.py").touch()
    submission = take(str(folder), COURSE)
    assert submission.files == {"0": TAKEN0}
    assert len(told(submission)["module0/minitorch"]) < 500


def test_a_folder_is_listed_by_kind(folder: Path) -> None:
    (folder / "link").symlink_to("module0")
    os.mkfifo(folder / "pipe")
    (folder / "file").touch()
    with Folder(folder) as tree:
        assert tree.entries("") == {
            "module0": Entry.FOLDER,
            "link": Entry.LINK,
            "pipe": Entry.OTHER,
            "file": Entry.FILE,
        }
        assert tree.entries("link") == tree.entries("nothing") == {}


def test_what_changes_between_looking_and_opening_is_still_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    true_stat = os.stat
    plain = true_stat(folder / PATH)
    (folder / PATH).unlink()
    os.link(folder / "module0/minitorch/__init__.py", folder / PATH)
    with Folder(folder) as tree:

        def stat(name: str, **options: object) -> os.stat_result:
            return plain if name == "operators.py" else true_stat(name, **options)  # type: ignore[arg-type]

        monkeypatch.setattr(os, "stat", stat)
        with pytest.raises(Refused, match="is a hard link, one of 2 names"):
            tree.read(PATH)
