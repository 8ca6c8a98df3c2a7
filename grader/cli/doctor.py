"""``grader doctor``: what this machine can do for the grader, and what to install."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version

import click

from grader.model import Level

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
    click.echo(f"Python        {platform.python_version()} at {sys.executable}")
    for package in PACKAGES:
        try:
            click.echo(f"{package:13} {version(package)}")
        except PackageNotFoundError:
            click.echo(f"{package:13} absent: make setup installs it")
    click.echo(f"threads       {os.cpu_count()} cores")
    gpu = (
        "a driver is installed"
        if shutil.which("nvidia-smi")
        else "no GPU driver: the simulator serves"
    )
    click.echo(f"CUDA          {gpu}")
    git = shutil.which("git")
    click.echo(f"git           {git or 'absent: carry and publish need it'}")


def _sandbox(asked: str | None) -> None:
    from grader.sandbox import facts, selftest

    for name, told in asdict(facts.look()).items():
        click.echo(f"{name:13} {told}")
    levels = [Level(asked)] if asked else list(Level)
    found = next((level for level in levels if not selftest.weakness(level)), None)
    shown = found or levels[0]
    click.echo(
        f"\nsandbox       {f'level {found}' if found else f'level {shown} does not hold here'}"
    )
    for probe in selftest.probes(shown):
        mark = "held" if probe.held else "BROKEN" if probe.required else "open"
        click.echo(f"  {mark:7} {probe.name}: {probe.detail}")
    if found is not Level.A:
        click.echo(f"\nFor level A: {SANDBOX_INSTALL}")
