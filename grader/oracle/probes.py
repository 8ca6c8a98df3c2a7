"""Judge a task by its probes: the same questions to the student's library and to the reference."""

from __future__ import annotations

from functools import partial

from grader.model import Failure, Module, Outcome, Task
from grader.oracle.compare import Difference, differences
from grader.oracle.feedback import of_difference
from grader.oracle.library import CANARY
from grader.oracle.part import GraderFault, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.oracle.sitting import Sitting
from grader.running.asking import Answer, ProbeRun, run_probes
from grader.running.probes import Probe


def judge_probes(sitting: Sitting) -> Part | None:
    """Compare a library's answers with the reference's.

    Args:
        sitting: Where, on what, and for which task.

    Returns:
        What agreed, or ``None`` when the task has no probes.

    Raises:
        GraderFault: If the reference fails, or the comparison finds everything equal.
    """
    module, task = sitting.module, sitting.task
    questions = sitting.library.questions(module)
    asked = [question for question in questions.of(task) if isinstance(question, Probe)]
    if not asked:
        return None
    paper = questions.paper(asked)
    seed = derive(sitting.seed, Purpose.PROBES)
    expected = sitting.library.answers(module, task, paper, seed)
    got = run_probes(
        sitting.sandbox,
        sitting.stage,
        paper,
        seed=seed,
        seconds=task.seconds,
        restarts=sitting.restarts,
        enough=partial(_disagrees, expected) if sitting.until_failure else lambda *answer: False,
    )
    _check_canary(expected)
    shortfalls: list[Shortfall] = []
    for probe in asked:
        shortfalls += _compare(module, task, probe, expected, got)
    total = sum(probe.cases for probe in asked)
    return Part(total - len(shortfalls), total, tuple(_smallest_first(shortfalls)))


def _check_canary(expected: ProbeRun) -> None:
    """Hold the comparison against an answer that must disagree, and one that must agree."""
    answer = expected.answers.get(CANARY)
    if answer is None or differences(answer.value, answer.value):
        raise GraderFault("The comparison of probes finds equal answers different.")
    if not differences(answer.value + 1.0, answer.value):
        raise GraderFault("The comparison of probes finds different answers equal.")


def _disagrees(expected: ProbeRun, name: str, case: int, answer: Answer) -> bool:
    """Tell whether an answer is wrong; what was not asked can't be."""
    want = expected.answers.get((name, case))
    if want is None:
        return False
    return answer.outcome is not Outcome.PASSED or bool(differences(want.value, answer.value))


def _compare(
    module: Module, task: Task, probe: Probe, expected: ProbeRun, got: ProbeRun
) -> list[Shortfall]:
    """Compare every case of one probe."""
    found: list[Shortfall] = []
    lost = got.lost.get(probe.name, Answer(Outcome.MISSING, message="No answer came back."))
    for case in range(probe.cases):
        key = (probe.name, case)
        want = expected.answers.get(key)
        if want is None:
            raise GraderFault(f"The reference did not answer case {case} of {probe.name}.")
        have = got.answers.get(key, lost)
        if have.outcome is not Outcome.PASSED:
            found.append(_unanswered(module, task, probe, have))
        elif parted := differences(want.value, have.value):
            smallest = min(parted, key=_size)
            failure = of_difference(module, task, _title(probe), Outcome.FAILED, smallest)
            found.append(Shortfall(Outcome.FAILED, "", failure))
    return found


def _unanswered(module: Module, task: Task, probe: Probe, answer: Answer) -> Shortfall:
    message = f"{answer.raised}: {answer.message}" if answer.raised else answer.message
    failure = Failure(
        test=_title(probe),
        outcome=answer.outcome,
        message=message,
        hint=task.hints[0] if task.hints else "",
        command=f"cd {module.name} && pytest -m {task.mark}",
        file=task.files[0] if task.files else "",
    )
    return Shortfall(answer.outcome, answer.message, failure)


def _title(probe: Probe) -> str:
    return "probe: " + probe.name.replace("_", " ")


def _size(difference: Difference) -> tuple[int, str]:
    return len(difference.what), difference.what


def _smallest_first(shortfalls: list[Shortfall]) -> list[Shortfall]:
    return sorted(shortfalls, key=lambda s: (len(s.failure.input) or 1000, s.failure.input))
