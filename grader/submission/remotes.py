"""Repositories that students push to: fetched into bare clones of ours, and never checked out.

Whoever runs the grader reaches them as usual: their keys, credential helpers and settings of git stay. But a server is
as little to be trusted as a submission: git asks nobody for a password, runs no hook, follows no submodule, speaks only
known protocols, checks every object, and has limits. Each fetch leaves a ref that says when it was and what it found.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from math import inf
from pathlib import Path
from time import time
from types import FrameType
from typing import IO
from urllib.parse import unquote

from grader.errors import GitNotFound, NotGradable, Refused
from grader.model import Seconds
from grader.submission.history import Dated, Sight
from grader.submission.names import SHOWN_PATH, listed, shown
from grader.submission.repository import demand_own_objects, is_bare

SECONDS: Seconds = 300.0  # of one call of git
BLOCKS = 1 << 20  # of 512 bytes: what a file may have, and so what a fetch may bring
COMMITS = 100_000  # of one history, the newest
_SAID = 1 << 20  # bytes of an answer; of the list of a history, a hundred times as much

# Set for every call; whatever else a user has set stays.
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "credential.interactive": "false",
    "fetch.writeCommitGraph": "false",
    "gc.auto": "0",
    "init.defaultRefFormat": "files",
    "maintenance.auto": "false",
    "transfer.bundleURI": "false",
    "fetch.fsckObjects": "true",
    "fetch.unpackLimit": "1",  # one pack a fetch, so that the limit of a file is one of the fetch
    # faults of old tools that do no harm
    "fetch.fsck.badTimezone": "ignore",
    "fetch.fsck.missingSpaceBeforeDate": "ignore",
    "fetch.fsck.zeroPaddedFilemode": "ignore",
}
# Of git's own variables only those pass that begin so: the others could point to another repository.
_PASSED = ("GIT_ASKPASS", "GIT_CONFIG_", "GIT_EXEC_PATH", "GIT_SSH", "GIT_SSL_CA")

_LIMITED = 'ulimit -f "$0" && exec "$@"'  # by a shell: between fork and exec, threads have no say
_SECRET = re.compile(r"(?<=://)[^/\s]*@")
_under_way: set[subprocess.Popen[bytes]] = set()


class RemoteFailed(NotGradable):
    """A repository can't be fetched."""


class NoBranch(RemoteFailed):
    """A repository has commits, but not the branch. Whether student or roster errs, nobody can tell from here."""


@dataclass(frozen=True)
class Remote:
    """A branch that a student pushes to, and where its clone is kept."""

    repository: str  # as git takes it
    branch: str  # none: the one that the repository shows first
    clone: Path

    @property
    def shown(self) -> str:
        """The address without passwords and tokens."""
        plain = self.repository
        return shown(_SECRET.sub("", plain) if plain.startswith("https:") else plain)

    def fetch(self) -> None:
        """Fetch the branch, and keep where it is now.

        Raises:
            Refused: There is a repository without commits.
            NoBranch: There is one without this branch.
            RemoteFailed: It can't be reached, can't be read, breaks a rule, or a limit.
        """
        self._refuse_borrowed()
        self.clone.parent.mkdir(parents=True, exist_ok=True)
        name, width = self._found()
        self._swept(time() - SECONDS)  # what is younger may be at work
        try:
            self._brought(name, width)
        except RemoteFailed:
            if self._swept() >= BLOCKS * 512:
                raise RemoteFailed(f"git fetch: it brings over {BLOCKS >> 11} MiB") from None
            raise

    def _refuse_borrowed(self) -> None:
        """Refuse a repository on this machine that leads git to another student's objects; a server's is its own."""
        plain = self.repository.removeprefix("file://")
        path = plain if plain == self.repository else unquote(plain)
        for suffix in ("", ".git"):  # as git looks for it
            if os.path.isabs(path) and os.path.isdir(path + suffix):
                try:
                    return demand_own_objects(Path(path + suffix))
                except (Refused, OSError) as error:
                    why = error.what if isinstance(error, Refused) else error.strerror
                    raise RemoteFailed(f"{self.shown}: {why}") from None

    @property
    def seen(self) -> bool:
        """Whether a fetch has found the branch before."""
        return is_bare(self.clone) and bool(self.sights())

    def sights(self) -> list[Sight]:
        """List where the branch was at each fetch so far, oldest first."""
        form = "--format=%(refname:lstrip=3) %(objectname)"
        lines = _git("for-each-ref", form, self._marks, clone=self.clone).splitlines()
        found = (line.split(" ") for line in lines)
        return sorted((Sight(int(seen), tip) for seen, tip in found), key=lambda s: s.seen)

    def commits(self, sights: list[Sight]) -> list[Dated]:
        """List all that was ever seen on the branch, each commit before its parents."""
        tips = sorted({sight.tip for sight in sights})
        options = ("--topo-order", "--timestamp", "--parents", f"--max-count={COMMITS}")
        lines = _git("rev-list", *options, *tips, "--", clone=self.clone, most=100 * _SAID)
        split = (line.split(" ") for line in lines.splitlines())
        return [Dated(sha, int(date), tuple(parents)) for date, sha, *parents in split]

    def _brought(self, name: str, width: int) -> None:
        """Fetch a branch into the clone, which is made where there is none."""
        if not is_bare(self.clone):
            hash_name = "sha256" if width == 64 else "sha1"
            options = ("--bare", "--quiet", "--template=", f"--object-format={hash_name}")
            _git("init", *options, "--", str(self.clone.resolve()))
        options = ("--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules")
        mark = f"+{name}:{self._marks}/{int(time())}"
        _git(
            *("fetch", *options, "--no-write-fetch-head", "--", self.repository, mark),
            clone=self.clone,
        )

    def _swept(self, before: float = inf) -> int:
        """Remove locks and packs that git had no time to remove, and say how large the largest was."""
        sizes = [0]
        packs = (self.clone / "objects" / "pack").glob("tmp_*")
        for left in (*packs, *self.clone.glob("*.lock"), *self.clone.glob("refs/**/*.lock")):
            with suppress(FileNotFoundError):
                found = left.stat()
                if found.st_mtime < before:
                    sizes.append(found.st_size)
                    left.unlink()
        return max(sizes)

    @property
    def _marks(self) -> str:
        """The folder of refs for this very branch of this very repository: a corrected roster begins anew."""
        key = hashlib.sha256(f"{self.shown}\n{self.branch}".encode()).hexdigest()[:16]
        return f"refs/remotes/{key}"

    def _found(self) -> tuple[str, int]:
        """Find the branch's name there, and how long the names of objects are."""
        said = _git("ls-remote", "--", self.repository, "HEAD", "refs/heads/*")
        lines = (line.partition("\t") for line in said.splitlines())
        # git lists what ends so, too: refs/remotes/origin/HEAD
        refs = {n: sha for sha, _, n in lines if n == "HEAD" or n.startswith("refs/heads/")}
        if not refs:
            raise Refused("the repository has no commits")
        branches = [name for name in refs if name != "HEAD"]
        wanted = f"refs/heads/{self.branch}" if self.branch else "HEAD"
        if wanted not in refs and not self.branch and len(branches) == 1:
            wanted = branches[0]  # it shows a branch first that does not exist
        if wanted not in refs:
            has = listed(name.removeprefix("refs/heads/") for name in branches)
            raise NoBranch(f"the repository has no branch {self.branch or 'to begin with'}: {has}")
        return wanted, len(refs[wanted])


@contextmanager
def stopped_by_ctrl_c() -> Iterator[None]:
    """Have Ctrl-C end what is being fetched, too: it runs in sessions of its own, which no terminal reaches.

    Where it is ignored, as ``nohup`` has it, it stays so.
    """
    before = signal.getsignal(signal.SIGINT)
    # Signals come to the main thread alone.
    if before is signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        for process in tuple(_under_way):
            _kill(process)
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def demand_git() -> None:
    """Refuse to begin without git.

    Raises:
        GitNotFound: It is not installed.
    """
    if shutil.which("git") is None:
        raise GitNotFound()


def _git(*arguments: str, clone: Path | None = None, most: int = _SAID) -> str:
    """Run git, and return what it printed."""
    settings = [word for item in _SETTINGS.items() for word in ("-c", "=".join(item))]
    where = [] if clone is None else [f"--git-dir={clone.resolve()}"]
    command = ["sh", "-c", _LIMITED, str(BLOCKS), "git", *settings, *where, *arguments]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        code = _ended(command, out, err)
        said = _read(out, most + 1)
        if code is None:
            raise RemoteFailed(f"git {arguments[0]} took more than {SECONDS:.0f} s")
        if code or len(said) > most:
            place = "" if clone is None else f" in {shown(str(clone), SHOWN_PATH)}"
            raise RemoteFailed(f"git {arguments[0]}{place}: {_told(_read(err, 10_000))}")
    return said


def _ended(command: list[str], out: IO[bytes], err: IO[bytes]) -> int | None:
    """Wait for a command, and give its exit code; kill it with all that it started when its time is up."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        env=_environment(),
        start_new_session=True,  # no terminal to ask for a password at, and one group to kill
    )
    _under_way.add(process)
    try:
        return process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        _kill(process)
        process.wait()
        return None
    finally:
        _under_way.discard(process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process that was not waited for yet, and its group."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _read(file: IO[bytes], most: int) -> str:
    file.seek(0)
    return file.read(most).decode(errors="replace")


def _told(complaint: str) -> str:
    """Give the first two lines of what git complained of, without secrets."""
    lines = [line for line in complaint.splitlines() if line and not line.startswith("warning:")]
    return shown(_SECRET.sub("", "; ".join(lines[:2]) or "it gave up, or was stopped"), 500)


def _environment() -> dict[str, str]:
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(_PASSED)
    }
    return {
        **inherited,
        "LC_ALL": "C.UTF-8",
        "GIT_ALLOW_PROTOCOL": "https:ssh:file",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
    }
