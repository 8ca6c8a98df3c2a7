"""Who is in the class, as a CSV file says."""

from __future__ import annotations

import csv
import io
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import BadRemote, BadRoster, nearest
from grader.submission.names import SHOWN_PATH, identify, listed, shown
from grader.submission.repository import is_ref

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_SCHEMES = ("https", "ssh", "file")
_ADDRESS = re.compile(r"[^/:]+:")  # USER@HOST:PATH, as git knows it from a path
# USER@HOST:PORT/PATH, or USER@HOST:PATH
_HOST = re.compile(r"(?:[^/@]*@)*([^/:]*)(?::\d*(?=/))?[/:]?(.*)", re.DOTALL)
_HELPER = re.compile(r"[^/:]*::")  # ext::COMMAND, and the like: git would run a program

Cells = dict[str, str]  # by the header's names
COLUMNS = ("id", "name", "email", "canvas_id", "repository", "branch")
ROSTER = "roster"  # what a problem is about that is the roster's, not the student's


@dataclass(frozen=True)
class Row:
    """A student on the roster."""

    id: str  # safe as a file name, and nobody else's
    name: str = ""  # in one line, fit to be shown
    email: str = ""
    canvas_id: str = ""
    repository: str = ""  # an address, or a local repository's absolute path
    branch: str = ""  # none: the one that the repository shows first


def read_roster(path: Path) -> list[Row]:
    """Read a roster: a CSV file with a header, separated by commas or semicolons.

    Args:
        path: The file; paths of repositories in it begin at its folder.

    Returns:
        Everyone on it, in its order.

    Raises:
        BadRoster: It can't be read, has no column ``id``, nobody in it, or somebody twice.
        BadRemote: It names a repository or a branch that must not be asked for.
    """
    where = shown(str(path), SHOWN_PATH)
    rows = [_row(cells, path.parent, at) for at, cells in _cells(_text(path, where), where)]
    if not rows:
        raise BadRoster("nobody is on it", where)
    _refuse_twins(rows, where)
    return rows


def sharing(rows: Sequence[Row]) -> list[list[Row]]:
    """Group rows that name one repository, however they spell it, unless each names a branch of its own.

    Args:
        rows: The class.

    Returns:
        Groups of at least two.
    """
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.repository:
            groups[_address(row.repository)].append(row)
    return [group for group in groups.values() if len(group) > 1 and not _on_own_branches(group)]


def _on_own_branches(rows: Sequence[Row]) -> bool:
    """Tell whether rows name different branches; a row without one may mean any."""
    branches = {row.branch for row in rows}
    return "" not in branches and len(branches) == len(rows)


def _address(repository: str) -> str:
    """Spell a repository's address in one way: without scheme, user, port, capitals and suffix."""
    if os.path.isabs(repository) or repository.startswith("file://"):
        return os.path.realpath(repository.removeprefix("file://")).removesuffix("/.git")
    plain = _SCHEME.sub("", repository)
    host, path = _HOST.fullmatch(plain).groups()  # type: ignore[union-attr]
    return f"{host}/{path.strip('/').removesuffix('.git')}".casefold()


def unread_columns(path: Path) -> list[str]:
    """List the columns of a roster that nothing is read from.

    Args:
        path: A roster.

    Returns:
        Their names, fit to be shown, each with the column that may be meant.

    Raises:
        BadRoster: As ``read_roster`` says.
    """
    where = shown(str(path), SHOWN_PATH)
    heads, _ = _table(_text(path, where), where)
    missing = [column for column in COLUMNS if column not in heads]
    unread = [head for head in heads if head and head not in COLUMNS]
    return [f"`{shown(head)}`.{nearest(head, missing)}" for head in unread]


def _text(path: Path, where: str) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadRoster(error.strerror or "it can't be read", where) from None
    except UnicodeDecodeError as error:
        raise BadRoster(f"it is not UTF-8 (byte {error.start})", where) from None


def _cells(text: str, where: str) -> Iterator[tuple[str, Cells]]:
    """Yield each row that holds anything, and where it stands."""
    heads, rows = _table(text, where)
    for line, row in rows:
        if not any(row):
            continue
        at = f"{where}:{line}"
        if any(row[len(heads) :]):
            raise BadRoster(
                "a row is longer than the header; what holds a separator is put in quotes", at
            )
        yield at, dict(zip(heads, row, strict=False))  # empty cells at the end may be left out


def _table(text: str, where: str) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Take the table apart by the separator that makes a column ``id`` of the header."""
    for separator in ",;\t":
        # Not strict yet: by another separator, what is right may look wrong.
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        try:
            heads = [cell.strip().casefold() for cell in next(reader, [])]
            if "id" not in heads:
                continue
            reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader]
        except csv.Error as error:
            raise BadRoster(f"{error}", f"{where}:{reader.line_num}") from None
        return heads, rows[1:]
    found = listed([text.partition("\n")[0].strip()]) if text.strip() else "nothing"
    raise BadRoster(f"its first line has no column `id`; found {found}", where)


def _row(cells: Cells, folder: Path, at: str) -> Row:
    if not cells.get("id"):
        raise BadRoster("a row has no id", at)
    return Row(
        id=identify(cells["id"]),
        name=shown(" ".join(cells.get("name", "").split())),
        email=cells.get("email", ""),
        canvas_id=cells.get("canvas_id", ""),
        repository=_repository(cells.get("repository", ""), folder, at),
        branch=_branch(cells.get("branch", ""), at),
    )


def _repository(text: str, folder: Path, at: str) -> str:
    """Let through what git reaches by a known way, and nothing that git takes for an option or a command."""
    scheme = _SCHEME.match(text)
    if text.startswith("-") or not text.isprintable() or _HELPER.match(text):
        raise BadRemote(shown(text), "this is not a repository's address", at)
    if scheme and scheme[1] not in _SCHEMES:
        raise BadRemote(shown(text), f"{scheme[1]} is not one of {', '.join(_SCHEMES)}", at)
    if not text or scheme or _ADDRESS.match(text):
        return text
    try:
        return os.path.abspath(folder / Path(text).expanduser())
    except RuntimeError:
        raise BadRemote(shown(text), "nobody here has that home folder", at) from None


def _branch(text: str, at: str) -> str:
    if text and not is_ref(f"refs/heads/{text}"):
        raise BadRemote(f"branch {shown(text)}", "this is not a branch's name", at)
    return text


def _refuse_twins(rows: Sequence[Row], where: str) -> None:
    """Refuse ids that would be one folder, on this system or on another."""
    known: set[str] = set()
    for row in rows:
        if row.id.casefold() in known:
            raise BadRoster(f"two of its ids are one: {row.id}", where)
        known.add(row.id.casefold())
