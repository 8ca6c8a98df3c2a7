"""An exception that student code raised, as plain data: what it says, and where it came from."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

PLACES = 10  # of an error that are told

Place = tuple[str, int]  # a file inside the stage, and a line of it


def describe(error: BaseException, folder: str) -> dict[str, Any]:
    """Describe an exception for the parent.

    Args:
        error: The exception; of a group, the first one is described.
        folder: The stage's. Frames outside of it are left out.

    Returns:
        Its ``type``, ``message`` and ``notes``; ``raised_at``, the innermost place in the folder; and ``places``, the
        same without those in tests, the innermost first.
    """
    error = innermost(error)
    inside = _inside(error, folder)
    return {
        "type": type(error).__name__[:80],
        "message": _said(error)[:4000],
        "notes": "\n".join(getattr(error, "__notes__", []))[:4000],
        "raised_at": inside[0] if inside else None,
        "places": [place for place in inside if not place[0].startswith("tests/")][:PLACES],
    }


def _said(error: BaseException) -> str:
    if isinstance(error, pytest.FixtureLookupError):  # it says so only when pytest words it
        return f"fixture '{error.argname}' not found"
    return str(error)


def innermost(error: BaseException) -> BaseException:
    """Take the first of a group: Hypothesis may report several failures at once."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return error


def _inside(error: BaseException, folder: str) -> list[Place]:
    """List the places in the folder that an error passed through, the innermost first."""
    frames = traceback.walk_tb(error.__traceback__)
    places = [(frame.f_code.co_filename, line) for frame, line in frames]
    if isinstance(error, SyntaxError) and (error.filename or "").startswith(f"{folder}/"):
        places = [(str(error.filename), error.lineno or 0)]
    return [
        (path[len(folder) + 1 :][:200], line)
        for path, line in reversed(places)
        if path.startswith(f"{folder}/")
    ]
