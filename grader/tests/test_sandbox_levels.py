"""Opening, choosing and proving levels; servers that die; what level C promises."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

import grader
from grader.errors import ConfinementFailed, NoSandbox, ServerFailed
from grader.model import Level
from grader.sandbox import (
    landlock,
    Reason,
    Sandbox,
    bubblewrap,
    confine,
    facts,
    interpreter,
    open_sandbox,
    process,
    script,
    seccomp,
    selftest,
)
from grader.sandbox import child as child_module
from grader.sandbox.identity import Identity
from grader.tests.sandboxes import QUICK, opened, run, said

DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        results.send(str(os.getpid()).encode())
        time.sleep(60)
    os._exit(0)
results.receive()
"""


@pytest.fixture(scope="module")
def weak() -> Iterator[Sandbox]:
    """Level C: what is promised where nothing better is there."""
    with opened(Level.C) as made:
        yield made


def soon(true: Callable[[], bool]) -> bool:
    """Wait up to ten seconds for something to become true."""
    for _ in range(200):
        if true():
            return True
        time.sleep(0.05)
    return False


class TestSelfTest:
    """The attacks, and what follows from them."""

    @pytest.mark.parametrize("level", list(Level), ids=str)
    def test_every_required_attack_is_stopped(self, level: Level) -> None:
        """On this machine, in this process."""
        if reason := facts.unavailable(level):
            pytest.skip(reason)
        found = selftest.probes(level)
        assert len(found) > 30
        assert [probe for probe in found if probe.required and not probe.held] == []
        assert selftest.weakness(level) == ""

    @pytest.mark.parametrize("level", [Level.A, Level.B], ids=str)
    def test_no_attack_is_stopped_by_a_new_kernel_alone(
        self, level: Level, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With a Landlock that scopes no signals, the levels hold as well."""
        if reason := facts.unavailable(level):
            pytest.skip(reason)
        older = min(5, landlock.abi())
        monkeypatch.setattr(landlock, "abi", lambda: older)
        found = selftest.probes.__wrapped__(level)
        assert len(found) > 30
        assert [probe for probe in found if probe.required and not probe.held] == []
        with opened(level) as sandbox:
            assert f"Landlock ABI {older}" in sandbox.report.layers

    def test_level_c_does_not_pass_for_more(self) -> None:
        """The same attacks do get through where nothing stops them: they are real."""
        open_ones = {probe.name for probe in selftest.probes(Level.C) if not probe.held}
        assert {
            "connect by TCP",
            "send by UDP",
            "start a process",
            "connect to a unix socket",
        } <= open_ones

    @pytest.mark.skipif(sys.platform != "linux", reason="the ways are Linux's")
    def test_bits_pass_where_nothing_stops_them(self) -> None:
        """The ways in which children try to tell each other something do work."""
        open_ones = {probe.name for probe in selftest.probes(Level.C) if not probe.held}
        assert {
            "pass a bit by a lock on a file",
            "pass a bit by a lock on a range of a file",
            "pass a bit by a lock of an open file",
            "pass a bit by a process's clock",
            "pass a bit by a file left behind",
        } <= open_ones

    @pytest.mark.skipif(sys.platform != "linux", reason="the requests are Linux's")
    def test_signals_of_descriptors_can_be_asked_for_where_nothing_stops_that(self) -> None:
        """Those attacks are real, too."""
        asked = [probe for probe in selftest.probes(Level.C) if "signal" in probe.name]
        open_ones = {probe.name for probe in asked if not probe.held}
        assert {
            "say who gets a pipe's signals",
            "choose a pipe's signal",
            "ask a pipe for signals",
            "ask a pipe for signals, otherwise",
        } <= open_ones

    def test_a_failed_attack_is_worded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The weakness names the probe and what happened."""
        probe = selftest.SelfTest("read a secret file", False, True, "got through")
        monkeypatch.setattr(selftest, "probes", lambda level: (probe,))
        assert selftest.weakness(Level.A) == "level A: read a secret file: got through"


class TestChoice:
    """Which level is taken."""

    def test_the_strongest_is_taken_and_reported(self) -> None:
        """With its layers in words, and no warning."""
        with opened(Level.A):
            pass
        with open_sandbox(None, False, script.ENTRY) as sandbox:
            assert sandbox.level is Level.A
            assert sandbox.report.warning == ""
            assert sandbox.report.python == platform.python_version()
            assert any(layer.startswith("Landlock ABI") for layer in sandbox.report.layers)

    def test_without_bubblewrap_it_is_level_b(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """And the report says what is missing."""
        with opened(Level.B):
            pass
        monkeypatch.setenv("PATH", "")
        with open_sandbox(Level.B, False, script.ENTRY) as sandbox:
            assert sandbox.level is Level.B
            assert sandbox.report.layers[0].startswith("no bubblewrap")
            assert said(sandbox, "results.send(b'works')") == "works"

    def test_requiring_what_is_not_there_fails_closed(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Three lines: what, why, and what to install."""
        monkeypatch.setenv("PATH", "")
        with pytest.raises(NoSandbox) as raised:
            open_sandbox(Level.A, True, script.ENTRY)
        what, where, next_step, after = str(raised.value).splitlines()
        assert what == "Student code can't be run safely here: sandbox level A is required."
        assert "level A: bubblewrap (bwrap) is not installed" in where or "needs Linux" in where
        assert "level B: too weak; level C: too weak" in where
        assert "apt-get install bubblewrap" in next_step
        assert after.strip().startswith("grader doctor")

    def test_level_c_must_be_allowed(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """And warns in every report."""
        monkeypatch.setattr(landlock, "abi", lambda: 3)
        with pytest.raises(NoSandbox, match="needs Landlock ABI 4, the kernel has 3"):
            open_sandbox(None, False, script.ENTRY)
        with open_sandbox(None, True, script.ENTRY) as sandbox:
            assert sandbox.level is Level.C
            assert sandbox.report.warning.startswith("UNSANDBOXED")

    def test_one_level_can_be_asked_for(self) -> None:
        """Exactly this one, if it holds and is strong enough."""
        with opened(Level.B):
            pass
        with open_sandbox(None, False, script.ENTRY, level=Level.B) as sandbox:
            assert sandbox.level is Level.B
        with pytest.raises(NoSandbox, match="level C: too weak"):
            open_sandbox(None, False, script.ENTRY, level=Level.C)

    def test_a_bubblewrap_that_does_not_work_is_no_level_a(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its own words reach the doctor."""
        fake = tmp_path / "bwrap"
        fake.write_text(
            "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2; exit 1\n"
        )
        fake.chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        assert "not usable: bwrap: setting up uid map" in facts.look().bubblewrap
        with pytest.raises(ServerFailed, match="setting up uid map: Permission denied"):
            Sandbox(Level.A, script.ENTRY)


def test_kernel_layers_are_never_left_out_silently(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a table gets an error, not a weaker sandbox."""
    monkeypatch.setattr(seccomp, "machine", lambda: None)
    with pytest.raises(OSError, match="no system call table"):
        confine.prepare(Identity(None), None, [], landlock.abi())


def test_facts_about_this_machine() -> None:
    """For the doctor: what is here, in words."""
    found = facts.look()
    assert found.uid == os.geteuid()
    assert found.kernel.split()[0] == os.uname().sysname
    assert found.landlock == landlock.abi()
    assert found.bubblewrap


class TestServers:
    """The process between grader and children."""

    @pytest.mark.parametrize("level", list(Level), ids=str)
    def test_a_dead_server_is_replaced(self, level: Level) -> None:
        """Its child dies with it, the next one lives in a new server."""
        with opened(level) as sandbox:
            with sandbox.start(
                b"results.send(b'1'); import time; time.sleep(60)", sandbox.stage({}), QUICK
            ) as child:
                assert child.next_frame() == b"1"
                family = psutil.Process(sandbox.server_pid).children(recursive=True)
                os.kill(sandbox.server_pid, signal.SIGKILL)
                assert child.next_frame() is None
                assert child.ending.reason is Reason.KILLED
            assert soon(
                lambda: not any(
                    member.is_running() and member.status() != "zombie" for member in family
                )
            )
            assert said(sandbox, "results.send(b'2')") == "2"

    @pytest.mark.parametrize("level", list(Level), ids=str)
    def test_a_killed_grader_leaves_no_process(self, level: Level, tmp_path: Path) -> None:
        """Server and child notice that nobody listens any more."""
        with opened(level):
            pass
        source = f"""
import psutil
from grader.model import Level
from grader.sandbox import Sandbox, Limits, script
sandbox = Sandbox(Level("{level}"), script.ENTRY)
child = sandbox.start(b"results.send(b'1'); import time; time.sleep(60)", sandbox.stage({{}}), Limits())
child.next_frame()
print(*[process.pid for process in psutil.Process().children(recursive=True)], flush=True)
input()
"""
        grader_process = subprocess.Popen(
            [sys.executable, "-c", source],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)},
        )
        assert grader_process.stdout
        pids = [int(pid) for pid in grader_process.stdout.readline().split()]
        assert len(pids) >= 2
        grader_process.kill()
        grader_process.communicate()
        assert soon(lambda: not any(psutil.pid_exists(pid) for pid in pids))

    def test_a_server_that_does_not_come_up(self, tmp_path: Path) -> None:
        """The error holds what it said."""
        with pytest.raises(ServerFailed, match="No module named 'no_such_module'") as raised:
            Sandbox(Level.C, script.ENTRY, ["no_such_module"])
        assert str(raised.value).startswith("The sandbox's server process failed.\n  where: ")
        assert str(raised.value).splitlines()[-1].startswith("  next:  grader doctor")

    def test_a_server_that_can_not_be_started(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nor says anything."""
        monkeypatch.setattr(interpreter, "executable", lambda: "/bin/false")
        with pytest.raises(ServerFailed, match="it ended or hung without a word"):
            Sandbox(Level.C, script.ENTRY)

    def test_a_server_that_hangs(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It is given up."""
        monkeypatch.setattr(process, "WARM_UP", 0.2)
        monkeypatch.setattr(interpreter, "BOOT", "import time; time.sleep(60)")
        with pytest.raises(ServerFailed, match="it ended or hung without a word"):
            Sandbox(Level.C, script.ENTRY)

    def test_a_server_that_stops_answering(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Before its child is ready, and when it should end one: it is given up and replaced."""
        with opened(Level.C) as sandbox:
            monkeypatch.setattr(child_module, "STARTING", 0.2)
            os.kill(sandbox.server_pid, signal.SIGSTOP)
            with sandbox.start(b"", sandbox.stage({}), QUICK) as child:
                with pytest.raises(ServerFailed, match="no child was ready within 0 s"):
                    child.next_frame()
            monkeypatch.undo()
            monkeypatch.setattr(child_module, "DYING", 0.2)
            with sandbox.start(
                b"results.send(b'1')\nwhile True: pass", sandbox.stage({}), QUICK
            ) as child:
                assert child.next_frame() == b"1"
                os.kill(sandbox.server_pid, signal.SIGSTOP)
                child.kill()
                assert child.next_frame() is None
                assert child.ending.reason is Reason.KILLED
            monkeypatch.undo()
            assert said(sandbox, "results.send(b'2')") == "2"

    def test_a_layer_that_does_not_take(self) -> None:
        """No stage, no Landlock rule for it: no student code."""
        with opened(Level.B) as sandbox:
            stage = sandbox.stage({})
            sandbox.drop(stage)
            with sandbox.start(b"results.send(b'ran')", stage, QUICK) as child:
                with pytest.raises(ConfinementFailed, match="no student code was run") as raised:
                    child.next_frame()
            assert "where: FileNotFoundError" in str(raised.value)
            assert said(sandbox, "results.send(b'2')") == "2"

    def test_closing_removes_everything(self) -> None:
        """Folder and process."""
        with opened(Level.C) as sandbox:
            folder, pid = sandbox.stage({"a": "b"}).path.parent.parent, sandbox.server_pid
            assert folder.is_dir()
        assert not folder.exists()
        assert not psutil.pid_exists(pid)

    def test_two_sandboxes_do_not_meet(self) -> None:
        """Each has its own folder, its own server, and as root its own user."""
        with opened(Level.B) as one, opened(Level.B) as other:
            uids = {
                said(sandbox, "import os; results.send(str(os.getuid()).encode())")
                for sandbox in (one, other)
            }
            assert len(uids) == (2 if os.geteuid() == 0 else 1)
            theirs = other.stage({"a": "b"}).path
            assert "PermissionError" in said(
                one,
                f"import os\ntry: os.listdir({str(theirs)!r})\nexcept OSError as e: results.send(repr(e).encode())",
            )


class TestLevelC:
    """Limits and a clean environment, nothing more."""

    def test_a_daemon_is_found_and_killed(self, weak: Sandbox) -> None:
        """Twice forked, in a session of its own, and its parent gone."""
        with weak.start(DAEMON.encode(), weak.stage({}), replace(QUICK, wall=10)) as child:
            word = child.next_frame()
            assert word is not None
            assert psutil.pid_exists(int(word))
        assert not psutil.pid_exists(int(word))

    def test_a_daemon_does_not_outlive_an_ordinary_end(self, weak: Sandbox) -> None:
        """The child itself ends well."""
        frames, ending = run(weak, DAEMON.replace("results.receive()", "time.sleep(0.3)"))
        assert ending.reason is Reason.EXITED
        assert not psutil.pid_exists(int(frames[0]))

    def test_a_fork_bomb_is_stopped(self, weak: Sandbox) -> None:
        """By the count of its tasks, or by the system."""
        source = (
            "import os, time\nwhile True:\n    try: os.fork()\n    except OSError: time.sleep(1)"
        )
        _, ending = run(weak, source, replace(QUICK, tasks=24, wall=1))
        assert ending.reason in {Reason.TASKS, Reason.TIMEOUT}
        assert psutil.Process(weak.server_pid).children(recursive=True) == []
        assert said(weak, "results.send(b'on')") == "on"

    def test_memory_of_all_processes_counts(self, weak: Sandbox) -> None:
        """Four of them, each below the limit."""
        source = "import os, time\nos.fork(); os.fork()\nkept = bytearray(b'x') * (60 << 20)\ntime.sleep(30)"
        _, ending = run(weak, source, replace(QUICK, memory=160 << 20))
        assert ending.reason is Reason.MEMORY

    def test_time_and_output(self, weak: Sandbox) -> None:
        """As at every level."""
        assert run(weak, "while True: pass", replace(QUICK, wall=0.2))[1].reason is Reason.TIMEOUT
        assert run(weak, "while True: print('x' * 4096)")[1].reason is Reason.OUTPUT


class TestCommandLines:
    """What is shown to a server, and how it is started."""

    def test_nothing_shown_holds_the_repository(self) -> None:
        """Not the engine's source, not its parents."""
        source = Path(grader.__file__).resolve().parent
        shown = [Path(path) for path in interpreter.readable()]
        assert not any(source.is_relative_to(path) for path in shown)
        assert not any(
            one != other and one.is_relative_to(other) for one in shown for other in shown
        )

    def test_python_starts_without_site_and_editable_installs(self) -> None:
        """Base interpreter, safe path, engine first."""
        line = interpreter.command(Path("/engine"), 7)
        assert line[0] == os.path.realpath(sys.executable)
        assert {"-P", "-s", "-S", "-B"} <= set(line)
        assert line[line.index("-c") + 2 : line.index("-c") + 4] == ["7", "/engine"]

    @pytest.mark.parametrize(
        ("uid", "present", "absent"),
        [(0, "CAP_SETUID", "--unshare-user"), (1000, "--disable-userns", "--cap-add")],
    )
    def test_bubblewrap_by_user(
        self, monkeypatch: pytest.MonkeyPatch, uid: int, present: str, absent: str
    ) -> None:
        """Root needs no user namespace; others need one that can't be nested."""
        monkeypatch.setattr(os, "geteuid", lambda: uid)
        line = bubblewrap.trial()
        assert present in line
        assert absent not in line
        assert {"--unshare-pid", "--unshare-net", "--unshare-ipc"} <= set(line)
