"""The grader's side of one child: waits for its results, and ends it when it oversteps."""

from __future__ import annotations

import signal
import time
from math import inf
from types import TracebackType
from typing import Self

from grader.errors import ConfinementFailed, ServerFailed
from grader.model import Seconds
from grader.sandbox import wire
from grader.sandbox.clocks import Reading
from grader.sandbox.limits import PATIENCE, Ending, Limits, Reason
from grader.sandbox.pipes import Pipes
from grader.sandbox.process import Server

STARTING: Seconds = 30.0  # for a server to fork and confine
DYING: Seconds = 30.0  # for a server to kill a child and clean up
LOOKING: Seconds = 10.0  # for a server to read a child's clocks
MORE: Seconds = 0.05  # that it has waited since it was looked at: less is not worth another look

_NOTHING = {"cpu": 0.0, "waited": 0.0, "memory": 0}  # is known of a child that was lost


class Child:
    """A confined process that runs the entry on one request. Use it as a context manager; leaving ends it."""

    def __init__(self, server: Server, request: bytes, stage: str, limits: Limits) -> None:
        self._server = server
        self._limits = limits
        self._pipes = Pipes(request, limits)
        self._ready = False
        self._reason: Reason | None = None
        self._report: wire.Message | None = None
        self._clocks: list[Reading | None] = []  # as they were told, until they are taken
        self._waited: Seconds = 0.0  # for a processor, as far as that is known and given back
        self._deadline = self._now() + STARTING
        try:
            wire.post(server.link, {"start": stage, "limits": vars(limits)}, self._pipes.theirs)
        except OSError:
            self._lost()
        finally:
            self._pipes.hand_over()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._await_end()
        self._pipes.close()

    def next_frame(self, seconds: Seconds | None = None) -> bytes | None:
        """Wait for the next result.

        Args:
            seconds: For how long; then the child is killed. The limit on wall time holds in any case.

        Returns:
            The result's payload, or None when there will be no more: ``ending`` then says why.

        Raises:
            ConfinementFailed: The sandbox could not be closed around the child; student code did not run.
            ServerFailed: The server does not answer.
        """
        patience = inf if seconds is None else self._now() + seconds
        while True:
            payload = self._pipes.take() if self._reason is None else None
            if self._pipes.overstepped:
                self._end(self._pipes.overstepped)
            elif payload is not None and self._ready:
                return payload
            elif payload is not None:
                self._start_clock(payload)
                continue
            if self._reason is not None or self._report is not None:
                self._await_end()
                self._judge_rest()
                return None
            self._go_on(patience)

    def clock(self) -> Reading | None:
        """Read what the child has used of the processors' time, from outside of it.

        Returns:
            The reading; None when the child has ended, or where the system has no such clocks.
        """
        deadline = time.monotonic() + LOOKING
        try:
            wire.post(self._server.link, {"clock": True})
        except OSError:
            self._lost()
        while self._report is None and not self._clocks:
            if time.monotonic() > deadline:
                self._lost()
            else:
                self._move(deadline - time.monotonic())
        return self._clocks.pop() if self._clocks else None

    def send(self, data: bytes) -> None:
        """Send a frame for the child's ``Results.receive``; it leaves while this side waits for results."""
        self._pipes.send(data)

    def close_answers(self) -> None:
        """Say that no more frames will be sent."""
        self._pipes.close_answers()

    def kill(self) -> None:
        """End the child now."""
        if self._report is None:
            self._end(Reason.KILLED)

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._report is not None

    @property
    def ending(self) -> Ending:
        """How it ended. Known once ``next_frame`` returned None."""
        if self._report is None:
            raise RuntimeError("the child has not ended")
        return Ending(
            reason=self._reason or Reason(self._report["ended"]),
            status=self._report["status"],
            cpu=self._report["cpu"],
            waited=self._given_back(self._report["waited"]),
            memory=self._report["memory"],
            output=self._pipes.output,
        )

    def _start_clock(self, word: bytes) -> None:
        """Take the child's first frame, sent before any student code runs: empty when it is confined."""
        if word:
            raise ConfinementFailed(word.decode(errors="backslashreplace"))
        self._ready = True
        self._deadline = self._now() + self._limits.wall

    def _go_on(self, patience: float) -> None:
        """Wait for something to happen, or end the child when its time is over."""
        left = min(self._deadline, patience if self._ready else inf) - self._now()
        if left > 0:
            self._move(left)
        elif not self._ready:
            self._lost()
            raise ServerFailed(f"no child was ready within {STARTING:.0f} s")
        elif not self._kept_waiting():
            self._end(Reason.TIMEOUT)

    def _now(self) -> Seconds:
        """Tell the time by a clock that stands still while others hold the processor."""
        return time.monotonic() - self._waited

    def _kept_waiting(self) -> bool:
        """Give the child back what it waited for a processor, and tell whether that was anything.

        One that hangs in a loop gets no more than its own time; one that sleeps waits for nothing.
        """
        known, reading = self._waited, self.clock()
        if reading is not None:
            self._waited = self._given_back(reading.waited)
        return self._report is not None or self._waited >= known + MORE

    def _given_back(self, waited: Seconds) -> Seconds:
        return min(waited, PATIENCE * self._limits.wall)

    def _move(self, seconds: Seconds) -> None:
        """Wait for any event; take the server's word: the child's clocks, or that it is gone."""
        if not self._pipes.wait(self._server.link.fileno(), seconds):
            return
        if (received := wire.collect(self._server.link)) is None:
            self._lost()
            return
        message = received[0]
        if "clock" in message:
            self._clocks.append(Reading(**message["clock"]) if message["clock"] else None)
            return
        self._report = message
        self._pipes.drain()

    def _end(self, reason: Reason) -> None:
        """Have the child killed; the first reason is the one that counts."""
        if self._reason is not None:
            return
        self._reason = reason
        if self._report is not None:
            return
        try:
            wire.post(self._server.link, {"kill": True})
        except OSError:
            self._lost()

    def _await_end(self) -> None:
        deadline = time.monotonic() + DYING
        while self._report is None:
            if time.monotonic() > deadline:
                self._lost()
            else:
                self._move(deadline - time.monotonic())

    def _judge_rest(self) -> None:
        """Note results that end inside one though their writer ended by itself."""
        exited = self._report is not None and self._report["ended"] == Reason.EXITED
        if self._reason is None and exited and self._pipes.torn:
            self._reason = Reason.RESULTS

    def _lost(self) -> None:
        """The server is gone, and its child with it."""
        self._server.kill()
        self._report = {"ended": Reason.KILLED, "status": -signal.SIGKILL, **_NOTHING}
