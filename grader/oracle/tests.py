"""Judge a task by the course's own tests."""

from __future__ import annotations

from dataclasses import replace

from grader.model import Module, Outcome, Task
from grader.oracle.feedback import of_test
from grader.oracle.part import VOID, GraderFault, Part, Shortfall
from grader.oracle.quoting import Laid
from grader.oracle.remarks import remarks_on
from grader.oracle.seeds import Purpose, derive
from grader.oracle.sitting import Sitting
from grader.running.testing import CollectedTest, TestReport, run_tests


def judge_tests(sitting: Sitting) -> Part:
    """Run a task's expected tests and count what passed.

    Args:
        sitting: Where, on what, and for which task.

    Returns:
        What passed, of the tests that the course expects.

    Raises:
        GraderFault: If the course has no test of this task.
    """
    module, task = sitting.module, sitting.task
    expected = sitting.library.expected_tests(module, task)
    if not expected:
        raise GraderFault(f"No test of the course is marked {task.mark}.")
    run = run_tests(
        sitting.sandbox,
        sitting.stage,
        [test.id for test in expected],
        seed=derive(sitting.seed, Purpose.TESTS),
        seconds=task.seconds,
        until_failure=sitting.until_failure,
        restarts=sitting.restarts,
    )
    part = count(module, task, expected, run.reports, sitting.laid, forged=run.forged)
    return replace(part, remarks=remarks_on(sitting.library.course, module, run))


def count(
    module: Module,
    task: Task,
    tests: tuple[CollectedTest, ...],
    reports: dict[str, TestReport],
    laid: Laid,
    *,
    forged: bool = False,
    own: bool = False,
) -> Part:
    """Count the passed ones of the expected tests, and word the others."""
    if forged:
        return Part(0, len(tests), note=VOID)
    shortfalls = tuple(
        Shortfall(
            report.outcome, report.message, of_test(module, task, test, report, laid, own=own)
        )
        for test in tests
        if (report := reports[test.id]).outcome is not Outcome.PASSED
    )
    return Part(len(tests) - len(shortfalls), len(tests), shortfalls)
