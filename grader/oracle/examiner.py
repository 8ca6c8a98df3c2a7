"""Judge one task of one submission: gather its parts, follow through on earlier modules, give a verdict."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction

from grader.model import (
    Failure,
    FollowThrough,
    Kind,
    Look,
    Module,
    MutantCount,
    Outcome,
    ProbeCount,
    RelPath,
    Seconds,
    SpeedReport,
    Status,
    Task,
    TaskVerdict,
    TestCount,
)
from grader.oracle import follow_through
from grader.oracle.blame import differing_earlier_files, files_at_fault
from grader.oracle.exams import judge_exams
from grader.oracle.library import Files, Library, warm_for
from grader.oracle.part import GraderFault, Part, smallest_fraction, status_of
from grader.oracle.probes import judge_probes
from grader.oracle.sitting import Sitting
from grader.oracle.speeds import judge_speeds
from grader.oracle.tests import count, judge_tests
from grader.oracle.written import WrittenTests
from grader.running.testing import CollectionFailed, run_tests
from grader.sandbox import Sandbox

MAX_FAILURES = 12  # told of one task; more teach nothing
MAX_ALIKE = 2  # of one test or probe
LOOKS = 2  # times as long as judging took, to look for earlier files that are at fault


@dataclass(frozen=True)
class _Case:
    """What is judged: one task on one set of files."""

    module: Module
    task: Task
    files: Files
    seed: int
    until_failure: bool = False

    def having(self, others: Files) -> _Case:
        """Put other files in the place of some."""
        return replace(self, files={**self.files, **others})


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
            look: Everything; or one way alone, and no further than its first failure.

        Returns:
            The verdict. A fault of the grader is a verdict too, with status ``GRADER_ERROR``.
        """
        begun = time.monotonic()
        module = self._library.module_of(task)
        case = _Case(module, task, files, seed, until_failure=look != "everything")
        try:
            verdict = self._judge(case, look)
            if look == "everything" and verdict.fraction < 1:
                took = time.monotonic() - begun
                verdict = self._follow_through(case, verdict, max(task.seconds, LOOKS * took))
        except GraderFault as fault:
            verdict = TaskVerdict(task.id, Status.GRADER_ERROR, Fraction(0), note=str(fault))
        return replace(verdict, seconds=time.monotonic() - begun)

    def _judge(self, case: _Case, look: Look = "everything") -> TaskVerdict:
        task = case.task
        tests = probes = own = mutants = speed = None
        authored = self._library.course.authored
        with self._sitting(case) as sitting:
            if task.kind is not Kind.WRITTEN and look in ("everything", "tests"):
                tests = judge_tests(sitting)
            if authored and look in ("everything", "probes") and not sitting.settled_by(tests):
                probes = judge_probes(sitting)
                if not sitting.settled_by(probes):
                    probes = _both(probes, judge_exams(sitting))
            if task.written and not authored:
                own = self._own_tests(sitting, case)
            worth_measuring = _worth_measuring(sitting, tests, probes) or look == "speed"
            if authored and look in ("everything", "speed") and worth_measuring:
                speed = judge_speeds(sitting)
        if task.written and authored and look == "everything":
            own, mutants = self._written(case).judge()
        return _verdict(task, tests, probes, own, mutants, speed, self._share_of_own(case))

    def _share_of_own(self, case: _Case) -> Fraction:
        """Give the part of a task's points that its written tests are worth: as many of it as they are of all tests."""
        if not case.task.written:
            return Fraction(0)
        if case.task.kind is Kind.WRITTEN:
            return Fraction(1)
        own = len(self._library.stub_tests(case.module, case.task))
        return Fraction(own, own + len(self._library.expected_tests(case.module, case.task)))

    def _written(self, case: _Case) -> WrittenTests:
        return WrittenTests(
            self._library, self._sandbox, case.module, case.task, case.files, case.seed
        )

    def _own_tests(self, sitting: Sitting, case: _Case) -> Part:
        """Run the student's own tests on the student's own library: all that can be done without mutants."""
        module, task, seed = case.module, case.task, case.seed
        written = self._written(case)
        try:
            found = written.collect()
        except CollectionFailed as error:
            return written.uncollected(error)
        if not found.tests:
            return Part(0, 1, note=written.none_found(found))
        ids = [test.id for test in found.tests]
        run = run_tests(self._sandbox, sitting.stage, ids, seed=seed, seconds=task.seconds)
        return count(
            module, task, found.tests, run.reports, sitting.laid, forged=run.forged, own=True
        )

    def _follow_through(self, case: _Case, verdict: TaskVerdict, seconds: Seconds) -> TaskVerdict:
        """Judge again with the reference's earlier files; the better result counts.

        Args:
            case: What was judged.
            verdict: What came of it.
            seconds: How long to look for the files that are at fault.

        Returns:
            The better verdict.
        """
        if not self._library.course.authored:
            return verdict
        earlier = differing_earlier_files(self._library, case.module, case.files)
        if not earlier:
            return verdict
        with_all = self._judge(case.having(earlier))
        if with_all.fraction <= verdict.fraction:
            return verdict

        def falls_short(kept: Sequence[RelPath]) -> bool:
            """Judge with the student's own version of these earlier files only."""
            others = {path: text for path, text in earlier.items() if path not in kept}
            enough = with_all.fraction == 1  # to know that anything fails
            again = replace(case.having(others), until_failure=enough)
            return self._judge(again).fraction < with_all.fraction

        end = time.monotonic() + seconds
        found = files_at_fault(list(earlier), falls_short, lambda: time.monotonic() < end)
        counted = FollowThrough(
            tuple(found),
            before=str(verdict.fraction),
            after=str(with_all.fraction),
        )
        said = follow_through.told(case.task, with_all, verdict)
        return replace(said, follow_through=counted)

    @contextmanager
    def _sitting(self, case: _Case) -> Iterator[Sitting]:
        """Lay out a submission's files; the student's own tests stay out where they are held against mutants."""
        held = case.module.written if self._library.course.authored else ()
        laid = {path: text for path, text in case.files.items() if path not in held}
        files = self._library.stage_files(case.module, laid)
        stage = self._sandbox.stage(files, warm_for(case.module))
        try:
            yield Sitting(
                self._library,
                self._sandbox,
                stage,
                files,
                case.module,
                case.task,
                case.seed,
                case.until_failure,
            )
        finally:
            self._sandbox.drop(stage)


def _both(one: Part | None, other: Part | None) -> Part | None:
    """Count two parts as one; either may be absent."""
    if one is None or other is None:
        return one or other
    return Part(
        one.good + other.good,
        one.total + other.total,
        one.shortfalls + other.shortfalls,
        one.note or other.note,
        one.remarks + other.remarks,
    )


def _there(*parts: Part | None) -> list[Part]:
    return [part for part in parts if part is not None]


def _told(failures: Iterable[Failure]) -> tuple[Failure, ...]:
    """Choose the failures to tell: what is wrong before what is unwritten, few of each test or probe, not too many."""
    alike: Counter[str] = Counter()
    told = []
    different = dict.fromkeys(failures)
    for failure in sorted(different, key=lambda each: each.outcome is Outcome.TODO):
        alike[failure.test] += 1
        if alike[failure.test] <= MAX_ALIKE:
            told.append(failure)
    return tuple(told[:MAX_FAILURES])


def _worth_measuring(sitting: Sitting, tests: Part | None, probes: Part | None) -> bool:
    """Tell whether speed can change anything: what is all wrong earns nothing for it."""
    parts = [part for part in (tests, probes) if part is not None]
    return smallest_fraction(parts) > 0 and not any(map(sitting.settled_by, parts))


def _fraction(
    task: Task,
    given: Sequence[Part],
    own: Sequence[Part],
    share_of_own: Fraction,
    speed: Part | None,
) -> Fraction:
    """Give what a task is worth: how right it is and, for a share of its points, how good its tests, and how fast."""
    if not given and not own:  # speed is all that was looked at
        return speed.fraction if speed is not None else Fraction(0)
    right = smallest_fraction(given or own)
    if given and own:
        right = (1 - share_of_own) * right + share_of_own * smallest_fraction(own)
    if speed is None or task.speed is None:
        return right
    return (1 - task.speed.share) * right + task.speed.share * speed.fraction


def _verdict(
    task: Task,
    tests: Part | None,
    probes: Part | None,
    own: Part | None,
    mutants: Part | None,
    measured: tuple[SpeedReport, Part] | None,
    share_of_own: Fraction,
) -> TaskVerdict:
    report, speed = measured or (None, None)
    fraction = _fraction(task, _there(tests, probes), _there(own, mutants), share_of_own, speed)
    tests = _both(tests, own)
    parts = _there(tests, probes, mutants, speed)
    failures = _told(s.failure for part in parts for s in part.shortfalls)
    return TaskVerdict(
        task=task.id,
        status=status_of(task.id, parts),
        fraction=fraction,
        tests=TestCount(tests.good, tests.total) if tests else None,
        probes=ProbeCount(probes.good, probes.total) if probes else None,
        mutants=MutantCount(mutants.good, mutants.total) if mutants else None,
        speed=report,
        failures=failures,
        note=next((part.note for part in parts if part.note), ""),
        remarks=tests.remarks if tests else (),
    )
