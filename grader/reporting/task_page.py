"""A task as a page: how many passed, what most fail at first, how long it takes, and where each student stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import ModuleRecord, Record, Status, TaskId, TaskRecord
from grader.reporting import pages, words
from grader.reporting.class_page import counts
from grader.reporting.distribution import distribution
from grader.reporting.heat import percent
from grader.reporting.statistics import TaskStatistics, common_failures, statistics_of

_FAILURES = 20  # kinds of them that are listed
_PLACE = {status: place for place, status in enumerate(Status)}


@dataclass(frozen=True)
class Held:
    """What one submission has of the task."""

    record: Record
    module: ModuleRecord
    task: TaskRecord

    @property
    def id(self) -> str:
        """The submission's."""
        return self.record.submission.id


def every_page(records: Sequence[Record]) -> Iterator[tuple[TaskId, str]]:
    """Make a page for each task of a class; they lie beside each other, one folder below the overview.

    Args:
        records: One of each submission; they may hold different modules, or none.

    Yields:
        tuple[TaskId, str]: A task, and its page.
    """
    modules = statistics_of(records).modules
    tasks = [each for module in modules for each in module.tasks if pages.task_link(each.id)]
    held: dict[TaskId, list[Held]] = {task.id: [] for task in tasks}
    for record in records:
        for module in record.modules:
            for task in module.tasks:
                if task.id in held:
                    held[task.id].append(Held(record, module, task))
    graded = sum(map(words.has_score, records))
    for place, found in enumerate(tasks):
        before = tasks[place - 1] if place else None
        after = tasks[place + 1] if place + 1 < len(tasks) else None
        yield found.id, _page(found, held[found.id], graded, before, after)


def _page(
    found: TaskStatistics,
    held: Sequence[Held],
    submissions: int,
    before: TaskStatistics | None,
    after: TaskStatistics | None,
) -> str:
    judged = [each for each in held if each.task.status is not Status.GRADER_ERROR]
    points = max(each.task.points for each in held)
    failures = common_failures((each.id, each.task) for each in held)
    return pages.render(
        "task.html",
        script=True,
        found=found,
        held=held,
        absent=submissions - len(held),
        course=held[0].record.course,
        module=held[0].module,
        points=points,
        counts=counts(found),
        scores=distribution([each.task.score for each in judged], points),
        failures=failures[:_FAILURES],
        rest=len(failures) - len(failures[:_FAILURES]),
        slowest=max(judged, key=lambda each: each.task.seconds, default=None),
        before=before,
        after=after,
        named=any(each.record.submission.student for each in held),
        percent=percent,
        places=_PLACE,
    )
