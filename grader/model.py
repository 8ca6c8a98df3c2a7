"""The nouns of the grader: what a course is, what a run found, what a record says.

Nothing here touches the world. Rooms hand each other these frozen dataclasses, never dicts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Literal

ModuleId = str  # "0" … "4"
TaskId = str  # "1.4": module, dot, number
RelPath = str  # POSIX path inside a module folder: "minitorch/operators.py"
Points = Fraction
Seconds = float
# What of a task is judged; exams go with the probes.
Look = Literal["everything", "tests", "probes", "speed"]


class Kind(StrEnum):
    """How a task is judged."""

    TESTS = "tests"
    WRITTEN = "written-tests"
    TRAINING = "training"
    PERFORMANCE = "performance"  # by tests and probes, and for a share of the points by its speed


class Basis(StrEnum):
    """What a record's scores stand on: the tests alone, or tests and probes beside a reference."""

    TESTS = "tests"
    VERIFIED = "verified"


class Level(StrEnum):
    """How strongly student code is confined, strongest first."""

    A = "A"
    B = "B"
    C = "C"


class Outcome(StrEnum):
    """How one test or probe case ended. Only ``PASSED`` scores."""

    PASSED = "passed"
    FAILED = "failed"
    TODO = "todo"
    ERROR = "error"
    TIMEOUT = "timeout"
    MEMORY = "memory"
    CRASHED = "crashed"
    MISSING = "missing"


class Status(StrEnum):
    """Where a task stands, for people: five ways to fall short that must never be mixed up."""

    PASSED = "passed"
    UNREAD = "unread"  # a file of it was handed in such that it could not be read
    WRONG = "wrong"
    TODO = "todo"
    NOT_REACHED = "not_reached"
    GRADER_ERROR = "grader_error"


class Pace(StrEnum):
    """What came of measuring one case beside the reference. The first two score."""

    FAST = "fast enough"
    UNSURE = "inconclusive"  # measured as often as is allowed: it counts as passed, and the report says so
    SLOW = "too slow"
    WRONG = "wrong output"
    BROKE = "broke off"


@dataclass(frozen=True)
class Threshold:
    """How fast one measured case has to be."""

    case: str
    at_least: Fraction  # of the reference's speed


@dataclass(frozen=True)
class Demand:
    """What a task of kind ``performance`` asks of its speed."""

    share: Fraction  # of the task's points
    thresholds: tuple[Threshold, ...]  # one for each measured case
    measure: str = ""  # the command by which students measure it, in the module's folder


@dataclass(frozen=True)
class Task:
    """One task of the course, as ``module.toml`` describes it."""

    id: TaskId
    title: str
    points: Points
    kind: Kind
    files: tuple[RelPath, ...]  # what the student edits for it
    needs: tuple[TaskId, ...] = ()
    hints: tuple[str, ...] = ()
    topics: tuple[tuple[str, str], ...] = ()  # a word of a test's name, and the hint that fits it
    seconds: Seconds = 60.0
    bonus: bool = False
    written: bool = False  # the student's own tests, held against mutants, count too
    speed: Demand | None = None

    @property
    def module(self) -> ModuleId:
        """The id of the module that the task belongs to."""
        return self.id.split(".")[0]

    def hint_for(self, *about: str) -> str:
        """Pick the hint that fits a failure.

        Args:
            *about: The name of the test, and what else says what it is about.

        Returns:
            The hint of the first topic that is named there, or nothing; of a task without topics, its first hint.
        """
        if not self.topics:
            return self.hints[0] if self.hints else ""
        return next((hint for word, hint in self.topics if any(word in text for text in about)), "")

    @property
    def mark(self) -> str:
        """The pytest mark of its tests, ``task1_4``."""
        return "task" + self.id.replace(".", "_")


@dataclass(frozen=True)
class Module:
    """One module folder of the course."""

    id: ModuleId
    title: str
    points: Points
    folder: Path  # the trusted folder: tests, configuration, guide and module.toml come from here
    files: tuple[RelPath, ...]  # rendered; taken from a submission; carried to later modules
    given: tuple[RelPath, ...]  # rendered; never taken from a submission
    # Test files that the student writes; taken; belong to this module only.
    written: tuple[RelPath, ...]
    tasks: tuple[Task, ...]
    numba: bool = False  # its library is compiled by Numba

    @property
    def name(self) -> str:
        """The folder's name, ``module2``."""
        return f"module{self.id}"


@dataclass(frozen=True)
class Course:
    """All modules, in order, and where the repository lies."""

    root: Path
    modules: tuple[Module, ...]

    @property
    def source(self) -> Path:
        """The annotated source, ``grader/course``; absent in the published repository."""
        return self.root / "grader" / "course"

    @property
    def authored(self) -> bool:
        """Whether the annotated source, and so the reference, is here."""
        return (self.source / "minitorch").is_dir()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Every task of every module, in order."""
        return tuple(task for module in self.modules for task in module.tasks)


class ProblemKind(StrEnum):
    """How much a problem of a submission weighs, and whose it is."""

    NOTE = "note"  # worth knowing
    UNREAD = "unread"  # what a student handed in could not be read: the student can cure it
    UNGRADED = "ungraded"  # the machine failed, not the student: it costs no points


@dataclass(frozen=True)
class Problem:
    """Something odd about a submission."""

    path: str  # in the submission; ".": the whole of it
    message: str  # fits behind the path: "is not UTF-8 text"
    kind: ProblemKind = ProblemKind.NOTE
    cure: str = ""  # what the student can do: "save it as UTF-8"
    module: ModuleId = ""  # the module that it concerns; none: the whole submission
    file: RelPath = ""  # the module's file that it concerns; none: all of them

    @property
    def said(self) -> str:
        """All of it in one line: where, what, and what to do."""
        where = "" if self.path == "." else self.path
        joint = " " if self.kind is ProblemKind.UNREAD else ": "
        return "; ".join(
            filter(None, [f"{where}{joint if where else ''}{self.message}", self.cure])
        )


@dataclass(frozen=True)
class Submission:
    """The content of a submission's allow-listed files, and nothing else of it."""

    id: str
    source: str
    files: dict[ModuleId, dict[RelPath, str]]  # a module that is absent here was not handed in
    commit: str | None = None
    submitted_at: str | None = None  # ISO 8601, UTC
    problems: tuple[Problem, ...] = ()
    student: str = ""  # the name on the roster, where there is one
    fault: str = (
        ""  # why the machine could not get at it: nothing of it is graded, which costs no points
    )


@dataclass(frozen=True)
class Scope:
    """What was asked of a run: which work to judge, with which questions and data, and how strongly confined."""

    modules: tuple[ModuleId, ...] = ()  # none named: all that were handed in; a named one is due
    tasks: tuple[TaskId, ...] = ()  # none named: every task of those modules
    seed: int | None = None  # none given: drawn from the gradebook's secret
    require: Level | None = None  # fail closed below this level
    allow_weak: bool = False  # level C counts
    data: Path | None = None  # folder of real data for exams that can be held on some


@dataclass(frozen=True)
class TestCount:
    """How many of the expected tests passed."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    passed: int
    expected: int


@dataclass(frozen=True)
class ProbeCount:
    """How many probe cases agreed with the reference."""

    agreed: int
    cases: int


@dataclass(frozen=True)
class MutantCount:
    """How many wrong versions the student's own tests caught."""

    caught: int
    total: int


@dataclass(frozen=True)
class SpeedCase:
    """One case, measured beside the reference; numbers are fractions of the reference's speed."""

    name: str
    pace: Pace
    wanted: float
    speed: float | None = None  # the median of the pairs; None: it could not be measured
    low: float | None = None  # the interval that the true median lies in, almost surely
    high: float | None = None
    pairs: int = 0  # measurements of both, one beside the other


@dataclass(frozen=True)
class ThreadsCase:
    """One kernel on several threads; one that is not parallel, or disagrees with itself, loses a point of the speed."""

    name: str
    parallel: bool  # several threads shared its work
    steady: bool  # the same input gave the same output each time
    runs: int = 0
    threads: int = 0  # that it was given
    loops: int = 0  # of its ``prange`` that Numba made parallel, as student code says
    told: str = ""  # what Numba's diagnostics say of it, as student code says


@dataclass(frozen=True)
class SpeedReport:
    """How fast a task's kernels are beside the reference's, and what became of them on several threads."""

    share: float  # of the task's points
    passed: int
    total: int
    cases: tuple[SpeedCase, ...] = ()
    threads: tuple[ThreadsCase, ...] = ()


@dataclass(frozen=True)
class Failure:
    """One thing that did not pass, told so that a student can act on it."""

    test: str
    outcome: Outcome
    message: str
    sentence: str = ""  # what is true when it passes: the test's docstring
    asked: str = ""  # the call that gave something else than is expected, as one would type it
    input: str = ""  # what Hypothesis found that it fails on, where the call does not say it
    got: str = ""
    expected: str = ""
    hint: str = ""
    command: str = ""  # to run next, ready to paste
    file: str = ""  # the student's file at fault, inside the module folder, where known
    line: int = 0


@dataclass(frozen=True)
class Remark:
    """What Python, NumPy or Numba warned about while the student's code ran. It costs no points."""

    file: RelPath  # the student's, inside the module folder
    line: int
    message: str  # "RuntimeWarning: overflow encountered in exp"
    advice: str = ""  # how to silence it, where that is known


@dataclass(frozen=True)
class FollowThrough:
    """A second run with the reference's earlier files: which of the student's own were at fault."""

    files: tuple[RelPath, ...]
    before: str  # the fraction on the student's own files, "1/4"
    after: str  # the fraction with the reference's earlier files, the one that counts


@dataclass(frozen=True)
class TaskVerdict:
    """What the trusted side found for one task; exact, not yet points."""

    task: TaskId
    status: Status
    fraction: Fraction
    tests: TestCount | None = None
    probes: ProbeCount | None = None
    mutants: MutantCount | None = None
    speed: SpeedReport | None = None
    follow_through: FollowThrough | None = None
    failures: tuple[Failure, ...] = ()
    note: str = ""  # one line why, when the failures alone don't say it
    seconds: Seconds = 0.0
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class SandboxReport:
    """How student code was confined in this run."""

    level: Level
    layers: tuple[str, ...]  # what the level is made of here, in words
    warning: str = ""  # set where the level is too weak for grades
    # What ran CUDA kernels, a GPU's name or "simulator"; None: there were none.
    cuda: str | None = None
    python: str = ""  # its version, "3.11.7"; empty in records of graders that did not say it


@dataclass(frozen=True)
class SubmissionInfo:
    """Which submission a record is about."""

    id: str
    source: str
    commit: str | None = None
    submitted_at: str | None = None
    student: str = ""  # the name on the roster, where there is one


@dataclass(frozen=True)
class TaskRecord:
    """One task's row of a record; scores are rounded here and nowhere else."""

    id: TaskId
    title: str
    kind: Kind
    status: Status
    score: float
    points: float
    bonus: bool = False
    tests: TestCount | None = None
    probes: ProbeCount | None = None
    mutants: MutantCount | None = None
    speed: SpeedReport | None = None
    follow_through: FollowThrough | None = None
    note: str = ""
    seconds: Seconds = 0.0
    failures: tuple[Failure, ...] = ()


@dataclass(frozen=True)
class ModuleRecord:
    """One module's rows of a record."""

    id: ModuleId
    title: str
    score: float
    points: float
    tasks: tuple[TaskRecord, ...]
    remarks: tuple[Remark, ...] = ()  # each once, whichever tasks met it


@dataclass(frozen=True)
class Term:
    """What a class's rules, or a person, changed in a score, and why."""

    points: float  # added to the score: below zero where something was taken off
    why: str  # in words, for the student: "1 day late: 10 % off"
    module: ModuleId | None = None  # the module that it concerns; None: the whole


@dataclass(frozen=True)
class Record:
    """Everything a report may say about one graded submission. ``record.json`` holds exactly this."""

    course: str
    basis: Basis
    submission: SubmissionInfo
    sandbox: SandboxReport
    seed: str
    score: float
    points: float
    bonus: float
    seconds: Seconds
    modules: tuple[ModuleRecord, ...]
    problems: tuple[Problem, ...] = ()
    style: tuple[str, ...] = ()  # black and flake8 findings, in words; what they cost is a term
    # From what the tasks earned to the score; modules' scores are before them.
    terms: tuple[Term, ...] = ()
    schema: int = field(default=1)


@dataclass(frozen=True)
class Attempt:
    """One thing that a student handed in, as it was graded last."""

    number: int  # 1, 2, … in the order in which runs came to them
    record: Record
    received_at: str  # ISO 8601, UTC: when it was graded first
    content: dict[ModuleId, str] = field(default_factory=dict)  # digest of each module's files
    scope: Scope = Scope()  # what was asked of the runs that the record comes from


@dataclass(frozen=True)
class Adjustment:
    """Points that a person gave or took by hand; never changed or removed, only made up for by another."""

    number: int  # of the gradebook
    student: str  # the submissions' id
    points: Fraction
    author: str
    reason: str
    made_at: str  # ISO 8601, UTC
    module: ModuleId | None = None  # the module that it concerns; None: the whole
