"""Making typed values of plain data where several threads do so: one at a time.

Before msgspec makes its first value of a type, it learns the type, in several steps that run Python. A second thread
that asks for the same type in the middle is given what is there, and the whole process ends with a segmentation fault
(seen with 0.22, where two workers read their first record).
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_TURN = Lock()


def convert(plain: object, kind: type[T], hook: Callable[[type, Any], Any] | None = None) -> T:
    """Make a value of a type from numbers, texts, lists and dictionaries.

    Args:
        plain: What the value is made of.
        kind: Its type.
        hook: Makes what msgspec does not know: given the type and the plain value. It must not call this.

    Returns:
        The value.

    Raises:
        msgspec.ValidationError: It does not fit the type; the error says where in it.
        RecursionError: It is nested too deeply.
    """
    with _TURN:
        return msgspec.convert(plain, kind, dec_hook=hook)


def decode(data: bytes | str, kind: type[T]) -> T:
    """Make a value of a type from JSON.

    Args:
        data: The JSON.
        kind: The type.

    Returns:
        The value.

    Raises:
        msgspec.DecodeError: It is not JSON, or does not fit the type.
        UnicodeDecodeError: It is not UTF-8.
        RecursionError: It is nested too deeply.
    """
    with _TURN:
        return msgspec.json.decode(data, type=kind)
