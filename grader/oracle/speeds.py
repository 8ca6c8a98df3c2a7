"""Judge a task's speed: what was measured, as a part of its verdict and in words that a student can act on."""

from __future__ import annotations

from collections.abc import Iterator

from grader.model import Failure, Outcome, Pace, SpeedReport, ThreadsCase
from grader.oracle import calls
from grader.oracle.measuring import Measured, Measuring
from grader.oracle.part import GraderFault, Part, Shortfall
from grader.oracle.sitting import Sitting
from grader.running.probes import Speed

FAST_ENOUGH = (Pace.FAST, Pace.UNSURE)


def judge_speeds(sitting: Sitting) -> tuple[SpeedReport, Part] | None:
    """Measure a task's cases, and look at its kernels on several threads.

    Args:
        sitting: Where, on what, and for which task.

    Returns:
        The report and, as a part of the verdict, how much of it passed; None when nothing of the task is measured.

    Raises:
        GraderFault: If the reference can't be measured, or cases and thresholds don't go together.
    """
    demand = sitting.task.speed
    questions = sitting.library.questions(sitting.module)
    cases = [question for question in questions.of(sitting.task) if isinstance(question, Speed)]
    if demand is None:
        return None
    wanted = {each.case: float(each.at_least) for each in demand.thresholds}
    for name in wanted.keys() ^ {case.name for case in cases}:
        raise GraderFault(f"The speed case {name} lacks its probe, or its [[speed]] table.")
    with Measuring(sitting, questions.paper(cases)) as measuring:
        found = [measuring.measure(case, wanted[case.name]) for case in cases]
    shortfalls = tuple(_shortfalls(sitting, found))
    total = len(found) + 2 * sum(measured.threads is not None for measured in found)
    part = Part(total - len(shortfalls), total, shortfalls, _note(found))
    threads = tuple(measured.threads for measured in found if measured.threads is not None)
    report = SpeedReport(
        share=float(demand.share),
        passed=part.good,
        total=total,
        cases=tuple(measured.case for measured in found),
        threads=threads,
    )
    return report, part


def _note(found: list[Measured]) -> str:
    """Say in a line that it is too slow, if that is all there is to say."""
    slow = [measured.case.name for measured in found if measured.case.pace is Pace.SLOW]
    if not slow or any(measured.case.pace not in (*FAST_ENOUGH, Pace.SLOW) for measured in found):
        return ""
    return f"Slower than is asked for: {', '.join(slow)}."


def _shortfalls(sitting: Sitting, found: list[Measured]) -> Iterator[Shortfall]:
    for measured in found:
        if measured.case.pace not in FAST_ENOUGH:
            yield _of_case(sitting, measured)
        if measured.threads is not None:
            yield from _of_threads(sitting, measured, measured.threads)


def _of_case(sitting: Sitting, measured: Measured) -> Shortfall:
    case = measured.case
    outcome, got, wanted = Outcome.FAILED, "", ""
    if case.pace is Pace.SLOW and case.speed is not None:
        got = f"{case.speed:.3g} times the reference's speed"
        wanted = f"at least {case.wanted:.3g} times"
        message = f"Right, but too slow: {got}; {wanted} is asked for."
    elif case.pace is Pace.WRONG:
        message = "What came out while it was timed is not what the reference gives."
    else:
        outcome, message = measured.outcome, measured.said
    return _shortfall(sitting, f"speed: {case.name}", outcome, message, got, wanted)


def _of_threads(sitting: Sitting, measured: Measured, threads: ThreadsCase) -> Iterator[Shortfall]:
    broke = measured.outcome is not Outcome.PASSED
    outcome = measured.outcome if broke else Outcome.FAILED
    if not threads.parallel:
        alone = "One thread does nearly all the work." if threads.loops else "No loop is parallel."
        said = measured.said if broke else f"{alone}\n{threads.told}"
        yield _shortfall(sitting, f"in parallel: {threads.name}", outcome, said)
    if not threads.steady or measured.wrong_on_threads:
        said = measured.said if broke else _race(threads)
        yield _shortfall(sitting, f"the same each time: {threads.name}", outcome, said)


def _race(threads: ThreadsCase) -> str:
    if threads.steady:
        return "On several threads, what comes out is not what the reference gives."
    return (
        f"In {threads.runs} runs on {threads.threads} threads, the same input did not give the same output each time."
        " Two threads write to the same place, or share an index."
    )


def _shortfall(
    sitting: Sitting, test: str, outcome: Outcome, message: str, got: str = "", expected: str = ""
) -> Shortfall:
    task = sitting.task
    measure = task.speed.measure if task.speed else ""
    failure = Failure(
        test=test,
        outcome=outcome,
        message=message.strip(),
        got=got,
        expected=expected,
        hint=task.hint_for(test) if outcome is Outcome.FAILED else "",
        command=f"cd {sitting.module.name} && {measure}" if measure else calls.check(task),
        file=task.files[0] if task.files else "",
    )
    return Shortfall(outcome, message, failure)
