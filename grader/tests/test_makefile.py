"""What ``make`` says when a machine lacks something, told by stand-ins for Python; and what it installs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import cast

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.tests.documents import ROOT

MAKE = shutil.which("make") or pytest.skip("there is no make", allow_module_level=True)
LOCKS = tuple(sorted(path.name for path in ROOT.glob("*.lock")))
NEEDED = ("env", "touch", "rm", "mkdir", "cp", "chmod", "sh")

# A Python that notes how it is called. `python -m venv DIR` puts a copy of it there.
STAND_IN = """#!/bin/sh
echo "$@" >> "$CALLS"
case "$*" in
  --version) echo "Python {version}" ;;
  *version_info*) exit {too_old} ;;
  "-m venv "*) {venv} ;;
  *--require-hashes*) {packages} ;;
  *--editable*) {grader} ;;
esac
"""


class Machine:
    """A folder with the Makefile in it, and a PATH with nothing but what is put there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "repository"
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.folder.mkdir()
        self.bin.mkdir()
        for name in ("Makefile", "pyproject.toml", *LOCKS):
            shutil.copy(ROOT / name, self.folder)
        for tool in NEEDED:
            found = shutil.which(tool)
            assert found is not None
            (self.bin / tool).symlink_to(found)

    def python(
        self,
        *,
        version: str = "3.12.1",
        too_old: int = 0,
        venv: str = 'mkdir -p "$3/bin" && cp "$0" "$3/bin/python"',
        packages: str = ":",
        grader: str = ":",
    ) -> None:
        """Install a stand-in for Python; each argument is a line of shell that does a step."""
        steps = {"venv": venv, "packages": packages, "grader": grader}
        stand_in = self.bin / "python3"
        stand_in.write_text(STAND_IN.format(version=version, too_old=too_old, **steps))
        stand_in.chmod(0o755)

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run make."""
        return subprocess.run(
            [MAKE, *words],
            cwd=self.folder,
            env={"PATH": str(self.bin), "CALLS": str(self.calls), "LC_ALL": "C"},
            capture_output=True,
            text=True,
        )

    def complaint(self, *words: str) -> list[str]:
        """Run make, see it fail, and return the three lines that say why."""
        ran = self.make(*words)
        assert ran.returncode == 2
        lines = ran.stderr.splitlines()
        first = next(i for i, line in enumerate(lines) if line.startswith("  where: ")) - 1
        return lines[first : first + 3]


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_setting_up_installs_what_is_pinned_once(machine: Machine) -> None:
    machine.python()
    first = machine.make("setup")
    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("Setting up .venv")
    pip = "-m pip install --quiet --disable-pip-version-check"
    assert machine.calls.read_text().splitlines()[1:] == [
        "-m venv .venv",
        f"{pip} --require-hashes -r students.lock",
        f"{pip} --no-deps --no-build-isolation --editable .",
    ]
    machine.calls.unlink()
    assert machine.make("setup").returncode == 0
    assert not machine.calls.exists()


@pytest.mark.parametrize("target", ["setup", "numba"])
def test_the_instructors_repository_installs_everything(machine: Machine, target: str) -> None:
    (machine.folder / "grader" / "course").mkdir(parents=True)
    machine.python()
    assert machine.make(target).returncode == 0
    calls = machine.calls.read_text()
    assert "-r requirements.lock" in calls
    assert "students" not in calls


def test_numba_is_added_once(machine: Machine) -> None:
    machine.python()
    machine.make("setup")
    machine.calls.unlink()
    assert machine.make("numba").stdout == "Adding Numba, from students-numba.lock.\n"
    assert machine.calls.read_text().endswith("--require-hashes -r students-numba.lock\n")
    machine.calls.unlink()
    assert machine.make("numba").returncode == 0
    assert not machine.calls.exists()


def test_a_new_lock_is_installed(machine: Machine) -> None:
    machine.python()
    machine.make("setup")
    stamp = (machine.folder / ".venv/.ready").stat().st_mtime
    os.utime(machine.folder / "students.lock", (stamp + 2, stamp + 2))
    assert "Setting up" in machine.make("setup").stdout


def test_no_python(machine: Machine) -> None:
    assert machine.complaint("setup") == [
        "There is no python3.",
        "  where: the PATH",
        "  next:  install Python 3.11 or newer; or make PYTHON=/path/to/python3.11",
    ]


def test_a_python_that_was_asked_for_and_is_not_there(machine: Machine) -> None:
    machine.python()
    assert machine.complaint("setup", "PYTHON=python3.99")[0] == "There is no python3.99."


def test_a_python_that_is_too_old(machine: Machine) -> None:
    machine.python(version="3.9.2", too_old=1)
    assert machine.complaint("setup") == [
        "Python 3.9.2 is too old: it takes 3.11 or newer.",
        f"  where: {machine.bin}/python3",
        "  next:  make PYTHON=/path/to/python3.11",
    ]


def test_no_module_for_virtual_environments(machine: Machine) -> None:
    machine.python(venv="exit 1")
    assert machine.complaint("setup") == [
        "Python can make no virtual environment.",
        f"  where: {machine.bin}/python3 -m venv .venv",
        "  next:  apt-get install python3-venv   (Debian and Ubuntu); then run make again",
    ]


def test_no_network(machine: Machine) -> None:
    machine.python(packages="echo 'pip: no route to host' >&2; exit 1")
    assert machine.complaint("setup") == [
        "The packages can't be installed.",
        "  where: students.lock; pip says more above",
        "  next:  check the connection to your package index; then run make again",
    ]
    assert not (machine.folder / ".venv/.ready").exists()


def test_a_grader_that_does_not_install(machine: Machine) -> None:
    machine.python(grader="exit 1")
    assert machine.complaint("setup") == [
        "The grader can't be installed.",
        f"  where: {machine.folder}; pip says more above",
        "  next:  make clean; then run make again",
    ]


@pytest.mark.parametrize("target", ["grade", "bench", "verify", "test", "lint"])
def test_students_are_told_what_to_run_instead(machine: Machine, target: str) -> None:
    machine.python()
    assert machine.complaint(target) == [
        "This is a students' repository: there is no class to grade and no course to prove.",
        "  where: grader/course is absent",
        "  next:  make setup && .venv/bin/grader check   (your own work)",
    ]
    assert not machine.calls.exists()


def test_what_make_offers_is_told_at_its_top() -> None:
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = re.findall(r"^\.PHONY: (.*)$", text, re.MULTILINE)[0].split()
    assert set(re.findall(r"^# make (\w+)", text, re.MULTILINE)) == set(phony) - {"source"}


def locked(name: str) -> list[Requirement]:
    """Read a lock: what is pinned, and where it is wanted; a package may have several pins for several Pythons."""
    text = (ROOT / name).read_text("utf-8")
    pins = re.findall(r"^(\S[^\\\n]*?) \\$", text, re.MULTILINE)
    return [Requirement(pin) for pin in pins]


def machines() -> Iterator[dict[str, str]]:
    """Yield the Pythons and systems that the lock is for."""
    for minor in range(11, 15):
        for platform, system in (("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows")):
            yield {
                **cast(dict[str, str], default_environment()),
                "python_version": f"3.{minor}",
                "python_full_version": f"3.{minor}.0",
                "sys_platform": platform,
                "platform_system": system,
                "os_name": "nt" if platform == "win32" else "posix",
            }


def wanted(package: str) -> list[Requirement]:
    """List what a package needs, where it is installed; the others belong to other machines."""
    try:
        return [Requirement(text) for text in requires(package) or []]
    except PackageNotFoundError:
        return []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_every_python_and_system_needs(lock: str) -> None:
    pins = locked(lock)
    for machine in machines():
        have = {canonicalize_name(pin.name) for pin in pins if holds(pin, machine)}
        need = {
            canonicalize_name(needed.name)
            for name in have
            for needed in wanted(name)
            if holds(needed, machine)
        }
        place = f"Python {machine['python_version']} on {machine['platform_system']}"
        assert need <= have, f"not pinned for {place}: update the lock with --universal"


def holds(requirement: Requirement, machine: dict[str, str]) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**machine, "extra": ""})


@pytest.mark.parametrize("lock", LOCKS)
def test_all_locks_hold_the_versions_that_are_tested(lock: str) -> None:
    tested = {str(pin) for pin in locked("requirements.lock")}
    assert {str(pin) for pin in locked(lock)} <= tested


def test_students_get_what_their_modules_and_the_grader_need_and_no_more() -> None:
    text = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = text["optional-dependencies"]
    students = {canonicalize_name(pin.name) for pin in locked("students.lock")}
    compiled = {canonicalize_name(pin.name) for pin in locked("students-numba.lock")}
    for wanted_of_all in (*text["dependencies"], *extras["setup"]):
        assert Requirement(wanted_of_all).name in students
    assert compiled - students == {"greenlet", "llvmlite", "numba"}
    not_theirs = {Requirement(each).name for each in extras["dev"]}
    assert students & not_theirs == {"setuptools"}
