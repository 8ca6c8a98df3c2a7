"""Carry a plan out: each file at once or not at all, and what was carried is remembered last."""

from __future__ import annotations

from pathlib import Path

from grader.carry.plan import Plan, Step, record_of
from grader.errors import NotCarried
from grader.record import replace


def carry_out(plan: Plan, root: Path) -> None:
    """Write what a plan says into the later module's folder.

    Stopped halfway, it can be planned and carried out again: a file that has its text already counts as carried.

    Args:
        plan: The plan.
        root: The course's root.

    Raises:
        NotCarried: A file can't be written; those before it are done.
    """
    for step in plan.steps:
        place = root / plan.later.name / step.path
        try:
            _write(step, place)
            _remember(step, record_of(root, plan.later, step.path))
        except OSError as error:
            shown = f"{plan.later.name}/{step.path}"
            raise NotCarried(shown, error.strerror or str(error), plan.later.id) from error


def _write(step: Step, place: Path) -> None:
    if step.source is None or step.text == step.source.text:
        return
    mode = place.stat().st_mode
    replace(place, step.source.encode(step.text))
    place.chmod(mode)  # a script stays executable


def _remember(step: Step, record: Path) -> None:
    if step.carried is None:
        return
    content = step.carried.encode("utf-8")
    if not record.is_file() or record.read_bytes() != content:
        replace(record, content)
