"""Run a task's tests in confined children and gather what they claim.

A hang or a crash costs the test that was under way and no other: a new child goes on with the rest, as long as the
task's time lasts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from grader.model import Outcome, Seconds
from grader.running.claims import (
    MAX_MESSAGE,
    MAX_NOTES,
    MAX_SENTENCE,
    MAX_TYPE,
    MAX_WARNING,
    Claims,
    identifier,
)
from grader.running.conversation import MAX_RESTARTS, WORDS, Clock, Conversation
from grader.running.raised import Place
from grader.sandbox import Sandbox, Stage

MAX_WARNINGS = 50  # of one run that are heard
_ERRORS = 5  # of a collection that are told
_MARKS = 50  # of a test
_SLOW = 3 / 4  # of the time that a test may take: then it is asked where it is
_DUMP = "Timeout ("  # how faulthandler begins to tell
_FRAME = re.compile(r'^  File "(.+)", line (\d{1,9}) in ', re.MULTILINE)


@dataclass(frozen=True)
class CollectedTest:
    """A test that exists, before anything has run."""

    id: str
    marks: frozenset[str]
    sentence: str


@dataclass(frozen=True)
class TestReport:
    """What a child claims of one test."""

    __test__ = False

    id: str
    outcome: Outcome
    type: str = ""
    message: str = ""
    notes: str = ""
    places: tuple[
        Place, ...
    ] = ()  # outside of tests, that an error passed through; the innermost first
    raised_at: Place | None = None  # tests included
    seconds: Seconds = 0.0


@dataclass(frozen=True)
class Warned:
    """A child's claim that a file was warned about."""

    file: str
    line: int
    message: str  # "RuntimeWarning: overflow encountered in exp"


@dataclass(frozen=True)
class TestRun:
    """The claims of all wanted tests, and whether the canary came back good."""

    __test__ = False

    reports: dict[str, TestReport]
    forged: bool = False
    cpu: Seconds = 0.0  # of all children
    waited: Seconds = 0.0  # for a processor that others held: all of them, one after the other
    warned: tuple[Warned, ...] = ()


def collect(sandbox: Sandbox, stage: Stage, files: Sequence[str]) -> list[CollectedTest]:
    """List the tests in some files of a stage.

    Args:
        sandbox: Where the child runs.
        stage: The files it sees.
        files: Test files in it.

    Returns:
        The tests, in the order of their definition.

    Raises:
        CollectionFailed: If a test file could not be imported; its text says why.
    """
    found: list[CollectedTest] = []
    errors: list[TestReport] = []
    with Conversation(sandbox, stage, {"role": "collect", "files": list(files)}, 60.0) as talk:
        for frame in talk.frames(60.0):
            if frame.kind == "test":
                found += _collected(frame.value, files, talk.claims)
            elif frame.kind == "uncollected" and len(errors) < _ERRORS:
                errors.append(_uncollected(frame.value, files, talk.claims))
    if not errors and not talk.finished:
        said = talk.claims.text(talk.ending.output[-MAX_MESSAGE:], MAX_MESSAGE)
        errors = [TestReport("", talk.outcome(), message=f"{talk.why()}\n{said}".strip())]
    if errors:
        raise CollectionFailed(errors)
    return found


def _collected(value: Any, files: Sequence[str], claims: Claims) -> list[CollectedTest]:
    """Read a child's claim that a test exists; only one in the files that were asked about can."""
    if not isinstance(value, dict):
        return []
    test, marks, sentence = identifier(value.get("id")), value.get("marks"), value.get("sentence")
    if not (isinstance(marks, list) and isinstance(sentence, str)):
        return []
    if test.split("::")[0] not in files:
        return []
    named = frozenset(filter(None, map(identifier, marks[:_MARKS])))
    return [CollectedTest(test, named, claims.text(sentence, MAX_SENTENCE))]


def _uncollected(value: Any, files: Sequence[str], claims: Claims) -> TestReport:
    """Read a child's claim that a file can't be collected: the report's id is the file, where it is one of these."""
    path, error = value if isinstance(value, list) and len(value) == 2 else ("", value)
    return replace(_report(error, claims), id=path if path in files else "", outcome=Outcome.ERROR)


class CollectionFailed(Exception):
    """A test file could not be imported.

    Args:
        reports: What was raised, file by file.
    """

    def __init__(self, reports: Sequence[TestReport]) -> None:
        super().__init__("\n".join(map(_collection_error, reports)))
        self.reports = tuple(reports)


def _collection_error(report: TestReport) -> str:
    """Say in a line what was raised, and where."""
    file, line = report.raised_at or (report.id, 0)
    where = f"{file}:{line}" if line else file
    return ": ".join(filter(None, [where, report.type, report.message])) or "It can't be collected."


def run_tests(
    sandbox: Sandbox,
    stage: Stage,
    tests: Sequence[str],
    *,
    seed: int,
    seconds: Seconds,
    until_failure: bool = False,
    examples: int = 100,
    restarts: int = MAX_RESTARTS,
) -> TestRun:
    """Run tests in confined children and gather what they claim.

    Args:
        sandbox: Where the children run.
        stage: The files they see.
        tests: Node ids to run; nothing else is reported.
        seed: Of Hypothesis.
        seconds: Wall time for all of them.
        until_failure: Stop at the first failure, and don't look for a small one.
        examples: How many inputs Hypothesis tries where a test doesn't say.
        restarts: How many children may be used up: each hang or crash takes one.

    Returns:
        A report for each wanted test; what a child lost is reported by how the child ended.
    """
    clock = Clock(seconds)
    order = {
        "role": "tests",
        "seed": seed % (1 << 32),
        "until_failure": until_failure,
        "examples": examples,
    }
    reports: dict[str, TestReport] = {}
    heard = _Heard()
    warned: dict[Warned, None] = {}
    cpu = waited = 0.0
    for _ in range(restarts):
        left = [test for test in tests if test not in reports]
        if not left or not clock.left:
            break
        heard = _hear_tests(sandbox, stage, left, order, clock)
        reports |= heard.reports
        warned |= heard.warned
        cpu += heard.cpu
        waited += heard.waited
        if heard.forged or not heard.go_on:
            break
    why = Outcome.MISSING if clock.left else Outcome.TIMEOUT
    lost = {test: TestReport(test, why, message=WORDS[why]) for test in tests}
    return TestRun(
        {**lost, **reports},
        forged=heard.forged,
        cpu=cpu,
        waited=waited,
        warned=tuple(warned)[:MAX_WARNINGS],
    )


@dataclass
class _Heard:
    reports: dict[str, TestReport] = field(default_factory=dict)
    forged: bool = False
    go_on: bool = False
    cpu: Seconds = 0.0
    waited: Seconds = 0.0
    warned: dict[Warned, None] = field(default_factory=dict)


def _hear_tests(
    sandbox: Sandbox,
    stage: Stage,
    tests: Sequence[str],
    order: dict[str, Any],
    clock: Clock,
) -> _Heard:
    """Listen to one child until it has ended."""
    canary = secrets.token_hex(8)
    slow = 0.0 if order["until_failure"] else clock.item * _SLOW
    order = {**order, "tests": list(tests), "canary": canary, "slow": slow}
    heard = _Heard()
    under_way = ""
    with Conversation(sandbox, stage, order, clock.left) as talk:
        for frame in talk.frames(clock.item):
            if frame.kind == "start" and isinstance(frame.value, str):
                under_way = frame.value
            elif frame.kind == "test":
                report = _report(frame.value, talk.claims)
                if report.id == canary:
                    heard.forged = heard.forged or report.outcome is Outcome.PASSED
                elif report.id in tests:
                    _keep_worst(heard.reports, report)
            elif frame.kind == "uncollected":
                _mark_uncollected(heard.reports, frame.value, tests, talk.claims)
            elif frame.kind == "warning" and len(heard.warned) < MAX_WARNINGS:
                heard.warned |= _warned(frame.value, talk.claims)
    heard.cpu, heard.waited = talk.ending.cpu, talk.ending.waited
    hung = not talk.finished and talk.outcome() is Outcome.TIMEOUT
    clock.note(heard.waited, hung=hung)
    if talk.finished:
        return heard
    lost = (
        under_way if under_way in tests else next((t for t in tests if t not in heard.reports), "")
    )
    if lost and (lost not in heard.reports or heard.reports[lost].outcome is Outcome.PASSED):
        heard.reports[lost] = TestReport(
            lost, talk.outcome(), message=talk.why(), places=_last_seen(talk, str(stage.path))
        )
    if under_way:
        heard.go_on = True
    else:  # it died before the first test: the rest would die alike
        for test in tests:
            heard.reports.setdefault(test, TestReport(test, talk.outcome(), message=talk.why()))
    return heard


def _last_seen(talk: Conversation, folder: str) -> tuple[Place, ...]:
    """Read where a test was shortly before its time was over, in what was printed of it: a claim like any other."""
    _, _, told = talk.ending.output.rpartition(_DUMP)
    if talk.outcome() is not Outcome.TIMEOUT:
        return ()
    inside = [
        [path.removeprefix(f"{folder}/"), int(line)]
        for path, line in _FRAME.findall(told)
        if path.startswith(f"{folder}/") and "/tests/" not in path
    ]
    return talk.claims.places(inside)


def _report(value: Any, claims: Claims) -> TestReport:
    """Read a child's claim; whatever is not as it should be is no pass."""
    if not isinstance(value, dict):
        return TestReport("", Outcome.ERROR)
    try:
        outcome = Outcome(str(value.get("outcome")))
    except ValueError:
        outcome = Outcome.ERROR
    seconds = value.get("seconds", 0.0)
    return TestReport(
        id=identifier(value.get("id")),
        outcome=outcome,
        type=claims.text(value.get("type"), MAX_TYPE),
        message=claims.text(value.get("message"), MAX_MESSAGE),
        notes=claims.text(value.get("notes"), MAX_NOTES),
        places=claims.places(value.get("places")),
        raised_at=claims.place(value.get("raised_at")),
        seconds=seconds if isinstance(seconds, float) else 0.0,
    )


def _warned(value: Any, claims: Claims) -> dict[Warned, None]:
    """Read a child's claim that a file was warned about; nothing where it is malformed."""
    if not (isinstance(value, list) and len(value) == 3):
        return {}
    place, message = claims.place(value[:2]), claims.text(value[2], MAX_WARNING)
    return {Warned(*place, message): None} if place and message else {}


def _keep_worst(reports: dict[str, TestReport], report: TestReport) -> None:
    """Let a pass never overwrite a failure: a test that reports twice is held to the worse."""
    earlier = reports.get(report.id)
    if earlier is None or earlier.outcome is Outcome.PASSED:
        reports[report.id] = report


def _mark_uncollected(
    reports: dict[str, TestReport], value: Any, tests: Sequence[str], claims: Claims
) -> None:
    if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)):
        return
    for test in tests:
        if test.split("::")[0] == value[0]:
            claim = _report(value[1], claims)
            todo = claim.type == "NotImplementedError"
            outcome = Outcome.TODO if todo else Outcome.ERROR
            reports[test] = replace(claim, id=test, outcome=outcome)
