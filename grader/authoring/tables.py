"""TOML files whose every complaint names file and line.

``tomllib`` tells lines for syntax alone; this reader finds them for keys and tables too. It knows nothing of courses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from grader.errors import TomlError, nearest

Line = int  # from 1
TOP = ""  # the name of the table above all headers

_HEADER = re.compile(r"\s*\[\[?\s*([\w.-]+)\s*\]\]?")
_KEY = re.compile(r"\s*([\w-]+)\s*=")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)$")


@dataclass
class Table:
    """One table of a TOML file, read key by key.

    Each reading method raises ``TomlError`` when the key is missing without a default, or of another type.
    """

    file: str  # as shown in errors
    name: str  # as in its header, "" above all headers
    line: Line
    values: Mapping[str, object]
    lines: Mapping[str, Line] = field(default_factory=dict)

    def allow(self, known: Iterable[str]) -> None:
        """Raise ``TomlError`` for the first key that is not known."""
        names = list(known)
        for key in self.values:
            if key not in names:
                raise self.error(
                    f"Unknown key {key!r} in {self._title}.{nearest(key, names)}",
                    key,
                    f"use only {', '.join(names)}",
                )

    def text(self, key: str) -> str:
        """Read a text that is not empty."""
        value = self.any_text(key)
        if not value.strip():
            raise self.wrong_type(key, 'a text such as "…"')
        return value

    def any_text(self, key: str) -> str:
        """Read a text that may be empty."""
        value = self._required(key)
        if not isinstance(value, str):
            raise self.wrong_type(key, 'a text such as "…"')
        return value

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Read a list of texts."""
        value = self.values.get(key) if default is not None else self._required(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self.wrong_type(key, 'a list of texts such as ["…", "…"]')
        return tuple(value)

    def number(self, key: str, default: Fraction | None = None) -> Fraction:
        """Read a positive number, exactly as it is written."""
        value = self.values.get(key) if default is not None else self._required(key)
        if value is None and default is not None:
            return default
        exact = _exact(value)
        if exact is None or exact <= 0:
            raise self.wrong_type(key, "a positive number")
        return exact

    def flag(self, key: str) -> bool:
        """Read true or false; false when it is absent."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong_type(key, "true or false")
        return value

    def wrong_type(self, key: str, wanted: str) -> TomlError:
        """Word the complaint about a value of another type."""
        return self.error(f"{key!r} in {self._title} must be {wanted}.", key)

    def error(self, what: str, key: str = "", next_step: str = "") -> TomlError:
        """Word a complaint about this table, at the line of ``key`` where it has one."""
        return TomlError(self.file, self.lines.get(key, self.line), what, next_step)

    @property
    def _title(self) -> str:
        return f"[[{self.name}]]" if self.name else "the top table"

    def _required(self, key: str) -> object:
        if key not in self.values:
            raise self.error(f"{self._title} has no {key!r}.", next_step=f"add {key} = …")
        return self.values[key]


@dataclass(frozen=True)
class TomlFile:
    """A TOML file: the table above all headers, and its arrays of tables by name."""

    top: Table
    arrays: Mapping[str, tuple[Table, ...]]


def read_toml(path: Path, shown: str, arrays: Iterable[str]) -> TomlFile:
    """Read a TOML file whose only tables are the named arrays of tables.

    Args:
        path: The file.
        shown: How errors name it.
        arrays: The names that ``[[name]]`` headers may have.

    Returns:
        Its tables.

    Raises:
        TomlError: The file is absent, not UTF-8, not TOML, or has another header.
    """
    text = _read(path, shown)
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(shown, text, str(error)) from None
    places = _scan(text)
    names = tuple(arrays)
    for place in places:
        if place.name != TOP and place.name not in names:
            known = ", ".join(f"[[{name}]]" for name in names)
            raise TomlError(
                shown,
                place.line,
                f"Unknown table {place.name!r}.{nearest(place.name, names)}",
                f"use only {known}",
            )
    top = {key: value for key, value in data.items() if key not in names}
    return TomlFile(
        Table(shown, TOP, 1, top, places[0].keys),
        {name: _tables(shown, name, data.get(name, []), places) for name in names},
    )


@dataclass
class _Place:
    """Where a table begins, and the lines of its keys."""

    name: str
    line: Line
    keys: dict[str, Line] = field(default_factory=dict)


def _scan(text: str) -> list[_Place]:
    """Find the headers and keys of a valid TOML text, leaving out what stands in multi-line strings."""
    places = [_Place(TOP, 1)]
    open_quote = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if open_quote:
            if open_quote in line:
                open_quote = ""
            continue
        if header := _HEADER.match(line):
            places.append(_Place(header[1], number))
        elif key := _KEY.match(line):
            places[-1].keys.setdefault(key[1], number)
            open_quote = next((quote for quote in ('"""', "'''") if line.count(quote) == 1), "")
    return places


def _tables(shown: str, name: str, found: object, places: list[_Place]) -> tuple[Table, ...]:
    own = [place for place in places if place.name == name]
    if (
        not isinstance(found, list)
        or not all(isinstance(item, dict) for item in found)
        or len(own) != len(found)
    ):
        line = own[0].line if own else places[0].keys.get(name, 1)
        raise TomlError(shown, line, f"{name!r} must be written as [[{name}]] tables.")
    return tuple(
        Table(shown, name, place.line, values, place.keys)
        for values, place in zip(found, own, strict=True)
    )


def _read(path: Path, shown: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TomlError(shown, 0, "There is no such file.", "write it") from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise TomlError(shown, line, "This is not UTF-8.", "save the file as UTF-8") from None


def _syntax(shown: str, text: str, message: str) -> TomlError:
    at = _AT_LINE.search(message)
    line = int(at[1]) if at else len(text.splitlines())
    return TomlError(shown, line, f"This is not TOML: {_AT_LINE.sub('', message)}.")


def _exact(value: object) -> Fraction | None:
    if isinstance(value, Decimal) and value.is_finite():
        return Fraction(value)
    return Fraction(value) if isinstance(value, int) and not isinstance(value, bool) else None
