"""Reading objects of a git repository that nobody vouches for.

``git cat-file`` runs in a repository of our own: an empty folder with our configuration and the refs that we have
read, and only the *folder of objects* is the other one. Its configuration, which could name commands to run (on a
missing object of a partial clone, for one), is not there to be read. An object's content is checked against its name,
so neither a forged index nor a forged pack can pass one content off as another.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import shutil
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

from grader.errors import GitNotFound, MachineFault, Refused
from grader.scratch import scratch_folder
from grader.submission.faults import blamed
from grader.submission.names import shown
from grader.submission.repository import Repository

SECONDS = 60.0  # that reading one repository may take
MEMORY = 2 << 30  # bytes of address space: a delta can claim any size

_CONFIG = """\
[core]
\tbare = true
\trepositoryformatversion = 1
\tcommitGraph = false
\tmultiPackIndex = false
\tuseReplaceRefs = false
\tpackedGitWindowSize = 32m
\tpackedGitLimit = 256m
[extensions]
\tobjectFormat = {format}
"""
_FOUND = re.compile(rb"([0-9a-f]{40,64}) (\w+) (\d{1,15})\n")


class Objects:
    """The objects of a repository, by any name that git understands. A context manager."""

    def __init__(self, repository: Repository) -> None:
        """Start git on the objects.

        Args:
            repository: Where they are.

        Raises:
            GitNotFound: It is not installed.
        """
        git = shutil.which("git")
        if git is None:
            raise GitNotFound()
        self._objects = repository.objects
        longest = max(map(len, repository.refs.values()), default=40)
        self._hash = "sha256" if longest == 64 else "sha1"
        with ExitStack() as stack:
            self._folder = stack.enter_context(scratch_folder())
            _write_own(self._folder, repository, self._hash)
            environment = _environment(self._folder, repository.objects)
            self._finder = self._start(stack, [git, "cat-file", "--batch-check"], environment)
            self._reader = self._start(stack, [git, "cat-file", "--batch"], environment)
            timer = threading.Timer(SECONDS, self._kill)
            timer.daemon = True
            timer.start()
            stack.callback(timer.cancel)
            self._stack = stack.pop_all()

    def __enter__(self) -> Objects:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def find(self, name: str) -> tuple[str, str, int] | None:
        """Look a name up.

        Args:
            name: A revision as git reads it, without a line break.

        Returns:
            Its full name, its type and its size; None if it names nothing, or several things.

        Raises:
            Refused: git gave up or was stopped.
            MachineFault: It names nothing, and a part of the objects may not be read.
        """
        found = _FOUND.fullmatch(self._ask(self._finder, name))
        if found is None:
            self._demand_readable()
            return None
        return found[1].decode(), found[2].decode(), int(found[3])

    def content(self, name: str, kind: str, limit: int, too_large: str) -> bytes:
        """Read an object.

        Args:
            name: Its full name.
            kind: The type that it must have.
            limit: Bytes that it may have at most.
            too_large: The words for one that has more.

        Returns:
            Its whole content, proven by its name.

        Raises:
            Refused: It is not there, of another type, too large or forged.
        """
        found = self.find(name)
        if found is None or found[:2] != (name, kind):
            raise Refused("is not in the repository (a partial or damaged clone?)")
        size = found[2]
        if size > limit:
            raise Refused(too_large)
        if self._ask(self._reader, name) != f"{name} {kind} {size}\n".encode():
            raise Refused("can't be read from the repository: damaged")
        content = _read(self._reader, size + 1)[:-1]
        if hashlib.new(self._hash, f"{kind} {size}\0".encode() + content).hexdigest() != name:
            raise Refused(f"is not what its object {name[:12]} says: damaged or forged")
        return content

    def _start(
        self, stack: ExitStack, command: list[str], environment: dict[str, str]
    ) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd=self._folder,
            start_new_session=True,
        )
        stack.callback(_end, process)
        # It waits for a first question, so the limit is there in time.
        if hasattr(resource, "prlimit"):
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        return process

    def _demand_readable(self) -> None:
        """Refuse to say that an object is missing where git could not look: it says so of what it may not read, too."""
        for error in _openings(self._objects):
            where = os.path.relpath(error.filename or self._objects, self._objects.parent)
            fault = blamed(error, shown(where), "")
            if isinstance(fault, MachineFault):
                raise fault

    def _kill(self) -> None:
        self._finder.kill()
        self._reader.kill()

    def _ask(self, process: subprocess.Popen[bytes], name: str) -> bytes:
        """Send a line, and read the line that answers it."""
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        if not line.endswith(b"\n"):
            self._demand_readable()
            raise Refused(
                f"can't be read from the repository: git gave up, or took {SECONDS:.0f} s"
            )
        return line


def _read(process: subprocess.Popen[bytes], size: int) -> bytes:
    assert process.stdout is not None
    content = process.stdout.read(size)
    if len(content) != size:
        raise Refused("can't be read from the repository: git gave up")
    return content


def _openings(objects: Path) -> list[OSError]:
    """Open every file below a folder; give what goes wrong."""
    errors: list[OSError] = []
    for folder, _, names in os.walk(objects, onerror=errors.append):
        for name in names:
            try:
                os.close(os.open(os.path.join(folder, name), os.O_RDONLY | os.O_NONBLOCK))
            except OSError as error:
                errors.append(error)
    return errors


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def _write_own(folder: Path, repository: Repository, hash_name: str) -> None:
    """Make a repository that has the other one's refs, and nothing else of it."""
    (folder / "refs").mkdir()
    (folder / "config").write_text(_CONFIG.format(format=hash_name), "utf-8")
    head = repository.head
    (folder / "HEAD").write_text(f"ref: {head}\n" if head.startswith("refs/") else f"{head}\n")
    lines = [f"{sha} {name}\n" for name, sha in sorted(repository.refs.items())]
    (folder / "packed-refs").write_text("".join(lines), "utf-8")


def _environment(folder: Path, objects: Path) -> dict[str, str]:
    """Make an environment in which git knows our folder, the objects, and no configuration of anybody."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "C.UTF-8",
        "HOME": str(folder),
        "GIT_DIR": str(folder),
        "GIT_OBJECT_DIRECTORY": str(objects.resolve()),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_TERMINAL_PROMPT": "0",
    }
