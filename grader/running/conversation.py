"""One child from start to end: what it is asked, the frames it sends, and how it ended."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from grader.model import Outcome, Seconds
from grader.running.claims import Claims
from grader.running.wire import Frame, WireError, unpack
from grader.sandbox import PATIENCE, Child, Ending, Limits, Reason, Sandbox, Stage

SLOWEST_ITEM = 1 / 3  # share of a task's time that one test or probe may take
SLOWEST_LATER = 1 / 12  # each hang halves that share for those that follow, down to this
LEAST: Seconds = 0.2  # in less, no child gets to begin anything
MAX_RESTARTS = 20  # children that a way of judging a task may use up

_ENDINGS = {
    Reason.TIMEOUT: Outcome.TIMEOUT,
    Reason.CPU: Outcome.TIMEOUT,
    Reason.MEMORY: Outcome.MEMORY,
}


WORDS = {
    Outcome.TIMEOUT: "The task's time was used up before this could run.",
    Outcome.MISSING: "This did not report a result.",
}
_TOO_LONG = "Stopped: it took too long. Is there a loop that never ends?"
_REASONS = {
    Reason.TIMEOUT: _TOO_LONG,
    Reason.CPU: _TOO_LONG,
    Reason.MEMORY: "Stopped: it used more memory than is allowed.",
    Reason.TASKS: "Stopped: it started too many threads or processes.",
    Reason.OUTPUT: "Stopped: it printed more than is allowed.",
    Reason.RESULTS: "Stopped: it sent more results than is allowed.",
}


class Clock:
    """What is left of a task's wall time."""

    def __init__(self, seconds: Seconds) -> None:
        self._end = time.monotonic() + seconds
        self._latest = self._end + PATIENCE * seconds
        self.item = max(2.0, seconds * SLOWEST_ITEM)
        self._least = max(2.0, seconds * SLOWEST_LATER)

    def note(self, waited: Seconds, *, hung: bool = False) -> None:
        """Let the time not count in which a child waited for a processor; after a hang, give less time to the next.

        One loop that never ends is met by several tests; others must have their turn, too.
        """
        self._end = min(self._end + waited, self._latest)
        if hung:
            self.item = max(self.item / 2, self._least)

    @property
    def left(self) -> Seconds:
        """Seconds left: none where nothing could begin in what there is."""
        left = self._end - time.monotonic()
        return left if left >= LEAST else 0.0


class Conversation:
    """One child from start to end: its frames, decoded, and how it ended."""

    def __init__(
        self,
        sandbox: Sandbox,
        stage: Stage,
        order: dict[str, Any],
        seconds: Seconds,
        limits: Limits = Limits(),
    ) -> None:
        self._nonce = secrets.token_hex(16)
        request = json.dumps({**order, "nonce": self._nonce, "folder": str(stage.path)}).encode()
        limits = replace(limits, wall=seconds, cpu=max(1.0, seconds * 2))
        self.claims = Claims(stage.path)
        self.child: Child = sandbox.start(request, stage, limits)
        self.finished = False
        self._malformed = False

    def __enter__(self) -> Conversation:
        self.child.__enter__()
        return self

    def __exit__(self, *exc: Any) -> None:
        self.child.__exit__(*exc)

    def frames(self, seconds: Seconds) -> Iterator[Frame]:
        """Yield each well-formed frame; stop at the end, at silence of ``seconds``, or at nonsense."""
        while (data := self.child.next_frame(seconds)) is not None:
            try:
                frame = unpack(data, self._nonce)
            except WireError:
                self.refuse()
                continue
            if frame.kind == "done":
                self.finished = not self._malformed
                continue
            yield frame

    def refuse(self) -> None:
        """End a child that says what it was not asked for."""
        self._malformed = True
        self.child.kill()

    @property
    def ending(self) -> Ending:
        """How the child ended."""
        return self.child.ending

    @property
    def crashed(self) -> bool:
        """Whether the child died of what it ran, and not of time or of nonsense."""
        return not self._malformed and self.outcome() in (Outcome.CRASHED, Outcome.MEMORY)

    def outcome(self) -> Outcome:
        """Word the ending as an outcome of the item that was under way."""
        return _ENDINGS.get(self.ending.reason, Outcome.CRASHED)

    def why(self) -> str:
        """Say in a sentence why the child did not finish."""
        ending = self.ending
        if self._malformed:
            return "The results stream was written to by something other than the test run."
        if ending.reason in _REASONS:
            return _REASONS[ending.reason]
        if ending.reason is Reason.SIGNALLED:
            return f"The Python process was killed by signal {-ending.status}."
        return (
            f"The Python process ended early, with exit status {ending.status}. "
            "Does something call os._exit()?"
        )
