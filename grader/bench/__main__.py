"""``make bench``: print what grading costs, and how fast the library is. Only the ratios mean anything."""

from __future__ import annotations

import json
from pathlib import Path

import click

from grader.authoring.load import find_module, find_root, load_course
from grader.bench.grading import measure
from grader.bench.scalars import measure_scalars


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=3, show_default=True)
@click.option("--module", "module_id", default="0", show_default=True)
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path), help="Write the figures to a file."
)
def main(rounds: int, module_id: str, json_path: Path | None) -> None:
    """Measure what grading the reference costs, and how fast its scalars are."""
    course = load_course(find_root(Path.cwd()))
    rows = measure(course, find_module(course, module_id), rounds)
    plain = rows[0].cpu
    click.echo(f"Module {module_id}, CPU seconds, median of {rounds} interleaved rounds\n")
    for row in rows:
        click.echo(f"{row.name:22} {row.cpu:7.3f} s  {row.cpu / plain:6.2f} x  {row.told}")
    speed = measure_scalars(course.source)
    click.echo("\nScalars, CPU milliseconds a step of a network 2-10-10-1, forward and backward\n")
    click.echo(f"{'the course':22} {speed.ours:7.3f} ms {speed.ratio:6.2f} of the peer's speed")
    click.echo(f"{'the peer':22} {speed.peer:7.3f} ms   1.00  closures in slots, and no more")
    if json_path is not None:
        figures = [{"name": row.name, "cpu": row.cpu, "ratio": row.cpu / plain} for row in rows]
        figures.append({"name": "scalars", "cpu": speed.ours / 1000.0, "ratio": speed.ratio})
        json_path.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
