"""``record.json``: how a record is written down, read back and checked. It decides no score.

The file is the agreement with everything outside: ``record.schema.json`` describes it for other programs.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

import msgspec

from grader import typed
from grader.errors import RecordError
from grader.model import Record

SCHEMA = 1
LARGEST = 16 << 20  # bytes of a record that is written, or read
ENTRIES = 2000  # of one list
# Characters of one text. Reports show about half of the first; the others are for records that would be too large.
CHARACTERS = (4000, 1000, 100)
_CUT = "… (cut)"


def encode(record: Record) -> bytes:
    """Write a record as indented JSON, ``schema`` first, always in the same order of keys.

    Long texts and lists are cut, so that whatever students print, the record can be read again.
    """
    plain = {"schema": record.schema, **msgspec.to_builtins(record)}
    written = b""
    for most in CHARACTERS:
        written = msgspec.json.format(msgspec.json.encode(_encodable(plain, most)), indent=2)
        if len(written) < LARGEST:
            break
    return written + b"\n"


def decode(data: bytes, where: str = "record.json") -> Record:
    """Read a record, believing nothing about the bytes.

    Args:
        data: What may be the content of a ``record.json``.
        where: What to call the bytes in an error.

    Returns:
        The record they hold.

    Raises:
        RecordError: They are no record, or one of another schema; the error says where in them.
    """
    try:
        plain = msgspec.json.decode(data)
        _check_schema(plain, where)
        record = typed.convert(plain, Record)
    except msgspec.MsgspecError as error:
        what, _, path = str(error).partition(" - at ")
        raise RecordError(what, where, path.strip("`")) from None
    except UnicodeDecodeError as error:
        raise RecordError("it is not UTF-8", where, f"byte {error.start}") from None
    except RecursionError:
        raise RecordError("it is nested too deeply", where) from None
    unknown = _unknown_key(plain, msgspec.to_builtins(record), "$")
    if unknown:
        raise RecordError("a key that a record does not have", where, unknown)
    return record


def read(path: Path) -> Record:
    """Read a record's file.

    Args:
        path: The file, wherever its bytes come from.

    Returns:
        The record it holds.

    Raises:
        RecordError: There is no such file, or it holds no record.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RecordError(error.strerror or "it can't be read", str(path)) from None
    return decode(data, str(path))


def write(record: Record, path: Path) -> None:
    """Write ``record.json`` atomically: a reader sees the old one or the new one, whole."""
    replace(path, encode(record))


def replace(path: Path, data: bytes) -> None:
    """Put a file in place at once, and on the disk before the old one goes.

    Args:
        path: Where; missing folders are made.
        data: The whole content.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not tempfile: its files are private (0600), and reports are there to be read by others.
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        with open(temporary, "xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def schema() -> bytes:
    """Make the JSON Schema of ``record.json`` from the dataclasses, as ``record.schema.json`` holds it."""
    made = msgspec.json.schema(Record)
    shapes: dict[str, dict[str, Any]] = made["$defs"]
    for shape in shapes.values():
        if shape.get("type") == "object":
            shape["additionalProperties"] = False
    top = shapes["Record"]
    top["properties"] = {"schema": {"const": SCHEMA}} | {
        name: value for name, value in top["properties"].items() if name != "schema"
    }
    top["required"].insert(0, "schema")
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | made
    return msgspec.json.format(msgspec.json.encode(made), indent=2) + b"\n"


def _check_schema(plain: object, where: str) -> None:
    """Tell a record of another version apart before its shape is looked at."""
    if not isinstance(plain, dict):
        raise RecordError("it is not a JSON object", where)
    version = plain.get("schema")
    if type(version) is not int or version != SCHEMA:
        raise RecordError(
            f"its schema is {version!r:.40}, and this grader reads {SCHEMA}", where, "$.schema"
        )


def _unknown_key(given: object, known: object, path: str) -> str:
    """Find the first key in ``given`` that ``known``, the same data read and written, has not."""
    if isinstance(given, dict) and isinstance(known, dict):
        for key, value in given.items():
            if key not in known:
                return f"{path}.{ascii(key)[1:-1]:.80}"
            if found := _unknown_key(value, known[key], f"{path}.{key}"):
                return found
    elif isinstance(given, list) and isinstance(known, list | tuple):
        for index, (one, other) in enumerate(zip(given, known, strict=True)):
            if found := _unknown_key(one, other, f"{path}[{index}]"):
                return found
    return ""


def _encodable(value: Any, most: int) -> Any:
    """Cut texts and lists, and spell out lone surrogates: a student's text can hold them, and UTF-8 can't.

    Args:
        value: What msgspec makes of a record, or a part of it.
        most: Characters of one text.

    Returns:
        The same, fit to be written.
    """
    if isinstance(value, str):
        spelt = value[: most + 1].encode("utf-8", "backslashreplace").decode()
        return spelt if len(spelt) <= most else spelt[: most - len(_CUT)] + _CUT
    if isinstance(value, dict):
        return {key: _encodable(entry, most) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(entry, most) for entry in value[:ENTRIES]]
    return value
