"""Who grades: so many workers of this machine, or those of a cluster."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from grader.classes.grading import Grader
from grader.classes.policy import Policy
from grader.gradebook import Gradebook
from grader.model import Course


@dataclass(frozen=True)
class Crew:
    """What makes a worker's grader, and how many of them there can be."""

    make_grader: Callable[[], Grader]
    jobs: int


@contextmanager
def crew(
    course: Course,
    gradebook: Gradebook,
    policy: Policy,
    jobs: int | None = None,
    scheduler: str | None = None,
) -> Iterator[Crew]:
    """Gather workers.

    Args:
        course: The course.
        gradebook: Where verdicts are looked up and committed: by this process alone.
        policy: What was asked for.
        jobs: At most so many workers; else one a core, or all that the cluster has.
        scheduler: Address of a Dask scheduler; else workers are threads of this process, with sandboxes of their own.

    Yields:
        Crew: The workers.

    Raises:
        GraderError: As ``cluster.connected`` says.
    """
    if scheduler is None:
        make = partial(Grader, course, gradebook, policy)
        yield Crew(make, jobs or os.cpu_count() or 1)
        return
    from grader.classes.cluster import connected

    with connected(scheduler, course, policy) as judges:
        waiting = iter(judges)
        yield Crew(
            lambda: Grader(course, gradebook, policy, next(waiting)),
            min(jobs or len(judges), len(judges)),
        )
