"""Ask a library a task's probes, or let it sit an exam, and gather the answers."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from grader.model import Outcome, RelPath, Seconds
from grader.running.claims import MAX_ANSWER, MAX_TYPE, Claims
from grader.running.conversation import MAX_RESTARTS, WORDS, Clock, Conversation
from grader.running.encoding import encode
from grader.running.probes import Training
from grader.running.raised import Place
from grader.running.texts import FileName
from grader.running.wire import Frame
from grader.sandbox import Sandbox, Stage
from grader.sandbox.limits import MIB


@dataclass(frozen=True)
class Answer:
    """What a probe case returned, or the exception it raised, or why there is none."""

    outcome: Outcome
    value: Any = None
    raised: str = ""
    message: str = ""
    places: tuple[Place, ...] = ()  # that the exception passed through, the innermost first
    raised_at: Place | None = None


# A probe of nothing, which every child answers and the comparison is held against.
CANARY = ("canary", 0)
MAX_KEPT = 4 * MIB  # of a task's answers, encoded
BREAKS = 3  # of one probe, after which its further cases are not asked
TOO_MUCH = Answer(Outcome.ERROR, message="All answers together are too large to compare.")

Enough = Callable[[str, int, Answer], bool]  # of a probe's name, a case, and what came back


@dataclass
class ProbeRun:
    """A child's answers by probe name and case."""

    answers: dict[tuple[str, int], Answer] = field(default_factory=dict)
    size: int = 0  # of the answers, in bytes, encoded
    lost: dict[str, Answer] = field(default_factory=dict)  # why a probe's further cases are missing
    breaks: Counter[str] = field(default_factory=Counter)  # how often a probe broke off


@dataclass(frozen=True)
class Paper:
    """Questions, and what a child has to know to be asked them."""

    names: tuple[str, ...]  # of probes, in order; or of one exam
    files: tuple[FileName, ...]  # the probe files that declare them
    texts: Mapping[FileName, str]  # of these and of what they import: what is needed, and no more
    cases: Mapping[str, int]  # how many of each probe are asked


def run_probes(
    sandbox: Sandbox,
    stage: Stage,
    paper: Paper,
    *,
    seed: int,
    seconds: Seconds,
    restarts: int = MAX_RESTARTS,
    enough: Enough = lambda name, case, answer: False,
) -> ProbeRun:
    """Ask a library probes in confined children.

    A crash costs the case that was under way: the probe's further cases are asked when all other probes were. A hang
    costs these, too, since each might take as long.

    Args:
        sandbox: Where the children run.
        stage: The library and nothing else.
        paper: The probes.
        seed: Of the generators.
        seconds: Wall time for all of them.
        restarts: How many children may be used up: each hang or crash takes one.
        enough: Says of an answer that no other need be asked for.

    Returns:
        The answers that came, and for each probe that broke off, why.
    """
    clock = Clock(seconds)
    run = ProbeRun()
    left = dict.fromkeys(paper.names, 0)
    for _ in range(restarts):
        if not left or not clock.left:
            break
        left = _hear_answers(sandbox, stage, paper, left, seed, clock, run, enough)
    for name in left:
        run.lost.setdefault(name, Answer(Outcome.TIMEOUT, message=WORDS[Outcome.TIMEOUT]))
    return run


def _hear_answers(
    sandbox: Sandbox,
    stage: Stage,
    paper: Paper,
    left: Mapping[str, int],
    seed: int,
    clock: Clock,
    run: ProbeRun,
    enough: Enough,
) -> dict[str, int]:
    """Listen to one child until it has ended, and keep its answers in ``run``.

    Args:
        sandbox: As for ``run_probes``, like what is not told here.
        stage: The library.
        paper: All probes.
        left: The first case to ask of each probe that is left.
        seed: Of the generators.
        clock: What is left of the time.
        run: What is known so far.
        enough: Says when to stop.

    Returns:
        What is left afterwards.
    """
    names = list(left)
    under_way = names[0]
    order = {**_order("probes", replace(paper, names=tuple(names)), seed), "first": left}
    with Conversation(sandbox, stage, order, clock.left) as talk:
        for frame in talk.frames(clock.item):
            if frame.kind == "start" and frame.value in names:
                under_way = frame.value
            elif frame.kind == "answer":
                key = _keep_answer(run, frame, paper, talk.claims)
                if key is None:
                    talk.refuse()
                elif enough(*key, run.answers[key]):
                    return {}
    if talk.finished:
        return {}
    clock.note(talk.ending.waited, hung=talk.outcome() is Outcome.TIMEOUT)
    run.lost[under_way] = Answer(talk.outcome(), message=talk.why())
    run.breaks[under_way] += 1
    rest = {name: left[name] for name in names[names.index(under_way) + 1 :]}
    if talk.crashed and run.breaks[under_way] < BREAKS:
        rest |= _after_crash(run, under_way, range(left[under_way], paper.cases[under_way]))
    return rest


def _after_crash(run: ProbeRun, name: str, cases: range) -> dict[str, int]:
    """Note which case a probe crashed in, and give the one to go on with, by the probe's name; {} after the last."""
    unanswered = [case for case in cases if (name, case) not in run.answers]
    if len(unanswered) < 2:
        return {}
    run.answers[name, unanswered[0]] = run.lost[name]
    return {name: unanswered[1]}


def run_exam(
    sandbox: Sandbox,
    stage: Stage,
    paper: Paper,
    *,
    seed: int,
    training: Training,
    points: Sequence[Any],
    seconds: Seconds,
) -> Answer:
    """Let student code train, then ask it about points it has never seen.

    Args:
        sandbox: Where the child runs.
        stage: The files it sees.
        paper: The exam, without what makes the questions.
        seed: Of the training; the questions have another.
        training: What to learn from.
        points: What to ask, once the training has ended.
        seconds: Wall time for all of it.

    Returns:
        Its answers as a list of floats, or why there are none.
    """
    answer: Answer | None = None
    asked = False
    order = {**_order("exam", paper, seed), "training": _lay_out(sandbox, stage, paper, training)}
    with Conversation(sandbox, stage, order, seconds) as talk:
        for frame in talk.frames(seconds):
            if frame.kind == "trained" and not asked:
                asked = True
                talk.child.send(json.dumps(encode(points)).encode())
            elif frame.kind == "answers" and answer is None:
                answer = _answer(frame.value, talk.claims)
    return answer or Answer(talk.outcome(), message=talk.why())


def _lay_out(sandbox: Sandbox, stage: Stage, paper: Paper, training: Training) -> RelPath:
    """Write what an exam is trained on into its stage, and give the file's place there."""
    packed = io.BytesIO()
    np.savez(packed, **training)  # type: ignore[arg-type]  # any name will do, says the manual
    folder, name = f"training-{paper.names[0]}", "training.npz"
    sandbox.add(stage, folder, {name: packed.getvalue()})
    return f"{folder}/{name}"


def _order(role: str, paper: Paper, seed: int) -> dict[str, Any]:
    told = {"names": paper.names, "files": paper.files, "texts": dict(paper.texts)}
    return {"role": role, "seed": seed, **told}


def _keep_answer(
    run: ProbeRun, frame: Frame, paper: Paper, claims: Claims
) -> tuple[str, int] | None:
    """Note an answer and give its probe and case; None where that was not asked, or is answered already."""
    if not (isinstance(frame.value, list) and len(frame.value) == 3):
        return None
    name, case, claim = frame.value
    if not (isinstance(name, str) and type(case) is int) or (name, case) in run.answers:
        return None
    if (name, case) != CANARY and not 0 <= case < paper.cases.get(name, 0):
        return None
    run.size += frame.size
    run.answers[name, case] = _answer(claim, claims) if run.size <= MAX_KEPT else TOO_MUCH
    return name, case


def _answer(claim: Any, claims: Claims) -> Answer:
    if isinstance(claim, dict) and "returned" in claim:
        return Answer(Outcome.PASSED, value=claim["returned"])
    told = claim.get("raised") if isinstance(claim, dict) else None
    if isinstance(told, dict):
        raised = claims.text(told.get("type"), MAX_TYPE)
        return Answer(
            Outcome.TODO if raised == "NotImplementedError" else Outcome.ERROR,
            raised=raised or "Exception",
            message=claims.text(told.get("message"), MAX_ANSWER),
            places=claims.places(told.get("places")),
            raised_at=claims.place(told.get("raised_at")),
        )
    return Answer(Outcome.ERROR, message="The answer was malformed.")
