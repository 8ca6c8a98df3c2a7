"""Fetching files from the internet: with progress, resumable, and checked before they take their place."""

from __future__ import annotations

import hashlib
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TextIO
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from project.printing import bar

CHUNK = 1 << 16  # bytes
PATIENCE = 30  # seconds without a byte
ZIP_END = 1 << 16  # bytes at the end of a zip archive, with its table of contents
LOCAL_HEADER = 30  # bytes before each file of a zip archive; then come its name and an extra field

Progress = Callable[[int, int], None]  # bytes so far, bytes in all


class CantFetch(Exception):
    """A file could not be fetched; the text says why."""


@dataclass(frozen=True)
class Source:
    """Where a file comes from.

    Attributes:
        path: Where it belongs in the folder of the data.
        urls: Sites that have it, to be tried in order.
        member: Its name inside of a zip archive, if that is what the sites have. Of the archive, only this is fetched.
        sha256: Of the file, where it is known. (A zip archive itself knows a checksum of each of its files.)
    """

    path: str
    urls: tuple[str, ...]
    member: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class _Stretch:
    """The part of what lies at a URL that is wanted: all of it, or a file inside of a zip archive.

    Attributes:
        url: Where it lies.
        start: Its first byte.
        size: How many bytes it has; None for all that there are.
        packed: Whether zip has compressed it.
        crc: What the archive says of the unpacked file, its CRC-32.
    """

    url: str
    start: int = 0
    size: int | None = None
    packed: bool = False
    crc: int | None = None


def fetch(source: Source, folder: Path, progress: Progress) -> None:
    """Fetch a file into a folder, or the rest of it where a part is there already.

    What has come so far is kept in a file of the same name with ``.part`` behind it. It takes its place once it is
    complete and its checksum is right.

    Args:
        source: The file.
        folder: The data's.
        progress: Told again and again how far it is.

    Raises:
        CantFetch: No site gave the file.
    """
    target = folder / source.path
    part = target.with_name(target.name + ".part")
    reasons = []
    for url in source.urls:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            stretch = _member(url, source.member) if source.member else _Stretch(url)
            _download(stretch, part, progress)
            _unpack(stretch, part, target, source.sha256)
            return
        except CantFetch as reason:
            reasons.append(f"{urlsplit(url).netloc}: {reason}")
        except HTTPError as error:
            reasons.append(f"{urlsplit(url).netloc}: it answered {error.code} {error.reason}")
        except (URLError, HTTPException, OSError) as error:
            why = error.reason if isinstance(error, URLError) else error
            reasons.append(f"{urlsplit(url).netloc}: {why or type(error).__name__}")
    raise CantFetch("\n".join(reasons))


def is_there(source: Source, folder: Path) -> bool:
    """Tell whether a file has been fetched and, where its checksum is known, is the right one."""
    target = folder / source.path
    return target.is_file() and source.sha256 in ("", _sha256(target))


def _download(stretch: _Stretch, part: Path, progress: Progress) -> None:
    """Bring a stretch of bytes into a file that may hold the beginning of it already."""
    have = part.stat().st_size if part.is_file() else 0
    if stretch.size is not None and have >= stretch.size:
        return
    try:
        response = _open(stretch.url, stretch.start + have, stretch.size and stretch.size - have)
    except HTTPError as error:
        if error.code == 416 and have:  # there is nothing behind the last byte: it was complete
            return
        raise
    with response, part.open("ab") as file:
        if response.status != 206:  # the site sends everything, from the first byte on
            if stretch.size is not None:
                raise CantFetch("it does not send single files of an archive")
            have = 0
            file.truncate(0)
        total = have + int(response.headers.get("Content-Length") or 0)
        for chunk in _chunks(response):
            file.write(chunk)
            have += len(chunk)
            progress(have, total)
    if have < total:
        raise CantFetch(f"the connection broke after {have:,} of {total:,} bytes")


def _unpack(stretch: _Stretch, part: Path, target: Path, sha256: str) -> None:
    """Unpack and check what has come, and put it into its place; throw it away if it is not what was expected."""
    unpacked = target.with_name(target.name + ".unpacked") if stretch.packed else part
    try:
        if stretch.packed:
            with part.open("rb") as packed, unpacked.open("wb") as file:
                _inflate(packed, file)
        if stretch.crc not in (None, _crc32(unpacked)) or sha256 not in ("", _sha256(unpacked)):
            raise zlib.error
    except zlib.error:
        part.unlink()
        unpacked.unlink(missing_ok=True)
        raise CantFetch("what came has the wrong checksum, and was thrown away") from None
    unpacked.replace(target)
    part.unlink(missing_ok=True)


def _member(url: str, name: str) -> _Stretch:
    """Find a file inside of a zip archive, by asking for the end of the archive only."""
    with _open(url, -ZIP_END) as response:
        end = response.read()
        size = int(response.headers.get("Content-Range", "/0").rpartition("/")[2])
    try:
        info = ZipFile(BytesIO(end)).getinfo(name)
    except (BadZipFile, KeyError):
        raise CantFetch(f"it has no archive with {name} in it") from None
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        raise CantFetch(f"{name} is packed in a way that is not known here")
    before = (
        size - len(end) if size else 0
    )  # what stands there was counted from the end's first byte
    with _open(url, before + info.header_offset, LOCAL_HEADER) as response:
        header = response.read(LOCAL_HEADER)
    names, extra = (int.from_bytes(header[at : at + 2], "little") for at in (26, 28))
    return _Stretch(
        url,
        before + info.header_offset + LOCAL_HEADER + names + extra,
        info.compress_size,
        packed=info.compress_type == ZIP_DEFLATED,
        crc=info.CRC,
    )


def _open(url: str, start: int = 0, size: int | None = None) -> HTTPResponse:
    """Ask for so many bytes from a place on, or for the last ones if that is negative."""
    request = Request(url, headers={"User-Agent": "minitorch-course"})
    if start < 0:
        request.add_header("Range", f"bytes={start}")
    elif start or size:
        last = start + size - 1 if size else ""
        request.add_header("Range", f"bytes={start}-{last}")
    response: HTTPResponse = urlopen(request, timeout=PATIENCE)
    return response


def _chunks(response: HTTPResponse | BinaryIO) -> Iterator[bytes]:
    while chunk := response.read(CHUNK):
        yield chunk


def _inflate(packed: BinaryIO, file: BinaryIO) -> None:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)  # negative: without a header, as in zip archives
    for chunk in _chunks(packed):
        file.write(unpacker.decompress(chunk))
    file.write(unpacker.flush())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _crc32(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            crc = zlib.crc32(chunk, crc)
    return crc


class Bar:
    """Shows how far a file has come: a bar on a terminal, nothing anywhere else.

    Args:
        name: The file.
        out: Where to show it, if not on standard output.
    """

    WIDTH = 30  # characters

    def __init__(self, name: str, out: TextIO | None = None) -> None:
        self._name, self._out = name, out or sys.stdout
        self._shown = ""

    def __call__(self, done: int, total: int) -> None:
        """Show so many bytes of so many."""
        full = round(self.WIDTH * done / total) if total else 0
        drawn = bar(full, self.WIDTH, self._out)
        line = f"\r{self._name}  {drawn} {done / 1e6:.1f} of {total / 1e6:.1f} MB"
        if self._out.isatty() and line != self._shown:
            print(line, end="", file=self._out, flush=True)
            self._shown = line

    def close(self, said: str) -> None:
        """End the line with what became of the file."""
        line = f"{self._name}  {said}"
        print("\r" + line.ljust(79) if self._shown else line, file=self._out)
