"""How values travel: plain data as JSON, every number spelt exactly, and within bounds that the parent accepts.

What is too large is named in its place, so that a person reads what came back, and a child spends no time on it.
"""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_INT_DIGITS = 1024  # hexadecimal; Python can still spell it in decimal, and what is larger is no answer of ours
MAX_CELLS = 1 << 20  # of one array
MAX_DIMENSIONS = 32
MAX_DEPTH = 64
DEEPEST = MAX_DEPTH - 4  # of an answer: the frame around it is nested, too
MAX_ANSWER = 240_000  # bytes, encoded: a frame may have 256 KiB
DTYPES = {"<f8", "<i8", "|b1"}
_KINDS = {"f": "<f8", "i": "<i8", "u": "<i8", "b": "|b1"}


@dataclass(frozen=True)
class Encoded:
    """A value that is encoded already."""

    data: Any


def encode_answer(value: Any) -> Encoded:
    """Encode a value of any size: whatever is too large becomes ``Opaque``, and costs little work."""
    try:
        return Encoded(_Encoder(MAX_ANSWER).encode(value))
    except _TooLarge:
        return Encoded({"o": _too_large(value)})


def encode(value: Any) -> Any:
    """Turn plain data into JSON values; what isn't plain becomes ``Opaque``."""
    return _Encoder(math.inf).encode(value)


class _TooLarge(Exception):
    """There is no room left."""


class _Encoder:
    """Encodes within some room, which is counted in bytes of JSON."""

    def __init__(self, room: float) -> None:
        self._room = room

    def encode(self, value: Any, depth: int = 0) -> Any:
        """Encode a value; ``_TooLarge`` as soon as it is known not to fit."""
        self._take(10)  # for brackets, a tag and a comma
        if value is None or value is True or value is False:
            return value
        if depth > DEEPEST:
            return self._opaque("too deeply nested")
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool):
            return bool(value)
        if isinstance(value, int):
            return self._integer(int(value))
        if isinstance(value, float):
            self._take(24)
            return {"f": float.hex(float(value))}
        if isinstance(value, str):
            return self._text(str(value))
        if isinstance(value, list | tuple):
            self._leave(len(value))
            return {"l": [self.encode(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            self._leave(len(value))
            return {"d": [self._item(key, item, depth + 1) for key, item in value.items()]}
        if isinstance(value, np.ndarray):
            return self._array(value)
        return value.data if isinstance(value, Encoded) else self._opaque(type(value).__name__)

    def _item(self, key: Any, value: Any, depth: int) -> list[Any]:
        """Encode an item of a mapping: one that is too large leaves its room to the others."""
        name = self._text(str(key))
        room = self._room
        try:
            return [name, self.encode(value, depth)]
        except _TooLarge:
            self._room = room
            return [name, self._opaque(_too_large(value))]

    def _integer(self, value: int) -> Any:
        if value.bit_length() > 4 * MAX_INT_DIGITS - 4:  # a digit's room for the sign
            return self._opaque(_too_large(value))
        self._take(value.bit_length() // 4 + 2)
        return {"i": format(value, "x")}

    def _array(self, array: np.ndarray[Any, Any]) -> Any:
        dtype = _KINDS.get(array.dtype.kind)
        if dtype is None:
            return self._opaque(f"array of {array.dtype}")
        if array.ndim > MAX_DIMENSIONS:
            return self._opaque(f"an array of {array.ndim} dimensions: too many to compare")
        self._take(50 + 20 * array.ndim + 11 * array.size)  # eight bytes a cell in base64
        cells = np.ascontiguousarray(array, dtype=dtype)
        return {"a": [dtype, list(array.shape), base64.b64encode(cells.tobytes()).decode("ascii")]}

    def _opaque(self, what: str) -> Any:
        return {"o": self._text(what[:80])}

    def _text(self, text: str) -> str:
        plain = text.isascii() and text.isprintable()
        self._take(len(text) if plain else 6 * len(text))  # as \u1234
        self._take(5 + text.count('"') + text.count("\\"))
        return text

    def _leave(self, items: int) -> None:
        """See that there is room for so many values."""
        if items * 10 > self._room:
            raise _TooLarge

    def _take(self, size: int) -> None:
        self._room -= size
        if self._room < 0:
            raise _TooLarge


def _too_large(value: Any) -> str:
    """Say what it is, and how much of it, in place of a value."""
    match value:
        case np.ndarray():
            what = f"an array of {value.size} cells"
        case str():
            what = f"a text of {len(value)} characters"
        case int():
            what = f"an integer of {value.bit_length()} bits"
        case dict() | list() | tuple():
            what = f"a {type(value).__name__[:20]} of {len(value)} items"
        case _:
            what = "a value"
    return f"{what}: too large to compare"
