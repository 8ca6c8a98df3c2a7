"""What ``grader grade`` is to grade: every submission that the command line means, each ready to be taken."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from grader.errors import MachineFault, Refused, UsageError
from grader.model import Course, Submission


@dataclass(frozen=True)
class Item:
    """A submission to take."""

    id: str
    take: Callable[[], Submission]  # called in a worker
    weight: int  # what has more takes longer


@dataclass(frozen=True)
class HandedIn:
    """A class's submissions."""

    items: tuple[Item, ...]  # in the order in which they are shown
    left: UsageError | None = None  # what nobody can place: told when all else is graded
    passed_over: tuple[str, ...] = ()  # names of files that can be no submission

    @property
    def takers(self) -> list[tuple[str, Callable[[], Submission]]]:
        """Ids and functions; what takes longest comes first, so that workers end together."""
        order = sorted(self.items, key=lambda item: -item.weight)
        return [(item.id, item.take) for item in order]


def named(paths: Sequence[str], course: Course, out: Path) -> HandedIn:
    """Find the submissions that paths name.

    Args:
        paths: As they were typed.
        course: The course.
        out: Folder for the results: an earlier run's may lie beside the submissions.

    Returns:
        All of them, under ids made of their names.

    Raises:
        UsageError: A path or a revision does not exist, or is no submission and holds none.
    """
    from grader.submission import discover, take
    from grader.submission.discovery import lying

    results = out.resolve()
    found = [item for item in discover(paths, course) if Path(item.spec).resolve() != results]
    _refuse_missing_revisions([item.spec for item in found], course)
    specs = {item.spec for item in found}
    others = {spec: name for spec, name in lying(paths, course).items() if spec not in specs}
    return HandedIn(
        tuple(
            Item(item.id, partial(take, item.spec, course, id=item.id), weight(item.spec, course))
            for item in found
        ),
        passed_over=tuple(name for spec, name in others.items() if not os.path.isdir(spec)),
    )


def weight(spec: str, course: Course) -> int:
    """Count the module folders that lie openly in a submission; there are none where nothing is."""
    # Path.is_dir would raise in a folder that may not be read.
    folders = (os.path.join(spec, module.name) for module in course.modules)
    return bool(spec) * sum(map(os.path.isdir, folders))


def _refuse_missing_revisions(specs: Sequence[str], course: Course) -> None:
    """Refuse a revision that does not exist before anything is graded, rather than halfway through a class."""
    from grader.submission.spec import split
    from grader.submission.taking import open_tree

    for spec in specs:
        if split(spec)[1] is not None:
            with suppress(Refused, MachineFault), open_tree(spec, course):
                pass
