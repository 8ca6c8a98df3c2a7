"""Judge a task by its probes: the same questions to the student's library and to the reference."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from grader.model import Outcome
from grader.oracle.compare import differences
from grader.oracle.difference import MAX_SHOWN, UNANSWERED, Difference
from grader.oracle.feedback import of_answer, of_difference
from grader.oracle.part import GraderFault, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.oracle.sitting import Sitting
from grader.running.asking import CANARY, Answer, ProbeRun, run_probes
from grader.running.claims import Claims
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
        shortfalls += _compare(sitting, probe, expected, got)
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


def _compare(sitting: Sitting, probe: Probe, expected: ProbeRun, got: ProbeRun) -> list[Shortfall]:
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
            found.append(_unanswered(sitting, probe, have))
        elif parted := differences(want.value, have.value):
            found.append(_wrong(sitting, probe, min(parted, key=_clearness)))
    return found


def _unanswered(sitting: Sitting, probe: Probe, answer: Answer) -> Shortfall:
    failure = of_answer(sitting.task, _title(probe), answer, sitting.laid)
    return Shortfall(answer.outcome, answer.message, failure)


def _wrong(sitting: Sitting, probe: Probe, difference: Difference) -> Shortfall:
    # An answer may be a text, and so a claim like what is raised.
    said = Claims(sitting.stage.path).text(difference.got, 2 * MAX_SHOWN)
    shown = replace(difference, got=said)
    failure = of_difference(sitting.module, sitting.task, _title(probe), shown, sitting.laid)
    return Shortfall(Outcome.FAILED, "", failure)


def _title(probe: Probe) -> str:
    return "probe: " + probe.name.replace("_", " ")


def _clearness(difference: Difference) -> tuple[bool, tuple[bool, int, str]]:
    """Put wrong answers before missing ones: those only follow from what was changed before."""
    return difference.got == UNANSWERED.words, _size(difference.what)


def _size(asked: str) -> tuple[bool, int, str]:
    """Put short calls first; last what spells no call, such as "the argument afterwards", or leaves some of it out."""
    return "(" not in asked or "…" in asked, len(asked), asked


def _smallest_first(shortfalls: list[Shortfall]) -> list[Shortfall]:
    return sorted(shortfalls, key=lambda shortfall: _size(shortfall.failure.asked))
