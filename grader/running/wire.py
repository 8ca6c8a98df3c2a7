"""The wire between a confined child and the trusted parent: JSON frames of plain data, and nothing executable.

Every number is spelt exactly (floats and integers in hexadecimal), so that what is compared is what was computed. A
decoder trusts nothing: whatever is malformed is a ``WireError``, never another exception.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_INT_DIGITS = 1024  # hexadecimal; Python can still spell it in decimal, and what is larger is no answer of ours
MAX_CELLS = 1 << 20  # of one array
MAX_DEPTH = 64
MAX_ANSWER = 240_000  # bytes, encoded: a frame may have 256 KiB
DTYPES = {"<f8", "<i8", "|b1"}
_KINDS = {"f": "<f8", "i": "<i8", "u": "<i8", "b": "|b1"}


class WireError(ValueError):
    """A frame that does not follow the protocol."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value of a type that has no place on the wire; equal to nothing that is expected."""

    type: str

    def __repr__(self) -> str:
        return f"<{self.type}>"


@dataclass(frozen=True)
class Encoded:
    """A value that is encoded already."""

    data: Any


@dataclass(frozen=True)
class Frame:
    """One message of a child: what kind it is and what it carries."""

    kind: str
    value: Any
    size: int = 0  # in bytes, encoded


def pack(nonce: str, kind: str, value: Any) -> bytes:
    """Encode one frame."""
    return json.dumps([nonce, kind, encode(value)], separators=(",", ":")).encode("ascii")


def unpack(data: bytes, nonce: str) -> Frame:
    """Decode one frame and check that it belongs to this run.

    Args:
        data: What a child sent.
        nonce: The run's.

    Returns:
        The frame; its value is plain data.

    Raises:
        WireError: If it is malformed, or of another run.
    """
    try:
        message = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise WireError("not JSON") from error
    if not (isinstance(message, list) and len(message) == 3 and message[0] == nonce):
        raise WireError("not a frame of this run")
    kind = message[1]
    if not isinstance(kind, str):
        raise WireError("a frame's kind is not text")
    return Frame(kind, decode(message[2]), len(data))


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
        if depth > MAX_DEPTH:
            return self._opaque("too deeply nested")
        if isinstance(value, np.generic):
            value = value.item()
        if isinstance(value, bool):
            return bool(value)
        if isinstance(value, int):
            self._take(value.bit_length() // 4 + 2)
            return {"i": format(int(value), "x")}
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

    def _array(self, array: np.ndarray[Any, Any]) -> Any:
        dtype = _KINDS.get(array.dtype.kind)
        if dtype is None:
            return self._opaque(f"array of {array.dtype}")
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


def decode(data: Any, depth: int = 0) -> Any:
    """Turn JSON values back into plain data.

    Args:
        data: What ``encode`` made, or anything else.
        depth: How deeply it is nested.

    Returns:
        The plain data.

    Raises:
        WireError: If the data is malformed or over a bound.
    """
    if data is None or isinstance(data, bool | str):
        return data
    if depth > MAX_DEPTH or not (isinstance(data, dict) and len(data) == 1):
        raise WireError("not an encoded value")
    ((tag, body),) = data.items()
    try:
        return _decode_tagged(tag, body, depth)
    except (ValueError, TypeError, OverflowError, binascii.Error) as error:
        raise WireError(f"malformed {tag!r}") from error


def _decode_tagged(tag: str, body: Any, depth: int) -> Any:
    if tag == "f":
        return float.fromhex(body)
    if tag == "i" and len(body) <= MAX_INT_DIGITS:
        return int(body, 16)
    if tag == "l":
        return [decode(item, depth + 1) for item in _list(body)]
    if tag == "d":
        return {_text(key): decode(item, depth + 1) for key, item in _list(body)}
    if tag == "a":
        return _decode_array(*_list(body))
    if tag == "o":
        return Opaque(_text(body)[:80])
    raise WireError(f"unknown tag {tag!r}")


def _decode_array(dtype: Any, shape: Any, cells: Any) -> np.ndarray[Any, Any]:
    if dtype not in DTYPES or not all(type(n) is int and n >= 0 for n in _list(shape)):
        raise WireError("unknown array type or shape")
    if len(shape) > 32 or math.prod(shape) > MAX_CELLS:
        raise WireError("array too large")
    flat = np.frombuffer(base64.b64decode(_text(cells), validate=True), dtype=dtype)
    return flat.reshape(shape)


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise WireError("not a list")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WireError("not text")
    return value
