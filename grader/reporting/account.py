"""How a score came about, where rules or a person changed what the tasks earned: the same rows in every report."""

from __future__ import annotations

from dataclasses import dataclass

from grader.model import Record
from grader.reporting import words


@dataclass(frozen=True)
class Entry:
    """One row: what it is, and its points."""

    what: str
    points: str


def account(record: Record) -> tuple[Entry, ...]:
    """Tell how a score came about.

    Args:
        record: Any record.

    Returns:
        What the tasks earned, each term, and the score; nothing where there are no terms.
    """
    if not record.terms:
        return ()
    changed = sum(term.points for term in record.terms)
    # A score stops at zero; above it, it is the sum to the cent, which modules' rounded scores need not be.
    modules = sum(module.score for module in record.modules)
    earned = round(record.score - changed if record.score > 0 else modules, 2)
    stopped = round(earned + changed, 2) < record.score
    return (
        Entry("Earned by the tasks", words.number(earned)),
        *(Entry(_why(term.why, term.module), signed(term.points)) for term in record.terms),
        Entry(
            "Score, which is never below zero" if stopped else "Score", words.number(record.score)
        ),
    )


def changed(record: Record) -> float:
    """Add up what was given and taken, to hundredths."""
    return round(sum(term.points for term in record.terms), 2)


def signed(points: float) -> str:
    """Write a change with its sign: ``+2``, ``−0.5``, ``0``."""
    sign = "−" if points < 0 else "+" if points > 0 else ""
    return f"{sign}{words.number(abs(points))}"


def _why(why: str, module: str | None) -> str:
    said = words.cut(why) or "no reason given"
    return said if module is None else f"Module {words.cut(module)}: {said}"
