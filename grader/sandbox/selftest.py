"""The proof that a level holds: a child in it attacks what was set up for it, and every required attack must fail."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import grader
from grader.errors import SandboxError
from grader.model import Level
from grader.sandbox import covert, facts, interpreter, script
from grader.sandbox.attacks import Scene
from grader.sandbox.channels import Meeting
from grader.sandbox.limits import MIB, Ending, Limits, Reason
from grader.sandbox.sandbox import Sandbox, Stage
from grader.scratch import make_scratch

LIMITS = Limits(
    wall=10,
    cpu=10,
    memory=128 * MIB,
    file_size=MIB,
    tasks=16,
    output=MIB // 8,
    results=MIB,
    disk=4 * MIB,
)
ANY_LEVEL = {
    "see the grader's variables",
    "run without end",
    "print without end",
    "raise a limit",
    "write beyond the file size",
}
ANY_LINUX = {"use more memory", "start more threads", "leave a daemon", "fill its folder"}


@dataclass(frozen=True)
class SelfTest:
    """One attack of the self-test."""

    name: str
    held: bool
    required: bool  # the level promises it
    detail: str  # what stopped it, or what went wrong


@cache
def probes(level: Level) -> tuple[SelfTest, ...]:
    """Attack a level from inside; once per process and level."""
    if reason := facts.unavailable(level):
        return (SelfTest("set up", False, True, reason),)
    try:
        with ExitStack() as stack:
            sandbox, beside = (stack.enter_context(Sandbox(level, script.ENTRY)) for _ in range(2))
            scene = stack.enter_context(_scene(sandbox))
            found = [*_attacked(sandbox, scene), *_outgrown(sandbox)]
            found += covert.findings(sandbox, beside, _meeting(scene), LIMITS)
    except SandboxError as failed:
        return (SelfTest("set up", False, True, f"{failed.what} {failed.where}"),)
    return tuple(
        SelfTest(name, held, _required(level, name), detail) for name, held, detail in found
    )


def weakness(level: Level) -> str:
    """Say why a level can't be used here; nothing when it holds."""
    failed = [probe for probe in probes(level) if probe.required and not probe.held]
    return (
        f"level {level}: " + ", ".join(f"{probe.name}: {probe.detail}" for probe in failed)
        if failed
        else ""
    )


Finding = tuple[str, bool, str]


def _required(level: Level, name: str) -> bool:
    return (
        level is not Level.C or name in ANY_LEVEL or (sys.platform == "linux" and name in ANY_LINUX)
    )


def _attacked(sandbox: Sandbox, scene: Scene) -> Iterator[Finding]:
    source = f"from grader.sandbox.attacks import run; run({json.dumps(asdict(scene))!r}, results)"
    replies, ending = _run(sandbox, source, Stage(Path(scene.stage)), LIMITS)
    if not replies:
        yield "answer the self-test", False, f"{ending.reason} {ending.status} {ending.output[-300:]}"
        return
    for name, stopped in json.loads(replies[0]):
        yield name, stopped is not None, stopped or "got through"


def _meeting(scene: Scene) -> Meeting:
    """Choose files of the standard library, which all children may read, that nobody needs."""
    library = Path(os.__file__).parent
    shared, cached = (str(library / name) for name in ("antigravity.py", "this.py"))
    return Meeting(shared, cached, scene.outside)


def _outgrown(sandbox: Sandbox) -> Iterator[Finding]:
    """Attacks that a child does not live to tell."""
    endless = {
        "run without end": ("while True: pass", Limits(wall=0.1), Reason.TIMEOUT),
        "print without end": ("while True: print('x' * 4096)", LIMITS, Reason.OUTPUT),
        "use more memory": (
            "kept = [bytearray(1 << 20) for _ in range(1 << 10)]",
            LIMITS,
            Reason.MEMORY,
        ),
        "fill its folder": (
            "import time\nfor n in range(8): open(str(n), 'wb').write(bytes(1 << 20))\ntime.sleep(9)",
            LIMITS,
            Reason.DISK,
        ),
        "keep removed files": (
            "from grader.sandbox.attacks import hoard; hoard(opened=2, mapped=3)",
            LIMITS,
            Reason.DISK,
        ),
    }
    stage = sandbox.stage({})
    for name, (source, limits, reason) in endless.items():
        _, ending = _run(sandbox, source, stage, limits)
        yield name, ending.reason is reason, f"ended: {ending.reason}"
    crowded = f"from grader.sandbox.attacks import crowd; crowd(results, {LIMITS.tasks * 4})"
    _, ending = _run(sandbox, crowded, stage, LIMITS)
    yield "start more threads", ending.reason is not Reason.TIMEOUT, f"ended: {ending.reason}"
    replies, ending = _run(
        sandbox, "from grader.sandbox.attacks import flee; flee(results)", stage, LIMITS
    )
    left = [
        pid
        for pid in map(int, replies)
        if sandbox.level is not Level.A and Path(f"/proc/{pid}").exists()
    ]
    yield "leave a daemon", not left and bool(
        replies or ending.status
    ), f"ended: {ending.reason}, left: {len(left)}"


def _run(sandbox: Sandbox, source: str, stage: Stage, limits: Limits) -> tuple[list[bytes], Ending]:
    with sandbox.start(source.encode(), stage, limits) as child:
        replies = list(iter(child.next_frame, None))
        return replies, child.ending


@contextmanager
def _scene(sandbox: Sandbox) -> Iterator[Scene]:
    """Set up what is attacked: files that only the sandbox protects, sockets that listen."""
    scratch = make_scratch()
    folder = scratch.folder
    outside = folder / "outside"
    outside.mkdir()
    (outside / "victim").write_text("here")
    for path, mode in ((folder, 0o755), (outside, 0o777), (outside / "victim", 0o666)):
        path.chmod(mode)
    (folder / "secret").write_text(secrets.token_hex())
    abstract = f"minitorch-{secrets.token_hex(8)}"
    addresses: list[tuple[int, object]] = [
        (socket.AF_INET, ("127.0.0.1", 0)),
        (socket.AF_UNIX, str(folder / "socket")),
    ]
    if sys.platform == "linux":
        addresses.append((socket.AF_UNIX, "\0" + abstract))
    try:
        with ExitStack() as stack:
            listeners = [stack.enter_context(socket.socket(family)) for family, _ in addresses]
            for listener, (_, address) in zip(listeners, addresses):
                listener.bind(address)  # type: ignore[arg-type]  # each family has its own kind of address
                listener.listen()
            (folder / "socket").chmod(0o777)
            yield Scene(
                secret=str(folder / "secret"),
                outside=str(outside),
                neighbour=str(sandbox.stage({"answer.py": "secret"}).path),
                stage=str(sandbox.stage({"mine.py": ""}).path),
                repository=str(Path(grader.__file__).parent),
                tcp=listeners[0].getsockname()[1],
                unix=str(folder / "socket"),
                abstract=abstract,
                grader=os.getpid(),
                variables=(*interpreter.environment(), "TMPDIR"),
            )
    finally:
        scratch.remove()
