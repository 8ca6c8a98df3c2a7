"""``grader check`` and the bare ``grader`` in a published repository, as a student meets them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.publish import publish
from grader.cli.main import run
from grader.tests.handed_in import forbid
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS, OWN_TESTS, WRONG_CLAMP, lend_sandboxes, solved

CLAMP_STUB = '    raise NotImplementedError("Task 0.1: implement clamp in minitorch/ops.py")\n'
CLAMP = "    return min(max(x, low), high)\n"
FINISHED = "2 of 2 points"


@pytest.fixture
def student(toy_course: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Toy:
    """Publish the toy course, and stand in it."""
    publish(toy_course.load(), tmp_path / "published")
    monkeypatch.chdir(tmp_path / "published")
    monkeypatch.setenv("COLUMNS", "100")
    return Toy(tmp_path / "published")


@pytest.fixture
def quick(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Use the shared sandboxes."""
    lend_sandboxes(request.config, monkeypatch)


def said(capsys: pytest.CaptureFixture[str], code: int, *arguments: str) -> str:
    assert run(list(arguments)) == code
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def solve(student: Toy, toy_course: Toy, number: str) -> None:
    """Put the finished work into one of the student's modules."""
    for path, text in solved(toy_course.load())[number].items():
        student.write(f"module{number}/{path}", text)


@pytest.mark.usefixtures("quick")
def test_from_the_first_look_to_the_last(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """What a student sees: all of it to do, one task done, an edit, a module done and carried, everything done."""
    shown = said(capsys, 0)
    assert "0.1 ○  0.2 ○  0.3 ○  to do" in shown and shown.count("to do") == 2
    assert shown.endswith("\nNext: grader check 0\n")

    shown = said(capsys, 1, "check")
    assert "Task 0.1: implement clamp in minitorch/ops.py" in shown or "to do" in shown
    assert "by its tests" in shown.lower() or "tests" in shown.lower()
    shown = said(capsys, 0)
    assert shown.count("to do") == 2
    assert shown.endswith("\nNext: grader hint 0.1   or, after an edit,   grader check 0.1\n")

    student.edit(f"module0/{OPS}", CLAMP_STUB, CLAMP)
    assert "0.1 ·  0.2 ○  0.3 ○  0 of 3 tasks pass, 1 changed since the last check" in said(
        capsys, 0
    )
    assert "\nNext: grader check 0.2\n" in said(capsys, 0, "check", "0.1")
    shown = said(capsys, 0)
    assert "0.1 ✓  0.2 ○  0.3 ○  1 of 3 tasks pass" in shown
    assert shown.endswith("\nNext: grader check 0.2\n")

    solve(student, toy_course, "0")
    assert "changed since the last check\n" in said(capsys, 0)
    assert said(capsys, 0, "check").endswith("\nNext: grader carry 1\n")
    shown = said(capsys, 0)
    assert "3 of 3 tasks pass" in shown
    assert shown.endswith("\nNext: grader carry 1\n")
    said(capsys, 0, "carry", "1")
    assert said(capsys, 0).endswith("\nNext: grader check 1\n")

    # The first module that is not finished is the next.
    assert "module0" not in said(capsys, 1, "check")
    solve(student, toy_course, "1")
    said(capsys, 0, "check", "0", "1")
    assert said(capsys, 0).endswith(
        "\nNext: every module is finished. grader check 0   runs one again\n"
    )


@pytest.mark.usefixtures("quick")
def test_a_file_that_could_not_be_read_is_told_before_anything_to_do(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """A student sees it first at home: what, what to do, and what to run then."""
    solve(student, toy_course, "0")
    path = student.root / f"module0/{OPS}"
    content = path.read_text("utf-8")
    path.write_bytes(content.encode("utf-16"))
    cure = f"module0/{OPS} is UTF-16 text; save it as UTF-8"
    shown = said(capsys, 1, "check", "0.1")
    assert shown.index(f"could not be read: {cure}\n") < shown.index("0.1")
    assert f"module0/{OPS} is UTF-16 text. Save it as UTF-8. Then run:\n  grader check 0.1" in shown
    assert "to do" not in shown and "module1" not in shown
    standing = said(capsys, 0)
    assert "0.1 ?" in standing
    assert standing.endswith(f"Next: grader check 0.1   once this can be read: {cure}\n")
    path.write_text(content, "utf-8")
    assert "could not be read" not in said(capsys, 0, "check", "0.1")


@pytest.mark.usefixtures("quick")
def test_a_folder_that_the_machine_keeps_from_being_read_is_not_finished(
    student: Toy, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid(monkeypatch, "module0")
    shown = said(capsys, 3, "check", "0.1")
    assert f"could not be graded: module0/{OPS} can't be read here: Permission denied" in shown


@pytest.mark.usefixtures("quick")
def test_wrong_work_is_one(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    solve(student, toy_course, "0")
    student.write(f"module0/{OPS}", student.read(f"module0/{OPS}") + WRONG_CLAMP)
    shown = said(capsys, 1, "check", "0.1", "--json", "results/check.json")
    assert "clamp(-4.0, -1.0, 2.0)" in shown
    record = json.loads((student.root / "results/check.json").read_bytes())
    assert record["basis"] == "tests"
    assert (record["score"], record["points"]) == (1.0, 2.0)
    (task,) = record["modules"][0]["tasks"]
    assert task["tests"] == {"passed": 2, "expected": 4}
    assert task["probes"] is task["mutants"] is None
    assert record["submission"]["id"] == "you"


@pytest.mark.usefixtures("quick")
def test_ones_own_tests_are_held_against_ones_own_library(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    solve(student, toy_course, "0")
    said(capsys, 0, "check", "0.3")
    student.write(f"module0/{OPS}", student.read(f"module0/{OPS}") + WRONG_CLAMP)
    said(capsys, 1, "check", "0.3")
    student.write(f"module0/{OWN_TESTS}", "")
    shown = said(capsys, 1, "check", "0.3")
    assert f"No test marked task0_3 was found in {OWN_TESTS}." in " ".join(shown.split())


@pytest.mark.usefixtures("quick")
def test_tests_that_were_tampered_with_are_not_what_counts(
    student: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    """The trusted copy's tests are run, whatever lies in the module's folder."""
    student.write("module0/tests/test_ops.py", "def test_nothing(): ...\n")
    student.write("module0/module.toml", "points = 1\n")
    said(capsys, 1, "check", "0.1")


@pytest.mark.usefixtures("quick")
def test_a_module_that_is_gone_is_not_finished(
    student: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree("module1")
    shown = said(capsys, 1, "check", "1")
    assert "was not handed in" in " ".join(shown.split())


@pytest.mark.usefixtures("quick")
def test_style_is_told_in_a_line(
    student: Toy, toy_course: Toy, capsys: pytest.CaptureFixture[str]
) -> None:
    solve(student, toy_course, "0")
    tidy = said(capsys, 0, "check", "0.1")
    student.write(f"module0/{OPS}", student.read(f"module0/{OPS}") + "\n\nunused   =  1\n")
    untidy = said(capsys, 0, "check", "0.1")
    (line,) = [line for line in untidy.splitlines() if line not in tidy and "black" in line]
    assert "module0" in line


@pytest.mark.usefixtures("quick")
def test_a_record_that_cannot_be_written(student: Toy, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", "0.1", "--json", "README.md/record.json"]) == 2
    assert capsys.readouterr().err.startswith("Can't write there: ")


def test_a_strict_check_counts_as_a_check(
    student: Toy,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lend_sandboxes(request.config, monkeypatch)
    student.edit(f"module0/{OPS}", CLAMP_STUB, CLAMP)
    said(capsys, 1, "check", "0", "--require-sandbox", "B")
    assert "1 of 3 tasks pass" in said(capsys, 0)


@pytest.mark.usefixtures("ctrl_c")
def test_watching(student: Toy, tmp_path: Path) -> None:
    """A saved file brings a second table; Ctrl-C ends it with the code of the last check, whenever it comes."""
    screen = tmp_path / "screen"
    with screen.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-P", "-u", "-m", "grader", "check", "0.1", "--watch"],
            stdout=out,
            stderr=out,
            env={**os.environ, "COLUMNS": "100"},
        )
    try:
        wait_until(lambda: "Watching. Save a file to check again" in screen.read_text("utf-8"))
        assert FINISHED not in screen.read_text("utf-8")
        student.edit(f"module0/{OPS}", CLAMP_STUB, CLAMP)
        for _ in range(60):  # the watch may begin a moment after it says so: save again
            (student.root / "module0" / OPS).touch()
            if screen.read_text("utf-8").count(FINISHED) > 1:  # so the first of them has ended
                break
            time.sleep(1.0)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
        assert "Traceback" not in screen.read_text("utf-8")
        assert "Stopped" not in screen.read_text("utf-8")
    finally:
        process.kill()
        process.wait()


def wait_until(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)


def test_a_compiled_module_without_the_compiler(
    toy_course: Toy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Students install Numba for Module 3, not before: a check that needs it says how, and runs nothing."""
    toy_course.edit("module0/module.toml", "points = 6", "points = 6\nnumba = true")
    toy_course.commit()
    publish(toy_course.load(), tmp_path / "published")
    monkeypatch.chdir(tmp_path / "published")
    monkeypatch.setattr("grader.classes.grading.find_spec", lambda name: None)
    assert run(["check", "0.1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "This module needs the package numba, which is not installed.",
        "  where: this Python",
        "  next:  make numba",
    ]
