"""``grader doctor``: what this machine can do for the grader, and what to install."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

import click

from grader.model import Level

PACKAGES = ("pytest", "hypothesis", "numpy", "numba", "black", "flake8", "click", "rich")
KERNELS = """
import json, numba
from grader.running import compiled
compiled.begin(hurried=False)
used, most = numba.get_num_threads(), numba.config.NUMBA_NUM_THREADS
results.send(json.dumps(f"{used} threads of {most}, by {numba.threading_layer()}").encode())
"""


@click.command("doctor")
@click.option(
    "--level", type=click.Choice(["A", "B", "C"]), help="Try this sandbox level, not the best."
)
@click.option(
    "--hook/--no-hook",
    default=None,
    help="Install or remove a git hook that checks finished work before each push.",
)
def command(level: str | None, hook: bool | None) -> int:
    """Print Python, packages, threads, CUDA, and the sandbox level with each probe of its self-test."""
    if hook is not None:
        _hook(hook)
        return 0
    _python()
    _sandbox(level)
    return 0


def _hook(wanted: bool) -> None:
    from grader.cli import hook
    from grader.cli.common import here

    if wanted:
        click.echo(f"The hook is in {hook.install(here())}.")
        click.echo("Before a push, it checks the finished tasks whose files changed.")
        click.echo("A wrong one stops the push. To push all the same: git push --no-verify")
        click.echo("To remove it: grader doctor --no-hook")
    else:
        place = hook.remove(here())
        click.echo(f"The hook is no longer in {place}." if place else "There was no hook.")


def _python() -> None:
    click.echo(f"Python        {platform.python_version()} at {sys.executable}")
    for package in PACKAGES:
        try:
            click.echo(f"{package:13} {version(package)}")
        except PackageNotFoundError:
            goal = "numba" if package == "numba" else "setup"
            click.echo(f"{package:13} absent: make {goal} installs it")
    click.echo(f"threads       {os.cpu_count()} cores")
    click.echo(f"CUDA          {_gpu() or 'no GPU: the simulator serves'}")
    git = shutil.which("git")
    click.echo(f"git           {git or 'absent: carry and publish need it'}")


def _gpu() -> str:
    """Name the machine's GPUs, as their driver does."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    asked = [program, "--query-gpu=name", "--format=csv,noheader"]
    answer = subprocess.run(asked, capture_output=True, text=True, timeout=20, check=False)
    return ", ".join(answer.stdout.split("\n")[:-1]) if answer.returncode == 0 else ""


def _sandbox(asked: str | None) -> None:
    from grader.sandbox import facts, selftest
    from grader.sandbox.obstacles import obstacle

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
    if found and find_spec("numba"):
        _kernels(found)
    if found is not Level.A and (in_the_way := obstacle()):
        click.echo("\n".join([f"\nFor level A: {in_the_way.cause}", *in_the_way.cure]))


def _kernels(level: Level) -> None:
    """Tell what kernels of Numba and of CUDA run on in a sandbox, by running one there."""
    from grader.sandbox import Limits, Sandbox, script

    with Sandbox(level, script.ENTRY) as sandbox:
        stage = sandbox.stage({}, ["grader.running.compiled"])
        with sandbox.start(KERNELS.encode(), stage, Limits()) as child:
            told = child.next_frame()
        click.echo(f"\nNumba there   {json.loads(told) if told else child.ending.output.strip()}")
        click.echo(f"CUDA there    {sandbox.found['cuda']}")
