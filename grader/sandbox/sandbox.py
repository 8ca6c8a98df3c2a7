"""A sandbox: one warm server at one level, to which stages and requests are given. For use by one thread."""

from __future__ import annotations

import os
import platform
import secrets
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from grader.errors import Stopped
from grader.model import Level, RelPath, SandboxReport, Seconds
from grader.sandbox.child import Child
from grader.sandbox.folders import write_tree
from grader.sandbox.limits import Limits
from grader.sandbox.process import Server
from grader.sandbox.workplace import make_workplace
from grader.scratch import remove_tree

WALLS = {
    Level.A: "bubblewrap: own processes, network, file system",
    Level.B: "no bubblewrap: processes and network of this machine, out of reach",
    Level.C: "no kernel layers",
}
WARNINGS = {Level.C: "UNSANDBOXED: trust this only for code you would run yourself"}


@dataclass(frozen=True)
class Stage:
    """What one child at a time gets: a folder of files to read, and what these need."""

    path: Path  # the same for the grader and for the child
    warm: tuple[str, ...] = ()  # trusted modules that the child finds imported


class Sandbox:
    """Runs student code, one child at a time. Use it as a context manager.

    Args:
        level: How strongly to confine; not proven here: ``open_sandbox`` does that.
        entry: What children run, ``"package.module:function"``; called with the request and a ``Results``.
        warm: Modules to import once, before the first child.

    Raises:
        ServerFailed: The server did not come up.
    """

    def __init__(self, level: Level, entry: str, warm: Sequence[str] = ()) -> None:
        self.level = level
        self._entry = entry
        self._warm = tuple(warm)
        self._workplace = make_workplace()
        self._child: Child | None = None
        self._others: list[Sandbox] = []
        self._halted = False
        self._spent: Seconds = 0.0
        try:
            self._server = self._start_server()
        except BaseException:
            self._workplace.remove()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def report(self) -> SandboxReport:
        """How children are confined, for the record."""
        return SandboxReport(
            self.level,
            (WALLS[self.level], *self._server.layers),
            WARNINGS.get(self.level, ""),
            self.found.get("cuda"),
            platform.python_version(),
        )

    @property
    def server_pid(self) -> int:
        """The process id of the server, or of bubblewrap around it."""
        return self._server.pid

    @property
    def spent(self) -> Seconds:
        """CPU seconds of all children that have ended."""
        last = self._child.ending.cpu if self._child is not None and self._child.ended else 0.0
        return self._spent + last + sum(other.spent for other in self._others)

    @property
    def found(self) -> Mapping[str, str]:
        """What modules that were warmed up for stages have found out about where children run."""
        return self._server.found

    def stage(self, files: Mapping[RelPath, str | bytes], warm: Sequence[str] = ()) -> Stage:
        """Write a fresh, read-only folder.

        Args:
            files: Contents by path.
            warm: Trusted modules to import, once, before a child begins on it.

        Returns:
            The stage.
        """
        path = self._workplace.stages / secrets.token_hex(8)
        write_tree(path, files)
        return Stage(path, tuple(warm))

    def add(self, stage: Stage, folder: RelPath, files: Mapping[RelPath, str | bytes]) -> None:
        """Write one more folder into a stage, before a child begins on it.

        Args:
            stage: The stage.
            folder: The name of the folder, which must not be there.
            files: Contents by path in it.
        """
        stage.path.chmod(0o755)
        write_tree(stage.path / folder, files)
        stage.path.chmod(0o555)

    def drop(self, stage: Stage) -> None:
        """Remove a stage."""
        remove_tree(stage.path)

    def start(self, request: bytes, stage: Stage, limits: Limits = Limits()) -> Child:
        """Start a child; the one before must have ended.

        Args:
            request: Bytes for the entry.
            stage: What the child may read.
            limits: Its bounds.

        Returns:
            The child, a context manager.

        Raises:
            ServerFailed: The server is gone and a new one did not come up either.
            Stopped: The sandbox was halted.
        """
        if self._child is not None and not self._child.ended:
            raise RuntimeError("one child at a time")
        if not self._server.alive:
            self._server.kill()
            self._server = self._start_server()
        if self._halted:
            raise Stopped
        if self._child is not None:
            self._spent += self._child.ending.cpu
        self._server.warm_up(stage.warm)
        self._child = Child(self._server, request, str(stage.path), limits)
        return self._child

    def another(self) -> Sandbox:
        """Open a sandbox like this one, for a child that runs beside this one's; it is closed along with this one.

        Returns:
            The other one.

        Raises:
            ServerFailed: Its server did not come up.
            Stopped: The sandbox was halted.
        """
        if self._halted:
            raise Stopped
        self._others.append(Sandbox(self.level, self._entry, self._warm))
        return self._others[-1]

    def halt(self) -> None:
        """End what runs, for good; the one thing that another thread may do. ``close`` is still to be called."""
        self._halted = True
        for other in self._others:
            other.halt()
        with suppress(ProcessLookupError):
            os.killpg(self._server.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the server and remove everything that it left."""
        for other in self._others:
            other.close()
        self._server.kill()
        self._workplace.remove()

    def _start_server(self) -> Server:
        return Server(self.level, self._entry, self._warm, self._workplace)
