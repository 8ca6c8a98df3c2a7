"""Training tasks: whatever a student's script does, only right answers to fresh points count."""

from __future__ import annotations

import math

import pytest

from grader.model import Outcome, ProbeCount, Status, TaskVerdict
from grader.oracle.exams import share_right
from grader.tests.toy import Toy
from grader.tests.toy_work import Judge, solved

TASK = """
[[task]]
id = "0.4"
title = "Training"
points = 1
kind = "training"
files = ["project/run.py"]
hint = "Look at the sign."
seconds = 6
"""
EXAM = """

from grader.running.probes import exam


def signs(rng):
    # everybody would call positive numbers 1
    learned, points = rng.normal(size=(2, 100))
    training = {"x": learned, "label": (learned <= 0).astype(int)}
    return training, points.tolist(), [int(x <= 0) for x in points]


@exam("0.4", pass_at=0.9, questions=signs)
def the_sign_of_a_number(load, rng, training):
    return load("project/run.py").train(training)
"""
TEST = '''

@pytest.mark.task0_4
def test_training() -> None:
    """Training gives something that can be asked."""
    from project.run import train

    train({"x": [1.0], "label": [1]})
'''


def predicts(expression: str) -> str:
    """Write a script that learns which label stands for positive numbers, and answers."""
    return f"""
def train(training):
    (positive,) = {{int(label == (x > 0)) for x, label in zip(training["x"], training["label"])}}
    return lambda points: {expression}
"""


LEARNED = "[int((x > 0) == positive) for x in points]"
RIGHT = predicts(LEARNED)


@pytest.fixture
def judge(toy_course: Toy, request: pytest.FixtureRequest) -> Judge:
    """Add a training task to module 0."""
    toml = toy_course.read("module0/module.toml").replace("points = 6", "points = 7")
    toml = toml.replace(
        'files = ["minitorch/ops.py"]\ngiven',
        'files = ["minitorch/ops.py", "project/run.py"]\ngiven',
    )
    toy_course.write("module0/module.toml", toml + TASK)
    toy_course.edit("module0/pyproject.toml", '"task0_3"', '"task0_3", "task0_4"')
    toy_course.edit("module1/pyproject.toml", '"task1_1"', '"task1_1", "task0_4"')
    toy_course.write(
        "grader/course/probes/module0/bounds.py",
        toy_course.read("grader/course/probes/module0/bounds.py") + EXAM,
    )
    toy_course.write(
        "module0/tests/test_ops.py", toy_course.read("module0/tests/test_ops.py") + TEST
    )
    toy_course.write("grader/course/project/run.py", RIGHT)
    return Judge(request.config, toy_course.load())


def sit(judge: Judge, script: str) -> TaskVerdict:
    return judge("0.4", {**solved(judge.course)["0"], "project/run.py": script})


def test_right_answers_pass(judge: Judge) -> None:
    verdict = sit(judge, RIGHT)
    assert (verdict.status, verdict.fraction) == (Status.PASSED, 1)
    assert verdict.probes == ProbeCount(1, 1)


UNWORTHY = {
    "constant": predicts("[1 for _ in points]"),
    "what everybody knows": predicts("[int(x > 0) for x in points]"),
    "one answer too few": predicts(f"{LEARNED}[:-1]"),
    "one answer too many": predicts(f"{LEARNED} + [1]"),
    "none at all": predicts("[]"),
    "not a number": predicts("[float('nan') for x in points]"),
    "infinity": predicts("[float('inf') if (x > 0) == positive else 0 for x in points]"),
    "words": predicts("['yes' if (x > 0) == positive else 'no' for x in points]"),
    "nothing": predicts("None"),
    "one number": predicts("1"),
    "not callable": "def train(training):\n    return 1\n",
    "raises while training": "def train(training):\n    raise ValueError('no')\n",
    "raises when asked": predicts("[1 / 0]"),
    "ends the process": "import os\n\n\ndef train(training):\n    os._exit(0)\n",
    "leaves quietly": "def train(training):\n    raise SystemExit(0)\n",
    "never imports": "raise RuntimeError('no')\n",
    "not Python": "def train(:\n",
}


@pytest.mark.parametrize("script", UNWORTHY.values(), ids=UNWORTHY.keys())
def test_anything_else_does_not(judge: Judge, script: str) -> None:
    verdict = sit(judge, script)
    assert (verdict.status, verdict.fraction) == (Status.WRONG, 0)
    assert verdict.probes == ProbeCount(0, 1)
    failure = verdict.failures[-1]
    assert failure.test == "exam: the sign of a number"
    assert failure.outcome in (Outcome.FAILED, Outcome.ERROR, Outcome.CRASHED)
    beside = any(error in failure.message for error in ("SyntaxError", "sys.exit()"))
    assert failure.hint == ("" if beside else "Look at the sign.")


def test_how_many_were_right_is_told(judge: Judge) -> None:
    """In numbers: what was just missed must not look the same as what is asked for."""
    failure = sit(judge, predicts("[0 for x in points]")).failures[-1]
    right, rest = failure.message.split(" ", 1)
    assert 20 < int(right) < 80
    assert rest == "of 100 fresh points are right; the exam asks for 90 (90%)."


def test_training_that_never_ends_is_stopped(judge: Judge) -> None:
    verdict = sit(judge, "def train(training):\n    while True:\n        pass\n")
    assert verdict.status is Status.WRONG
    assert verdict.failures[-1].outcome is Outcome.TIMEOUT


def test_a_stub_is_to_do(judge: Judge) -> None:
    said = "Task 0.4: implement train in project/run.py"
    verdict = sit(judge, f"def train(training):\n    raise NotImplementedError({said!r})\n")
    assert (verdict.status, verdict.fraction) == (Status.TODO, 0)


def test_questions_that_the_course_cannot_make_are_its_fault(toy_course: Toy, judge: Judge) -> None:
    toy_course.edit("grader/course/probes/module0/bounds.py", "size=(2, 100)", "size=(2, -1)")
    verdict = sit(judge, RIGHT)
    assert verdict.status is Status.GRADER_ERROR
    assert "The exam the_sign_of_a_number can't make its questions: ValueError" in verdict.note


@pytest.mark.parametrize(
    ("expected", "got", "share"),
    [
        ([0, 1], [0, 1], 1.0),
        ([0, 1], [0.0, 1.0], 1.0),
        ([0, 1], [0, 0], 0.5),
        ([0, 1], [0], 0.0),
        ([0, 1], [0, 1, 1], 0.0),
        ([0, 1], [math.nan, math.nan], 0.0),
        ([0, 1], ["0", "1"], 0.0),
        ([0, 1], None, 0.0),
        ([0, 1], {"0": 0}, 0.0),
        ([], [], 0.0),
    ],
)
def test_the_share_of_right_answers(expected: list[int], got: object, share: float) -> None:
    assert share_right(expected, got) == share
