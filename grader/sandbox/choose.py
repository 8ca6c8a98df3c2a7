"""Taking the strongest level whose self-test holds; none that is too weak for what it is for."""

from __future__ import annotations

from collections.abc import Sequence

from grader.errors import NoSandbox
from grader.model import Level
from grader.sandbox import facts, selftest
from grader.sandbox.obstacles import obstacle
from grader.sandbox.sandbox import Sandbox


def open_sandbox(
    require: Level | None,
    allow_weak: bool,
    entry: str,
    warm: Sequence[str] = (),
    level: Level | None = None,
) -> Sandbox:
    """Open a sandbox at the strongest level that holds here.

    Args:
        require: The weakest level to accept; None: B.
        allow_weak: Accept level C where no other holds and none is required.
        entry: What children run, ``"package.module:function"``.
        warm: Modules that the server imports beforehand.
        level: Use exactly this one, if it holds.

    Returns:
        The sandbox, a context manager.

    Raises:
        NoSandbox: None that is strong enough holds.
    """
    weakest = require or (Level.C if allow_weak else Level.B)
    wanted = [level] if level else list(Level)
    reasons = []
    for candidate in wanted:
        if candidate > weakest:
            reasons.append(f"level {candidate}: too weak")
        elif weak := _weakness(candidate):
            reasons.append(weak)
        else:
            return Sandbox(candidate, entry, warm)
    found = obstacle() if Level.A in wanted else None
    raise NoSandbox(weakest, reasons, found.cure if found else ())


def _weakness(level: Level) -> str:
    """Look before trying: what is not there now may have been when the self-test ran."""
    missing = facts.unavailable(level)
    return f"level {level}: {missing}" if missing else selftest.weakness(level)
