"""What a child says, as the parent keeps it: short texts, in which no folder of this machine has a name.

A child can send any text in any field. Here each becomes one of bounded length, in which the stage's folder is gone:
``minitorch/operators.py`` is left, the same for everyone. What differs from run to run only, such as the address of an
object, is replaced, so that equal mistakes make equal texts.
"""

from __future__ import annotations

import os
import re
import sysconfig
from functools import cache
from pathlib import Path
from typing import Any

from grader.running.raised import PLACES, Place
from grader.sandbox.interpreter import packages
from grader.scratch import PREFIX

# Characters of a text that are kept.
MAX_TYPE = 80
MAX_PATH = 200
MAX_ID = 400
MAX_ANSWER = 300  # what a probe raises: the questions lie beside it, and must not be carried out
MAX_SENTENCE = 1000
MAX_MESSAGE = 2000
MAX_NOTES = 4000
MAX_WARNING = 500
MAX_LINE = 1 << 31

_ADDRESS = re.compile(r"(?<![0-9a-zA-Z])0x[0-9a-fA-F]{6,16}\b")
_TEMPORARY = re.compile(r"(?<=/)tmp[a-z0-9_]{8}\b")


class Claims:
    """Takes in the texts and places that the children of one stage send.

    Args:
        stage: The stage's folder.
    """

    def __init__(self, stage: Path) -> None:
        workplace = re.escape(f"{stage.parent.parent.parent}/{PREFIX}") + r"\w*"
        inside = r"(?:/(?:stages|private)(?:/[\w.-]*)?|/engine)?"
        libraries = "|".join(re.escape(f"{folder}/") for folder in _libraries())
        own = re.escape(str(stage))
        self._folders = re.compile(rf"(?:{own}|{workplace}{inside})(/?)|{libraries}")

    def text(self, value: object, limit: int) -> str:
        """Take in a text.

        Args:
            value: What a child sent: a text, or nothing.
            limit: Characters to keep.

        Returns:
            The text; empty where it is none.
        """
        if not isinstance(value, str):
            return ""
        # Before it is cut: half a path would not be recognised. A frame's length bounds the work.
        kept = _TEMPORARY.sub("tmp…", _ADDRESS.sub("0x…", value))
        return self._folders.sub(_without_folder, kept)[:limit]

    def place(self, value: object) -> Place | None:
        """Take in a place; what is no place is left out."""
        if not (isinstance(value, list) and len(value) == 2):
            return None
        path, line = value
        if not (isinstance(path, str) and type(line) is int and 0 <= line < MAX_LINE):
            return None
        return path[:MAX_PATH], line

    def places(self, value: object) -> tuple[Place, ...]:
        """Take in the places that an error passed through, the innermost first."""
        found = value[:PLACES] if isinstance(value, list) else []
        return tuple(place for each in found if (place := self.place(each)) is not None)


def identifier(value: Any) -> str:
    """Take in a text that has to be equal to one that is known: whole, or not at all."""
    return value if isinstance(value, str) and len(value) <= MAX_ID else ""


@cache
def _libraries() -> list[str]:
    """List where Python and its packages lie: the longest path first, as one may lie inside another."""
    own = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    found = {os.path.normpath(path) for path in (*own, *packages())}
    real = {os.path.realpath(path) for path in found}
    return sorted(found | real, key=len, reverse=True)


def _without_folder(found: re.Match[str]) -> str:
    """Leave a file's path inside a folder; of the folder alone, a dot."""
    return "." if found[1] == "" else ""
