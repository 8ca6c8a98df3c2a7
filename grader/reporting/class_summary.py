"""A class as Markdown: a row for each submission, for the summary of a run in GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from grader.model import Record
from grader.reporting import markdown, words
from grader.reporting.summary import number

_GAPS = 50
_ROWS = 2000  # that are shown; so many are far from what GitHub takes of a summary


def class_summary(records: Sequence[Record], left_out: Mapping[str, str] = {}) -> str:
    """Write the table of a class.

    Args:
        records: Any records, whoever wrote them.
        left_out: Submissions whose record can't be read, and why.

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
    return (
        "\n\n".join([f"## {words.class_summary(records)}", table, *more, *_gaps(left_out)]) + "\n"
    )


def _gaps(left_out: Mapping[str, str]) -> Iterator[str]:
    """Name the submissions of which there is no row."""
    for name, why in list(left_out.items())[:_GAPS]:
        yield f"Left out: {markdown.code(name, 64)}: {markdown.code(why)}"
    if len(left_out) > _GAPS:
        yield f"Left out: {len(left_out) - _GAPS:,} more"


def _row(record: Record, modules: Sequence[str]) -> list[str]:
    scores = {module.id: number(module.score) for module in record.modules}
    return [
        markdown.code(record.submission.id, 64),
        number(record.score) if words.has_score(record) else "–",
        number(record.points) if words.has_score(record) else "–",
        *(scores.get(module, "–") for module in modules),
        markdown.code(words.reason(record), 100),
    ]
