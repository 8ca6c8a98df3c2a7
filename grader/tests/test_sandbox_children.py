"""Children in levels A and B: what they may do, what ends them, and that nothing of them stays."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from errno import EACCES, EFBIG, EPERM, EROFS
from pathlib import Path

import psutil
import pytest

from grader.model import Level
from grader.sandbox import Reason, Sandbox, interpreter
from grader.tests.sandboxes import QUICK, opened, refused, run, said

MIB = 1 << 20
SMALL = replace(QUICK, memory=128 * MIB)


@pytest.fixture(scope="module", params=[Level.A, Level.B], ids=str)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    """One sandbox a level for all of these tests: no child may spoil it for the next."""
    with opened(request.param) as made:
        yield made


def private_folders(sandbox: Sandbox) -> list[Path]:
    """List what children left on this side; level A's private folders are not even here."""
    return list((sandbox.stage({}).path.parent.parent / "private").iterdir())


class TestOrdinaryLife:
    """What a child may do."""

    def test_it_reads_its_stage_and_sends_results(self, sandbox: Sandbox) -> None:
        """The stage's path is the same on both sides."""
        stage = sandbox.stage({"data/a.txt": "content"})
        source = f"results.send(open({str(stage.path / 'data/a.txt')!r}, 'rb').read()); results.send(b'')"
        frames, ending = run(sandbox, source, stage=stage)
        assert frames == [b"content", b""]
        assert (ending.reason, ending.status) == (Reason.EXITED, 0)
        assert ending.cpu > 0 and ending.memory > MIB

    def test_it_writes_its_private_folder(self, sandbox: Sandbox) -> None:
        """Which is empty at first, where temporary files go, and gone afterwards."""
        source = """
import os, tempfile
empty = os.listdir()
open("a", "w").write("x"); os.rename("a", "b"); os.mkdir("c"); os.symlink("b", "d"); os.unlink("b")
with tempfile.NamedTemporaryFile() as file:
    results.send(repr((empty, sorted(os.listdir()), file.name.startswith(os.getcwd()))).encode())
"""
        frames, _ = run(sandbox, source)
        empty, names, inside = eval(frames[0])
        assert empty == [] and {"c", "d"} <= set(names) and inside
        assert private_folders(sandbox) == []

    def test_threads_work(self, sandbox: Sandbox) -> None:
        """A few; they are counted among the tasks."""
        source = """
from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(4) as pool:
    results.send(repr(list(pool.map(str, range(4)))).encode())
"""
        assert said(sandbox, source) == "['0', '1', '2', '3']"

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems can't do that")
    def test_it_can_be_kept_on_one_processor(self, sandbox: Sandbox) -> None:
        """With all its threads."""
        source = """
import os, threading
def tell():
    results.send(repr(sorted(os.sched_getaffinity(0))).encode())
thread = threading.Thread(target=tell)
thread.start()
thread.join()
"""
        allowed = sorted(os.sched_getaffinity(0))
        assert said(sandbox, source) == str(allowed)
        last = replace(QUICK, processor=allowed[-1])
        assert said(sandbox, source, last) == str(allowed[-1:])

    def test_it_imports_what_was_not_warm(self, sandbox: Sandbox) -> None:
        """The standard library and the installed packages stay readable."""
        source = "import xml.dom.minidom, sqlite3, numpy; results.send(str(numpy.ones(3).sum()).encode())"
        assert said(sandbox, source) == "3.0"

    def test_it_hears_answers(self, sandbox: Sandbox) -> None:
        """Also one larger than a pipe, and the end of them."""
        source = """
while True:
    try:
        results.send(str(len(results.receive())).encode())
    except EOFError:
        break
results.send(b"over")
"""
        with sandbox.start(source.encode(), sandbox.stage({}), QUICK) as child:
            child.send(b"abc")
            assert child.next_frame() == b"3"
            child.send(bytes(MIB))
            child.close_answers()
            assert child.next_frame() == str(MIB).encode()
            assert child.next_frame() == b"over"
            assert child.next_frame() is None

    def test_an_exception_is_output_and_status_1(self, sandbox: Sandbox) -> None:
        """With its traceback."""
        frames, ending = run(sandbox, "print('before'); 1 / 0")
        assert (frames, ending.reason, ending.status) == ([], Reason.EXITED, 1)
        assert ending.output.startswith("before\nTraceback")
        assert "ZeroDivisionError" in ending.output

    @pytest.mark.parametrize(
        ("source", "status"), [("exit()", 0), ("exit(7)", 7), ("exit('text')", 1)]
    )
    def test_exit_codes(self, sandbox: Sandbox, source: str, status: int) -> None:
        """As Python would give them."""
        assert run(sandbox, f"import sys; sys.{source}")[1].status == status

    def test_its_environment_is_the_sandboxs(
        self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No variable of the grader, and nothing on standard input."""
        monkeypatch.setenv("GITHUB_TOKEN", "secret")
        source = (
            "import os, sys; results.send(repr((sorted(os.environ), sys.stdin.read())).encode())"
        )
        names, stdin = eval(said(sandbox, source))
        assert set(names) == {*interpreter.environment(), "TMPDIR"}
        assert stdin == ""

    def test_output_is_cleaned(self, sandbox: Sandbox) -> None:
        """Escape sequences, direction marks and broken bytes can't reach a terminal."""
        source = "import os; os.write(1, b'a\\x1b[31mb\\xe2\\x80\\xaec\\xffd\\n')"
        assert run(sandbox, source)[1].output == "a[31mbc\\xffd\n"


class TestOutOfReach:
    """What is refused."""

    @pytest.mark.parametrize(
        ("attempt", "expected"),
        [
            ("os.fork()", {EPERM}),
            ("os.posix_spawn('/bin/true', ['true'], {})", {EPERM}),
            ("socket.socket()", {EPERM}),
            ("socket.socketpair()", {EPERM}),
            ("os.kill(os.getppid(), 0)", {EPERM}),
            ("os.kill(-1, 9)", {EPERM}),
            ("os.killpg(os.getpgid(0), 9)", {EPERM}),
            ("os.listdir('/')", {EACCES}),
            ("os.listdir('/proc')", {EACCES}),
            ("open('/etc/passwd')", {EACCES, 2}),
            ("open('/dev/tty')", {EACCES, 2, 6}),
            ("open('/dev/shm/x', 'w')", {EACCES, 2, EROFS}),
            ("os.mkfifo('fifo')", {EPERM}),
            ("os.chmod('.', 0o777)", {EPERM}),
            ("os.setpriority(os.PRIO_PROCESS, 0, 5)", {EPERM}),
            ("os.sched_setaffinity(0, {0})", {EPERM}),
            ("os.memfd_create('x')", {EPERM}),
            ("os.pidfd_open(os.getpid())", {EPERM}),
            ("os.chroot('.')", {EPERM}),
            ("os.statvfs('.')", {EPERM}),
            ("__import__('fcntl').flock(os.open(os.__file__, os.O_RDONLY), 1)", {EPERM}),
            ("__import__('fcntl').lockf(os.open(os.__file__, os.O_RDONLY), 1)", {EPERM}),
            ("__import__('fcntl').fcntl(3, 8, os.getppid())", {EPERM}),  # F_SETOWN
        ],
    )
    def test_an_attempt_fails(self, sandbox: Sandbox, attempt: str, expected: set[int]) -> None:
        """With an error that Python code can catch."""
        answer = said(sandbox, refused(attempt))
        assert answer.isdigit() and int(answer) in expected, answer

    def test_another_stage(self, sandbox: Sandbox) -> None:
        """Neither its list nor its content."""
        other = sandbox.stage({"answer.txt": "42"})
        assert said(sandbox, refused(f"open({str(other.path / 'answer.txt')!r})")) == str(EACCES)
        assert said(sandbox, refused(f"os.listdir({str(other.path)!r})")) == str(EACCES)
        assert said(sandbox, refused(f"os.listdir({str(other.path.parent)!r})")) == str(EACCES)

    def test_its_own_stage_is_read_only(self, sandbox: Sandbox) -> None:
        """Not changed, not added to, not removed."""
        stage = sandbox.stage({"a.txt": "content"})
        for attempt in (
            "open('{0}/a.txt', 'w')",
            "open('{0}/b.txt', 'w')",
            "os.unlink('{0}/a.txt')",
            "os.truncate('{0}/a.txt', 0)",
        ):
            answer = said(sandbox, refused(attempt.format(stage.path)), stage=stage)
            assert int(answer) in {EACCES, EROFS, EPERM}
        assert (stage.path / "a.txt").read_text() == "content"

    def test_the_engine_and_packages_are_read_only(self, sandbox: Sandbox) -> None:
        """No child changes what the next one imports."""
        source = refused("open(__import__('numpy').__file__, 'a')")
        assert int(said(sandbox, source)) in {EACCES, EROFS}
        source = refused("open(__import__('grader.sandbox.wire').__file__, 'a')")
        assert int(said(sandbox, source)) in {EACCES, EROFS}

    def test_the_repository_is_not_on_the_path(self, sandbox: Sandbox) -> None:
        """The engine's copy holds no course and no later room."""
        source = """
from importlib.util import find_spec
names = ("grader.course", "grader.oracle", "grader.cli", "grader.tests")
results.send(repr([name for name in names if find_spec(name)]).encode())
"""
        assert said(sandbox, source) == "[]"

    def test_no_descriptor_is_inherited(self, sandbox: Sandbox) -> None:
        """Only the three standard ones, results and answers."""
        source = """
import os
def is_open(number):
    try:
        os.fstat(number)
        return True
    except OSError:
        return False
results.send(repr([number for number in range(1024) if is_open(number)]).encode())
"""
        assert said(sandbox, source) == "[0, 1, 2, 3, 4]"

    def test_a_file_beyond_the_limit(self, sandbox: Sandbox) -> None:
        """The write fails; the child goes on."""
        answer = said(
            sandbox, refused("os.ftruncate(os.open('big', os.O_CREAT | os.O_RDWR), 1 << 40)")
        )
        assert answer == str(EFBIG)


class TestEndings:
    """What ends a child, and that the grader says why."""

    def test_endless_loop(self, sandbox: Sandbox) -> None:
        """By the parent's clock."""
        began = time.monotonic()
        _, ending = run(sandbox, "while True: pass", replace(QUICK, wall=0.3))
        assert (ending.reason, ending.status) == (Reason.TIMEOUT, -signal.SIGKILL)
        assert time.monotonic() - began < 15

    @pytest.mark.parametrize(
        "source", ["7 ** 10 ** 9", "import re; re.match(r'(a+)+$', 'a' * 64 + 'b')"]
    )
    def test_c_code_that_holds_the_interpreter(self, sandbox: Sandbox, source: str) -> None:
        """No Python signal handler would ever run."""
        assert run(sandbox, source, replace(QUICK, wall=0.3))[1].reason is Reason.TIMEOUT

    def test_ignored_signals_and_stopping(self, sandbox: Sandbox) -> None:
        """Neither a handler nor SIGSTOP keeps a child from its end."""
        source = "import os, signal as s; s.signal(s.SIGTERM, s.SIG_IGN); os.kill(os.getpid(), s.SIGSTOP)"
        assert run(sandbox, source, replace(QUICK, wall=0.3))[1].reason is Reason.TIMEOUT

    def test_patience_for_one_result(self, sandbox: Sandbox) -> None:
        """``next_frame`` may wait less than the wall limit."""
        with sandbox.start(
            b"results.send(b'1'); import time; time.sleep(60)", sandbox.stage({}), QUICK
        ) as child:
            assert child.next_frame(10) == b"1"
            assert child.next_frame(0.1) is None
            assert child.ending.reason is Reason.TIMEOUT

    def test_cpu_time(self, sandbox: Sandbox) -> None:
        """All threads together."""
        source = """
import hashlib, threading
def work():
    while True:
        hashlib.sha256(bytes(1 << 20))
threading.Thread(target=work).start()
work()
"""
        _, ending = run(sandbox, source, replace(QUICK, cpu=0.3))
        assert ending.reason is Reason.CPU

    def test_memory_hog(self, sandbox: Sandbox) -> None:
        """Resident memory is what counts."""
        _, ending = run(sandbox, "kept = [bytearray(1 << 20) for _ in range(4096)]", SMALL)
        assert ending.reason is Reason.MEMORY
        assert ending.memory > SMALL.memory / 2

    def test_memory_hog_in_a_thread(self, sandbox: Sandbox) -> None:
        """Whoever touches the pages."""
        source = """
import threading
kept = []
hog = threading.Thread(target=lambda: kept.extend(bytearray(1 << 20) for _ in range(4096)))
hog.start()
hog.join()
"""
        assert run(sandbox, source, SMALL)[1].reason is Reason.MEMORY

    def test_address_space(self, sandbox: Sandbox) -> None:
        """One huge allocation is a MemoryError in the child."""
        frames, _ = run(
            sandbox, "try: bytearray(1 << 40)\nexcept MemoryError: results.send(b'refused')"
        )
        assert frames == [b"refused"]

    def test_thread_bomb(self, sandbox: Sandbox) -> None:
        """Killed, or stopped by the system: no more than its tasks."""
        source = """
import threading, time
for _ in range(500):
    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
time.sleep(30)
"""
        _, ending = run(sandbox, source, replace(QUICK, tasks=16))
        assert ending.reason is Reason.TASKS or "can't start new thread" in ending.output

    def test_many_small_files(self, sandbox: Sandbox) -> None:
        """Each is within its limit, all together are not."""
        source = "import time\nfor n in range(60): open(str(n), 'wb').write(bytes(1 << 18))\ntime.sleep(30)"
        assert run(sandbox, source, replace(QUICK, disk=MIB))[1].reason is Reason.DISK
        assert private_folders(sandbox) == []

    @pytest.mark.parametrize(("opened", "mapped"), [(9, 0), (0, 9)])
    def test_removed_files(self, sandbox: Sandbox, opened: int, mapped: int) -> None:
        """A file that is open or mapped takes its space, though it has no name any more."""
        source = f"from grader.sandbox.attacks import hoard; hoard({opened}, {mapped})"
        limits = replace(QUICK, file_size=MIB, disk=8 * MIB)
        assert run(sandbox, source, limits)[1].reason is Reason.DISK

    def test_a_few_temporary_files(self, sandbox: Sandbox) -> None:
        """They have no names either, and are within the limit."""
        source = """
import tempfile, time
kept = [tempfile.TemporaryFile() for _ in range(3)]
for file in kept:
    file.write(bytes(1 << 20)); file.flush()
time.sleep(0.5)
results.send(b"kept")
"""
        assert said(sandbox, source, replace(QUICK, disk=8 * MIB)) == "kept"

    def test_folders_without_bottom(self, sandbox: Sandbox) -> None:
        """They end a child while they can still be looked at, and removed."""
        source = "import os\nwhile True:\n    os.mkdir('d'); os.chdir('d')"
        assert run(sandbox, source)[1].reason is Reason.DISK
        assert private_folders(sandbox) == []

    def test_endless_names(self, sandbox: Sandbox) -> None:
        """Empty files have no blocks, but there are too many of them."""
        source = "n = 0\nwhile True:\n    open(str(n), 'w').close(); n += 1"
        assert run(sandbox, source, replace(QUICK, wall=20))[1].reason is Reason.DISK

    def test_output_flood(self, sandbox: Sandbox) -> None:
        """The grader's memory does not grow with what is printed."""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        _, ending = run(
            sandbox, "import os\nwhile True: os.write(2, b'x' * 65536)", replace(QUICK, output=MIB)
        )
        assert ending.reason is Reason.OUTPUT
        assert len(ending.output) <= 1 << 16
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024

    def test_result_flood(self, sandbox: Sandbox) -> None:
        """Large results, and endless empty ones."""
        frames, ending = run(
            sandbox, "while True: results.send(bytes(100_000))", replace(QUICK, results=MIB)
        )
        assert ending.reason is Reason.RESULTS
        assert len(frames) <= 11
        frames, ending = run(
            sandbox, "import os\nwhile True: os.write(3, bytes(4096))", replace(QUICK, results=MIB)
        )
        assert ending.reason is Reason.RESULTS
        assert len(frames) <= MIB // 64

    def test_a_frame_too_long(self, sandbox: Sandbox) -> None:
        """Known by its announced length."""
        frames, ending = run(
            sandbox, "results.send(b'fine'); results.send(bytes(2000))", replace(QUICK, frame=1000)
        )
        assert (frames, ending.reason) == ([b"fine"], Reason.RESULTS)

    def test_a_torn_frame(self, sandbox: Sandbox) -> None:
        """What came whole counts; the ending tells that more was begun."""
        source = "import os; results.send(b'whole'); os.write(3, b'\\x00\\x00\\x00\\x09torn'); os._exit(0)"
        frames, ending = run(sandbox, source)
        assert (frames, ending.reason) == ([b"whole"], Reason.RESULTS)

    def test_closed_descriptors(self, sandbox: Sandbox) -> None:
        """A child that closes its pipes and runs on is waited for, without spinning."""
        source = "import os, time; os.closerange(0, 100); time.sleep(0.5)"
        began = time.process_time()
        frames, ending = run(sandbox, source)
        assert (frames, ending.reason) == ([], Reason.EXITED)
        assert time.process_time() - began < 0.3

    def test_suicide(self, sandbox: Sandbox) -> None:
        """Signals are told as negative status."""
        source = "import ctypes; ctypes.string_at(0)"
        _, ending = run(sandbox, source)
        assert (ending.reason, ending.status) == (Reason.SIGNALLED, -signal.SIGSEGV)
        _, ending = run(sandbox, "import os; results.send(b'1'); os._exit(3)")
        assert (ending.reason, ending.status) == (Reason.EXITED, 3)

    def test_leaving_kills(self, sandbox: Sandbox) -> None:
        """A grader that has heard enough does not wait."""
        with sandbox.start(
            b"results.send(b'1')\nwhile True: pass", sandbox.stage({}), QUICK
        ) as child:
            assert child.next_frame() == b"1"
        assert child.ending.reason is Reason.KILLED

    def test_a_hostile_private_folder_is_removed(self, sandbox: Sandbox) -> None:
        """Deep, shut, and full of links."""
        source = """
import os
os.symlink("/", "root")
for _ in range(40):
    os.mkdir("d" * 200); os.chdir("d" * 200)
os.mkdir("shut", 0)
results.send(b"built")
"""
        frames, ending = run(sandbox, source)
        assert frames == [b"built"] or ending.reason is Reason.DISK  # the watch may come first
        assert private_folders(sandbox) == []

    def test_the_server_is_as_before(self, sandbox: Sandbox) -> None:
        """After all of the above the sandbox still works, and has no descendants but its own."""
        assert said(sandbox, "results.send(b'still here')") == "still here"
        server = psutil.Process(sandbox.server_pid)
        assert len(server.children(recursive=True)) <= 2  # bubblewrap's init and the server


def test_one_child_at_a_time(sandbox: Sandbox) -> None:
    """A second start while a child lives is a mistake of the grader's."""
    with sandbox.start(b"import time; time.sleep(30)", sandbox.stage({}), QUICK) as child:
        with pytest.raises(RuntimeError, match="one child at a time"):
            sandbox.start(b"", sandbox.stage({}), QUICK)
        with pytest.raises(RuntimeError, match="has not ended"):
            child.ending
