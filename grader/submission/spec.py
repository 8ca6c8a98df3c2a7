"""How a submission is named on the command line: a path, or a repository's path, ``@`` and a revision."""

from __future__ import annotations

import os
from pathlib import Path

from grader.errors import NoSuchPath, NoSuchRevision
from grader.submission.names import SHOWN_PATH, shown


def split(spec: str) -> tuple[Path, str | None]:
    """Take a spec apart; a path that exists as it stands wins, then the longest that does.

    >>> split(".@v1@2")
    (PosixPath('.'), 'v1@2')

    Args:
        spec: As it was typed.

    Returns:
        The path, and the revision where there is one.

    Raises:
        NoSuchPath: No reading of it names something that exists.
        NoSuchRevision: Nothing follows the ``@``.
    """
    if spec and os.path.lexists(spec):
        return Path(spec), None
    at = spec.rfind("@")
    while at > 0:
        if os.path.lexists(spec[:at]):
            if not spec[at + 1 :]:
                raise NoSuchRevision("after the @", shown(spec, SHOWN_PATH), ())
            return Path(spec[:at]), spec[at + 1 :]
        at = spec.rfind("@", 0, at)
    raise NoSuchPath(shown(spec, SHOWN_PATH), _siblings(spec))


def _siblings(spec: str) -> list[str]:
    try:
        return os.listdir(os.path.dirname(spec) or ".")
    except OSError:
        return []
