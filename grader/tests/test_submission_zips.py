"""Zip archives, kind and hostile."""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import Submission
from grader.submission import take
from grader.tests.handed_in import COURSE, MODULE0, OPERATORS, TAKEN0, told, within

PATH = "module0/minitorch/operators.py"
GOOD = within("module0", MODULE0)
Member = tuple[str | zipfile.ZipInfo, str | bytes]


def zipped(path: Path, members: Sequence[Member], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content, method)
    return path


def took(folder: Path, *members: Member, without: str = "") -> Submission:
    """Take a good archive without one of its files, and with more members."""
    good: list[Member] = [(name, text) for name, text in GOOD.items() if name != without]
    path = folder / "alice.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("warnings.warn", lambda *_, **__: None)  # of a name given twice
        zipped(path, [*good, *members])
    return take(str(path), COURSE)


def with_mode(name: str, mode: int) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = mode << 16
    return member


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("top", ["", "repository-main/", "./"])
def test_an_archive_is_taken(tmp_path: Path, method: int, top: str) -> None:
    members: list[Member] = [(top + name, text) for name, text in GOOD.items()]
    members += [("__MACOSX/", ""), ("__MACOSX/._module0", "x"), (".DS_Store", "x")]
    submission = take(str(zipped(tmp_path / "alice.zip", members, method)), COURSE)
    assert submission.id == "alice"
    assert submission.files == {"0": TAKEN0}
    assert submission.problems == ()


def test_an_archive_that_windows_made_is_taken(tmp_path: Path) -> None:
    """PowerShell of old writes its own sign between folders; where both signs stand, that one is part of a name."""
    members: list[Member] = [("repository\\", "")]
    members += [(f"repository\\{name}".replace("/", "\\"), text) for name, text in GOOD.items()]
    submission = take(str(zipped(tmp_path / "alice.zip", members)), COURSE)
    assert (submission.files, submission.problems) == ({"0": TAKEN0}, ())
    members += [("..\\up.py", "x")]
    told_of = take(str(zipped(tmp_path / "bob.zip", members)), COURSE).problems
    assert [problem.message for problem in told_of] == [
        "the archive holds odd names, which were not taken: ../up.py"
    ]
    members += [("read/me", "x")]
    assert not take(str(zipped(tmp_path / "cid.zip", members)), COURSE).files


def test_the_content_says_that_it_is_a_zip(tmp_path: Path) -> None:
    path = zipped(tmp_path / "alice.tar.gz", list(MODULE0.items()))
    assert take(str(path), COURSE).files == {"0": TAKEN0}


def test_folders_may_have_entries_of_their_own(tmp_path: Path) -> None:
    submission = took(tmp_path, ("module0/", ""), ("module0/minitorch/", ""), ("module1/", ""))
    assert submission.files == {"0": TAKEN0}


def test_a_name_given_twice_is_not_taken(tmp_path: Path) -> None:
    submission = took(tmp_path, (PATH, "x = 2"))
    assert "minitorch/operators.py" not in submission.files["0"]
    assert told(submission)[PATH] == "is in the archive twice"


def test_a_file_that_is_a_folder_as_well_is_not_taken(tmp_path: Path) -> None:
    submission = took(tmp_path, (with_mode("module0/minitorch", stat.S_IFLNK | 0o777), "/etc"))
    assert "minitorch/operators.py" not in submission.files["0"]
    assert told(submission)[PATH] == "lies behind module0/minitorch, which is not a plain folder"


@pytest.mark.parametrize(
    "mode, message",
    [
        (stat.S_IFLNK, "is a symbolic link, and links are not followed"),
        (stat.S_IFIFO, "is neither a file nor a folder, not a file"),
        (stat.S_IFCHR, "is neither a file nor a folder, not a file"),
    ],
)
def test_a_member_that_is_no_plain_file(tmp_path: Path, mode: int, message: str) -> None:
    submission = took(tmp_path, (with_mode(PATH, mode | 0o777), "/etc/passwd"), without=PATH)
    assert told(submission)[PATH] == message
    assert "minitorch/operators.py" not in submission.files["0"]


@pytest.mark.parametrize(
    "name", ["/module1/x.py", "../x.py", "module0/../x.py", "a\\b.py", "a//b", "a\x1bb", "x" * 500]
)
def test_odd_names_are_listed_and_not_followed(tmp_path: Path, name: str) -> None:
    submission = took(tmp_path, (name, "x"))
    assert submission.files == {"0": TAKEN0}
    assert told(submission)["."].startswith("the archive holds odd names, which were not taken: ")
    assert "\x1b" not in told(submission)["."]


def test_a_name_is_not_cut_at_a_nul(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip", [(n, t) for n, t in GOOD.items() if n != PATH] + [(PATH + "#.x", "x")]
    )
    path.write_bytes(path.read_bytes().replace((PATH + "#.x").encode(), (PATH + "\0.x").encode()))
    submission = take(str(path), COURSE)
    assert told(submission)[PATH] == "is missing"
    assert "operators.py\\x00.x" in told(submission)["."]


def test_a_bomb_is_too_large(tmp_path: Path) -> None:
    submission = took(tmp_path, (PATH, bytes(8 << 20)), without=PATH)
    assert told(submission)[PATH] == "is larger than 256 KiB"


def test_what_is_packed_in_megabytes_is_too_large_whatever_it_unpacks_to(tmp_path: Path) -> None:
    """Empty blocks unpack to nothing, and take as long as full ones."""
    path = zipped(tmp_path / "a.zip", [(PATH, OPERATORS)])
    content = path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        packed = archive.getinfo(PATH).compress_size
    size, huge = (struct.pack("<I", number) for number in (packed, 3 * 256 * 1024))
    at = content.index(b"PK\x01\x02") + 20
    assert content[at : at + 4] == size
    path.write_bytes(content[:at] + huge + content[at + 4 :])
    assert told(take(str(path), COURSE))[PATH] == "is larger than 256 KiB"


def test_a_false_size_is_not_believed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", [(PATH, b"#" * 300_000)], zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(struct.pack("<I", 300_000), struct.pack("<I", 10)))
    message = told(take(str(path), COURSE))[PATH]
    assert "is damaged in the archive" in message or "is larger than" in message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_all_at_once_are_refused(tmp_path: Path, method: int) -> None:
    path = zipped(tmp_path / "a.zip", [(PATH, OPERATORS)], method)
    assert "is packed in an unusual way" in told(take(str(path), COURSE))[PATH]


def test_an_encrypted_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", [(PATH, OPERATORS)])
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert "is encrypted" in told(take(str(path), COURSE))[PATH]


def test_a_damaged_member(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", [(PATH, OPERATORS)], zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"return x + y", b"return x - y"))
    assert "Bad CRC-32" in told(take(str(path), COURSE))[PATH]


def test_too_many_names(tmp_path: Path) -> None:
    submission = took(tmp_path, *[(f"junk/{number}", "") for number in range(2001)])
    assert submission.files == {}
    assert told(submission)["."].startswith("The archive holds more than 2000 names")


def test_an_endless_index_is_not_read_into_memory(tmp_path: Path) -> None:
    names = [f"{number:05}" + "x" * 200 for number in range(6000)]
    path = zipped(tmp_path / "a.zip", [(name, "") for name in names], zipfile.ZIP_STORED)
    assert "more than 2000 names" in told(take(str(path), COURSE))["."]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\xff" * 18, b"hello"])
def test_what_is_no_archive(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    submission = take(str(path), COURSE)
    assert submission.files == {}
    words = "The archive is damaged" if content.startswith(b"PK") else "is neither a zip archive"
    assert words in told(submission)["."]


def test_an_archive_that_is_a_link(tmp_path: Path) -> None:
    zipped(tmp_path / "bob.zip", list(GOOD.items()))
    (tmp_path / "a.zip").symlink_to(tmp_path / "bob.zip")
    assert "is a symbolic link" in told(take(str(tmp_path / "a.zip"), COURSE))["."]


def test_a_huge_archive_is_not_opened(tmp_path: Path) -> None:
    with open(tmp_path / "a.zip", "wb") as file:
        file.truncate((64 << 20) + 1)
    assert told(take(str(tmp_path / "a.zip"), COURSE))["."] == "The archive is larger than 64 MiB"


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_damage_ends_the_run(tmp_path: Path, data: st.DataObject) -> None:
    path = tmp_path / "a.zip"
    content = bytearray(zipped(path, list(GOOD.items())).read_bytes())
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(4, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(4, len(content)))])
    take(str(path), COURSE)
