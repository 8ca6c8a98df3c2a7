"""Judge a training task: it learns what the parent drew, and is asked about points whose answers it is never told."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from grader.model import Failure, Outcome
from grader.oracle import calls
from grader.oracle.feedback import of_answer
from grader.oracle.part import GraderFault, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.oracle.sitting import Sitting
from grader.running.asking import Answer, run_exam
from grader.running.probes import Exam, Training, rng


def judge_exams(sitting: Sitting) -> Part | None:
    """Hold every exam of a task; each may take an equal share of the task's time.

    Args:
        sitting: Where, on what, and for which task.

    Returns:
        How many exams were passed, or ``None`` when the task has none.

    Raises:
        GraderFault: If an exam can't make its questions.
    """
    module, task = sitting.module, sitting.task
    questions = sitting.library.questions(module)
    exams = [question for question in questions.of(task) if isinstance(question, Exam)]
    if not exams:
        return None
    shortfalls: list[Shortfall] = []
    for exam in exams:
        data = sitting.library.data
        if exam.data is None or data is None or not exam.data.lies_in(data):
            data = None
        training, points, answers = _drawn(exam, sitting.seed, data)
        answer = run_exam(
            sitting.sandbox,
            sitting.stage,
            questions.paper([exam]),
            seed=derive(sitting.seed, Purpose.TRAINING),
            training=training,
            points=points,
            seconds=task.seconds / len(exams),
        )
        shortfalls += _mark(sitting, exam, answers, answer, real=data is not None)
        if shortfalls and sitting.until_failure:
            break
    return Part(len(exams) - len(shortfalls), len(exams), tuple(shortfalls))


def _drawn(
    exam: Exam, seed: int, data: Path | None
) -> tuple[Training, Sequence[Any], Sequence[Any]]:
    """Make what an exam is about: what to learn from, the points to ask, and the right answers to them."""
    more = [] if exam.data is None else [data]
    try:
        return exam.questions(rng(derive(seed, Purpose.QUESTIONS), exam.name, 0), *more)
    except Exception as error:  # whatever the course's author got wrong
        told = f"{type(error).__name__}: {error}"
        raise GraderFault(f"The exam {exam.name} can't make its questions: {told}") from error


def share_right(expected: Sequence[Any], got: Any) -> float:
    """Give the share of answers that equal the expected ones; anything malformed is wrong."""
    if not isinstance(got, list) or len(got) != len(expected) or not expected:
        return 0.0
    right = [
        isinstance(have, int | float) and math.isclose(have, want, abs_tol=1e-9)
        for want, have in zip(expected, got, strict=True)
    ]
    return sum(right) / len(expected)


def _mark(
    sitting: Sitting, exam: Exam, expected: Sequence[Any], answer: Answer, *, real: bool
) -> list[Shortfall]:
    task = sitting.task
    title = "exam: " + exam.name.replace("_", " ")
    if answer.outcome is not Outcome.PASSED:
        failure = of_answer(task, title, answer, sitting.laid)
        return [Shortfall(answer.outcome, answer.message, failure)]
    share = share_right(expected, answer.value)
    pass_at = exam.data.pass_at if exam.data and real else exam.pass_at
    if share >= pass_at:
        return []
    kind = "" if exam.data is None else " of the real data" if real else " of made-up data"
    right, needed = round(share * len(expected)), math.ceil(pass_at * len(expected) - 1e-9)
    failure = Failure(
        title,
        Outcome.FAILED,
        f"{right} of {len(expected)} fresh points{kind} are right; "
        f"the exam asks for {needed} ({pass_at:.0%}).",
        hint=task.hint_for(title),
        command=calls.check(task),
        file=task.files[0] if len(task.files) == 1 else "",
    )
    return [Shortfall(Outcome.FAILED, "", failure)]
