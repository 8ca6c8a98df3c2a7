"""A task's verdict as JSON text and back, exactly."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import msgspec

from grader import typed
from grader.model import TaskVerdict


def encode(verdict: TaskVerdict) -> str:
    """Write a verdict as ASCII JSON.

    What students print may hold half a surrogate pair or a NUL, which neither UTF-8 nor every database can store; the
    escapes of JSON can.
    """
    plain = msgspec.to_builtins(verdict, enc_hook=_fraction_to_text)
    return json.dumps(plain, separators=(",", ":"))


def decode(text: str) -> TaskVerdict:
    """Read what ``encode`` wrote.

    Args:
        text: What the database holds.

    Returns:
        The same verdict.

    Raises:
        ValueError: It is not the JSON of a verdict.
    """
    return typed.convert(json.loads(text), TaskVerdict, _text_to_fraction)


def _fraction_to_text(value: Any) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"no JSON for {type(value)}")


def _text_to_fraction(kind: type, value: Any) -> Any:
    if kind is Fraction:
        try:
            return Fraction(value)
        except (TypeError, ZeroDivisionError) as error:
            raise ValueError(f"no fraction: {value!r}") from error
    raise NotImplementedError(f"no {kind} from JSON")
