"""The grader's handle on a server process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict

from grader.errors import ServerFailed
from grader.model import Level, Seconds
from grader.sandbox import bubblewrap, interpreter, kernel, landlock, wire
from grader.sandbox.server import Setup
from grader.sandbox.workplace import Workplace

WARM_UP: Seconds = 120.0  # a slow disk and a cold cache
LOG_TAIL = 2000


class Server:
    """A running server, started and warmed up once it is made.

    Args:
        level: Inside what to start it.
        entry: What its children run, ``"package.module:function"``.
        warm: Modules to import first.
        workplace: Its engine, and where it may write.

    Raises:
        ServerFailed: It did not come up; the message holds what it said.
    """

    def __init__(self, level: Level, entry: str, warm: Sequence[str], workplace: Workplace) -> None:
        self.link, theirs = socket.socketpair()
        with theirs:
            self._process = self._launch(level, theirs.fileno(), workplace)
        setup = Setup(
            entry=entry,
            warm=tuple(warm),
            readable=(*interpreter.readable(), str(workplace.engine)),
            private=str(workplace.private),
            number=self._process.pid,
            abi=None if level is Level.C else landlock.abi(),
            own_namespace=level is Level.A,
        )
        self.layers = self._greet(setup, workplace)
        self.found: dict[str, str] = {}
        self._warmed: set[str] = set()
        if level is not Level.A and sys.platform == "linux":
            # Processes of the same user can't read the grader's memory.
            kernel.prctl(kernel.PR_SET_DUMPABLE, 0)

    @property
    def pid(self) -> int:
        """The process id of the server, or of bubblewrap around it."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def warm_up(self, modules: Sequence[str]) -> None:
        """Have trusted modules imported that are not yet; no child may be there.

        Args:
            modules: Their names. What one holds under the name ``FOUND`` is added to what was found out.

        Raises:
            ServerFailed: One can't be imported, or the server is gone.
        """
        cold = [name for name in modules if name not in self._warmed]
        if not cold:
            return
        answer = self._ask({"warm": cold})
        if answer is None or "found" not in answer:
            self.kill()
            raise ServerFailed(answer["failed"] if answer else f"it ended while importing {cold}")
        self.found |= answer["found"]
        self._warmed.update(cold)

    def kill(self) -> None:
        """End the server and with it its child."""
        self.link.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    @staticmethod
    def _launch(level: Level, link: int, workplace: Workplace) -> subprocess.Popen[bytes]:
        command = interpreter.command(workplace.engine, link)
        if level is Level.A:
            command = bubblewrap.wrap(command, interpreter.readable(), workplace)
        with workplace.log.open("wb") as log:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=interpreter.environment(),
                cwd="/",
                pass_fds=(link,),
                start_new_session=True,
            )

    def _greet(self, setup: Setup, workplace: Workplace) -> tuple[str, ...]:
        answer = self._ask(asdict(setup))
        if answer is None or "ready" not in answer:
            self.kill()
            said = (
                answer["failed"]
                if answer
                else workplace.log.read_text(errors="backslashreplace")[-LOG_TAIL:]
            )
            raise ServerFailed(said.strip() or "it ended or hung without a word")
        return tuple(answer["layers"])

    def _ask(self, message: wire.Message) -> wire.Message | None:
        """Post what the server answers once it has imported things; None when it does not."""
        self.link.settimeout(WARM_UP)
        try:
            wire.post(self.link, message)
            answer = wire.collect(self.link)
        except OSError:
            return None
        self.link.settimeout(None)
        return answer[0] if answer else None
