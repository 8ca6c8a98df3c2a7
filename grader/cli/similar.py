"""``grader gradebook similar``: pairs of submissions whose solutions are unusually alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.authoring.load import find_module
from grader.cli.common import (
    console,
    counting_records,
    database_option,
    here_authored,
    opened_book,
)
from grader.errors import NotWritable, some
from grader.model import Course, Module, ModuleId, Record, RelPath

if TYPE_CHECKING:
    from grader.similarity.hands import Step
    from grader.similarity.pages import Compared

Works = Mapping[str, Mapping[ModuleId, Mapping[RelPath, str]]]


@click.command("similar")
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--modules", default=None, help="Compare only these modules: 0,1.")
@click.option(
    "--least",
    type=click.FloatRange(0.0, 1.0),
    default=0.3,
    show_default=True,
    help="List pairs with at least this share in common.",
)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the pairs to a file."
)
@database_option
def command(
    out: Path, modules: str | None, least: float, json_path: Path | None, database: str | None
) -> None:
    """Find pairs of submissions of OUT (a folder that `grade` wrote) that are unusually alike.

    Nothing counts that is in the skeleton or in the course's solution, or that many of the class wrote. What is found
    is a place to look, not a finding. Pages with both works side by side are written to OUT/similar.
    """
    from grader.similarity import table
    from grader.similarity.fingerprints import copydetect
    from grader.similarity.pages import in_order
    from grader.reporting.words import not_taken

    course = here_authored()
    chosen = _modules(course, modules)
    copydetect()  # before anything is made ready for it
    with opened_book(out, database) as book:
        handed_in, records = book.works(), counting_records(book, out)
    compared = _compare(course, chosen, handed_in, least)
    found = [each.found for each in compared]
    console().print(table.render(found, in_order(found)))
    unkept = {
        r.submission.id for r in records if not handed_in.get(r.submission.id) and not not_taken(r)
    }
    for warning in _warnings(sorted(unkept), compared):
        click.echo(f"Warning: {warning}.", err=True)
    folder = (out.parent if out.is_file() else out) / "similar"
    _write(compared, records, folder, json_path)
    click.echo(f"Side by side: {folder / 'index.html'}")


def _modules(course: Course, said: str | None) -> Sequence[Module]:
    if said is None:
        return course.modules
    return [find_module(course, word) for word in dict.fromkeys(said.replace(" ", "").split(","))]


def _compare(
    course: Course, modules: Sequence[Module], handed_in: Works, least: float
) -> list[Compared]:
    from grader.similarity.alike import alike
    from grader.similarity.pages import Compared
    from grader.similarity.sources import given_in, renderings, works_on

    compared: list[Compared] = []
    with _progress() as step:
        step("rendering", 0, 0)
        rendered = renderings(course)
        for module in modules:
            works, given = works_on(module, handed_in), given_in(rendered, module)
            if works:
                found = alike(module.id, works, given, least, step=step)
                compared.append(Compared(found, works, given))
    return compared


def _warnings(unkept: Sequence[str], compared: Sequence[Compared]) -> Iterator[str]:
    """Tell what was not looked at."""
    from grader.reporting import text
    from grader.similarity.tokens import MOST

    if unkept:
        names = some([text.line(id) for id in unkept])
        yield f"nothing is compared of {names}: their files were not kept; grade them again"
    long = {
        f"{text.line(id)}: {path}"
        for each in compared
        for id, work in each.works.items()
        for path, content in work.items()
        if len(content) > MOST
    }
    if long:
        yield f"only the first {MOST:,} characters were compared of {some(sorted(long))}"


@contextmanager
def _progress() -> Iterator[Step]:
    """Show how far it is, on a terminal."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    screen = console()
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task("")
        yield lambda what, done, of: bar.update(
            task, description=what, completed=done, total=of or None
        )


def _write(
    compared: Sequence[Compared], records: Sequence[Record], folder: Path, json_path: Path | None
) -> None:
    """Write pages, a link to them, and the file; pages of an earlier run that are no more go."""
    import msgspec

    from grader.cli.pages import write_index
    from grader.record import replace
    from grader.similarity.pages import pages
    from grader.similarity.words import PLACE_TO_LOOK

    try:
        written = set()
        for name, page in pages(compared):
            replace(folder / name, page.encode())
            written.add(name)
        for old in folder.glob("[0-9]*.html"):
            if old.name not in written and old.stem.isdecimal():
                old.unlink()
        write_index(records, folder.parent)
        if json_path is not None:
            told = {"how_to_read": PLACE_TO_LOOK, "modules": [each.found for each in compared]}
            replace(json_path, msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n")
    except OSError as error:
        where = str(error.filename or folder)
        raise NotWritable(where, error.strerror or str(error)) from error
