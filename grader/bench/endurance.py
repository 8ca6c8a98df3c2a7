"""Grade a class, be killed again and again, and compare: ``python -m grader.bench.endurance CLASS --against BOOK``.

The gradebook must end as that of a run that nobody disturbed. What is compared is all that a gradebook says but times,
how code was confined, and where submissions lay.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from grader.bench.classroom import SEED
from grader.gradebook import Gradebook
from grader.model import Attempt
from grader.record import encode
from grader.scratch import scratch_folder

_TIMES = ("seconds", "sandbox", "source", "submitted_at", "seed")


def essence(path: Path) -> dict[str, Any]:
    """Read all of a gradebook that two runs over the same class must agree on.

    Args:
        path: The gradebook's file.

    Returns:
        Attempts by submission, how often each was graded, and what stands in the table of verdicts.
    """
    with Gradebook(path) as book:
        attempts = {id: [_attempt(each) for each in all] for id, all in book.attempts().items()}
    connection = sqlite3.connect(path)
    verdicts = connection.execute("SELECT cache_key, task, status, fraction FROM verdicts")
    gradings = connection.execute("SELECT attempt, count(*) FROM gradings GROUP BY attempt")
    (sound,) = connection.execute("PRAGMA integrity_check").fetchone()
    found = {
        "attempts": attempts,
        "verdicts": sorted(verdicts.fetchall()),
        "gradings": sorted(count for _, count in gradings.fetchall()),
        "integrity": sound,
    }
    connection.close()
    return found


def _attempt(attempt: Attempt) -> dict[str, Any]:
    plain: dict[str, Any] = _without_times(json.loads(encode(attempt.record)))
    return {"content": attempt.content, "record": plain}


def _without_times(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without_times(v) for k, v in value.items() if k not in _TIMES}
    return [_without_times(each) for each in value] if isinstance(value, list) else value


def grade_and_kill(folder: Path, out: Path, kills: int, within: float, seed: int) -> int:
    """Grade, be killed at random moments, and be started again, until a run comes to its end.

    Args:
        folder: The class.
        out: Where results go.
        kills: How many moments are drawn.
        within: Seconds that all is thought to take; the moments lie in them.
        seed: Of the moments.

    Returns:
        How many runs were in fact cut off.
    """
    dice = random.Random(seed)
    moments = [0.0, *sorted(dice.uniform(0.0, within) for _ in range(kills))]
    grader = Path(sys.executable).with_name("grader")
    command = [str(grader), "grade", str(folder), "--out", str(out), "--seed", str(SEED)]
    cut = 0
    for begun, ended in pairwise(moments):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(timeout=max(1.0, ended - begun))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)  # the grader alone: its children must notice
            process.wait()
            cut += 1
            click.echo(f"killed after {ended - begun:.0f} s", err=True)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return cut


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--against", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--kills", type=click.IntRange(0), default=10, show_default=True)
@click.option("--within", type=click.FloatRange(1), default=600.0, show_default=True)
@click.option("--seed", default=1, show_default=True, help="Of the moments.")
def main(folder: Path, against: Path, kills: int, within: float, seed: int) -> None:
    """Grade the class in FOLDER with so many kills, and compare its gradebook with another one."""
    begun = time.monotonic()
    with scratch_folder() as scratch:
        cut = grade_and_kill(folder, scratch, kills, within, seed)
        ours, theirs = essence(scratch / "gradebook.db"), essence(against)
    same = [key for key in ours if ours[key] == theirs[key]]
    differ = [key for key in ours if ours[key] != theirs[key]]
    for id in ours["attempts"].keys() | theirs["attempts"].keys():
        if ours["attempts"].get(id) != theirs["attempts"].get(id):
            click.echo(f"{id}:\n  {ours['attempts'].get(id)}\n  {theirs['attempts'].get(id)}")
    click.echo(f"{cut} of {kills} kills met a run; {time.monotonic() - begun:.0f} s in all")
    click.echo(
        f"equal: {', '.join(same) or 'nothing'}; different: {', '.join(differ) or 'nothing'}"
    )
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
