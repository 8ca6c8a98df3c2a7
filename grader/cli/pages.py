"""Write what a grading run leaves behind: a record and a page for each submission, and the pages of the class."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from grader.errors import NotWritable
from grader.model import Record
from grader.record import replace, write
from grader.reporting import class_page, student_page, task_page

_TASK_PAGE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.html")


def write_record(record: Record, out: Path) -> None:
    """Write OUT/<id>/record.json and report.html."""
    folder = _folder(record.submission.id, out)
    folder.mkdir(parents=True, exist_ok=True)
    write(record, folder / "record.json")
    replace(folder / "report.html", student_page.page(record).encode())


def _folder(id: str, out: Path) -> Path:
    """Find a submission's folder. Ids are made fit for one, but not everybody's gradebook needs to hold such ids."""
    if id in ("", ".", "..") or set(id) & set("/\\\0"):
        raise NotWritable(str(out), f"{id!r} names no folder of its own")
    return out / id


def write_class(records: Sequence[Record], out: Path) -> None:
    """Write the pages of a class: OUT/index.html, and OUT/tasks/<task>.html for each task."""
    write_tasks(records, out / "tasks")
    write_index(records, out)


def write_index(records: Sequence[Record], out: Path) -> None:
    """Write OUT/index.html."""
    similar = (out / "similar" / "index.html").is_file()
    replace(out / "index.html", class_page.page(records, similar).encode())


def write_tasks(records: Sequence[Record], folder: Path) -> None:
    """Write a page for each task, and remove those of tasks that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    written: set[str] = set()
    for task, page in task_page.every_page(records):
        replace(folder / f"{task}.html", page.encode())
        written.add(f"{task}.html")
    _remove_others(folder, written)


def _remove_others(folder: Path, written: Collection[str]) -> None:
    """Remove pages of tasks, and nothing else: a submission named ``tasks`` has its own files there."""
    for path in folder.iterdir():
        if _TASK_PAGE.fullmatch(path.name) and path.name not in written and path.is_file():
            path.unlink()
