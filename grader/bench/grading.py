"""What grading costs: CPU time of each step, beside plain pytest on the same tests.

Times are CPU seconds (user and system, of the process and its children), medians of interleaved rounds; only their
ratios mean anything on a shared machine.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click

from grader.authoring.render import all_tasks, rendered_files
from grader.authoring.verify import handed_in
from grader.classes.grading import Grader
from grader.classes.judging import ENTRY, WARM
from grader.classes.policy import Policy
from grader.gradebook import Gradebook
from grader.model import Course, Level, Look, Module, Submission
from grader.oracle.examiner import Examiner
from grader.oracle.library import Library
from grader.running.testing import run_tests
from grader.sandbox import Sandbox, open_sandbox
from grader.scratch import make_scratch, scratch_folder

CPU = float
CONFINED = Level.B  # the processes inside A's namespaces are not the grader's to count

_WARM = """
import os, resource, sys, pytest, hypothesis, numpy, _hypothesis_pytestplugin
def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
begun = cpu()
quiet = ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
code = pytest.main([*quiet, "-p", "_hypothesis_pytestplugin", *sys.argv[1:]])
assert code == 0, code
print("CPU", cpu() - begun)
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    cpu: CPU
    told: str


def plain_pytest(library: Library, module: Module) -> CPU:
    """Measure pytest as a student types it: one process, start and imports and all, on the reference."""
    with _laid_out(library, module) as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        return spent(lambda: subprocess.run(command, cwd=folder, capture_output=True, check=True))


def warm_pytest(library: Library, module: Module) -> CPU:
    """Measure the same in a process that has imported all it needs already, and knows of no plugins."""
    with _laid_out(library, module) as folder:
        run = subprocess.run(
            [sys.executable, "-c", _WARM, *library.test_files(module)],
            cwd=folder,
            env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
            capture_output=True,
            text=True,
            check=True,
        )
    return float(run.stdout.split("CPU")[-1])


@contextmanager
def _laid_out(library: Library, module: Module) -> Iterator[Path]:
    """Lay out a module with the reference in it, and take it away again."""
    with scratch_folder() as folder:
        for path, data in library.stage_files(module, library.reference(module)).items():
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data.encode() if isinstance(data, str) else data)
        yield folder


def spent(work: Callable[[], object]) -> CPU:
    """Measure the CPU time of a piece of work, with that of the processes it started and ended."""
    before = _used()
    work()
    return _used() - before


def _used() -> CPU:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def _judge_all(course: Course, module: Module, level: Level, look: Look) -> None:
    """Judge a module's reference in fresh sandboxes."""
    files = handed_in(course, module, all_tasks(course))
    with Sandbox(level, ENTRY, WARM) as students, Sandbox(level, ENTRY, WARM) as trusted:
        examiner = Examiner(Library(course, trusted), students)
        for task in module.tasks:
            examiner.judge(task, files, 1, look)


def _tests_alone(course: Course, module: Module, level: Level) -> CPU:
    """Run the course's tests task by task, as grading does, and nothing else of it: children and parent together."""
    with Sandbox(level, ENTRY, WARM) as sandbox:
        library = Library(course, sandbox)
        stage = sandbox.stage(
            library.stage_files(module, rendered_files(course, module, all_tasks(course)))
        )
        tasks = [(t, [test.id for test in library.expected_tests(module, t)]) for t in module.tasks]
        begun, children = time.process_time(), 0.0
        for task, tests in tasks:
            if tests:
                run = run_tests(sandbox, stage, tests, seed=1, seconds=task.seconds)
                children += run.cpu
        return children + time.process_time() - begun


def measure(course: Course, module: Module, rounds: int) -> list[Row]:
    """Measure every step, interleaved."""
    with open_sandbox(None, True, ENTRY, WARM) as trusted:
        level = CONFINED
        library = Library(course, trusted)
        steps: dict[str, Callable[[], CPU]] = {
            "plain": lambda: plain_pytest(library, module),
            "warm": lambda: warm_pytest(library, module),
            "idle": lambda: spent(lambda: _idle(course, module, level)),
            "tests": lambda: _tests_alone(course, module, Level.C),
            "tests sandboxed": lambda: _tests_alone(course, module, level),
            "probes": lambda: spent(lambda: _judge_all(course, module, level, "probes")),
            "whole": lambda: spent(lambda: _judge_all(course, module, level, "everything")),
            "cached": _cached(course, module),
        }
        found: dict[str, list[CPU]] = {name: [] for name in steps}
        for number in range(rounds):
            for name, step in steps.items():
                click.echo(f"\rround {number + 1} of {rounds}: {name:20}", nl=False, err=True)
                found[name].append(step())
        click.echo(f"\r{'':50}\r", nl=False, err=True)
    return _rows({name: statistics.median(times) for name, times in found.items()}, level)


def _idle(course: Course, module: Module, level: Level) -> None:
    """Start a server and collect the tests: what is paid once for a whole class."""
    with Sandbox(level, ENTRY, WARM) as sandbox:
        Library(course, sandbox).expected_tests(module, module.tasks[0])


def _cached(course: Course, module: Module) -> Callable[[], CPU]:
    """Prepare a gradebook that knows the reference already, and measure grading it again."""
    folder = make_scratch().folder  # until the next grader removes it
    submission = Submission(
        "reference", "", {module.id: handed_in(course, module, all_tasks(course))}
    )

    def grade() -> None:
        with (
            Gradebook(folder / "book.db") as book,
            Grader(course, book, Policy()) as grader,
        ):
            grader.grade(submission, lambda *_: None)

    grade()
    return lambda: spent(grade)


def _rows(cpu: dict[str, CPU], level: Level) -> list[Row]:
    probes = cpu["probes"] - 2 * cpu["idle"]
    whole = cpu["whole"] - 2 * cpu["idle"]
    return [
        Row("plain pytest", cpu["plain"], "the course's tests, as a student runs them"),
        Row("… in a warm process", cpu["warm"], "without the start and the imports"),
        Row("tests, task by task", cpu["tests"], "a fork and a pytest for each task, no sandbox"),
        Row(f"… in sandbox {level}", cpu["tests sandboxed"], "the same, confined"),
        Row("probes and exams", probes, "student and reference, and comparing them"),
        Row("grading, all in all", whole, "also the student's own tests, on many wrong libraries"),
        Row("start", cpu["idle"], "once a worker and sandbox: warm imports, collecting the tests"),
        Row("cache hit", cpu["cached"], "the whole submission, unchanged"),
    ]
