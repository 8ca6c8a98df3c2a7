"""``grader course``: what an author does: render, prove, solve and publish the course."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from shlex import quote

import click

from grader.authoring.load import find_module
from grader.cli.common import chosen_tasks, data_option, here_authored
from grader.errors import NotProved, NotRendered, NotWritable


@click.group("course")
def command() -> None:
    """Write the course once; render, prove, solve and publish it."""


@command.command("render")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; fail with a diff if stale."
)
@click.option(
    "--solved-before", type=click.IntRange(1), metavar="N", help="Solve modules before N."
)
def render(only_check: bool, solved_before: int | None) -> None:
    """Write the rendered files of every module folder from grader/course."""
    from grader.authoring import render as rendering

    course = here_authored()
    if only_check:
        stale = rendering.check(course, solved_before)
        for difference in stale:
            click.echo(difference.diff or f"{difference.path}: no longer rendered, to be removed")
        if stale:
            raise NotRendered([difference.path for difference in stale])
        click.echo("The module folders are what grader/course renders to.")
        return
    changed = rendering.render(course, solved_before)
    for path in changed:
        click.echo(path.relative_to(course.root).as_posix())
    click.echo(f"{len(changed)} files written." if changed else "Nothing to write: all is current.")


@command.command("verify")
@click.argument("what", nargs=-1, metavar="[MODULE|TASK …]")
@click.option("--seed", type=click.IntRange(0), default=None, help="Repeat a run.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=None, help="Workers; default: one a core."
)
@data_option
def verify(what: tuple[str, ...], seed: int | None, jobs: int | None, data: Path | None) -> None:
    """Prove the course: stubs earn nothing, the reference everything, every mutant is caught, nothing leaks."""
    from grader.cli.proving import prove

    course = here_authored()
    tasks = chosen_tasks(course, what) if what else ()
    unproved = prove(course, tasks, seed, jobs or os.cpu_count() or 1, data)
    if unproved:
        raise NotProved(unproved)


@command.command("solution")
@click.option("--branch", default="solution", show_default=True, help="Branch to write.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the solved folders here instead."
)
def solution(branch: str, out: Path | None) -> None:
    """Write the reference solution: a branch, without touching the work tree or the index; or a folder."""
    from grader.authoring import solution as solving

    course = here_authored()
    if out is not None:
        _refuse_file(out)
        solving.write_folders(course, out)
        click.echo(f"The solved modules are in {out}.")
        return
    sha = solving.write_solution(course, branch)
    click.echo(f"{branch} is at {sha}.")


@command.command("publish")
@click.argument("folder", type=click.Path(path_type=Path))
def publish(folder: Path) -> None:
    """Write the students' repository to FOLDER: everything but grader/course; no solution line leaves."""
    from grader.authoring import publish as publishing

    course = here_authored()
    _refuse_file(folder)
    count = publishing.publish(course, folder)
    click.echo(f"{count} files are in {folder}.")
    begin = "" if (folder / ".git").exists() else "git init && "
    click.echo(f"To hand them out: cd {quote(str(folder))} && {begin}git add --all && git commit")


@command.command("example")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--students", type=click.IntRange(1, 100_000), help="A large class of one module.")
@click.option("--module", default="0", show_default=True, help="The module of the large class.")
def example(folder: Path, students: int | None, module: str) -> None:
    """Write a made-up class to FOLDER: finished, partial, untouched and broken submissions."""
    from grader.authoring import example as examples
    from grader.authoring.crowd import write_crowd

    course = here_authored()
    _refuse_file(folder)
    if students is not None:
        write_crowd(course, find_module(course, module), folder, students)
        click.echo(f"{students} submissions are in {folder}.")
        return
    names: Sequence[str] = examples.write_class(course, folder)
    click.echo(f"{len(names)} submissions are in {folder}: {', '.join(names)}.")


def _refuse_file(folder: Path) -> None:
    """Refuse to write a folder where a file stands in the way."""
    standing = next((each for each in (folder, *folder.parents) if each.exists()), None)
    if standing is not None and not standing.is_dir():
        raise NotWritable(str(folder), f"{standing} is a file")
