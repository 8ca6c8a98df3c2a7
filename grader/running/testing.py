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
from grader.running.conversation import MAX_RESTARTS, WORDS, Clock, Conversation
from grader.sandbox import Sandbox, Stage

MAX_ID = 400  # characters
MAX_WARNINGS = 50  # of one run that are heard
_PLACES = 10  # of an error that are heard
_SLOW = 3 / 4  # of the time that a test may take: then it is asked where it is
_DUMP = "Timeout ("  # how faulthandler begins to tell
_FRAME = re.compile(r'^  File "(.+)", line (\d{1,9}) in ', re.MULTILINE)


@dataclass(frozen=True)
class CollectedTest:
    """A test that exists, before anything has run."""

    id: str
    marks: frozenset[str]
    sentence: str


Place = tuple[str, int]  # a file of the student's, and a line of it


@dataclass(frozen=True)
class TestReport:
    """What a child claims of one test; ``places`` are those that an error passed through, the innermost first."""

    __test__ = False

    id: str
    outcome: Outcome
    type: str = ""
    message: str = ""
    notes: str = ""
    places: tuple[Place, ...] = ()
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
    errors: list[str] = []
    with Conversation(sandbox, stage, {"role": "collect", "files": list(files)}, 60.0) as talk:
        for frame in talk.frames(60.0):
            if frame.kind == "test":
                found += _collected(frame.value, files)
            elif frame.kind == "uncollected":
                errors.append(_uncollected(frame.value))
    if errors or not talk.finished:
        raise CollectionFailed("\n".join(errors) or f"{talk.why()}\n{talk.ending.output[-2000:]}")
    return found


def _collected(value: Any, files: Sequence[str]) -> list[CollectedTest]:
    """Read a child's claim that a test exists; only one in the files that were asked about can."""
    if not isinstance(value, dict):
        return []
    test, marks, sentence = value.get("id"), value.get("marks"), value.get("sentence")
    if not (isinstance(test, str) and isinstance(marks, list) and isinstance(sentence, str)):
        return []
    if test.split("::")[0] not in files or len(test) > MAX_ID:
        return []
    named = frozenset(mark for mark in marks if isinstance(mark, str))
    return [CollectedTest(test, named, sentence[:4000])]


def _uncollected(value: Any) -> str:
    """Read a child's claim that a file can't be collected."""
    parts = value if isinstance(value, list) else [value]
    return ": ".join(part[:4000] for part in parts if isinstance(part, str))


class CollectionFailed(Exception):
    """A test file could not be imported."""


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
        "slow": 0.0 if until_failure else clock.item * _SLOW,
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
    order = {**order, "tests": list(tests), "canary": canary}
    heard = _Heard()
    under_way = ""
    with Conversation(sandbox, stage, order, clock.left) as talk:
        for frame in talk.frames(clock.item):
            if frame.kind == "start" and isinstance(frame.value, str):
                under_way = frame.value
            elif frame.kind == "test":
                report = _report(frame.value)
                if report.id == canary:
                    heard.forged = heard.forged or report.outcome is Outcome.PASSED
                elif report.id in tests:
                    _keep_worst(heard.reports, report)
            elif frame.kind == "uncollected":
                _mark_uncollected(heard.reports, frame.value, tests)
            elif frame.kind == "warning" and len(heard.warned) < MAX_WARNINGS:
                heard.warned |= _warned(frame.value)
    heard.cpu, heard.waited = talk.ending.cpu, talk.ending.waited
    clock.give_back(heard.waited)
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
        (path.removeprefix(f"{folder}/"), int(line))
        for path, line in _FRAME.findall(told)
        if path.startswith(f"{folder}/") and "/tests/" not in path
    ]
    return _places([list(place) for place in inside])


def _report(value: Any) -> TestReport:
    """Read a child's claim; whatever is not as it should be is no pass."""
    if not isinstance(value, dict):
        return TestReport("", Outcome.ERROR)
    try:
        outcome = Outcome(str(value.get("outcome")))
    except ValueError:
        outcome = Outcome.ERROR

    def text(key: str) -> str:
        found = value.get(key, "")
        return found[:4000] if isinstance(found, str) else ""

    seconds = value.get("seconds", 0.0)
    return TestReport(
        id=text("id"),
        outcome=outcome,
        type=text("type"),
        message=text("message"),
        notes=text("notes"),
        places=_places(value.get("places")),
        seconds=seconds if isinstance(seconds, float) else 0.0,
    )


def _warned(value: Any) -> dict[Warned, None]:
    """Read a child's claim that a file was warned about; nothing where it is malformed."""
    message = value[2] if isinstance(value, list) and len(value) == 3 else None
    places = _places([value[:2]]) if isinstance(message, str) else ()
    return {Warned(file, line, str(message)[:500]): None for file, line in places}


def _places(value: Any) -> tuple[Place, ...]:
    """Read the places that an error passed through; what is no place is left out."""
    found = value[:_PLACES] if isinstance(value, list) else []
    pairs = [each for each in found if isinstance(each, list) and len(each) == 2]
    return tuple(
        (path[:200], line)
        for path, line in pairs
        if isinstance(path, str) and isinstance(line, int) and 0 <= line < 1 << 31
    )


def _keep_worst(reports: dict[str, TestReport], report: TestReport) -> None:
    """Let a pass never overwrite a failure: a test that reports twice is held to the worse."""
    earlier = reports.get(report.id)
    if earlier is None or earlier.outcome is Outcome.PASSED:
        reports[report.id] = report


def _mark_uncollected(reports: dict[str, TestReport], value: Any, tests: Sequence[str]) -> None:
    if not (isinstance(value, list) and len(value) == 2 and isinstance(value[0], str)):
        return
    for test in tests:
        if test.split("::")[0] == value[0]:
            claim = _report(value[1])
            todo = claim.type == "NotImplementedError"
            outcome = Outcome.TODO if todo else Outcome.ERROR
            reports[test] = replace(claim, id=test, outcome=outcome)
