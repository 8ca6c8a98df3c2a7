"""The proof that two children can't pass a bit: side by side in two sandboxes, or one after the other in one."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

from grader.sandbox.channels import CHANNELS, Meeting
from grader.sandbox.limits import Limits
from grader.sandbox.sandbox import Sandbox

SEND = "from grader.sandbox.channels import *; send(Meeting(**{}), {}, results)"
LOOK = "from grader.sandbox.channels import *; look(Meeting(**{}), results)"

Seen = dict[str, str]  # what a receiver saw, by channel


def findings(
    sandbox: Sandbox, beside: Sandbox, meeting: Meeting, limits: Limits
) -> list[tuple[str, bool, str]]:
    """Let children try every channel.

    Args:
        sandbox: Where the sender runs, and a receiver after it.
        beside: Another sandbox, where a receiver runs while the sender does.
        meeting: What they agreed on.
        limits: The children's bounds.

    Returns:
        For each channel its attack's name, whether it failed, and what the receivers saw.
    """
    silent, told = (_tried(sandbox, beside, meeting, limits, bit) for bit in (False, True))
    found = []
    for name in CHANNELS:
        before, after = ([seen.get(name) for seen in each] for each in (silent, told))
        held = None not in before and before == after
        said = "one beside it saw {}, the next {}".format(*after)
        found.append((f"pass a bit by {name}", held, said))
    return found


def _tried(
    sandbox: Sandbox, beside: Sandbox, meeting: Meeting, limits: Limits, bit: bool
) -> tuple[Seen, Seen]:
    """Start a sender, and return what is seen beside it, and after it."""
    source = SEND.format(asdict(meeting), bit).encode()
    with sandbox.start(source, sandbox.stage({}), limits) as sender:
        met = replace(meeting, sender=int(sender.next_frame() or 0))
        meanwhile = _look(beside, met, limits)
        sender.close_answers()
        sender.next_frame()
    return meanwhile, _look(sandbox, met, limits)


def _look(sandbox: Sandbox, meeting: Meeting, limits: Limits) -> Seen:
    source = LOOK.format(asdict(meeting)).encode()
    with sandbox.start(source, sandbox.stage({}), limits) as receiver:
        found: Seen = json.loads(receiver.next_frame() or "{}")
    return found
