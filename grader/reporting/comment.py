"""The one comment that a pull request keeps: where it stands, what changed since the last push, what is next.

What it said last is written down at its end, behind the page, so that the next one can tell what changed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec

from grader import typed
from grader.model import Record, Status, TaskId
from grader.reporting import markdown, summary, words
from grader.reporting.markdown import Section

COMMENT_LIMIT = 65_536  # characters that GitHub takes of a comment; we count bytes, which are more
_TASK = re.compile(r"[0-9]{1,3}\.[0-9]{1,3}")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")
_MARK = re.compile(r"<!-- grader:1 ([0-9A-Za-z{}\[\]\",:. _+-]{0,20000}) -->\s*\Z")


@dataclass(frozen=True)
class Said:
    """What a comment said, as far as the next one wants to know."""

    commit: str = ""
    scores: dict[TaskId, float] = field(default_factory=dict)


def comment(record: Record, commit: str, before: Said | None, trusted: bool) -> str:
    """Write a comment.

    Args:
        record: Any record, whoever wrote it.
        commit: What was graded, by somebody else's word than the record's.
        before: What the last comment said; None: this is the first one.
        trusted: Whether the record comes from a run that students can't change.

    Returns:
        Markdown of no more than ``COMMENT_LIMIT`` bytes, its mark at the end.
    """
    task = words.to_look_at(record)
    first = Section("the first failure", summary.detail(task) if task else "", need=7)
    sections = [
        *summary.head(record, trusted),
        Section("what changed", _changes(record, before), need=5),
        first,
        summary.remarks(record),
        summary.next_step(record),
        Section("the commit", f"Commit {_short(commit)}.\n\n{_mark(record, commit)}", need=10),
    ]
    return markdown.fitted(sections, COMMENT_LIMIT)


def said_in(body: str) -> Said | None:
    """Read what a comment said from its end, believing nothing.

    Args:
        body: Anybody's comment.

    Returns:
        What it said; None if it is none of ours, or can't be read.
    """
    found = _MARK.search(body)
    if not found:
        return None
    try:
        return typed.decode(found[1], Said)
    except msgspec.MsgspecError:
        return Said()  # ours, but damaged: it is still the one to write over


def _mark(record: Record, commit: str) -> str:
    graded = (t for t in words.tasks(record) if t.status is not Status.GRADER_ERROR)
    scores = {t.id: t.score for t in graded if _TASK.fullmatch(t.id)}
    kept = dict(list(scores.items())[:200])
    data = msgspec.json.encode(Said(_short(commit), kept)).decode()
    return f"<!-- grader:1 {data} -->"


def _short(commit: str) -> str:
    return commit[:10] if _COMMIT.fullmatch(commit) else "unknown"


def _changes(record: Record, before: Said | None) -> str:
    """Say which tasks went up or down since the last comment."""
    if before is None:
        return ""
    changed = {
        task.id: task.score - before.scores[task.id]
        for task in words.tasks(record)
        if task.id in before.scores and task.score != before.scores[task.id]
    }
    since = (
        f"Since {_short(before.commit)}"
        if _COMMIT.fullmatch(before.commit)
        else "Since the last push"
    )
    if not changed:
        return f"{since}: no score changed."
    return f"{since}: {_listed(changed)}."


def _listed(changed: Mapping[TaskId, float]) -> str:
    said = [
        f"{markdown.title(task)} {'+' if by > 0 else '−'}{summary.number(abs(by))}"
        for task, by in changed.items()
    ]
    rest = len(said) - 20
    return ", ".join(said[:20]) + (f" and {rest} more" if rest > 0 else "")
