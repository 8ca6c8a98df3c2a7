"""Ask a library a task's probes, or let it sit an exam, and gather the answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from grader.model import Outcome, Seconds
from grader.running.conversation import MAX_RESTARTS, WORDS, Clock, Conversation
from grader.running.wire import encode
from grader.sandbox import Sandbox, Stage


@dataclass(frozen=True)
class Answer:
    """What a probe case returned, or the exception it raised, or why there is none."""

    outcome: Outcome
    value: Any = None
    raised: str = ""
    message: str = ""


@dataclass
class ProbeRun:
    """A child's answers by probe name and case."""

    answers: dict[tuple[str, int], Answer] = field(default_factory=dict)
    lost: dict[str, Answer] = field(default_factory=dict)  # why a probe's further cases are missing


def run_probes(
    sandbox: Sandbox,
    stage: Stage,
    *,
    source: str,
    task: str,
    names: Sequence[str],
    seed: int,
    seconds: Seconds,
) -> ProbeRun:
    """Ask a library a task's probes in confined children.

    Args:
        sandbox: Where the children run.
        stage: The library and nothing else.
        source: Text of the probe file.
        task: Whose probes.
        names: Which of them, in order.
        seed: Of the generators.
        seconds: Wall time for all of them.

    Returns:
        The answers that came, and for each probe that broke off, why.
    """
    clock = Clock(seconds)
    run = ProbeRun()
    left = list(names)
    for _ in range(MAX_RESTARTS):
        if not left or not clock.left:
            break
        order = {
            "role": "probes",
            "task": task,
            "source": source,
            "names": left,
            "seed": seed,
        }
        under_way = left[0]
        with Conversation(sandbox, stage, order, clock.left) as talk:
            for frame in talk.frames(clock.item):
                if frame.kind == "start" and frame.value in left:
                    under_way = frame.value
                elif frame.kind == "answer":
                    _keep_answer(run, frame.value)
        if talk.finished:
            left = []
        else:
            run.lost[under_way] = Answer(talk.outcome(), message=talk.why())
            left = left[left.index(under_way) + 1 :]
    for name in left:
        run.lost[name] = Answer(Outcome.TIMEOUT, message=WORDS[Outcome.TIMEOUT])
    return run


def run_exam(
    sandbox: Sandbox,
    stage: Stage,
    *,
    source: str,
    task: str,
    name: str,
    seed: int,
    points: Sequence[Any],
    seconds: Seconds,
) -> Answer:
    """Let student code train, then ask it about points it has never seen.

    Args:
        sandbox: Where the child runs.
        stage: The files it sees.
        source: Text of the probe file, without what makes the questions.
        task: Whose exam.
        name: Which exam.
        seed: Of the training; the questions have another.
        points: What to ask, once the training has ended.
        seconds: Wall time for all of it.

    Returns:
        Its answers as a list of floats, or why there are none.
    """
    order = {"role": "exam", "task": task, "source": source, "name": name, "seed": seed}
    answer: Answer | None = None
    asked = False
    with Conversation(sandbox, stage, order, seconds) as talk:
        for frame in talk.frames(seconds):
            if frame.kind == "trained" and not asked:
                asked = True
                talk.child.send(json.dumps(encode(list(points))).encode())
            elif frame.kind == "answers" and answer is None:
                answer = _answer(frame.value)
    return answer or Answer(talk.outcome(), message=talk.why())


def _keep_answer(run: ProbeRun, value: Any) -> None:
    if not (isinstance(value, list) and len(value) == 3):
        return
    name, case, claim = value
    if isinstance(name, str) and isinstance(case, int) and (name, case) not in run.answers:
        run.answers[name, case] = _answer(claim)


def _answer(claim: Any) -> Answer:
    if isinstance(claim, dict) and "returned" in claim:
        return Answer(Outcome.PASSED, value=claim["returned"])
    if isinstance(claim, dict) and isinstance(claim.get("raised"), str):
        message = claim.get("message", "")
        todo = claim["raised"] == "NotImplementedError"
        return Answer(
            Outcome.TODO if todo else Outcome.ERROR,
            raised=claim["raised"],
            message=message if isinstance(message, str) else "",
        )
    return Answer(Outcome.ERROR, message="The answer was malformed.")
