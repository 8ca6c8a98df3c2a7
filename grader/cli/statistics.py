"""``grader gradebook stats``: what a class did, in numbers."""

from __future__ import annotations

from pathlib import Path

import click

from grader.cli.common import console, database_option, graded, write_json


@click.command("stats")
@click.argument("out", type=click.Path(path_type=Path))
@database_option
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the numbers to a file."
)
def command(out: Path, database: str | None, json_path: Path | None) -> None:
    """Show how the class of OUT (a folder that `grade` wrote) did: its scores, each module, each task."""
    from grader.reporting import statistics_table
    from grader.reporting.statistics import statistics_of

    found = statistics_of(graded(out, database))
    console().print(statistics_table.render(found))
    if json_path is not None:
        write_json(found, json_path)
