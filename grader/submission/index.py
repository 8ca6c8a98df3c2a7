"""What an archive holds, by name: a tree of entries, none of which is on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from grader.errors import Refused
from grader.model import Problem
from grader.submission.names import listed, shown
from grader.submission.tree import LINK, MISSING, NAMES, Entry

_LENGTH = 400  # characters of a path; the course's are a tenth of it

TOO_MANY = f"The archive holds more than {NAMES} names: pack the module folders alone, without .git or .venv"


class Index:
    """An archive's entries. Contents are read when they are asked for."""

    commit: str | None = None
    submitted_at: str | None = None

    def __init__(self) -> None:
        self.closing = ExitStack()
        self._folders: dict[str, dict[str, Entry]] = {"": {}}
        self._readers: dict[str, Callable[[], bytes]] = {}
        self._twice: dict[str, None] = {}
        self._odd: list[str] = []
        self._count = 0

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *exception: object) -> None:
        self.closing.close()

    @contextmanager
    def closing_on_error(self) -> Iterator[None]:
        """Let go of the archive if it can't be indexed."""
        with ExitStack() as stack:
            stack.push(self.closing)
            yield
            stack.pop_all()

    def add(self, name: str, kind: Entry, read: Callable[[], bytes]) -> None:
        """Add an entry as the archive names it.

        Args:
            name: A path, not to be believed.
            kind: What it is.
            read: Reads its content, or raises Refused.

        Raises:
            Refused: It is one too many.
        """
        self._count += 1
        if self._count > NAMES:
            raise Refused(TOO_MANY)
        path = name.removeprefix("./").removesuffix("/")
        if path in ("", "."):
            return
        if not _is_path(path):
            self._odd.append(name)
        elif self._put(path, kind) and kind is not Entry.FOLDER:
            self._readers[path] = read

    @property
    def oddities(self) -> tuple[Problem, ...]:
        """Names that the archive has twice, and names that are no paths."""
        problems = [
            Problem(shown(path), "is in the archive twice, and was not taken")
            for path in self._twice
        ]
        if self._odd:
            problems.append(
                Problem(
                    ".", f"the archive holds odd names, which were not taken: {listed(self._odd)}"
                )
            )
        return tuple(problems)

    def entries(self, folder: str) -> dict[str, Entry]:
        """List a folder."""
        return dict(self._folders.get(folder, {}))

    def read(self, path: str) -> bytes:
        """Read a plain file, as ``Tree.read`` says."""
        for outer in _outer(path):
            folder, _, name = outer.rpartition("/")
            kind = self._folders.get(folder, {}).get(name)
            if outer in self._twice or kind not in (Entry.FOLDER, None):
                raise Refused(f"lies behind {shown(outer)}, which is not a plain folder")
        folder, _, name = path.rpartition("/")
        found = self._folders.get(folder, {}).get(name)
        if path in self._twice:
            raise Refused("is in the archive twice", "make a new archive that holds it once")
        if found is None:
            raise Refused(MISSING)
        if found is not Entry.FILE:
            raise Refused(LINK if found is Entry.LINK else f"is {found}, not a file")
        return self._readers[path]()

    def _put(self, path: str, kind: Entry) -> bool:
        """Place an entry and the folders around it; tell whether it is the first of its name."""
        for outer in _outer(path):
            self._place(outer, Entry.FOLDER)
        return self._place(path, kind)

    def _place(self, path: str, kind: Entry) -> bool:
        folder, _, name = path.rpartition("/")
        inside = self._folders.setdefault(folder, {})
        known = inside.setdefault(name, kind)
        if known is not kind or path in self._readers:
            self._twice[path] = None
            return False
        return True


def _is_path(path: str) -> bool:
    """Tell whether a name is a plain relative path that would be the same on every system."""
    parts = path.split("/")
    return (
        len(path) <= _LENGTH
        and path.isprintable()
        and "\\" not in path
        and not any(part in ("", ".", "..") for part in parts)
    )


def _outer(path: str) -> list[str]:
    """List the folders around a path, the top one first."""
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]
