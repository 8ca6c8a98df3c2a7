"""Helpers for tests of the sandbox: opening levels, running source in children, trying things in a fork."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from grader.model import Level
from grader.sandbox import Ending, Limits, Sandbox, Stage, facts, script

QUICK = Limits(wall=20, cpu=20, output=1 << 16, results=1 << 20)


@contextmanager
def opened(level: Level) -> Iterator[Sandbox]:
    """Open a level, or skip the test with the reason why it is not here."""
    if reason := facts.unavailable(level):
        pytest.skip(f"level {level}: {reason}")
    with Sandbox(level, script.ENTRY) as sandbox:
        yield sandbox


def run(
    sandbox: Sandbox, source: str, limits: Limits = QUICK, stage: Stage | None = None
) -> tuple[list[bytes], Ending]:
    """Run source in a child; return its results and how it ended."""
    with sandbox.start(source.encode(), stage or sandbox.stage({}), limits) as child:
        frames = list(iter(child.next_frame, None))
        return frames, child.ending


def said(sandbox: Sandbox, source: str, limits: Limits = QUICK, stage: Stage | None = None) -> str:
    """Run source that sends one result; return it as text."""
    frames, ending = run(sandbox, source, limits, stage)
    assert frames, ending
    return frames[0].decode()


def refused(attempt: str) -> str:
    """Wrap an expression: sends the errno of the OSError that it raises, or ``done``."""
    return f"""
import ctypes, os, socket
try:
    {attempt}
    results.send(b"done")
except OSError as error:
    results.send(str(error.errno).encode())
"""


def in_a_fork(attempt: Callable[[], Any]) -> str:
    """Run a function in a forked process; return what it returned, as text, or the error it raised."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            answer = str(attempt())
        except BaseException as error:  # a forked process must never return into pytest
            answer = f"{type(error).__name__} {getattr(error, 'errno', '')}".strip()
        os.write(writing, answer.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answers:
        answer = answers.read()
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return answer if status == 0 else f"status {status}"
