"""What the machine does not let the grader read is nobody's fault: it is not graded, and never taken for not done."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.errors import MachineFault, Refused
from grader.submission import discover, take
from grader.submission.faults import telling_apart
from grader.tests.handed_in import COURSE, MODULE0, forbid, within, write
from grader.tests.test_submission_git import git

PATH = "module0/minitorch/operators.py"
MACHINES = [errno.EACCES, errno.EPERM, errno.EIO, errno.ENFILE, errno.EMFILE, errno.ENOMEM]
MACHINES += [errno.ESTALE, errno.ETIMEDOUT]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "alice", within("module0", MODULE0))


@pytest.mark.parametrize("number", MACHINES)
def test_what_the_system_refuses_is_the_machines_fault(number: int) -> None:
    with pytest.raises(MachineFault, match="^a/b.py can't be read here: "), telling_apart("a/b.py"):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    "number", [errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EISDIR]
)
def test_what_leads_nowhere_is_the_students(number: int) -> None:
    with pytest.raises(Refused), telling_apart("a/b.py"):
        raise OSError(number, os.strerror(number))


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("alice", "what was handed in"),
        ("module0", "module0"),
        ("minitorch", "module0/minitorch/operators.py"),
        ("operators.py", "module0/minitorch/operators.py"),
    ],
)
def test_a_folder_or_a_file_without_a_way_in(
    folder: Path, name: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is taken, as nobody knows what of it is there; no problem says that the student did anything."""
    forbid(monkeypatch, name)
    submission = take(str(folder), COURSE)
    assert submission.fault.endswith(" can't be read here: Permission denied")
    assert submission.fault.startswith(where)
    assert (submission.files, submission.problems) == ({}, ())


def test_a_disk_that_fails_while_a_file_is_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, "operators.py", errno.EIO)
    assert take(str(folder), COURSE).fault.endswith("Input/output error")


def test_an_archive_without_a_way_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "alice.zip", "w") as archive:
        archive.writestr(PATH, "x = 1")
    forbid(monkeypatch, "alice.zip")
    fault = "what was handed in can't be read here: Permission denied"
    assert take(str(tmp_path / "alice.zip"), COURSE).fault == fault


@pytest.mark.parametrize("suffix", ["zip", "gztar"])
def test_an_archive_whose_disk_fails(
    folder: Path, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python's unpackers raise the same class for damaged bytes: only the number tells them apart."""
    path = shutil.make_archive(str(tmp_path / "bob"), suffix, folder)

    def fails(*args: object) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    if suffix == "zip":
        monkeypatch.setattr(zipfile.ZipExtFile, "read", fails)
    else:
        monkeypatch.setattr("grader.submission.packed.Unpacked.read", fails)
    assert take(path, COURSE).fault.endswith("can't be read here: Input/output error")


def test_damaged_bytes_are_the_students(folder: Path, tmp_path: Path) -> None:
    path = Path(shutil.make_archive(str(tmp_path / "bob"), "gztar", folder))
    path.write_bytes(path.read_bytes()[:40] + b"rubbish" * 20)
    submission = take(str(path), COURSE)
    assert submission.fault == ""
    assert submission.problems[0].message.startswith("The archive is damaged: ")


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("what", ["objects", "an object", "HEAD"])
def test_a_git_object_store_without_a_way_in(
    folder: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To git, what it may not read is missing, or damaged; and so it is where there is a way in."""
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "work")
    blob = git(folder, "rev-parse", f"main:{PATH}")
    loose = folder / ".git/objects" / blob[:2] / blob[2:]
    if what == "an object":
        loose.unlink()
        assert "is not in the repository" in take(f"{folder}@main", COURSE).problems[0].message
        (loose.parent / "locked").write_text("")
        forbid(monkeypatch, "locked")
    else:
        forbid(monkeypatch, what)
    assert take(f"{folder}@main", COURSE).fault.endswith("can't be read here: Permission denied")


def test_in_a_class_it_counts_and_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Given by name, or found beside others."""
    for name in ("alice", "bob"):
        write(tmp_path / "class" / name, within("module0", MODULE0))
    forbid(monkeypatch, "bob")
    found = discover([str(tmp_path / "class")], COURSE)
    assert [item.id for item in found] == ["alice", "bob"]
    assert [bool(take(item.spec, COURSE).fault) for item in found] == [False, True]
    alone = discover([str(tmp_path / "class" / "bob")], COURSE)
    assert [item.id for item in alone] == ["bob"]


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    """Make a folder that every user may enter; pytest's own is private."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def as_nobody(ask: Callable[[], Any]) -> str:
    """Ask as an ordinary user, in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        said = "the question was not answered"
        try:
            os.setgid(65534)
            os.setuid(65534)
            said = str(ask())
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with open(reader, encoding="utf-8") as answer:
        return answer.read()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("what", [".", "module0", PATH])
def test_no_permission_in_earnest(open_to_all: Path, what: str) -> None:
    """Root may read everything, so these modes mean something to others only."""
    folder = write(open_to_all / "alice", within("module0", MODULE0))
    (folder / what).chmod(0)
    said = as_nobody(lambda: take(str(folder), COURSE).fault)
    assert said.endswith("can't be read here: Permission denied")
    assert take(str(folder), COURSE).fault == ""
