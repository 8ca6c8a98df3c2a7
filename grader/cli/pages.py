"""Write what a grading run leaves behind: a record and a page for each submission, and the pages of the class."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path

import click

from grader.errors import NotWritable
from grader.model import Record
from grader.record import replace, write
from grader.reporting import class_page, student_page, task_page
from grader.submission.names import listed

_TASK_PAGE = re.compile(r"[0-9]{1,4}\.[0-9]{1,4}\.html")
# The folder of OUT that holds a folder for each submission: no id can collide with another file of OUT.
_SUBMISSIONS = "submissions"
EVERY_RECORD = f"{_SUBMISSIONS}/*/record.json"


def write_record(record: Record, out: Path) -> None:
    """Write OUT/submissions/<id>/record.json and report.html."""
    folder = submission_folder(record.submission.id, out)
    folder.mkdir(parents=True, exist_ok=True)
    write(record, folder / "record.json")
    replace(folder / "report.html", student_page.page(record).encode())


def submission_folder(id: str, out: Path) -> Path:
    """Give the folder of a submission's results.

    Args:
        id: The submission's.
        out: The folder of the class's results.

    Returns:
        A folder inside OUT/submissions.

    Raises:
        NotWritable: The id is not a folder's name: a gradebook that somebody else made may hold such ids.
    """
    if id in ("", ".", "..") or set(id) & set("/\\\0"):
        raise NotWritable(str(out), f"{id!r} is not the name of a folder")
    return out / _SUBMISSIONS / id


def record_files(out: Path) -> list[Path]:
    """List the records of a class, by submission."""
    return sorted(out.glob(EVERY_RECORD))


def tell_of_older_versions(out: Path) -> None:
    """Name the folders that older versions wrote right inside OUT: they stay, and nothing updates them any more."""
    if old := sorted(path.parent.name for path in out.glob("*/record.json")):
        told = f"{out} holds results of an older version, which are not updated: {listed(old)}"
        click.echo(
            f"note: {told}. Today's are in {out / _SUBMISSIONS}; remove the others.", err=True
        )


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
    """Remove pages of tasks, and nothing else."""
    for path in folder.iterdir():
        if _TASK_PAGE.fullmatch(path.name) and path.name not in written and path.is_file():
            path.unlink()
