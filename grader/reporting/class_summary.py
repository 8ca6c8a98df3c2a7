"""A class as Markdown: a row for each submission, for the summary of a run in GitHub Actions."""

from __future__ import annotations

from collections.abc import Sequence

from grader.model import Record
from grader.reporting import markdown, words
from grader.reporting.summary import number

_ROWS = 2000  # that are shown; so many are far from what GitHub takes of a summary


def class_summary(records: Sequence[Record]) -> str:
    """Write the table of a class.

    Args:
        records: Any records, whoever wrote them.

    Returns:
        Markdown, short enough for a step's summary.
    """
    shown = records[:_ROWS]
    modules = sorted({module.id for record in shown for module in record.modules})[:20]
    heads = ("Submission", "Score", "of", *(markdown.title(f"m{m}") for m in modules), "Look at")
    table = markdown.table(
        heads,
        [_row(record, modules) for record in shown],
        right=range(1, len(heads) - 1),
    )
    rest = len(records) - len(shown)
    more = [f"and {rest:,} more"] if rest else []
    return "\n\n".join([f"## {words.class_summary(records)}", table, *more]) + "\n"


def _row(record: Record, modules: Sequence[str]) -> list[str]:
    scores = {module.id: number(module.score) for module in record.modules}
    return [
        markdown.code(record.submission.id, 64),
        number(record.score),
        number(record.points),
        *(scores.get(module, "–") for module in modules),
        markdown.code(words.reason(record), 100),
    ]
