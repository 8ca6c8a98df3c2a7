"""Probes in confined children: what a library answers, and what is lost when it does not."""

from __future__ import annotations

import pytest

from grader.model import Outcome
from grader.running import asking
from grader.running.asking import Enough, Paper, ProbeRun, run_probes
from grader.sandbox import Sandbox
from grader.tests.toy_work import shared_sandboxes

PROBES = """
from grader.running.probes import probe

@probe("0.1", cases=3)
def first(minitorch, rng, case):
    return minitorch.first(case)

@probe("0.1", cases=2)
def second(minitorch, rng):
    return {"x": minitorch.second(float(rng.random()))}

@probe("0.2", cases=1)
def of_another_task(minitorch, rng):
    return 1
"""
GOOD = "def first(case): return case\ndef second(x): return x\n"


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return shared_sandboxes(request.config)[0]


def asked(
    sandbox: Sandbox,
    library: str,
    *,
    seed: int = 1,
    seconds: float = 30.0,
    enough: Enough = lambda *answer: False,
) -> ProbeRun:
    stage = sandbox.stage({"minitorch/__init__.py": library})
    try:
        return run_probes(
            sandbox,
            stage,
            Paper(("first", "second"), ("asked",), {"asked": PROBES}, {"first": 3, "second": 2}),
            seed=seed,
            seconds=seconds,
            enough=enough,
        )
    finally:
        sandbox.drop(stage)


def test_answers_come_by_probe_and_case(sandbox: Sandbox) -> None:
    run = asked(sandbox, GOOD)
    assert [run.answers["first", case].value for case in range(3)] == [0, 1, 2]
    assert {key[0] for key in run.answers} == {"first", "second", "canary"}
    assert run.lost == {}


def test_the_same_seed_asks_the_same_questions(sandbox: Sandbox) -> None:
    one, same, other = (
        [asked(sandbox, GOOD, seed=seed).answers["second", case].value["x"] for case in range(2)]
        for seed in (1, 1, 2)
    )
    assert one == same != other
    assert one[0] != one[1]


def test_an_exception_is_an_answer_too(sandbox: Sandbox) -> None:
    run = asked(
        sandbox,
        "def first(case): return 1 // case\ndef second(x): raise NotImplementedError('Task 0.1: …')\n",
    )
    assert run.answers["first", 0].raised == "ZeroDivisionError"
    assert run.answers["first", 0].outcome is Outcome.ERROR
    assert run.answers["first", 1].value == 1
    assert run.answers["second", 0].outcome is Outcome.TODO
    assert run.answers["second", 0].message == "Task 0.1: …"


def test_who_has_heard_enough_asks_no_more(sandbox: Sandbox) -> None:
    """What was not heard of any more is neither an answer nor lost."""
    run = asked(sandbox, GOOD, enough=lambda name, case, answer: answer.value == 1)
    assert list(run.answers) == [("first", 0), ("first", 1)]
    assert run.lost == {}


@pytest.mark.parametrize(
    ("ends", "outcome"),
    [
        ("import os; os._exit(0)", Outcome.CRASHED),
        ("hoard = [bytearray(1 << 26) for _ in range(100)]", Outcome.MEMORY),
    ],
)
def test_a_case_that_crashes_costs_the_others_nothing(
    sandbox: Sandbox, ends: str, outcome: Outcome
) -> None:
    run = asked(
        sandbox,
        f"def first(case):\n    if case == 1:\n        {ends}\n    return case\ndef second(x): return x\n",
    )
    lost = run.answers["first", 1]
    # Python itself may notice first that there is no more memory.
    assert lost.outcome is outcome or lost.raised == "MemoryError"
    assert [run.answers["first", case].value for case in (0, 2)] == [0, 2]
    assert run.answers["second", 1].outcome is Outcome.PASSED


def test_a_probe_that_breaks_off_again_and_again_is_given_up(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "BREAKS", 2)
    run = asked(sandbox, "def first(case): import os; os._exit(0)\ndef second(x): return x\n")
    assert [case for name, case in run.answers if name == "first"] == [0]
    assert run.lost["first"].outcome is Outcome.CRASHED
    assert run.answers["second", 1].outcome is Outcome.PASSED


def test_an_answer_that_is_too_large_says_so(sandbox: Sandbox) -> None:
    """And costs neither the others nor much time: no child is used up by it."""
    run = asked(
        sandbox,
        "def first(case): return [0.5] * (10_000_000 if case else 1)\ndef second(x): return 'x' * 10**7\n",
    )
    assert run.lost == {}
    assert run.answers["first", 0].value == [0.5]
    for case in (1, 2):
        said = repr(run.answers["first", case].value)
        assert said == "<a list of 10000000 items: too large to compare>"
    said = repr(run.answers["second", 1].value["x"])
    assert said == "<a text of 10000000 characters: too large to compare>"


FORGING = """
import sys
frame = sys._getframe()
while "nonce" not in frame.f_locals:
    frame = frame.f_back
for number in range(1000):
    frame.f_locals["send"]("answer", {answer})
def first(case): return case
def second(x): return x
"""


@pytest.mark.parametrize(
    "answer",
    [
        '["first", number, {"returned": 1}]',
        '["first", -number, {"returned": 1}]',
        '["first", True, {"returned": 1}]',
        '["nobody", number, {"returned": 1}]',
        '["of_another_task", 0, {"returned": 1}]',
        '["canary", number, {"returned": 1}]',
        '["first", 0, {"returned": "again and again"}]',
        "number",
    ],
)
def test_what_nobody_asked_is_not_kept_and_ends_the_child(sandbox: Sandbox, answer: str) -> None:
    """The memory and the time of the grader don't depend on how much a child makes up."""
    run = asked(sandbox, FORGING.replace("{answer}", answer))
    wanted = {("first", 0), ("first", 1), ("first", 2), ("second", 0), ("second", 1), ("canary", 0)}
    assert set(run.answers) <= wanted
    assert run.lost["first"].outcome is Outcome.CRASHED
    assert "written to by something other than the test run" in run.lost["first"].message


def test_all_answers_together_are_bounded(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond that they are no longer kept, and say so."""
    monkeypatch.setattr(asking, "MAX_KEPT", 100_000)
    run = asked(sandbox, "def first(case): return 'x' * 60_000\ndef second(x): return x\n")
    assert run.answers["first", 0].outcome is Outcome.PASSED
    late = run.answers["first", 1]
    assert (late.outcome, late.value) == (Outcome.ERROR, None)
    assert late.message == "All answers together are too large to compare."


def test_a_library_that_cannot_be_imported_answers_nothing(sandbox: Sandbox) -> None:
    run = asked(sandbox, "raise RuntimeError('no')\n")
    answers = [answer for key, answer in run.answers.items() if key[0] != "canary"]
    assert len(answers) == 5
    assert {(answer.outcome, answer.raised) for answer in answers} == {
        (Outcome.ERROR, "RuntimeError")
    }


def test_hangs_are_stopped(sandbox: Sandbox) -> None:
    run = asked(
        sandbox, "def first(case):\n    while True: pass\ndef second(x): return x\n", seconds=9.0
    )
    assert run.lost["first"].outcome is Outcome.TIMEOUT
    assert run.answers["second", 0].outcome is Outcome.PASSED
