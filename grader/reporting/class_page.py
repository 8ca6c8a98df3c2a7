"""A class as a page: how scores are spread, who stands where, how each task went, and who did what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grader.model import ModuleId, Record, Status
from grader.reporting import account, pages, words
from grader.reporting.distribution import distribution
from grader.reporting.heat import heat_map, percent
from grader.reporting.oddities import oddities
from grader.reporting.statistics import TaskStatistics, in_order, statistics_of

BAR = 100  # units of the bar that shows how a task went


@dataclass(frozen=True)
class Part:
    """Those of one status, in the bar of a task, in units."""

    status: Status
    start: float
    width: float


def page(records: Sequence[Record], similar: bool = False) -> str:
    """Make the overview of a class, which links to every task's page and every ``submissions/<id>/report.html``.

    Args:
        records: Of the class.
        similar: Whether ``similar/index.html`` is there to link to as well.

    Returns:
        The page.
    """
    scored = [record for record in records if record.points > 0]
    modules = {module.id: module.points for record in records for module in record.modules}
    found = statistics_of(records)
    return pages.render(
        "index.html",
        script=True,
        records=records,
        modules=sorted(modules, key=in_order),
        scores=distribution(
            [record.score for record in scored], max((r.points for r in scored), default=0.0)
        ),
        found=found,
        heat=heat_map(records),
        similar=similar,
        oddities=list(oddities(records)),
        warnings=dict.fromkeys(filter(None, map(words.warning, records))),
        named=any(record.submission.student for record in records),
        dated=any(record.submission.submitted_at for record in records),
        changed=account.changed if any(record.terms for record in records) else None,
        signed=account.signed,
        module_score=_module_score,
        percent=percent,
        counts=counts,
        parts=_parts,
    )


def counts(task: TaskStatistics) -> dict[Status, int]:
    """Count a task's submissions by status."""
    return {
        Status.PASSED: task.passed,
        Status.UNREAD: task.unread,
        Status.WRONG: task.wrong,
        Status.TODO: task.todo,
        Status.NOT_REACHED: task.not_reached,
        Status.GRADER_ERROR: task.grader_error,
    }


def _module_score(record: Record, id: ModuleId) -> str:
    """Write what a record has of a module; the modules' scores are before all terms."""
    return next((words.number(module.score) for module in record.modules if module.id == id), "–")


def _parts(task: TaskStatistics) -> Iterator[Part]:
    """Divide a task's bar among the statuses."""
    start = 0.0
    for status, count in counts(task).items():
        if count:
            width = BAR * count / task.submissions
            yield Part(status, round(start, 2), round(width, 2))
            start += width
