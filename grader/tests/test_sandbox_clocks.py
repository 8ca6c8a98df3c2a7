"""A child's clocks, read from outside of it."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from grader.model import Level
from grader.sandbox import Reason, clocks
from grader.sandbox.clocks import Reading
from grader.tests.sandboxes import QUICK, opened, run

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such clocks")

WORKING = """
import threading, time

def work(clock):
    while clock() < 0.1:
        pass

thread = threading.Thread(target=work, args=(time.thread_time,))
thread.start()
thread.join()
results.send(b"in a thread")
results.receive()
work(time.thread_time)
results.send(b"in its own")
results.receive()
"""
LYING = """
import time
time.process_time = time.process_time_ns = lambda: 0
while time.thread_time() < 0.1:
    pass
results.send(b"done")
results.receive()
"""


@pytest.mark.parametrize("level", [Level.A, Level.B, Level.C])
def test_all_threads_of_a_child_count(level: Level) -> None:
    """What an ended thread has used is not forgotten, and what others use is not the child's."""
    with opened(level) as sandbox:
        with sandbox.start(WORKING.encode(), sandbox.stage({}), QUICK) as child:
            assert child.next_frame() == b"in a thread"
            first = child.clock()
            child.send(b"")
            assert child.next_frame() == b"in its own"
            second = child.clock()
            assert first is not None and second is not None
            assert 100_000_000 <= first.cpu <= second.cpu - 50_000_000
            (thread,) = second.threads
            assert second.threads[thread] - first.threads[thread] >= 50_000_000
            third = child.clock()  # it waits, once it has gone back to listening
            assert third is not None and second.cpu <= third.cpu < second.cpu + 25_000_000


@pytest.mark.parametrize(
    ("cpu", "threads", "most"),
    [
        (100, {"1": 10, "2": 60, "3": 30}, 50),  # the second had 10 before
        (100, {"1": 10, "2": 20}, 80),  # others have come and gone
        (100, {"1": 95, "4": 5}, 95),  # one has come and stays, one has gone
        (100, {}, None),
    ],
)
def test_the_busiest_thread(cpu: int, threads: dict[str, int], most: int | None) -> None:
    """What is done in threads that end at once is not forgotten."""
    begun = Reading(10, {"1": 0, "2": 10}) if threads else Reading(10, {})
    assert clocks.busiest(begun, Reading(cpu + 10, threads)) == most


def test_what_a_child_says_of_time_does_not_matter() -> None:
    """The kernel counts."""
    with opened(Level.B) as sandbox:
        with sandbox.start(LYING.encode(), sandbox.stage({}), QUICK) as child:
            assert child.next_frame() == b"done"
            reading = child.clock()
            assert reading is not None and reading.cpu >= 100_000_000


@pytest.fixture
def crowded() -> Iterator[None]:
    """Share one processor with two others, each in a session of its own, as the kernel may share it among those."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    loop = [sys.executable, "-c", "while True: pass"]
    busy = [subprocess.Popen(loop, start_new_session=True) for _ in range(2)]
    yield
    for process in busy:
        process.kill()
        process.wait()
    os.sched_setaffinity(0, before)


BUSY = """
import time
while time.process_time() < 0.3:
    pass
results.send(b"done")
"""


@pytest.mark.skipif(
    not os.path.exists("/proc/self/schedstat"), reason="the kernel doesn't count it"
)
@pytest.mark.parametrize("level", [Level.A, Level.B])
def test_what_others_take_of_a_processor_is_given_back(level: Level, crowded: None) -> None:
    """What takes 0.3 seconds is done within 0.6, though by the clock on the wall it takes longer."""
    with opened(level) as sandbox:
        begun = time.monotonic()
        frames, ending = run(sandbox, BUSY, replace(QUICK, wall=0.6))
        assert (frames, ending.reason) == ([b"done"], Reason.EXITED)
        assert time.monotonic() - begun > 0.6 and ending.waited > 0.2


@pytest.mark.parametrize("source", ["import time; time.sleep(60)", "while True: pass"])
def test_who_hangs_is_ended_all_the_same(source: str, crowded: None) -> None:
    with opened(Level.B) as sandbox:
        _, ending = run(sandbox, source, replace(QUICK, wall=0.5))
        assert ending.reason is Reason.TIMEOUT
        assert ending.cpu < 1.0


def test_a_child_that_ended_has_no_clock() -> None:
    """Its end is told as if nobody had asked."""
    with opened(Level.B) as sandbox:
        with sandbox.start(b"results.send(b'bye')", sandbox.stage({}), QUICK) as child:
            assert child.next_frame() == b"bye"
            while child.clock() is not None:
                pass
            assert child.next_frame() is None
            assert child.ending.status == 0
        with sandbox.start(b"results.send(b'next')", sandbox.stage({}), QUICK) as child:
            assert child.next_frame() == b"next"


def test_no_process_no_reading() -> None:
    """Nor is there one on a system without such clocks."""
    assert isinstance(clocks.read(os.getpid()), Reading)
    assert clocks.read(2**22 + 1) is None


def test_elsewhere_there_is_no_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Speed is then not judged."""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert clocks.read(os.getpid()) is None


def test_another_sandbox_runs_beside_the_first() -> None:
    """It is confined alike, and closed along with it."""
    with opened(Level.B) as sandbox:
        other = sandbox.another()
        with (
            sandbox.start(b"results.receive()", sandbox.stage({}), QUICK) as one,
            other.start(b"results.send(b'beside')", other.stage({}), QUICK) as two,
        ):
            assert two.next_frame() == b"beside"
            one.send(b"")
        assert other.report == sandbox.report or other.level is sandbox.level
        pid = other.server_pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_clocks_are_read_when_they_stand_still() -> None:
    """Right after its answer a process may still run: its threads' clocks then lack what came after the last tick."""
    readings = [Reading(9, {"1": 5}), Reading(10, {"1": 5}), Reading(10, {"1": 10})]
    assert clocks.read_at_rest(iter([*readings, None]).__next__) == readings[-1]
    assert clocks.read_at_rest(lambda: None) is None


def test_a_process_that_never_rests_is_read_all_the_same() -> None:
    counted = itertools.count()
    found = clocks.read_at_rest(lambda: Reading(next(counted), {}))
    assert found == Reading(clocks.TRIES, {})
