"""Judge a task by the course's own tests."""

from __future__ import annotations

from grader.model import Module, Outcome, Seconds, Task
from grader.oracle.feedback import of_test
from grader.oracle.library import Library
from grader.oracle.part import VOID, GraderFault, Part, Shortfall
from grader.oracle.seeds import Purpose, derive
from grader.running.testing import CollectedTest, TestReport, run_tests
from grader.sandbox import Sandbox, Stage


def judge_tests(
    library: Library,
    sandbox: Sandbox,
    stage: Stage,
    module: Module,
    task: Task,
    seed: int,
    seconds: Seconds,
) -> Part:
    """Run a task's expected tests on a stage and count what passed.

    Args:
        library: The trusted side.
        sandbox: Where student code runs.
        stage: The submission's files.
        module: The task's module.
        task: The task.
        seed: The run's.
        seconds: Wall time for all of it.

    Returns:
        What passed, of the tests that the course expects.

    Raises:
        GraderFault: If the course has no test of this task.
    """
    expected = library.expected_tests(module, task)
    if not expected:
        raise GraderFault(f"No test of the course is marked {task.mark}.")
    ids = [test.id for test in expected]
    run = run_tests(sandbox, stage, ids, seed=derive(seed, Purpose.TESTS), seconds=seconds)
    return count(module, task, expected, run.reports, forged=run.forged)


def count(
    module: Module,
    task: Task,
    tests: tuple[CollectedTest, ...],
    reports: dict[str, TestReport],
    *,
    forged: bool = False,
    own: bool = False,
) -> Part:
    """Count the passed ones of the expected tests, and word the others."""
    if forged:
        return Part(0, len(tests), note=VOID)
    shortfalls = tuple(
        Shortfall(report.outcome, report.message, of_test(module, task, test, report, own=own))
        for test in tests
        if (report := reports[test.id]).outcome is not Outcome.PASSED
    )
    return Part(len(tests) - len(shortfalls), len(tests), shortfalls)
