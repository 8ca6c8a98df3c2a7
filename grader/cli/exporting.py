"""``grader gradebook export``: what other systems read."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli.common import database_option, graded
from grader.errors import NeedsOption, NotForFormat, NotFromCanvas, NotWritable

if TYPE_CHECKING:
    from grader.gradebook.exports import Content, Student

# The keys of ``exports.FORMATS``, whose import would bring the database along.
NAMES = ("csv", "canvas", "gradescope", "classroom50", "junit")
STDOUT = Path("-")


@click.command("export")
@click.argument("out", type=click.Path(path_type=Path))
@database_option
@click.option(
    "--format", "name", type=click.Choice(NAMES), required=True, help="Which system reads it."
)
@click.option(
    "--to",
    type=click.Path(path_type=Path),
    help="Where to; default: csv and canvas to standard output, others to OUT/export/FORMAT.",
)
@click.option("--assignment", help="canvas: its title and number there; classroom50: its name.")
@click.option("--classroom", help="classroom50: the classroom's name.")
@click.option(
    "--students", type=click.Path(path_type=Path), help="canvas: the CSV that Canvas exports."
)
def command(
    out: Path,
    database: str | None,
    name: str,
    to: Path | None,
    assignment: str | None,
    classroom: str | None,
    students: Path | None,
) -> None:
    """Export the class of OUT (a folder that `grade` wrote) to another system.

    csv and canvas are one file, for a spreadsheet and for Canvas's gradebook. gradescope (results.json), classroom50
    (result.json) and junit (XML) are a folder with a file for each submission. Who is left out is told.
    """
    from grader.gradebook.exports import FORMATS, Wishes, warnings

    chosen = FORMATS[name]
    _check(name, {"assignment": assignment, "classroom": classroom, "students": students}, to, out)
    known = None if students is None else _students(students)
    wishes = Wishes(assignment or "", classroom or "", known)
    records = graded(out, database)
    folder = (out if out.is_dir() else out.parent) / "export" / name
    _write(chosen.make(records, wishes), to or (folder if chosen.folder else STDOUT))
    for warning in warnings(chosen, records, wishes):
        click.echo(f"Warning: {warning}.", err=True)


def _check(name: str, given: Mapping[str, object], to: Path | None, out: Path) -> None:
    """Refuse a command line that the format can't follow, before anything is read."""
    from grader.gradebook.exports import FORMATS

    chosen = FORMATS[name]
    for option, value in given.items():
        if option in chosen.needs and not value:
            raise NeedsOption(name, chosen.needs, str(out))
        if value is not None and option not in chosen.options:
            known = [other for other, format in FORMATS.items() if option in format.options]
            raise NotForFormat(f"--{option}", name, known)
    if to == STDOUT and chosen.folder:
        known = [other for other, format in FORMATS.items() if not format.folder]
        raise NotForFormat("--to -", name, known)


def _students(path: Path) -> tuple[Student, ...]:
    from grader.gradebook.exports import read_students

    try:
        return read_students(path.read_bytes(), str(path))
    except OSError as error:
        raise NotFromCanvas(error.strerror or "it can't be read", str(path)) from None


def _write(content: Content, to: Path) -> None:
    """Write one file, or a folder of them, and say where; to standard output nothing but the file."""
    from grader.record import replace
    from grader.reporting.words import counted

    if isinstance(content, bytes) and to == STDOUT:
        click.echo(content, nl=False)
        return
    files = {to: content} if isinstance(content, bytes) else _inside(to, content)
    try:
        for path, data in files.items():
            replace(path, data)
    except OSError as error:
        raise NotWritable(str(to), error.strerror or str(error)) from error
    told = "" if isinstance(content, bytes) else f" ({counted(len(content), 'file')})"
    click.echo(f"Exported: {to}{told}")


def _inside(folder: Path, files: Mapping[str, bytes]) -> dict[Path, bytes]:
    return {folder / name: data for name, data in files.items()}
