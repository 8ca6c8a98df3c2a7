"""Exams on real data: the parent reads it, and a student's process sees what the parent has made of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.classes.fingerprint import data_state
from grader.classes.policy import Policy
from grader.cli.main import run
from grader.model import Course, Status, TaskVerdict
from grader.tests.test_oracle_exams import RIGHT, TASK, TEST
from grader.tests.toy import Toy
from grader.tests.toy_work import Judge, solved

EXAM = """

import numpy as np

from grader.running.probes import RealData, exam

NUMBERS = RealData(("numbers/train.txt", "numbers/test.txt"), pass_at=1.0)


def told(rng, data):
    known = [[0, 1], [0, 1]] if data is None else [
        [int(n) for n in (data / f"numbers/{name}.txt").read_text().split()] for name in ("train", "test")
    ]
    return {"labels": np.array(known[0])}, list(range(len(known[1]))), known[1]


@exam("0.4", pass_at=0.5, questions=told, data=NUMBERS)
def numbers_by_heart(load, rng, training):
    return load("project/run.py").train(training["labels"])
"""
LEARNS = """
def train(labels):
    return lambda points: [int(label) for label in labels]
"""
PEEKS = """
import os
from pathlib import Path


def train(labels):
    assert "MINITORCH_DATA" not in os.environ
    Path({path!r}).read_text()
    return lambda points: []
"""


@pytest.fixture
def course(toy_course: Toy) -> Course:
    """Add a training task to module 0 whose exam is held on real data."""
    toml = toy_course.read("module0/module.toml").replace("points = 6", "points = 7")
    toml = toml.replace(
        'files = ["minitorch/ops.py"]\ngiven',
        'files = ["minitorch/ops.py", "project/run.py"]\ngiven',
    )
    toy_course.write("module0/module.toml", toml + TASK)
    toy_course.edit("module0/pyproject.toml", '"task0_3"', '"task0_3", "task0_4"')
    toy_course.edit("module1/pyproject.toml", '"task1_1"', '"task1_1", "task0_4"')
    probes = "grader/course/probes/module0/bounds.py"
    toy_course.write(probes, toy_course.read(probes) + EXAM)
    tests = "module0/tests/test_ops.py"
    toy_course.write(tests, toy_course.read(tests) + TEST.replace("train({", "assert train, ({"))
    toy_course.write("grader/course/project/run.py", RIGHT)
    return toy_course.load()


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Write a data folder whose training file answers all questions."""
    folder = tmp_path / "data" / "numbers"
    folder.mkdir(parents=True)
    for name in ("train.txt", "test.txt", "notes.txt"):
        (folder / name).write_text("3 1 2")
    return folder.parent


def sit(
    request: pytest.FixtureRequest, course: Course, data: Path | None, script: str
) -> TaskVerdict:
    judge = Judge(request.config, course, data)
    return judge("0.4", {**solved(course)["0"], "project/run.py": script})


def test_what_is_real_is_learned_and_asked(
    request: pytest.FixtureRequest, course: Course, data: Path
) -> None:
    verdict = sit(request, course, data, LEARNS)
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1), verdict.failures


def test_without_data_it_is_made_up(request: pytest.FixtureRequest, course: Course) -> None:
    """The pass mark is another one there."""
    verdict = sit(request, course, None, LEARNS.replace("int(label)", "0"))
    assert verdict.status is Status.PASSED, verdict.failures


def test_a_file_that_is_missing_makes_all_of_it_missing(
    request: pytest.FixtureRequest, course: Course, data: Path
) -> None:
    (data / "numbers/test.txt").unlink()
    failure = sit(request, course, data, LEARNS.replace("int(label)", "2")).failures[-1]
    assert (
        failure.message
        == "0 of 2 fresh points of made-up data are right; the exam asks for 1 (50%)."
    )


@pytest.mark.parametrize("name", ["train", "test"])
def test_no_file_of_the_data_can_be_read(
    request: pytest.FixtureRequest, course: Course, data: Path, name: str
) -> None:
    """What is to be learned comes as the parent has drawn it."""
    script = PEEKS.format(path=str(data / f"numbers/{name}.txt"))
    verdict = sit(request, course, data, script)
    assert verdict.status is Status.WRONG
    assert any(
        error in verdict.failures[-1].message for error in ("FileNotFoundError", "PermissionError")
    )


def test_a_wrong_answer_on_real_data_is_told_as_one(
    request: pytest.FixtureRequest, course: Course, data: Path
) -> None:
    (data / "numbers/test.txt").write_text("3 1 9 9")
    (data / "numbers/train.txt").write_text("3 1 9 8")
    failure = sit(request, course, data, LEARNS).failures[-1]
    assert (
        failure.message
        == "3 of 4 fresh points of the real data are right; the exam asks for 4 (100%)."
    )


def test_a_folder_that_is_not_there(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, toy_course: Toy
) -> None:
    """It is refused, whichever way it was named."""
    monkeypatch.chdir(toy_course.root)
    assert run(["grade", "work", "--out", "out", "--data", "nowhere"]) == 2
    assert "Invalid value for '--data'" in capsys.readouterr().err
    monkeypatch.setenv("MINITORCH_DATA", "nowhere")
    assert run(["course", "verify", "0"]) == 2
    assert "'nowhere' does not exist" in capsys.readouterr().err


def test_a_verdict_of_a_training_task_depends_on_the_data(course: Course, data: Path) -> None:
    other, training = course.modules[0].tasks[0], course.modules[0].tasks[-1]
    bare, given = Policy(), Policy(data=data)
    assert given.key_of(other) == bare.key_of(other)
    before = given.key_of(training)
    assert before != bare.key_of(training)
    data_state.cache_clear()
    (data / "numbers/more.txt").write_text("1")
    assert given.key_of(training) != before
