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

from grader.running.encoding import (
    DTYPES,
    MAX_CELLS,
    MAX_DEPTH,
    MAX_DIMENSIONS,
    MAX_INT_DIGITS,
    encode,
)


class WireError(ValueError):
    """A frame that does not follow the protocol."""


@dataclass(frozen=True)
class Opaque:
    """Stands for a value of a type that has no place on the wire; equal to nothing that is expected."""

    type: str

    def __repr__(self) -> str:
        return f"<{self.type}>"


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
    if len(shape) > MAX_DIMENSIONS or math.prod(shape) > MAX_CELLS:
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
