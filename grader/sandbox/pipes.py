"""The grader's ends of a child's pipes: results and output come in within bounds, answers go out; nothing blocks."""

from __future__ import annotations

import os
import select
import unicodedata
from collections.abc import Callable

from grader.model import Seconds
from grader.sandbox import wire
from grader.sandbox.limits import Limits, Reason

READ = 1 << 16
LAST_READS = 32  # more than any pipe holds
OUTPUT_TAIL = 1 << 16
FRAME_COST = 64  # what a result counts for besides its length: an empty one takes memory too
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction marks, line separators


class Pipes:
    """Three pipes. What a child writes beyond its limits is not kept; ``overstepped`` then names the limit."""

    def __init__(self, request: bytes, limits: Limits) -> None:
        self.overstepped: Reason | None = None
        self._limits = limits
        self._reader = wire.FrameReader(limits.frame)
        self._received = 0
        self._output = bytearray()
        self._outgoing = bytearray(wire.frame(request))
        self._closing = False
        self._results, results = os.pipe()
        self._printed, printed = os.pipe()
        answers, self._answers = os.pipe()
        self._ours = {self._results, self._printed, self._answers}
        self.theirs = (results, printed, answers)  # for the child
        for descriptor in self._ours:
            os.set_blocking(descriptor, False)
        self._incoming: dict[int, Callable[[], object]] = {
            self._results: self._read_results,
            self._printed: self._read_output,
        }

    def hand_over(self) -> None:
        """Close this process's copies of the child's ends, once the child has its own."""
        for descriptor in self.theirs:
            os.close(descriptor)

    def close(self) -> None:
        """Close all."""
        for descriptor in self._ours:
            os.close(descriptor)
        self._ours.clear()

    def take(self) -> bytes | None:
        """Take a result that is already here."""
        if self.overstepped:
            return None
        try:
            payload = self._reader.next()
        except wire.FrameTooLong:
            self.overstepped = Reason.RESULTS
            return None
        if payload is not None:
            self._count(FRAME_COST)
        return payload

    def send(self, data: bytes) -> None:
        """Put a frame in line for the child."""
        self._outgoing += wire.frame(data)

    def close_answers(self) -> None:
        """Close the way to the child as soon as the line is empty."""
        self._closing = True

    def wait(self, link: int, seconds: Seconds) -> bool:
        """Move what can be moved, waiting for it no longer than told; return whether ``link`` has something to read."""
        poll = select.poll()
        for descriptor in (link, *self._incoming):
            poll.register(descriptor, select.POLLIN)
        if self._answers in self._ours and (self._outgoing or self._closing):
            poll.register(self._answers, select.POLLOUT)
        ready = {descriptor for descriptor, _ in poll.poll(max(0, seconds) * 1000)}
        for descriptor in ready & set(self._incoming):
            self._incoming[descriptor]()
        if self._answers in ready:
            self._write_answers()
        return link in ready

    def drain(self) -> None:
        """Read what is left when the child is gone, once and bounded: others may hold back the end of file."""
        for read in (self._read_results, self._read_output):
            for _ in range(LAST_READS):
                if not read():
                    break

    @property
    def torn(self) -> bool:
        """Whether the results end inside one."""
        return self._reader.torn

    @property
    def output(self) -> str:
        """The tail of what was printed, without control characters."""
        text = self._output[-OUTPUT_TAIL:].decode(errors="backslashreplace")
        return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in HIDDEN)

    def _read_results(self) -> bool:
        data = self._read(self._results)
        if not self.overstepped:
            self._reader.feed(data)
            self._count(len(data))
        return bool(data)

    def _count(self, size: int) -> None:
        self._received += size
        if self._received > self._limits.results:
            self.overstepped = Reason.RESULTS

    def _read_output(self) -> bool:
        data = self._read(self._printed)
        self._output += data
        if len(self._output) > self._limits.output:
            del self._output[: -self._limits.output]
            self.overstepped = self.overstepped or Reason.OUTPUT
        return bool(data)

    def _read(self, descriptor: int) -> bytes:
        """Read what is there; nothing at the end, or when nothing is there yet."""
        try:
            data = os.read(descriptor, READ)
        except BlockingIOError:
            return b""
        if not data:
            self._incoming.pop(descriptor, None)
        return data

    def _write_answers(self) -> None:
        try:
            written = os.write(self._answers, bytes(self._outgoing[:READ])) if self._outgoing else 0
        except BlockingIOError:
            return
        except BrokenPipeError:
            written = len(self._outgoing)
        del self._outgoing[:written]
        if self._closing and not self._outgoing:
            os.close(self._answers)
            self._ours.remove(self._answers)
