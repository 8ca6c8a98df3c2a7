"""What was handed in, kept: the files of each module, under their digest."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping

from sqlalchemy.orm import Session

from grader.gradebook.tables import ContentRow
from grader.model import ModuleId, RelPath

Files = dict[RelPath, str]


def keep(session: Session, modules: Mapping[ModuleId, Files]) -> dict[ModuleId, str]:
    """Put away the files of each module, unless they are there already.

    Args:
        session: A transaction that writes alone.
        modules: A submission's files, by module.

    Returns:
        The digest of each module's files.
    """
    digests = {}
    for module, files in sorted(modules.items()):
        plain = json.dumps(files, sort_keys=True, separators=(",", ":")).encode()
        digest = digests[module] = hashlib.sha256(plain).hexdigest()
        if session.get(ContentRow, digest) is None:
            session.add(ContentRow(digest=digest, files=zlib.compress(plain)))
    return digests


def fetch(session: Session, digests: Mapping[ModuleId, str]) -> dict[ModuleId, Files]:
    """Get the files of each module back; one whose files are not there, or are damaged, is left out.

    Args:
        session: A session that reads.
        digests: What ``keep`` returned.

    Returns:
        The files, by module.
    """
    found = {}
    for module, digest in digests.items():
        row = session.get(ContentRow, digest)
        plain = _unpacked(row.files) if row is not None else b""
        if hashlib.sha256(plain).hexdigest() == digest:
            found[module] = dict(json.loads(plain))
    return found


def _unpacked(packed: bytes) -> bytes:
    """Unpack; what is damaged becomes nothing, which has no digest of ours."""
    try:
        return zlib.decompress(packed)
    except zlib.error:
        return b""
