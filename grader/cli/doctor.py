"""``grader doctor``: what this machine can do for the grader, and what to install."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version

import click

PACKAGES = ("pytest", "hypothesis", "numpy", "numba", "black", "flake8", "click", "rich")
SANDBOX_INSTALL = "apt-get install bubblewrap   (Debian, Ubuntu)"


@click.command("doctor")
@click.option(
    "--level", type=click.Choice(["A", "B", "C"]), help="Try this sandbox level, not the best."
)
def command(level: str | None) -> int:
    """Print Python, packages, threads, CUDA, and the sandbox level with each probe of its self-test."""
    _python()
    _sandbox(level)
    return 0


def _python() -> None:
    click.echo(f"Python      {platform.python_version()} at {sys.executable}")
    for package in PACKAGES:
        try:
            click.echo(f"{package:11} {version(package)}")
        except PackageNotFoundError:
            click.echo(f"{package:11} absent: make setup installs it")
    click.echo(f"threads     {os.cpu_count()} cores")
    gpu = (
        "a driver is installed"
        if shutil.which("nvidia-smi")
        else "no GPU driver: the simulator serves"
    )
    click.echo(f"CUDA        {gpu}")
    git = shutil.which("git")
    click.echo(f"git         {git or 'absent: carry and publish need it'}")


def _sandbox(level: str | None) -> None:
    from grader.model import Level
    from grader.sandbox import facts, self_test, strongest

    click.echo()
    for name, told in facts().items():
        click.echo(f"{name:11} {told}")
    found = Level(level) if level else strongest()
    if found is None:
        click.echo(f"\nsandbox     none holds here. {SANDBOX_INSTALL}")
        return
    click.echo(f"\nsandbox     level {found}")
    for test in self_test(found):
        click.echo(f"  {'held  ' if test.held else 'BROKEN'}  {test.name}: {test.detail}")
    if found is not Level.A:
        click.echo(f"\nFor level A: {SANDBOX_INSTALL}")
