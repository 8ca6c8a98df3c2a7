"""A submission that is a commit of a git repository: read from its objects, never checked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from grader.errors import NoSuchRevision, Refused
from grader.model import Problem
from grader.submission.names import SHOWN_PATH, shown
from grader.submission.objects import Objects
from grader.submission.repository import Repository, locate
from grader.submission.tree import FILE_BYTES, LINK, MISSING, TOO_LARGE, Entry, join

_LISTING = 1 << 20  # bytes of a commit or of one folder's listing
_TOO_LONG = "is too long to be read from the repository"
_TREE = re.compile(rb"tree ([0-9a-f]+)\n")
_COMMITTER = re.compile(rb"^committer [^\n]*> *(-?\d{1,15})(?: [^\n]*)?$", re.MULTILINE)
_KINDS = {b"100": Entry.FILE, b"120": Entry.LINK, b"40": Entry.FOLDER}

_Listing = dict[str, tuple[Entry, str]]  # name to what it is and its object


class Commit:
    """One commit's files."""

    def __init__(self, path: Path, revision: str) -> None:
        """Find a commit.

        Args:
            path: The repository.
            revision: A branch, a tag, a commit or another of git's names for one.

        Raises:
            NotAGitRepository: There is no repository that may be read.
            NoSuchRevision: The repository has no such commit.
            GitNotFound: git is not installed.
            Refused: The repository is damaged.
        """
        self._listings: dict[str, _Listing] = {}
        self._problems: list[Problem] = []
        repository = locate(path)
        self._objects = Objects(repository)
        try:
            self.commit: str | None = self._resolved(path, repository, revision)
            content = self._objects.content(self.commit, "commit", _LISTING, _TOO_LONG)
            tree = _TREE.match(content)
            if tree is None:
                raise Refused("is not a commit that can be read")
            self.submitted_at = _date(content)
            self._listings[""] = self._listing("", tree[1].decode())
        except BaseException:
            self._objects.__exit__()
            raise

    def __enter__(self) -> Commit:
        return self

    def __exit__(self, *exception: object) -> None:
        self._objects.__exit__(*exception)

    @property
    def oddities(self) -> tuple[Problem, ...]:
        """Names that a folder of the commit has twice."""
        return tuple(self._problems)

    def entries(self, folder: str) -> dict[str, Entry]:
        """List a folder."""
        try:
            return {name: kind for name, (kind, _) in self._opened(folder).items()}
        except Refused:
            return {}

    def read(self, path: str) -> bytes:
        """Read a plain file, as ``Tree.read`` says."""
        folder, _, name = path.rpartition("/")
        kind, sha = self._entry(folder, name)
        if kind is Entry.LINK:
            raise Refused(LINK)
        if kind is not Entry.FILE:
            raise Refused(f"is {kind}, not a file")
        return self._objects.content(sha, "blob", FILE_BYTES, TOO_LARGE)

    def _resolved(self, path: Path, repository: Repository, revision: str) -> str:
        found = None
        if revision.isprintable():
            found = self._objects.find(f"{revision}^{{commit}}")
        if found is None and revision in repository.names:
            raise Refused(
                f"The commit of {shown(revision)} can't be read: damaged, or a partial clone"
            )
        if found is None:
            names = [shown(name) for name in repository.names]
            raise NoSuchRevision(shown(revision), shown(str(path), SHOWN_PATH), names)
        return found[0]

    def _opened(self, folder: str) -> _Listing:
        if folder not in self._listings:
            outer, _, name = folder.rpartition("/")
            kind, sha = self._entry(outer, name)
            if kind is not Entry.FOLDER:
                raise Refused(f"lies behind {name}, which is not a plain folder")
            self._listings[folder] = self._listing(folder, sha)
        return self._listings[folder]

    def _entry(self, folder: str, name: str) -> tuple[Entry, str]:
        try:
            return self._opened(folder)[name]
        except KeyError:
            raise Refused(MISSING) from None

    def _listing(self, folder: str, sha: str) -> _Listing:
        """Read a folder's listing; a name that stands there twice means nothing."""
        listing: _Listing = {}
        content = self._objects.content(sha, "tree", _LISTING, _TOO_LONG)
        for name, kind, entry in _parsed(content, len(sha) // 2):
            if name in listing:
                self._problems.append(Problem(shown(join(folder, name)), "is in the commit twice"))
                kind = Entry.OTHER
            listing[name] = (kind, entry)
        return listing


def _parsed(content: bytes, width: int) -> Iterator[tuple[str, Entry, str]]:
    """Read git's tree format: mode, space, name, NUL, object in ``width`` bytes."""
    at = 0
    while at < len(content):
        space, nul = content.find(b" ", at), content.find(b"\0", at)
        if not at < space < nul or nul + 1 + width > len(content):
            raise Refused("can't be read from the repository: damaged")
        mode, name = content[at:space], content[space + 1 : nul]
        at = nul + 1 + width
        kind = _KINDS.get(mode[:-3], Entry.OTHER)
        yield name.decode("utf-8", "surrogateescape"), kind, content[nul + 1 : at].hex()


def _date(content: bytes) -> str | None:
    """Find the commit's date; what lies outside the calendar is none."""
    committer = _COMMITTER.search(content.partition(b"\n\n")[0])
    try:
        return committer and datetime.fromtimestamp(int(committer[1]), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None
