"""``grader doctor``: what this machine can do, in plain words, wherever it runs."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from grader.cli.main import run


@pytest.fixture
def told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> str:
    """Ask outside of any course."""
    monkeypatch.chdir(tmp_path)
    assert run(["doctor"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_python_packages_and_machine(told: str) -> None:
    lines = {line.split()[0]: line for line in told.splitlines() if line and line[0] != " "}
    assert platform.python_version() in lines["Python"]
    for package in ("pytest", "hypothesis", "numpy", "numba", "threads", "CUDA", "git"):
        assert package in lines


def test_the_sandbox_and_each_probe_of_its_self_test(told: str) -> None:
    head, _, probes = told.partition("\nsandbox       ")
    assert probes.startswith("level ")
    marks = [line.split()[0] for line in probes.splitlines()[1:] if line.startswith("  ")]
    assert len(marks) >= 6
    assert set(marks) <= {"held", "open", "BROKEN"}


def test_what_kernels_run_on(told: str) -> None:
    lines = {line.partition("  ")[0]: line for line in told.splitlines()}
    assert lines["Numba there"].split()[2:] == "2 threads of 4, by workqueue".split()
    assert lines["CUDA there"].split()[2:] == ["simulator"]


def test_no_bubblewrap(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is missing is said, and how to get it; that is no failure of this verb."""
    from grader.sandbox import selftest

    # What an earlier test found.
    monkeypatch.setattr(selftest, "probes", selftest.probes.__wrapped__)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert run(["doctor", "--level", "A"]) == 0
    shown = capsys.readouterr().out
    assert "level A does not hold here" in shown
    assert "apt-get install bubblewrap" in shown
    assert "git           absent" in shown


def test_a_missing_package(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.cli.doctor.PACKAGES", ("pytest", "no-such-package"))
    monkeypatch.setattr("grader.cli.doctor._sandbox", lambda level: None)
    assert run(["doctor"]) == 0
    assert "no-such-package absent: make setup installs it" in capsys.readouterr().out


def test_without_numba(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Students have none before Module 3: no kernel is tried, and it says how to install it."""

    def version(package: str) -> str:
        if package == "numba":
            raise PackageNotFoundError(package)
        return "1.0"

    monkeypatch.setattr("grader.cli.doctor.version", version)
    monkeypatch.setattr("grader.cli.doctor.find_spec", lambda name: None)
    assert run(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "numba         absent: make numba installs it" in shown
    assert "Numba there" not in shown
