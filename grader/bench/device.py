"""Run all tests of the CUDA tasks on a GPU, and print what came out: ``python -m grader.bench.device``.

In the instructor's repository they run on the reference solution, in the students' repository on the work that lies
there. No sandbox lets a process reach a GPU, so this doesn't grade anything.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from grader.authoring.load import find_root, load_course
from grader.authoring.render import all_tasks, module_tree
from grader.bench.supervised import Ran, run_supervised
from grader.model import Course, Module, Seconds
from grader.scratch import scratch_folder

TASKS = ("3.3", "3.4", "4.6")
NO_DEVICE = (
    "There is no CUDA device that Numba can use. On the simulator, the same tests run by:\n"
    "  python -m grader.bench.device --simulator"
)
NO_DEVICE_CODE = 2  # of the process: nothing was tested


@click.command()
@click.option("--simulator", is_flag=True, help="Run them on Numba's simulator instead.")
@click.option(
    "--seconds",
    type=click.FloatRange(1.0),
    default=60.0,
    show_default=True,
    help="What a test may take.",
)
def main(simulator: bool, seconds: Seconds) -> None:
    """Run the tests of Tasks 3.3, 3.4 and 4.6 on a GPU: passed, failed, too slow, or skipped, and why."""
    if not simulator and not has_device():
        click.echo(NO_DEVICE)
        sys.exit(NO_DEVICE_CODE)
    os.environ["NUMBA_ENABLE_CUDASIM"] = str(int(simulator))
    course = load_course(find_root(Path.cwd()))
    outcomes: Counter[str] = Counter()
    for module in course.modules:
        if marks := [task.mark for task in module.tasks if task.id in TASKS]:
            with laid_out(course, module) as folder:
                for ran in run_supervised(folder, " or ".join(marks), seconds):
                    outcomes[ran.outcome] += 1
                    click.echo(row(ran))
    click.echo("\n" + ", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    sys.exit(int(not outcomes.keys() <= {"passed", "skipped"}))


def has_device() -> bool:
    """Ask Numba for a device, in a process of its own: here, it could not be unasked."""
    question = "from numba import cuda; raise SystemExit(not cuda.is_available())"
    answer = subprocess.run(
        [sys.executable, "-c", question],
        env={**os.environ, "NUMBA_ENABLE_CUDASIM": "0"},
        capture_output=True,
        check=False,
    )
    return answer.returncode == 0


@contextmanager
def laid_out(course: Course, module: Module) -> Iterator[Path]:
    """Lend a module's folder: the student's, or a copy that holds the reference solution."""
    if not course.authored:
        yield module.folder
        return
    with scratch_folder() as scratch:
        folder = scratch / module.name
        for path, content in module_tree(course, module, all_tasks(course)).items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        yield folder


def row(ran: Ran) -> str:
    """Write a line of the table: how the test ended, which one it is, and the first line of its message."""
    name = ran.test.removeprefix("tests/").replace(".py::", " ")
    return f"{ran.outcome:9} {name:75} {ran.message}".rstrip()


if __name__ == "__main__":
    main()
