"""Tar archives, kind and hostile."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model import Submission
from grader.submission import take
from grader.tests.handed_in import COURSE, MODULE0, OPERATORS, TAKEN0, told, within

PATH = "module0/minitorch/operators.py"
GOOD = within("module0", MODULE0)
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "tar": bytes,
    "tar.gz": gzip.compress,
    "tar.bz2": bz2.compress,
    "tar.xz": lzma.compress,
}


def member(
    name: str, content: str | bytes = b"", kind: bytes = tarfile.REGTYPE
) -> tuple[tarfile.TarInfo, bytes]:
    content = content if isinstance(content, bytes) else content.encode()
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = len(content)
    return info, content


def tarred(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


def good(without: str = "", top: str = "") -> list[tuple[tarfile.TarInfo, bytes]]:
    return [member(top + name, text) for name, text in GOOD.items() if name != without]


def took(folder: Path, content: bytes) -> Submission:
    path = folder / "alice.tar"
    path.write_bytes(content)
    return take(str(path), COURSE)


@pytest.mark.parametrize("suffix", PACKERS)
@pytest.mark.parametrize("top", ["", "./", "repository-main/"])
def test_an_archive_is_taken(tmp_path: Path, suffix: str, top: str) -> None:
    path = tmp_path / f"alice.{suffix}"
    path.write_bytes(PACKERS[suffix](tarred(*good(top=top))))
    submission = take(str(path), COURSE)
    assert submission.id == "alice"
    assert submission.files == {"0": TAKEN0}
    assert submission.problems == ()


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("top", ["é" * 60, "x" * 110])
def test_every_dialect_can_have_long_names(tmp_path: Path, form: int, top: str) -> None:
    submission = took(tmp_path, tarred(*good(top=top + "/"), form=form))
    assert submission.files == {"0": TAKEN0}


def test_a_comment_for_all_is_passed_over(tmp_path: Path) -> None:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", pax_headers={"comment": "a commit"}) as archive:
        for info, content in good():
            info.pax_headers = {"LIBARCHIVE.xattr.x": "y", "mtime": "1.5"}
            archive.addfile(info, io.BytesIO(content))
    assert took(tmp_path, made.getvalue()).files == {"0": TAKEN0}


@pytest.mark.parametrize(
    "kind, message",
    [
        (tarfile.SYMTYPE, "is a symbolic link, and links are not followed"),
        (tarfile.LNKTYPE, "is a symbolic link, and links are not followed"),
        (tarfile.FIFOTYPE, "is neither a file nor a folder, not a file"),
        (tarfile.CHRTYPE, "is neither a file nor a folder, not a file"),
        (tarfile.DIRTYPE, "is a folder, not a file"),
    ],
)
def test_a_member_that_is_no_plain_file(tmp_path: Path, kind: bytes, message: str) -> None:
    odd = member(PATH, kind=kind)
    odd[0].linkname = "/etc/passwd"
    submission = took(tmp_path, tarred(*good(without=PATH), odd))
    assert told(submission)[PATH] == message
    assert "minitorch/operators.py" not in submission.files["0"]


def test_a_name_given_twice_is_not_taken(tmp_path: Path) -> None:
    submission = took(tmp_path, tarred(*good(), member(PATH, "x = 2")))
    assert told(submission)[PATH] == "is in the archive twice"
    assert "minitorch/operators.py" not in submission.files["0"]


def test_a_file_behind_a_link_is_not_taken(tmp_path: Path) -> None:
    link = member("module0/minitorch", kind=tarfile.SYMTYPE)
    link[0].linkname = "/etc"
    submission = took(tmp_path, tarred(link, *good()))
    assert told(submission)[PATH] == "lies behind module0/minitorch, which is not a plain folder"


@pytest.mark.parametrize("name", ["/abs.py", "../up.py", "a/../b.py", "a\\b.py", "a\x1b.py"])
def test_odd_names_are_listed_and_not_followed(tmp_path: Path, name: str) -> None:
    submission = took(tmp_path, tarred(*good(), member(name, "x")))
    assert submission.files == {"0": TAKEN0}
    assert told(submission)["."].startswith("the archive holds odd names, which were not taken: ")


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    submission = took(tmp_path, tarred(*good(without=PATH), member(PATH, b"#" * (256 * 1024 + 1))))
    assert told(submission)[PATH] == "is larger than 256 KiB"


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_bomb_is_not_unpacked(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.submission.tars.ARCHIVE_BYTES", 1 << 20)
    bomb = PACKERS[suffix](tarred(member("zeros", bytes(1 << 20)), *good()))
    submission = took(tmp_path, bomb)
    assert told(submission) == {".": "The archive unpacks to more than 1 MiB"}


def test_too_many_names(tmp_path: Path) -> None:
    submission = took(tmp_path, tarred(*good(), *[member(f"junk/{n}") for n in range(2001)]))
    assert submission.files == {}
    assert told(submission)["."].startswith("The archive holds more than 2000 names")


def test_too_much_of_what_is_wanted(tmp_path: Path) -> None:
    many = [member(f"{n}/operators.py", bytes(200_000)) for n in range(90)]
    assert "more than 16 MiB of the course's files" in told(took(tmp_path, tarred(*many)))["."]


def header(name: str, kind: bytes, size: int) -> bytes:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.size = size
    return info.tobuf(tarfile.USTAR_FORMAT)


@pytest.mark.parametrize("kind", [b"x", b"g", b"L", b"K"])
def test_a_huge_header_is_not_read(tmp_path: Path, kind: bytes) -> None:
    submission = took(tmp_path, header("x", kind, 1 << 20) + bytes(1 << 20))
    assert told(submission) == {".": "The archive holds a header that is too long"}


def test_headers_do_not_cost_more_than_names_may(tmp_path: Path) -> None:
    """A million of empty ones, or of records in them, would keep the grader busy for long."""
    submission = took(tmp_path, header("x", b"x", 0) * 8001 + tarred(*good()))
    assert told(submission)["."].startswith("The archive holds more than 2000 names")
    records = b"5 a=\n" * 10_000
    block = header("x", b"x", len(records)) + records.ljust(-(-len(records) // 512) * 512, b"\0")
    submission = took(tmp_path, block * 100 + tarred(*good()))
    assert told(submission) == {".": "The archive's headers hold more than 4 MiB"}


@pytest.mark.parametrize("kind", [b"x", b"L"])
def test_a_chain_of_headers_ends_with_the_archive(tmp_path: Path, kind: bytes) -> None:
    submission = took(tmp_path, header("x", kind, 0) * 3000)
    assert told(submission) == {".": "The archive is damaged: it ends early"}


def test_a_sparse_file(tmp_path: Path) -> None:
    assert "sparse" in told(took(tmp_path, header("x", b"S", 0) + bytes(1024)))["."]


@pytest.mark.parametrize(
    "records, message",
    [
        (b"999 path=x\n", "a header's record is too long or too short"),
        (b"1 path=x\n", "a header's record is too long or too short"),
        (b"11 size=-5\n", "a header's number is none"),
        (b"30 size=99999999999999999999\n", "a header's"),
    ],
)
def test_a_broken_header(tmp_path: Path, records: bytes, message: str) -> None:
    block = header("x", b"x", len(records)) + records.ljust(512, b"\0") + header("y", b"0", 0)
    assert message in told(took(tmp_path, block + bytes(1024)))["."]


def test_a_header_may_give_the_size(tmp_path: Path) -> None:
    content = OPERATORS.encode()
    records = b"11 size=%d\n" % len(content)
    block = header(PATH, b"x", len(records)) + records.ljust(512, b"\0") + header(PATH, b"0", 0)
    submission = took(tmp_path, block + content.ljust(512, b"\0") + bytes(1024))
    assert submission.files == {"0": {"minitorch/operators.py": OPERATORS}}


def test_a_size_beyond_everything(tmp_path: Path) -> None:
    block = bytearray(header("x", b"0", 0))
    block[124:136] = b"\xff" * 12
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 256 + sum(block[156:]))
    message = told(took(tmp_path, bytes(block) + bytes(1024)))["."]
    assert message == "The archive is damaged: it ends early"


def test_a_wrong_checksum(tmp_path: Path) -> None:
    content = tarred(*good()).replace(b"0000644", b"0000755")
    assert (
        told(took(tmp_path, content))["."] == "The archive is damaged: a header's checksum is wrong"
    )


@pytest.mark.parametrize("suffix", PACKERS)
def test_an_archive_that_ends_early(tmp_path: Path, suffix: str) -> None:
    packed = PACKERS[suffix](tarred(*good()))
    submission = took(tmp_path, packed[: min(len(packed) // 2, 1500)])
    assert submission.files == {}
    assert told(submission)["."].startswith("The archive is damaged")


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_damage_ends_the_run(tmp_path: Path, data: st.DataObject) -> None:
    packer = PACKERS[data.draw(st.sampled_from(list(PACKERS)))]
    content = bytearray(packer(tarred(*good())))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(6, min(len(content), 2048) - 1))
        content[at] = data.draw(st.integers(0, 255))
    took(tmp_path, bytes(content[: data.draw(st.integers(1, len(content)))]))
