"""What counts of all that a student handed in: for each module an attempt, less what the class's rules take off.

Everything that changes a score becomes a term of the record, with its reason, so that nobody has to guess.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction

from grader.grades.composing import bonus_of, composed, exact
from grader.grades.policy import ClassPolicy
from grader.model import (
    Adjustment,
    Attempt,
    ModuleId,
    ModuleRecord,
    Problem,
    ProblemKind,
    Record,
    Term,
)
from grader.scoring import rounded
from grader.submission.history import HISTORY

# With a line; else it says that a tool could not look, which costs nobody points.
_FINDING = re.compile(r"module\d+/[^:\n]+:\d+ ")


@dataclass(frozen=True)
class Choice:
    """The attempt that counts for a module, and what being late costs it."""

    module: ModuleRecord
    attempt: Attempt
    days: int  # begun after the due date; 0: in time, or nobody knows when it was handed in
    lost: Fraction  # points

    @property
    def left(self) -> Fraction:
        """What the module is worth after that."""
        return exact(self.module.score) - self.lost


@dataclass(frozen=True)
class Counted:
    """What counts of a student: the record with its score, and where each module of it comes from."""

    record: Record
    choices: Mapping[ModuleId, Choice]


def counted(
    attempts: Mapping[str, Sequence[Attempt]],
    adjustments: Sequence[Adjustment],
    policy: ClassPolicy,
    now: datetime,
    ungraded: Mapping[str, Record] = {},
) -> list[Counted]:
    """Find what counts of each student of a class.

    Args:
        attempts: Of each student, in the order in which they were handed in.
        adjustments: What was given and taken by hand.
        policy: The class's rules.
        now: Which due dates have passed.
        ungraded: Of students whose work the last run could not grade: records that say why. It costs no points: earlier
            attempts count; without any, there is no score.

    Returns:
        What counts, by student.
    """
    found = _graded(attempts, adjustments, policy, now, ungraded)
    for student, record in ungraded.items():
        by_hand = [_by_hand(each) for each in adjustments if each.student == student]
        if student in found:
            found[student] = _with_fault(found[student], record)
        else:
            found[student] = Counted(_settled(record, by_hand, policy), {})
    return [found[student] for student in sorted(found)]


def _with_fault(earlier: Counted, record: Record) -> Counted:
    """Say beside what counts that it is an earlier run's."""
    said = [
        replace(problem, message=f"{problem.message}; what counts is an earlier run's")
        for problem in record.problems
        if problem.kind is ProblemKind.UNGRADED
    ]
    problems = (*said, *earlier.record.problems)
    return replace(earlier, record=replace(earlier.record, problems=problems))


def _graded(
    attempts: Mapping[str, Sequence[Attempt]],
    adjustments: Sequence[Adjustment],
    policy: ClassPolicy,
    now: datetime,
    ungraded: Container[str],
) -> dict[str, Counted]:
    """Find what counts of each student by the attempts; what could not be graded may hold what else was due."""
    known = {m.id: m for all in attempts.values() for a in all for m in a.record.modules}
    missed = [known[id] for id in policy.due if id in known]
    return {
        student: _of_student(
            student,
            own,
            [each for each in adjustments if each.student == student],
            [
                m
                for m in missed
                if student not in ungraded and _passed(policy.due_at(student, m.id), now)
            ],
            policy,
        )
        for student, own in attempts.items()
    }


def _passed(due: datetime | None, now: datetime) -> bool:
    return due is not None and due < now


def _of_student(
    student: str,
    attempts: Sequence[Attempt],
    adjustments: Sequence[Adjustment],
    due: Sequence[ModuleRecord],
    policy: ClassPolicy,
) -> Counted:
    modules = sorted({m.id for attempt in attempts for m in attempt.record.modules}, key=int)
    choices = {id: _choice(student, id, attempts, policy) for id in modules}
    parts = [(choice.module, choice.attempt.record) for choice in choices.values()]
    base = _with_notes(composed(attempts[-1].record, parts), attempts, choices)
    base = _with_missed(base, [module for module in due if module.id not in choices])
    base, capped = _capped(base, policy)
    terms = [*_late(choices.values()), *_style(base, choices, policy), *capped]
    terms += [_by_hand(adjustment) for adjustment in adjustments]
    return Counted(_settled(base, terms, policy), choices)


def _choice(
    student: str, module: ModuleId, attempts: Sequence[Attempt], policy: ClassPolicy
) -> Choice:
    """Choose the attempt that counts: the last, or the one that is worth most, and the first among equals."""
    due = policy.due_at(student, module)
    found = []
    for place, attempt in enumerate(attempts):
        record = next((m for m in attempt.record.modules if m.id == module), None)
        if record is not None:
            days = _days_late(_since(attempts[: place + 1], module), due, policy)
            found.append(Choice(record, attempt, days, _lost(record, days, policy)))
    # What a run did not find is no worse a version of what another one did.
    found = [choice for choice in found if module in choice.attempt.content] or found
    return found[-1] if policy.counts == "last" else max(found, key=lambda choice: choice.left)


def _since(attempts: Sequence[Attempt], module: ModuleId) -> datetime | None:
    """Tell since when a module has been as it is in the last attempt: a push that leaves it alone makes it no later."""
    since: datetime | None = None
    for attempt in reversed(attempts):
        if attempt is not attempts[-1] and not _same_work(attempt, attempts[-1], module):
            break
        at = _moment(attempt.record.submission.submitted_at)
        if at is None:
            return None
        since = at if since is None else min(at, since)
    return since


def _moment(said: str | None) -> datetime | None:
    """Read a time; what is none, or tells no time zone, costs nobody points."""
    try:
        found = datetime.fromisoformat(said) if said else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _days_late(at: datetime | None, due: datetime | None, policy: ClassPolicy) -> int:
    if at is None or due is None or policy.late is None:
        return 0
    if (late := at - due) <= timedelta(hours=policy.late.grace_hours):
        return 0
    return math.ceil(late / timedelta(days=1))


def _lost(module: ModuleRecord, days: int, policy: ClassPolicy) -> Fraction:
    if policy.late is None or not days:
        return Fraction(0)
    percent = min(days * exact(policy.late.percent_per_day), exact(policy.late.at_most))
    return _cents(exact(module.score) * percent / 100)


def _with_notes(
    record: Record, attempts: Sequence[Attempt], choices: Mapping[ModuleId, Choice]
) -> Record:
    """Add what is to be said of the dates of attempts that have a module as it counts."""
    notes = [
        problem
        for id, choice in choices.items()
        for attempt in attempts
        if attempt is choice.attempt or _same_work(attempt, choice.attempt, id)
        for problem in attempt.record.problems
        if problem.path == HISTORY
    ]
    problems = tuple(dict.fromkeys([*record.problems, *notes]))
    return record if problems == record.problems else replace(record, problems=problems)


def _same_work(one: Attempt, other: Attempt, module: ModuleId) -> bool:
    content = other.content.get(module)
    return content is not None and one.content.get(module) == content


def _with_missed(record: Record, missed: Sequence[ModuleRecord]) -> Record:
    """Add modules that were due and never handed in: they earn nothing, and count."""
    if not missed:
        return record
    empty = [ModuleRecord(m.id, m.title, 0.0, m.points, ()) for m in missed]
    said = [Problem(f"module{m.id}", "was due and not handed in") for m in missed]
    return replace(
        record,
        modules=tuple(sorted((*record.modules, *empty), key=lambda module: int(module.id))),
        points=rounded(exact(record.points) + sum(exact(m.points) for m in missed)),
        problems=(*record.problems, *said),
    )


def _late(choices: Collection[Choice]) -> list[Term]:
    return [
        Term(-rounded(c.lost), f"{c.days} {'day' if c.days == 1 else 'days'} late", c.module.id)
        for c in choices
        if c.lost
    ]


def _style(record: Record, choices: Mapping[ModuleId, Choice], policy: ClassPolicy) -> list[Term]:
    """Take points off for findings, never more than the module still has."""
    if policy.style is None:
        return []
    terms = []
    for id, choice in choices.items():
        count = sum(bool(_FINDING.match(f) and f.startswith(f"module{id}/")) for f in record.style)
        costs = min(count * exact(policy.style.each), exact(policy.style.at_most), choice.left)
        if costs > 0:
            what = f"style: {count} {'finding' if count == 1 else 'findings'}"
            terms.append(Term(-rounded(costs), what, id))
    return terms


def _capped(record: Record, policy: ClassPolicy) -> tuple[Record, list[Term]]:
    """Let no module bring more bonus points than the rules allow. The score, which has none of them, stays as it is."""
    lost, terms = Fraction(0), []
    for module in record.modules:
        earned, most = bonus_of(module), policy.bonus_at_most.get(module.id)
        if most is not None and earned > exact(most):
            lost += earned - exact(most)
            why = f"bonus: {most:g} of {rounded(earned):g} points count"
            terms.append(Term(0.0, why, module.id))
    return replace(record, bonus=rounded(exact(record.bonus) - lost)) if lost else record, terms


def _by_hand(adjustment: Adjustment) -> Term:
    why = f"{adjustment.reason} ({adjustment.author}, {adjustment.made_at[:10]})"
    return Term(rounded(adjustment.points), why, adjustment.module)


def _settled(record: Record, terms: Sequence[Term], policy: ClassPolicy) -> Record:
    """Add the terms up, drop what the rules drop, and never go below zero."""
    terms = [*terms, *(dropped := _dropped(record, terms, policy))]
    if not terms:
        return record
    gone = {term.module for term in dropped}
    points = sum((exact(m.points) for m in record.modules if m.id in gone), Fraction(0))
    score = exact(record.score) + sum(exact(term.points) for term in terms)
    return replace(
        record,
        score=rounded(max(score, Fraction(0))),
        points=rounded(exact(record.points) - points),
        terms=tuple(terms),
    )


def _dropped(record: Record, terms: Sequence[Term], policy: ClassPolicy) -> list[Term]:
    """Leave out the modules with the smallest share of their points, but never all of them."""
    if policy.drop is None:
        return []
    worth = {
        m.id: exact(m.score) + sum(exact(t.points) for t in terms if t.module == m.id)
        for m in record.modules
        if m.points and (not policy.drop.of or m.id in policy.drop.of)
    }
    points = {m.id: exact(m.points) for m in record.modules}
    lowest = sorted(worth, key=lambda id: (worth[id] / points[id], int(id)))
    chosen = lowest[: min(policy.drop.lowest, len(record.modules) - 1)]
    why = f"dropped: the lowest of {len(worth)} modules"
    return [Term(-rounded(worth[id]), why, id) for id in chosen]


def _cents(points: Fraction) -> Fraction:
    return exact(rounded(points))
