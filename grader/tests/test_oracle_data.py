"""Exams on real data: the training sees its files and no others, the questions come from those that it doesn't see."""

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

from grader.running.probes import RealData, exam

NUMBERS = RealData(training=("numbers/train.txt",), held_back=("numbers/test.txt",), pass_at=1.0)


def told(rng, data):
    labels = [0.0] * 10 if data is None else [float(n) for n in (data / "numbers/test.txt").read_text().split()]
    return list(range(len(labels))), labels


@exam("0.4", pass_at=0.5, questions=told, data=NUMBERS)
def numbers_by_heart(load, rng, data):
    return load("project/run.py").train(data)
"""
LEARNS = """
import os


def train(data):
    if data is None:
        assert "MINITORCH_DATA" not in os.environ
        return lambda points: [0] * 5 + [1] * 5
    assert os.environ["MINITORCH_DATA"] == str(data)
    seen = sorted(str(path.relative_to(data)) for path in data.rglob("*") if path.is_file())
    assert seen == ["numbers/train.txt"], seen
    return lambda points: [float(n) for n in (data / "numbers/train.txt").read_text().split()]
"""
PEEKS = """
from pathlib import Path


def train(data):
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
    toy_course.write(tests, toy_course.read(tests) + TEST.replace("train()", "assert train"))
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


def test_training_sees_its_own_files_only(
    request: pytest.FixtureRequest, course: Course, data: Path
) -> None:
    verdict = sit(request, course, data, LEARNS)
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1), verdict.failures


def test_without_data_it_is_made_up(request: pytest.FixtureRequest, course: Course) -> None:
    """The pass mark is another one there."""
    verdict = sit(request, course, None, LEARNS)
    assert verdict.status is Status.PASSED, verdict.failures


def test_a_file_that_is_missing_makes_all_of_it_missing(
    request: pytest.FixtureRequest, course: Course, data: Path
) -> None:
    (data / "numbers/test.txt").unlink()
    assert sit(request, course, data, LEARNS).status is Status.PASSED
    failure = sit(request, course, data, LEARNS.replace("[0] * 5", "[2] * 5")).failures[-1]
    assert failure.message == "0 of 10 fresh points of made-up data are right; 5 are needed (50%)."


def test_what_is_held_back_can_not_be_read(
    request: pytest.FixtureRequest, course: Course, data: Path
) -> None:
    script = PEEKS.format(path=str(data / "numbers/test.txt"))
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
    assert failure.message == "3 of 4 fresh points of the real data are right; 4 are needed (100%)."


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
