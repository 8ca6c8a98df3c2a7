"""Why level A can't be had: each cause has its own words and its own cure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import grader
from grader.cli.main import run
from grader.errors import NoSandbox
from grader.model import Level
from grader.sandbox import facts, landlock, obstacles, open_sandbox, script, selftest
from grader.sandbox.obstacles import ALLOW_BY_APPARMOR, obstacle

WORKFLOWS = Path(grader.__file__).parent.parent / ".github" / "workflows"
REFUSED = (
    "No permissions to create new namespace, likely because the kernel does not allow non-privileged user"
    " namespaces. See <https://deb.li/bubblewrap> or <file:///usr/share/doc/bubblewrap/README.Debian.gz>."
)
APPARMOR = "AppArmor lets only programs that it names make user namespaces"
CONTAINER = "this process may not make namespaces, as in a container without that right"
SAID = [  # what bubblewrap 0.8 and later say, what the system says besides, the cause, a word of the cure
    ("setting up uid map: Permission denied", {}, APPARMOR, "apparmor_parser"),
    ("loopback: Failed RTM_NEWADDR: Operation not permitted", {}, APPARMOR, "apparmor_parser"),
    (
        "Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
        {"user/max_user_namespaces": "0"},
        "no more user namespaces are allowed here: user.max_user_namespaces is 0",
        "sysctl -w user.max_user_namespaces=",
    ),
    (
        REFUSED,
        {"kernel/unprivileged_userns_clone": "0"},
        "only root may make user namespaces here: kernel.unprivileged_userns_clone is 0",
        "sysctl -w kernel.unprivileged_userns_clone=1",
    ),
    (REFUSED, {"kernel/unprivileged_userns_clone": "1"}, CONTAINER, "docker run --privileged"),
    (REFUSED, {}, CONTAINER, "docker run --privileged"),
    ("Creating new namespace failed: Operation not permitted", {}, CONTAINER, "docker run"),
    ("Can't mount proc on /newroot/proc: Operation not permitted", {}, CONTAINER, "docker run"),
    ("Failed to make / slave: Permission denied", {}, CONTAINER, "docker run"),
    (
        "Creating new namespace failed, likely because the kernel does not support user namespaces.  "
        "bwrap must be installed setuid on such systems.",
        {},
        "the kernel was built without user namespaces",
        "kernel",
    ),
    ("Can't find source path /x", {}, "bubblewrap does not work here: bwrap: Can't find", ""),
]


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program on the path that takes bubblewrap's place, as for a user who is not root."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(obstacles, "SYSCTL", tmp_path / "sysctl")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    # What an earlier test found.
    monkeypatch.setattr(selftest, "probes", selftest.probes.__wrapped__)
    return fails(tmp_path / "bwrap", "setting up uid map: Permission denied")


def fails(program: Path, said: str) -> Path:
    """Write a program that says why it fails."""
    program.write_text(
        f'#!/bin/sh\n[ "$1" = --version ] || {{ echo "bwrap: {said}" >&2; exit 1; }}\n'
    )
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(("said", "settings", "cause", "cure"), SAID)
def test_each_cause_is_named_with_its_cure(
    stand_in: Path, said: str, settings: dict[str, str], cause: str, cure: str
) -> None:
    """By what bubblewrap says and what the system is set to."""
    fails(stand_in, said)
    for name, value in settings.items():
        (obstacles.SYSCTL / name).parent.mkdir(parents=True)
        (obstacles.SYSCTL / name).write_text(f"{value}\n")
    found = obstacle()
    assert found is not None
    assert found.cause.startswith(cause)
    assert cure in "\n".join(found.cure)
    assert "apt-get" not in "\n".join(found.cure)
    assert facts.unavailable(Level.A) == found.cause


def test_a_setuid_bubblewrap_is_told_from_the_rest(stand_in: Path) -> None:
    """Its words are those of others: what counts is its mode."""
    fails(stand_in, "cannot open /proc/sys/user/max_user_namespaces: Permission denied")
    stand_in.chmod(0o4755)
    found = obstacle()
    assert found is not None
    assert found.cause.startswith("bubblewrap is installed setuid root")
    assert found.cure == (f"sudo chmod u-s {stand_in}",)


def test_one_that_works_is_no_obstacle(stand_in: Path) -> None:
    """Nothing is said."""
    stand_in.write_text("#!/bin/sh\n")
    assert obstacle() is None


def test_the_profile_is_the_workflows(stand_in: Path) -> None:
    """Both workflows that grade at level A do what is advised; the advice names the program that was found."""
    for name in ("course.yml", "regrade.yml"):
        lines = [line.strip() for line in (WORKFLOWS / name).read_text("utf-8").splitlines()]
        assert set(ALLOW_BY_APPARMOR) <= set(lines), name
    found = obstacle()
    assert found is not None
    assert f"profile bwrap {stand_in} flags" in found.cure[0]


def test_requiring_level_a_says_what_is_in_the_way(stand_in: Path) -> None:
    """Cause and cure, and not to install what is there."""
    with pytest.raises(NoSandbox) as raised:
        open_sandbox(Level.A, False, script.ENTRY)
    told = str(raised.value)
    assert f"level A: {APPARMOR}" in told
    assert "next:  echo 'abi <abi/4.0>, profile bwrap" in told
    assert "\n         sudo apparmor_parser --replace /etc/apparmor.d/bwrap" in told
    assert "apt-get" not in told


def test_the_doctor_says_what_is_in_the_way(
    stand_in: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ready to be pasted."""
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    assert run(["doctor", "--level", "A"]) == 0
    shown = capsys.readouterr().out
    assert f"For level A: {APPARMOR}" in shown
    assert "\nsudo apparmor_parser --replace /etc/apparmor.d/bwrap\n" in shown
    assert "apt-get" not in shown
