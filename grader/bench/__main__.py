"""``make bench``: print what grading costs, and how fast the library is. Only the ratios mean anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from grader.authoring.load import find_module, find_root, load_course
from grader.bench.contests import NotMeasured, Ratio, Result, run_contests
from grader.bench.grading import measure
from grader.bench.scalars import measure_scalars
from grader.model import Course

CONTESTS = {
    "kernels": "grader.bench.kernels",
    "networks": "grader.bench.networks",
    "cuda": "grader.bench.cuda",
}
PARTS = ("grading", "scalars", *CONTESTS)

Figure = dict[str, Any]  # an entry of the JSON file


@click.command()
@click.option("--only", type=click.Choice(PARTS), multiple=True, help="A part; may be repeated.")
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--module", "module_id", default="0", show_default=True, help="Whose grading.")
@click.option("--threads", type=click.IntRange(1), multiple=True, default=(1, 2), show_default=True)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the figures to a file."
)
def main(
    only: tuple[str, ...],
    rounds: int,
    module_id: str,
    threads: tuple[int, ...],
    json_path: Path | None,
) -> None:
    """Measure what grading the reference costs, and how fast its library is beside others."""
    course = load_course(find_root(Path.cwd()))
    figures: list[Figure] = []
    for part in only or PARTS:
        if part == "grading":
            figures += _grading(course, module_id, rounds)
        elif part == "scalars":
            figures += _scalars(course)
        else:
            for count in threads if part != "cuda" else (1,):
                figures += _contests(course, part, count, rounds)
    if json_path is not None:
        json_path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _grading(course: Course, module_id: str, rounds: int) -> list[Figure]:
    rows = measure(course, find_module(course, module_id), rounds)
    plain = rows[0].cpu
    click.echo(f"Module {module_id}, CPU seconds, median of {rounds} interleaved rounds\n")
    for row in rows:
        click.echo(f"{row.name:22} {row.cpu:7.3f} s  {row.cpu / plain:6.2f} x  {row.told}")
    return [{"name": row.name, "cpu": row.cpu, "ratio": row.cpu / plain} for row in rows]


def _scalars(course: Course) -> list[Figure]:
    speed = measure_scalars(course.source)
    click.echo("\nScalars, CPU milliseconds a step of a network 2-10-10-1, forward and backward\n")
    click.echo(f"{'the course':22} {speed.ours:7.3f} ms {speed.ratio:6.2f} of the peer's speed")
    click.echo(f"{'the peer':22} {speed.peer:7.3f} ms   1.00  closures in slots, and no more")
    return [{"name": "scalars", "cpu": speed.ours / 1000.0, "ratio": speed.ratio}]


def _contests(course: Course, part: str, threads: int, rounds: int) -> list[Figure]:
    def tell(name: str) -> None:
        click.echo(f"\r{part}, {threads}: {name:50}", nl=False, err=True)

    try:
        results = list(run_contests(CONTESTS[part], course.source, threads, rounds, tell))
    except NotMeasured as obstacle:
        click.echo(f"\n{obstacle}")
        return []
    click.echo(f"\r{'':70}\r", nl=False, err=True)
    clock = "CPU time of one thread" if threads == 1 else f"wall time with {threads} threads"
    if part == "cuda":
        clock = "wall time until the GPU is done"
    click.echo(f"\n{part.capitalize()}, {clock}: milliseconds, and how fast where a peer is 1.00")
    click.echo(f"(medians of {rounds} interleaved rounds, and the middle half of them)\n")
    Console().print(table(results))
    return [
        {
            "name": result.name,
            "threads": result.threads,
            "seconds": result.seconds,
            "ratios": {
                peer: [ratio.low, ratio.median, ratio.high] for peer, ratio in result.ratios.items()
            },
        }
        for result in results
    ]


def table(results: list[Result]) -> Table:
    """Draw the results of a file's contests: a row each, and a column for each peer."""
    shown = Table(box=None, pad_edge=False)
    peers = list(dict.fromkeys(peer for result in results for peer in result.ratios))
    shown.add_column("")
    for name in ("ms", *peers):
        shown.add_column(name, justify="right", no_wrap=True)
    for result in results:
        ratios = (result.ratios.get(peer) for peer in peers)
        shown.add_row(result.name, f"{result.seconds * 1000:.3f}", *map(_cell, ratios))
    return shown


def _cell(ratio: Ratio | None) -> str:
    if ratio is None:
        return "–"
    return f"{ratio.median:.2f}  {ratio.low:.2f}–{ratio.high:.2f}"


if __name__ == "__main__":
    main()
