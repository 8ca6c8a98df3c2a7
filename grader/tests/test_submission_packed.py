"""Packed files of many pieces: what programs write is read, what would keep the grader busy is not."""

from __future__ import annotations

import gzip
import lzma
import zlib
from pathlib import Path

import pytest

from grader.submission.packed import STREAMS
from grader.tests.handed_in import TAKEN0, told
from grader.tests.test_submission_tars import PACKERS, good, tarred, took

PACKED = [suffix for suffix in PACKERS if suffix != "tar"]


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("between", [b"", bytes(64), bytes(200_000)])
def test_an_archive_in_pieces_is_taken(tmp_path: Path, suffix: str, between: bytes) -> None:
    """pigz, bgzip and pbzip2 pack piece by piece; tapes are filled up with zeros."""
    plain = tarred(*good())
    pieces = [PACKERS[suffix](plain[at : at + 700]) for at in range(0, len(plain), 700)]
    assert len(pieces) > 10
    submission = took(tmp_path, between.join(pieces) + between)
    assert submission.files == {"0": TAKEN0}
    assert submission.problems == ()


@pytest.mark.parametrize("suffix", PACKED)
def test_pieces_of_nothing_end_before_they_cost_much(tmp_path: Path, suffix: str) -> None:
    packer = PACKERS[suffix]
    submission = took(tmp_path, packer(b"") * (STREAMS + 10) + packer(tarred(*good())))
    assert submission.files == {}
    said = f"The archive is packed in more than {STREAMS} pieces: pack it again"
    assert told(submission) == {".": said}


def test_a_name_of_megabytes_is_passed_over(tmp_path: Path) -> None:
    """gzip's header may hold one."""
    plain = bytearray(gzip.compress(tarred(*good())))
    plain[3] |= 8
    named = bytes(plain[:10]) + b"a" * (8 << 20) + b"\0" + bytes(plain[10:])
    assert took(tmp_path, named).files == {"0": TAKEN0}


def test_blocks_of_nothing_are_passed_over(tmp_path: Path) -> None:
    head, tail = b"\x1f\x8b\x08\0\0\0\0\0\0\xff", b"\x03\x00" + bytes(8)
    empty = head + b"\x00\x00\x00\xff\xff" * 1_000_000 + tail
    assert gzip.decompress(empty) == b""
    assert took(tmp_path, empty + gzip.compress(tarred(*good()))).files == {"0": TAKEN0}


def test_xz_may_not_claim_all_memory(tmp_path: Path) -> None:
    greedy = lzma.compress(b"x", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])
    assert b"\x21\x01\x10" in greedy  # the filter, one byte of properties, 1 MiB
    header = bytearray(greedy[12:24]).replace(b"\x21\x01\x10", b"\x21\x01\x24")  # 1 GiB
    header[8:12] = zlib.crc32(header[:8]).to_bytes(4, "little")
    claimed = greedy[:12] + bytes(header) + greedy[24:]
    assert lzma.decompress(claimed) == b"x"
    assert "Memory usage limit exceeded" in told(took(tmp_path, claimed))["."]


def test_the_largest_that_xz_packs_by_itself_is_read(tmp_path: Path) -> None:
    assert took(tmp_path, lzma.compress(tarred(*good()), preset=9)).files == {"0": TAKEN0}


@pytest.mark.parametrize("suffix", PACKED)
def test_rubbish_behind_the_archive_is_not_read(tmp_path: Path, suffix: str) -> None:
    """The archive says where it ends."""
    submission = took(tmp_path, PACKERS[suffix](tarred(*good())) + b"rubbish")
    assert submission.files == {"0": TAKEN0}


def test_a_wrong_checksum_is_damage(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"x" * 10_000, mtime=0))
    packed[-6] ^= 1
    assert told(took(tmp_path, bytes(packed)))["."].startswith("The archive is damaged")
