"""The record that a run left behind, as an artifact: a zip that whoever pushed may have made. Nothing is unpacked."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import msgspec

from grader import typed
from grader.errors import BadArtifact, GithubRefused
from grader.github.api import Api

NAME = "record"  # as grade.yml calls it
ENTRY = "record.json"

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # zipfile unpacks these two piece by piece
_ENCRYPTED = 0x1


class _Artifact(msgspec.Struct, frozen=True):
    id: int
    name: str
    size_in_bytes: int
    expired: bool


class _Listed(msgspec.Struct, frozen=True):
    artifacts: list[_Artifact]


def record_left_by(run: int, api: Api, most: int) -> bytes | None:
    """Fetch what a run left behind as its record.

    Args:
        run: The run's number.
        api: The repository that it ran in.
        most: Bytes that the archive may have, and the record in it.

    Returns:
        What may be a record; None where the run left none, or it has been deleted since.

    Raises:
        BadArtifact: It is too large, or holds anything but one file with the right name.
        GithubRefused: GitHub does not answer.
    """
    where = f"artifact {NAME} of run {run}"
    found = [each for each in _artifacts(run, api) if each.name == NAME and not each.expired]
    if not found:
        return None
    last = max(found, key=lambda each: each.id)  # a run that is started again adds one
    if last.size_in_bytes > most:
        raise BadArtifact(f"it is larger than {most:,} bytes", where)
    archive = api.download(f"actions/artifacts/{last.id}/zip", most + 1)
    if len(archive) > most:
        raise BadArtifact(f"it is larger than {most:,} bytes, and claims not to be", where)
    return only_entry(archive, most, where)


def only_entry(archive: bytes, most: int, where: str) -> bytes:
    """Read the one file of an archive, whatever the archive says of it.

    Args:
        archive: What may be a zip.
        most: Bytes that the file may have.
        where: What to call the archive in an error.

    Returns:
        The file's content.

    Raises:
        BadArtifact: There is more or less in it, under another name, too large or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            entry = _entry(opened.infolist(), most, where)
            with opened.open(entry) as content:
                read = content.read(most + 1)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError):
        raise BadArtifact("it is no zip, or a damaged one", where) from None
    except (NotImplementedError, RuntimeError):
        raise BadArtifact("it is packed in an unusual way", where) from None
    if len(read) > most:
        raise BadArtifact(f"{ENTRY} is larger than {most:,} bytes", where)
    return read


def _artifacts(run: int, api: Api) -> list[_Artifact]:
    path = f"actions/runs/{run}/artifacts?name={NAME}&per_page=100"
    try:
        return typed.convert(api.get(path), _Listed).artifacts
    except msgspec.ValidationError as error:
        raise GithubRefused(
            f"the answer is no list of artifacts ({error})", f"GET {path}"
        ) from None


def _entry(entries: list[zipfile.ZipInfo], most: int, where: str) -> zipfile.ZipInfo:
    """Take the only entry, if it is a plain file with the right name."""
    if len(entries) != 1:
        raise BadArtifact(f"it holds {len(entries):,} entries, not {ENTRY} alone", where)
    (entry,) = entries
    # zipfile cuts a name at its first NUL: the name as it stands is the one to judge
    if entry.orig_filename != ENTRY or not _is_plain(entry):
        raise BadArtifact(f"what it holds is no plain file {ENTRY}", where)
    if entry.file_size > most:
        raise BadArtifact(f"{ENTRY} is larger than {most:,} bytes", where)
    return entry


def _is_plain(entry: zipfile.ZipInfo) -> bool:
    mode = entry.external_attr >> 16  # the Unix mode, or 0 where the archive was made without
    return (
        stat.S_IFMT(mode) in (0, stat.S_IFREG)
        and entry.compress_type in _METHODS
        and not entry.flag_bits & _ENCRYPTED
    )
