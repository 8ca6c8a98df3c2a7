"""What a student loses who lacks one name: the tasks that need it, and no others.

``python -m grader.bench.losses --module 1`` takes the names of the students' files away, runs the module's tests and
asks its probes, and lists the names that cost more. Compiled modules run as plain Python, which is sooner done.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import click

from grader.authoring.load import find_module, find_root, load_course
from grader.authoring.render import all_tasks, module_tree, rendered_files
from grader.bench.names import Files, How, Name, Needs, names_of, renameable, student_files, without
from grader.model import Course, Module, RelPath, Task, TaskId
from grader.oracle.questions import Questions
from grader.running.probes import Probe
from grader.scratch import scratch_folder

_WORKER = "import sys; from grader.bench.looking import main; main(sys.stdin.read())"
_PATIENCE = 1800.0  # seconds
WAYS = (*get_args(How), "broken")


@dataclass(frozen=True)
class Seen:
    """What became of a library's tests and probes."""

    tests: Mapping[str, str]  # outcome by node id
    marks: Mapping[str, Sequence[str]]  # of each test
    answers: Mapping[str, Any]  # by probe and case
    broken: Sequence[str]  # files that can't be imported


@dataclass(frozen=True)
class Loss:
    """What was taken away at once, and what that cost."""

    what: Sequence[str]
    how: str
    lost: Mapping[TaskId, Sequence[str]]  # what fell short, of each task that did
    broke: bool  # whether a file can't be imported any more
    # The tasks that may fall short: they need what is gone, or a file that can't be imported.
    needed: frozenset[TaskId]

    @property
    def too_much(self) -> dict[TaskId, Sequence[str]]:
        """What fell short of tasks that don't need it."""
        return {task: tests for task, tests in self.lost.items() if task not in self.needed}


class Losses:
    """Looks at one module's library, whole and without some names.

    Args:
        course: An authored course.
        module: The module.
    """

    def __init__(self, course: Course, module: Module) -> None:
        self._course = course
        self._module = module
        self._tree = module_tree(course, module)
        solved = rendered_files(course, module, all_tasks(course))
        self.files: Files = {file: solved[file] for file in student_files(course, module)}
        self._tests = [
            file
            for file in self._tree
            if file.startswith("tests/test_") and file not in module.written
        ]
        questions = Questions(course, module)
        self._probes = [
            probe
            for task in module.tasks
            for probe in questions.of(task)
            if isinstance(probe, Probe)
        ]
        self._paper = questions.paper(self._probes)
        self._whole = self._look(solved, module.tasks)
        self.needs = Needs(course, module)

    def of(self, names: Sequence[Name], how: How) -> Loss:
        """Take names away, and see what falls short that holds with them.

        Args:
            names: What to take away.
            how: Rename or delete.

        Returns:
            What that costs.
        """
        needed = {task for name in names for task in self.needs.of(name, how)}
        files = without(self.files, names, how)
        return self._loss(list(map(str, names)), how, files, needed)

    def of_file(self, file: RelPath) -> Loss:
        """Break a file, such that it can't be imported."""
        return self._loss([file], "broken", {**self.files, file: "def broken(:\n"}, set())

    def _loss(self, what: Sequence[str], how: str, files: Files, needed: set[TaskId]) -> Loss:
        others = [task for task in self._module.tasks if task.id not in needed]
        seen = self._look(files, others)
        broken = {task.id for task in self._course.tasks if set(task.files) & set(seen.broken)}
        needed |= {task.id for task in others if broken & {task.id, *task.needs}}
        return Loss(what, how, self._lost(seen, others), bool(seen.broken), frozenset(needed))

    def _lost(self, seen: Seen, tasks: Sequence[Task]) -> dict[TaskId, list[str]]:
        lost: dict[TaskId, list[str]] = {}
        for task in tasks:
            what = [
                test
                for test, outcome in self._whole.tests.items()
                if task.mark in self._whole.marks[test] and seen.tests.get(test) != outcome
            ]
            asked = [probe.name for probe in self._probes if probe.task == task.id]
            what += [
                f"probe {case}"
                for case, answer in self._whole.answers.items()
                if case.split()[0] in asked and seen.answers.get(case) != answer
            ]
            if what:
                lost[task.id] = what
        return lost

    def _look(self, files: Files, tasks: Sequence[Task]) -> Seen:
        """Run some tasks' tests and ask their probes, in a process of its own."""
        ids = {task.id for task in tasks}
        with scratch_folder() as folder:
            texts = {path: text.encode() for path, text in files.items()}
            for path, data in {**self._tree, **texts}.items():
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(data)
            order = {
                "tests": self._tests,
                "marks": [task.mark for task in tasks],
                "names": [probe.name for probe in self._probes if probe.task in ids],
                "files": self._paper.files,
                "texts": dict(self._paper.texts),
                "compiled": self._module.numba,
            }
            environment = {**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
            subprocess.run(
                [sys.executable, "-c", _WORKER],
                input=json.dumps(order),
                text=True,
                cwd=folder,
                env=environment,
                check=True,
                timeout=_PATIENCE,
            )
            return Seen(**json.loads((folder / "seen.json").read_text("utf-8")))


def groups(names: Sequence[Name], needs: Needs, how: How) -> Iterator[list[Name]]:
    """Put names together that the same tasks need: taken away together, they may cost no more."""
    together: dict[frozenset[TaskId], list[Name]] = {}
    for name in names:
        together.setdefault(needs.of(name, how), []).append(name)
    yield from together.values()


def tried(
    losses: Losses, course: Course, module: Module, how: How | Literal["broken"], together: bool
) -> Iterator[Loss]:
    """Take everything away that there is: one thing after the other, unless several together cost nothing."""
    if how == "broken":
        yield from map(losses.of_file, student_files(course, module))
        return
    names = names_of(course, module)
    if how == "renamed":
        names = renameable(names, losses.files)
    for group in groups(names, losses.needs, how):
        for part in [group] if together else [[name] for name in group]:
            yield from _parted(losses, part, how)


def _parted(losses: Losses, names: Sequence[Name], how: How) -> Iterator[Loss]:
    """Take names away together; where that costs too much, or breaks a file for them all, the halves of them."""
    loss = losses.of(names, how)
    if len(names) == 1 or not (loss.too_much or loss.broke):
        yield loss
    else:
        half = len(names) // 2
        yield from _parted(losses, names[:half], how)
        yield from _parted(losses, names[half:], how)


@click.command()
@click.option("--module", "module_id", required=True, help="Whose library and whose tests.")
@click.option("--how", type=click.Choice(WAYS), multiple=True, default=WAYS)
@click.option("--together", is_flag=True, help="Take names away at once that the same tasks need.")
def main(module_id: str, how: tuple[Any, ...], together: bool) -> None:
    """List the names, and the broken files, that cost more than the tasks that need them."""
    course = load_course(find_root(Path.cwd()))
    module = find_module(course, module_id)
    losses = Losses(course, module)
    counts: Counter[str] = Counter()
    for way in how:
        for loss in tried(losses, course, module, way, together):
            counts[way] += len(loss.what)
            for task, tests in loss.too_much.items():
                what = ", ".join(loss.what[:8])
                click.echo(f"{way} {what}: {len(tests)} of {task}, such as {tests[0]}")
                counts["too much"] += 1
    told = ", ".join(f"{counts[way]} {way}" for way in how)
    click.echo(f"Module {module.id}: {told}; {counts['too much']} losses are too much.")


if __name__ == "__main__":
    main()
