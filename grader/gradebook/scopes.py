"""What was asked of a run, kept as JSON; for what an earlier grader kept, it is read off the record."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from grader import typed
from grader.model import Level, Record, Scope
from grader.reporting.words import tasks


def encode(scope: Scope) -> str:
    """Write a scope as JSON in ASCII, which every database can store."""
    return json.dumps(msgspec.to_builtins(scope, enc_hook=str), sort_keys=True)


def decode(text: str) -> Scope:
    """Read what ``encode`` wrote."""
    return typed.convert(json.loads(text), Scope, _path)


def read_off(record: Record) -> Scope:
    """Tell what a run was asked for that found a record: at least that much."""
    return Scope(
        modules=tuple(module.id for module in record.modules),
        tasks=tuple(task.id for task in tasks(record)),
        seed=int(record.seed) if record.seed.isdecimal() else None,
        allow_weak=record.sandbox.level is Level.C,
    )


def joined(scopes: Sequence[Scope], record: Record) -> Scope:
    """Ask at once for all that several runs were asked for.

    Args:
        scopes: Theirs, the last run's first.
        record: Made of what they found.

    Returns:
        The scope: questions are drawn anew where the runs had different ones.
    """
    whole, last = read_off(record), scopes[0]
    return replace(
        last,
        modules=whole.modules,
        tasks=whole.tasks if any(scope.tasks for scope in scopes) else (),
        seed=last.seed if len({scope.seed for scope in scopes}) == 1 else None,
        allow_weak=any(scope.allow_weak for scope in scopes),
        data=next((scope.data for scope in scopes if scope.data), None),
    )


def _path(kind: type, value: Any) -> Any:
    if issubclass(kind, Path):
        return Path(value)
    raise NotImplementedError(f"no {kind} from JSON")
