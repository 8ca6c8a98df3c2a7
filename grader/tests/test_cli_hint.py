"""``grader hint``: one more hint each time, whatever state its memory is in."""

import json
import os
from pathlib import Path

import pytest

from grader.cli.main import run
from grader.tests.toy import Toy

FIRST = "Hint 1 of 2: There are three cases."
SECOND = "Hint 2 of 2: Compare with the lower bound first."
END = "\nRead: module0/README.md, “Task 0.1: Clamp”\nNext: grader check 0.1\n"


@pytest.fixture
def memory(toy_course: Toy, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in module 1's folder, and say where hints are remembered."""
    monkeypatch.chdir(toy_course.root / "module1")
    return toy_course.root / ".grader/hints.json"


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["hint", *arguments]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def test_each_call_shows_the_next_hint(memory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "0.1") == f"Task 0.1, Clamp\n\n{FIRST}\n{END}"
    assert said(capsys, "task0_1") == f"Task 0.1, Clamp\n\n{SECOND}\n{END}"
    again = f"There are no more hints. Here they all are again:\n\n{FIRST}\n\n{SECOND}\n"
    for _ in range(2):
        assert said(capsys, "0.1") == f"Task 0.1, Clamp\n\n{again}{END}"


def test_each_task_has_its_own_count(memory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "0.1")
    assert "\nHint 1 of 1: Use clamp.\n" in said(capsys, "0.2")
    assert SECOND in said(capsys, "0.1")
    assert json.loads(memory.read_bytes()) == {"0.1": 2, "0.2": 1}


def test_all_hints_at_once(memory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "0.1", "--all") == f"Task 0.1, Clamp\n\n{FIRST}\n\n{SECOND}\n{END}"
    assert "There are no more hints." in said(capsys, "0.1")


def test_a_task_without_hints(
    toy_course: Toy, memory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_course.edit("module0/module.toml", 'hint = "Use clamp."\n', "")
    for option in ([], ["--all"]):
        assert "\nThis task has no hints.\n" in said(capsys, "0.2", *option)


def test_a_guide_without_the_heading_is_named_alone(
    toy_course: Toy, memory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    toy_course.write("module0/README.md", "# Bounds\n\n## Task 0.11: Another\n")
    assert "\nRead: module0/README.md\n" in said(capsys, "0.1")
    (toy_course.root / "module0/README.md").unlink()
    assert "\nRead: module0/README.md\n" in said(capsys, "0.1")


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"{",
        b"\xff",
        b"[1]",
        b'"0.1"',
        b'{"0.1": "one"}',
        b'{"0.1": true}',
        b'{"0.1": -1}',
        b'{"0.1": null, "other": []}',
        b"[" * 100_000,
    ],
)
def test_a_spoilt_memory_starts_anew(
    memory: Path, capsys: pytest.CaptureFixture[str], garbage: bytes
) -> None:
    memory.parent.mkdir(exist_ok=True)
    memory.write_bytes(garbage)
    assert FIRST in said(capsys, "0.1")
    assert SECOND in said(capsys, "0.1")


def test_more_hints_remembered_than_there_are(
    memory: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    memory.parent.mkdir(exist_ok=True)
    memory.write_text('{"0.1": 7}')
    assert "There are no more hints." in said(capsys, "0.1")


def test_a_hint_is_shown_even_if_it_cannot_be_remembered(
    memory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    assert FIRST in said(capsys, "0.1")
    assert FIRST in said(capsys, "0.1")


@pytest.mark.parametrize("task", ["0.4", "0", "[red]"])
def test_an_unknown_task(memory: Path, capsys: pytest.CaptureFixture[str], task: str) -> None:
    assert run(["hint", task]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith(f"No task {task}.")
    assert complaint.endswith(
        "\n  where: the command line\n  next:  grader   (lists modules and tasks)\n"
    )
    assert not memory.exists()
