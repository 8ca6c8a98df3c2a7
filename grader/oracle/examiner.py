"""Judge one task of one submission: gather its parts, follow through on earlier modules, give a verdict."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction
from typing import Literal, TypeVar

from grader.model import (
    Failure,
    FollowThrough,
    Kind,
    Module,
    MutantCount,
    ProbeCount,
    RelPath,
    Status,
    Task,
    TaskVerdict,
    TestCount,
)
from grader.oracle.exams import judge_exams
from grader.oracle.library import Files, Library
from grader.oracle.part import GraderFault, Part, smallest_fraction, status_of
from grader.oracle.probes import judge_probes
from grader.oracle.tests import count, judge_tests
from grader.oracle.written import WrittenTests
from grader.running.testing import CollectionFailed, run_tests
from grader.sandbox import Sandbox, Stage

_P = TypeVar("_P")
Look = Literal["everything", "tests", "probes"]
MAX_FAILURES = 12  # told of one task; more teach nothing
MAX_ALIKE = 2  # of one test or probe


class Examiner:
    """Gives verdicts.

    Args:
        library: The trusted side's knowledge.
        sandbox: Where student code runs.
    """

    def __init__(self, library: Library, sandbox: Sandbox) -> None:
        self._library = library
        self._sandbox = sandbox

    def judge(self, task: Task, files: Files, seed: int, look: Look = "everything") -> TaskVerdict:
        """Judge one task.

        Args:
            task: The task.
            files: The submission's files of the task's module.
            seed: Of probes, exams and Hypothesis; the same seed gives the same questions.
            look: Everything, or the tests or the probes alone (to prove the course).

        Returns:
            The verdict. A fault of the grader is a verdict too, with status ``GRADER_ERROR``.
        """
        begun = time.monotonic()
        module = self._library.module_of(task)
        try:
            verdict = self._judge(module, task, files, seed, look)
            if look == "everything" and verdict.fraction < 1:
                verdict = self._follow_through(module, task, files, seed, verdict)
        except GraderFault as fault:
            verdict = TaskVerdict(task.id, Status.GRADER_ERROR, Fraction(0), note=str(fault))
        return replace(verdict, seconds=time.monotonic() - begun)

    def _judge(
        self, module: Module, task: Task, files: Files, seed: int, look: Look
    ) -> TaskVerdict:
        tests = probes = mutants = None
        with self._stage(module, files) as stage:
            if task.kind is not Kind.WRITTEN and look != "probes":
                tests = self._look(judge_tests, stage, module, task, seed)
            if self._library.course.authored and look != "tests":
                probes = self._questions(stage, module, task, seed)
            if task.written and not self._library.course.authored:
                own = self._own_tests(stage, module, task, files, seed)
                tests = own if tests is None else _together(tests, own)
        if task.written and self._library.course.authored and look == "everything":
            written = WrittenTests(
                self._library, self._sandbox, module, task, files, seed, task.seconds
            )
            own, mutants = written.judge()
            tests = own if tests is None else _together(tests, own)
        return _verdict(task, tests, probes, mutants)

    def _questions(self, stage: Stage, module: Module, task: Task, seed: int) -> Part | None:
        probes = self._look(judge_probes, stage, module, task, seed)
        exams = self._look(judge_exams, stage, module, task, seed)
        if probes is None or exams is None:
            return probes or exams
        return _together(probes, exams)

    def _look(
        self, judge: Callable[..., _P], stage: Stage, module: Module, task: Task, seed: int
    ) -> _P:
        return judge(self._library, self._sandbox, stage, module, task, seed, task.seconds)

    def _own_tests(self, stage: Stage, module: Module, task: Task, files: Files, seed: int) -> Part:
        """Run the student's own tests on the student's own library: all that can be done without mutants."""
        written = WrittenTests(
            self._library, self._sandbox, module, task, files, seed, task.seconds
        )
        try:
            tests = written.collect()
        except CollectionFailed as error:
            return Part(0, 1, note=str(error))
        if not tests:
            return Part(0, 1, note=written.none_found)
        ids = [test.id for test in tests]
        run = run_tests(self._sandbox, stage, ids, seed=seed, seconds=task.seconds)
        return count(module, task, tests, run.reports, forged=run.forged, own=True)

    def _follow_through(
        self, module: Module, task: Task, files: Files, seed: int, verdict: TaskVerdict
    ) -> TaskVerdict:
        """Judge again with the reference's earlier files; the better result counts.

        An earlier file is at fault when replacing it alone helps; when none does alone, all that differ are.
        """
        if not self._library.course.authored:
            return verdict
        earlier = self._earlier_files(module, files)
        if not earlier:
            return verdict
        with_all = self._judge(module, task, {**files, **earlier}, seed, "everything")
        if with_all.fraction <= verdict.fraction:
            return verdict
        at_fault = [
            path
            for path, text in earlier.items()
            if self._judge(module, task, {**files, path: text}, seed, "everything").fraction
            > verdict.fraction
        ]
        told = FollowThrough(
            tuple(at_fault or earlier), before=str(verdict.fraction), after=str(with_all.fraction)
        )
        return replace(with_all, follow_through=told)

    def _earlier_files(self, module: Module, files: Files) -> dict[RelPath, str]:
        """Give the reference's version of each file that an earlier module introduced and that differs."""
        reference = self._library.reference(module)
        earlier = {
            path
            for other in self._library.course.modules
            if int(other.id) < int(module.id)
            for path in other.files
        }
        skeleton: Mapping[RelPath, bytes] = self._library.skeleton(module)
        return {
            path: reference[path]
            for path in sorted(earlier)
            if files.get(path, skeleton.get(path, b"").decode()) != reference[path]
        }

    @contextmanager
    def _stage(self, module: Module, files: Files) -> Iterator[Stage]:
        own = {path: text for path, text in files.items() if path not in module.written}
        if not self._library.course.authored:
            own = dict(files)
        stage = self._sandbox.stage(self._library.stage_files(module, own))
        try:
            yield stage
        finally:
            self._sandbox.drop(stage)


def _together(one: Part, other: Part) -> Part:
    """Count two parts as one."""
    return Part(
        one.good + other.good,
        one.total + other.total,
        one.shortfalls + other.shortfalls,
        one.note or other.note,
    )


def _told(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Choose the failures to tell: a few of each test or probe, the first ones, not too many."""
    alike: Counter[str] = Counter()
    told = []
    for failure in failures:
        alike[failure.test] += 1
        if alike[failure.test] <= MAX_ALIKE:
            told.append(failure)
    return tuple(told[:MAX_FAILURES])


def _verdict(
    task: Task, tests: Part | None, probes: Part | None, mutants: Part | None
) -> TaskVerdict:
    parts = [part for part in (tests, probes, mutants) if part is not None]
    failures = _told(s.failure for part in parts for s in part.shortfalls)
    return TaskVerdict(
        task=task.id,
        status=status_of(task.id, parts),
        fraction=smallest_fraction(parts),
        tests=TestCount(tests.good, tests.total) if tests else None,
        probes=ProbeCount(probes.good, probes.total) if probes else None,
        mutants=MutantCount(mutants.good, mutants.total) if mutants else None,
        failures=failures,
        note=next((part.note for part in parts if part.note), ""),
    )
