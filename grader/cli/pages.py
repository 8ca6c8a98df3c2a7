"""Write what a grading run leaves behind: a record and a page for each submission, and an index."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.model import Record
from grader.record import replace, write
from grader.reporting import html


def write_record(record: Record, out: Path) -> None:
    """Write OUT/<id>/record.json and report.html."""
    folder = out / record.submission.id
    folder.mkdir(parents=True, exist_ok=True)
    write(record, folder / "record.json")
    replace(folder / "report.html", html.page(record).encode())


def write_index(records: Sequence[Record], out: Path) -> None:
    """Write OUT/index.html."""
    replace(out / "index.html", html.index(records).encode())
