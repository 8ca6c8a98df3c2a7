"""``grader gradebook stats``: what a class did, in numbers."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from grader.cli.common import console, graded
from grader.errors import NotWritable
from grader.reporting.statistics import ClassStatistics


@click.command("stats")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the numbers to a file."
)
def command(out: Path, json_path: Path | None) -> None:
    """Show how the class of OUT (a folder that `grade` wrote) did: its scores, each module, each task."""
    from grader.reporting import statistics_table
    from grader.reporting.statistics import statistics_of

    found = statistics_of(graded(out))
    console().print(statistics_table.render(found))
    if json_path is not None:
        _write(found, json_path)


def _write(found: ClassStatistics, path: Path) -> None:
    from grader.record import replace

    try:
        replace(path, msgspec.json.format(msgspec.json.encode(found), indent=2) + b"\n")
    except OSError as error:
        raise NotWritable(str(path), error.strerror or str(error)) from error
