"""What a child does between the fork and its end: sort its descriptors, confine itself, run the entry."""

from __future__ import annotations

import fcntl
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from grader.sandbox.confine import Confinement, confine
from grader.sandbox.limits import Limits
from grader.sandbox.wire import Results

Entry = Callable[[bytes, Results], None]
RESULTS, ANSWERS = 3, 4  # a child's descriptors, after its standard three
CLEAR = 100  # above every descriptor that a child keeps


def reserve_descriptors() -> None:
    """Occupy, in the server, the numbers of a child's descriptors: nothing that it needs may stand there."""
    while (descriptor := os.open(os.devnull, os.O_RDONLY)) <= ANSWERS:
        pass
    os.close(descriptor)


def live(
    entry: Entry, rules: Confinement, stage: str, private: str, limits: Limits, pipes: list[int]
) -> NoReturn:
    """Be a child, from just after the fork. Ends the process without Python's clean-up.

    Args:
        entry: What to run, once confined.
        rules: How all children are confined.
        stage: The folder that this one may read.
        private: The folder that it may write.
        limits: Its bounds.
        pipes: Where results and output go, where answers come from.
    """
    status = 1
    try:
        results = _sort_descriptors(*pipes)
        os.setsid()
        try:
            confine(rules, stage, private, limits)
            _settle(private)
        except (OSError, ValueError) as refused:
            results.send(f"{type(refused).__name__}: {refused}".encode())
            os._exit(status)
        os.closerange(ANSWERS + 1, 1 << 16)
        results.send(b"")  # confined: the grader's clock starts
        status = _run(entry, results.receive(), results)
    finally:
        os._exit(status)


def _sort_descriptors(results: int, output: int, answers: int) -> Results:
    """Put the child's descriptors where they belong: 0 nothing, 1 and 2 output, 3 results, 4 answers."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    wanted = (nothing, output, output, results, answers)
    lifted = [fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, CLEAR) for descriptor in wanted]
    for target, descriptor in enumerate(lifted):
        os.dup2(descriptor, target, inheritable=target < RESULTS)
    return Results(RESULTS, ANSWERS)


def _settle(private: str) -> None:
    """Make the private folder the child's home."""
    os.chdir(private)
    tempfile.tempdir = None  # found anew, in TMPDIR
    os.environ["HOME"] = os.environ["TMPDIR"] = private
    os.environ.pop("PWD", None)  # bubblewrap's


def _run(entry: Entry, request: bytes, results: Results) -> int:
    try:
        entry(request, results)
        return 0
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except BaseException:  # student code may raise anything; the grader sees it as output
        traceback.print_exc()
        return 1
    finally:
        with suppress(BaseException):
            sys.stdout.flush()
            sys.stderr.flush()
