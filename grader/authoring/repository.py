"""Git, asked for what authors need: which files are tracked, and a commit made without a work tree."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.errors import GitFailed, GitMissing, NoCommits, NotAtTheTop
from grader.model import RelPath

Sha = str


@dataclass(frozen=True)
class Entry:
    """A file of a tree: git's mode and the content's object name."""

    mode: str  # "100644", "100755" or, for a link, "120000"
    blob: Sha


@dataclass(frozen=True)
class Repository:
    """A git repository whose top is the course's root."""

    root: Path

    def run(self, *arguments: str, input: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """Run git.

        Args:
            *arguments: Its command and what follows.
            input: What it reads.
            env: Variables to set for it.

        Returns:
            What it printed, without the last line's end.

        Raises:
            GitMissing: There is no git.
            GitFailed: It failed.
        """
        ran = self._start(arguments, input, env or {})
        if ran.returncode:
            raise GitFailed(arguments[0], str(self.root), ran.stderr.decode(errors="replace"))
        return ran.stdout.decode(errors="surrogateescape").rstrip("\n")

    def ask(self, *arguments: str) -> str | None:
        """Run git and return what it printed, or None where it failed."""
        ran = self._start(arguments, b"", {})
        return None if ran.returncode else ran.stdout.decode(errors="surrogateescape").rstrip("\n")

    def tracked(self) -> list[RelPath]:
        """List the files in the index, sorted; those deleted from the work tree are left out."""
        listed = self.run("ls-files", "-z").split("\0")
        return sorted(path for path in listed if path and os.path.lexists(self.root / path))

    def head(self) -> Sha:
        """Name the commit that is checked out.

        Returns:
            Its object name.

        Raises:
            NoCommits: There is none.
        """
        sha = self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        if sha is None:
            raise NoCommits(str(self.root))
        return sha

    def entries(self, commit: Sha) -> dict[RelPath, Entry]:
        """List the files of a commit."""
        listed = self.run("ls-tree", "-r", "-z", "--full-tree", commit).split("\0")
        found: dict[RelPath, Entry] = {}
        for line in filter(None, listed):
            facts, path = line.split("\t", 1)
            mode, _, blob = facts.split(" ")
            found[path] = Entry(mode, blob)
        return found

    def checked_out(self) -> list[str]:
        """List the full names of the branches that some work tree has checked out."""
        listed = self.run("worktree", "list", "--porcelain").splitlines()
        return [line.removeprefix("branch ") for line in listed if line.startswith("branch ")]

    def _start(
        self, arguments: tuple[str, ...], input: bytes, env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[bytes]:
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith("GIT_")
        }
        settings = {name: os.environ[name] for name in _SETTINGS if name in os.environ}
        try:
            return subprocess.run(
                ["git", *arguments],
                cwd=self.root,
                env={**inherited, **settings, "LC_ALL": "C", **env},
                input=input,
                capture_output=True,
            )
        except FileNotFoundError:
            raise GitMissing() from None


# Of git's own variables only these pass: inside a hook, the others point to another index or repository.
_SETTINGS = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_EXEC_PATH")


def open_repository(root: Path) -> Repository:
    """Open the repository of a course.

    Args:
        root: The course's root.

    Returns:
        The repository whose top it is.

    Raises:
        GitMissing: There is no git.
        NotAtTheTop: ``root`` is in no repository, or not at the top of its own.
    """
    repository = Repository(root)
    top = repository.ask("rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        raise NotAtTheTop(str(root))
    return repository
