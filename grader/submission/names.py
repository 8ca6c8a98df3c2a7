"""Names that came from outside, made fit to be shown and to be used."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable

SHOWN = 200  # characters of a name that are shown
SHOWN_PATH = 4096  # of a path that the caller typed
ID_CHARACTERS = 100
ID_BYTES = 200  # a file name may have 255, and reports add a suffix

ARCHIVE_SUFFIX = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)

# Windows takes these for devices, with any suffix.
_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"}
_DEVICES |= {f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"}


def shown(name: str, limit: int = SHOWN) -> str:
    r"""Make a name fit for people: what doesn't print (controls, overrides of direction, broken UTF-8) as ``\x..``.

    >>> shown("a\x1b[31m.py")
    'a\\x1b[31m.py'
    """
    cut = name if len(name) <= limit else f"{name[:limit]}…"
    return "".join(c if c.isprintable() else _escaped(c) for c in cut)


def _escaped(character: str) -> str:
    if "\udc80" <= character <= "\udcff":  # a byte that was not UTF-8
        return f"\\x{ord(character) - 0xDC00:02x}"
    return character.encode("unicode_escape").decode()


def listed(names: Iterable[str], limit: int = 10) -> str:
    """Word a list of foreign names, at most ``limit`` of them."""
    all_names = [shown(name) for name in names]
    more = f" and {len(all_names) - limit} more" if len(all_names) > limit else ""
    return ", ".join(all_names[:limit]) + more if all_names else "nothing"


def identify(name: str) -> str:
    """Turn a folder's or archive's name into an id that is safe as a file name everywhere.

    Args:
        name: The last component of a path.

    Returns:
        At most ``ID_CHARACTERS`` characters; never empty.
    """
    kept = ARCHIVE_SUFFIX.sub("", name).removesuffix(".git")
    kept = unicodedata.normalize("NFC", kept.encode("utf-8", "replace").decode())
    kept = "".join("_" if _unsafe(c) else c for c in kept)
    kept = _tidy(_tidy(kept)[:ID_CHARACTERS].encode()[:ID_BYTES].decode(errors="ignore"))
    if not kept:
        return "submission"
    is_device = kept.split(".")[0].strip().casefold() in _DEVICES
    return _tidy(f"_{kept}"[:ID_CHARACTERS]) if is_device else kept


def _unsafe(character: str) -> bool:
    return character in '/\\:*?"<>|' or not character.isprintable()


def _tidy(name: str) -> str:
    """Drop what file systems and command lines trip over at either end."""
    return name.strip(" .").lstrip("-. ")


def unique(id: str, taken: Collection[str]) -> str:
    """Add a number to an id that is taken, in any mixture of capitals.

    Args:
        id: The wish.
        taken: The ids given so far, casefolded.

    Returns:
        The wish, or the wish with the first free number.
    """
    if id.casefold() not in taken:
        return id
    number = 2
    while True:
        suffix = f"-{number}"
        numbered = id[: ID_CHARACTERS - len(suffix)] + suffix
        if numbered.casefold() not in taken:
            return numbered
        number += 1
