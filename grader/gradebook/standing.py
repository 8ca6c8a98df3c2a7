"""What stands of an attempt: the last grading, and what others found of modules that this one was not asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import msgspec

from grader import typed
from grader.gradebook import scopes
from grader.gradebook.tables import GradingRow
from grader.grades.composing import composed
from grader.model import ModuleId, ModuleRecord, Record, Scope, Status
from grader.reporting.words import broken, tasks

Decoded = Callable[[str], Record | None]  # reads a record; None where it is damaged


@dataclass(frozen=True)
class Standing:
    """A record, and what was asked of the runs that it comes from."""

    record: Record
    scope: Scope


class _Judged(msgspec.Struct):
    status: str


class _Module(msgspec.Struct):
    id: ModuleId
    tasks: tuple[_Judged, ...]


class _Outline(msgspec.Struct):
    """A record of which little is read: of most gradings, nothing else is needed."""

    modules: tuple[_Module, ...]


def standing(gradings: Sequence[GradingRow], decoded: Decoded) -> Standing | None:
    """Find what stands of an attempt.

    Args:
        gradings: Of the attempt, oldest first.
        decoded: Reads a record.

    Returns:
        The record, and the scope to ask for to get one like it; None where no record can be read.
    """
    last = _last(gradings, decoded)
    if last is None:
        return None
    known = {module.id for module in last.record.modules}
    found = {id: _read(row, decoded) for id, row in _others(known, gradings).items()}
    others = {id: other for id, other in found.items() if other is not None}
    if not others:
        return last
    parts = [(module, last.record) for module in last.record.modules]
    parts += [(_module(other.record, id), other.record) for id, other in others.items()]
    record = composed(last.record, sorted(parts, key=lambda part: int(part[0].id)))
    return Standing(
        record, scopes.joined([each.scope for each in (last, *others.values())], record)
    )


def _read(row: GradingRow, decoded: Decoded) -> Standing | None:
    if (record := decoded(row.record)) is None:
        return None
    scope = scopes.decode(row.scope) if row.scope else scopes.read_off(record)
    return Standing(record, scope)


def _module(record: Record, id: ModuleId) -> ModuleRecord:
    return next(module for module in record.modules if module.id == id)


def _last(gradings: Sequence[GradingRow], decoded: Decoded) -> Standing | None:
    """Take the last grading; where the grader broke on a task of it, the last whole one of the same tasks."""
    readable = _readable(gradings, decoded)
    last = next(readable, None)
    if last is None or not broken(last.record):
        return last
    wanted = {task.id for task in tasks(last.record)}
    for earlier in readable:
        if not broken(earlier.record) and wanted <= {task.id for task in tasks(earlier.record)}:
            return earlier
    return last


def _readable(gradings: Sequence[GradingRow], decoded: Decoded) -> Iterator[Standing]:
    """Read gradings, the last one first, as far as somebody asks for them."""
    for row in reversed(gradings):
        if (found := _read(row, decoded)) is not None:
            yield found


def _others(
    known: Collection[ModuleId], gradings: Sequence[GradingRow]
) -> dict[ModuleId, GradingRow]:
    """Find the last grading of each other module: one that the grader did not break on, if there is one."""
    if len(gradings) == 1:
        return {}
    found = [
        (Status.GRADER_ERROR in {task.status for task in module.tasks}, module.id, row)
        for row in reversed(gradings)
        for module in _modules(row.record)
        if module.id not in known
    ]
    chosen: dict[ModuleId, GradingRow] = {}
    for _, id, row in sorted(found, key=lambda each: each[0]):
        chosen.setdefault(id, row)
    return chosen


def _modules(record: str) -> Sequence[_Module]:
    """Outline a record; one that is damaged has nothing to add."""
    try:
        return typed.decode(record, _Outline).modules
    except msgspec.DecodeError:
        return ()
