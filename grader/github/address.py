"""Which repository of GitHub an address means, as git takes it."""

from __future__ import annotations

import re

_ADDRESS = re.compile(
    r"(?:https?://|ssh://)?(?:[^/@]+@)?(?P<host>[^/:@]+)(?::[0-9]+(?=/))?[/:]"
    r"(?P<repository>[A-Za-z0-9_-]+/[A-Za-z0-9._-]+?)(?:\.git)?/?"
)


def repository_at(address: str, server: str) -> str | None:
    """Read an address.

    Args:
        address: As a roster has it.
        server: Where GitHub is; in a run of Actions, what GITHUB_SERVER_URL holds.

    Returns:
        ``owner/name``; None where it lies somewhere else.
    """
    found = _ADDRESS.fullmatch(address)
    if not found or found["host"].casefold() != server.partition("://")[2].casefold():
        return None
    return found["repository"]
