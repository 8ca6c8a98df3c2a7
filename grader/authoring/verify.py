"""Prove a course, task by task: that the skeleton earns nothing, the reference everything, and no mutant slips through.

What runs code is handed in as a ``Judge``; this file only knows what to ask it and what has to come back.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from grader.authoring.leaks import leaks
from grader.authoring.load import find_module, find_task, place_of
from grader.authoring.mutants import Mutant, apply_mutant, load_mutants, mutants_file
from grader.authoring.publish import published_files
from grader.authoring.render import all_tasks, check, module_tree, rendered_files
from grader.errors import GraderError
from grader.model import Course, Kind, Module, ModuleId, RelPath, Status, Task, TaskId, TaskVerdict

FEWEST_MUTANTS = 8

Look = Literal["both", "tests", "probes"]


class Judge(Protocol):
    """Runs a submission's files against tasks, as in grading."""

    def judge(
        self,
        files: dict[ModuleId, dict[RelPath, str]],
        tasks: Sequence[TaskId],
        *,
        only: Look = "both",
    ) -> dict[TaskId, TaskVerdict]:
        """Judge the tasks on the files, by their tests, their probes (an exam is one) or both."""
        ...


@dataclass(frozen=True)
class Proof:
    """One claim about the course, and whether it holds."""

    task: TaskId  # or a module's name, or "course"
    claim: str
    held: bool
    detail: str = ""  # why it does not hold


def verify(course: Course, judge: Judge, select: Sequence[str] = ()) -> Iterator[Proof]:
    """Prove the selected modules and tasks, one claim at a time.

    Args:
        course: An authored course.
        judge: Runs submissions.
        select: Ids of modules or tasks; all of them when empty.

    Yields:
        Proof: Each one as it is settled.

    Raises:
        UnknownModule, UnknownTask: An id of ``select`` is neither.
        CourseError: The source can't be rendered, or a mutant can't be applied.
    """
    tasks = selected_tasks(course, select)
    modules = [module for module in course.modules if any(task in tasks for task in module.tasks)]
    yield from _files_are_right(course, modules)
    for module in modules:
        yield from _prove_module(
            course, judge, module, [task for task in module.tasks if task in tasks]
        )


def selected_tasks(course: Course, select: Sequence[str]) -> list[Task]:
    """List the tasks that ids of modules and tasks name, in the course's order."""
    wanted: set[TaskId] = set()
    for id in select:
        found = (find_task(course, id),) if "." in id else find_module(course, id).tasks
        wanted.update(task.id for task in found)
    return [task for task in course.tasks if task.id in wanted or not select]


def with_needs(course: Course, task: Task) -> frozenset[TaskId]:
    """Name a task and all that it needs, directly or not."""
    found = {task.id}
    for need in task.needs:
        found |= with_needs(course, find_task(course, need))
    return frozenset(found)


def handed_in(course: Course, module: Module, solved: Container[TaskId]) -> dict[RelPath, str]:
    """Render the files that a student of whom ``solved`` is done would hand in for one module."""
    rendered = rendered_files(course, module, solved)
    return {path: text for path, text in rendered.items() if path not in module.given}


def _files_are_right(course: Course, modules: list[Module]) -> Iterator[Proof]:
    differing = [difference.path for difference in check(course)]
    yield _proof(
        "course", "the module folders are as rendered", differing, "run `grader course render`: "
    )
    for module in modules:
        tree = {f"{module.name}/{path}": data for path, data in module_tree(course, module).items()}
        found = [str(leak) for leak in leaks(course, tree)]
        yield _proof(module.name, "no line of the solution is in its folder", found)
    yield _published_is_tight(course)


def _published_is_tight(course: Course) -> Proof:
    claim = "no line of the solution would be published"
    try:
        files = published_files(course)
    except GraderError as error:
        return Proof("course", claim, False, f"{error.what} ({error.where})")
    found = leaks(course, {path: file.content for path, file in files.items()})
    return _proof("course", claim, [str(leak) for leak in found])


def _prove_module(
    course: Course, judge: Judge, module: Module, tasks: list[Task]
) -> Iterator[Proof]:
    ids = [task.id for task in tasks]
    solved = handed_in(course, module, all_tasks(course))
    reference = judge.judge({module.id: solved}, ids)
    skeleton = judge.judge({module.id: handed_in(course, module, ())}, ids)
    guide = module_tree(course, module).get("README.md", b"").decode(errors="replace")
    for task in tasks:
        mutants = load_mutants(course, task)
        yield from _structure(course, task, mutants, reference[task.id], guide)
        yield _stub(skeleton[task.id])
        yield _full(reference[task.id])
        yield from _alone(course, judge, module, task)
        yield from _mutants_are_caught(judge, module, task, mutants, solved)
        if task.written:
            yield _written_tests_catch_all(task, mutants, reference[task.id])


def _structure(
    course: Course, task: Task, mutants: Sequence[Mutant], verdict: TaskVerdict, guide: str
) -> Iterator[Proof]:
    place = place_of(course, task)
    folder = f"module{task.module}"

    def claim(words: str, held: bool, lacking: str) -> Proof:
        return Proof(task.id, words, held, "" if held else f"{place}: {lacking}")

    if task.kind is not Kind.WRITTEN:
        tests = verdict.tests.expected if verdict.tests else 0
        yield claim("it has a test", tests > 0, f"no test in {folder}/tests is marked {task.mark}")
        cases = verdict.probes.cases if verdict.probes else 0
        probes = f"grader/course/probes/{folder}.py has none for it"
        yield claim("it has a probe or an exam", cases > 0, probes)
    enough = len(mutants) >= FEWEST_MUTANTS
    few = f"{mutants_file(task)} holds {len(mutants)}"
    yield claim(f"it has at least {FEWEST_MUTANTS} mutants", enough, few)
    yield claim("it has a hint", bool(task.hints), "add hint = …")
    heading = rf"^## Task {re.escape(task.id)}(?![\d.]*\d)"
    found = re.search(heading, guide, re.MULTILINE) is not None
    missing = f"{folder}/README.md has no heading '## Task {task.id}: …'"
    yield claim("the guide has a heading for it", found, missing)


def _stub(verdict: TaskVerdict) -> Proof:
    held = verdict.status is Status.TODO and verdict.fraction == 0
    return _judged(verdict, "its stub is to do and earns nothing", held)


def _full(verdict: TaskVerdict) -> Proof:
    return _judged(verdict, "the reference earns full points", _is_full(verdict))


def _alone(course: Course, judge: Judge, module: Module, task: Task) -> Iterator[Proof]:
    """Solve the task and what it needs, and nothing else: exactly that must be paid."""
    solved = with_needs(course, task)
    verdicts = judge.judge(
        {module.id: handed_in(course, module, solved)}, [each.id for each in module.tasks]
    )
    own = verdicts[task.id]
    yield _judged(own, "solved alone, with what it needs, it earns full points", _is_full(own))
    wrong = [
        f"{each.id}: {_told(verdicts[each.id])}"
        for each in module.tasks
        if each.id != task.id and verdicts[each.id].fraction != (each.id in solved)
    ]
    yield _proof(task.id, "solved alone, no task earns points that is not solved", wrong)


def _mutants_are_caught(
    judge: Judge,
    module: Module,
    task: Task,
    mutants: Sequence[Mutant],
    solved: dict[RelPath, str],
) -> Iterator[Proof]:
    """Each way of judging a task must catch each mutant without help of the others."""
    ways: dict[Kind, tuple[Look, ...]] = {
        Kind.TESTS: ("tests", "probes"),
        Kind.TRAINING: ("probes",),
        Kind.WRITTEN: (),  # see _written_tests_catch_all
    }
    for mutant in mutants:
        files = apply_mutant(solved, mutant)
        for way in ways[task.kind]:
            verdict = judge.judge({module.id: files}, [task.id], only=way)[task.id]
            caught = verdict.fraction < 1 and verdict.status is not Status.GRADER_ERROR
            claim = f"its {_NAMES[task.kind, way]} catch: {mutant.name}"
            yield _judged(verdict, claim, caught, f"{mutant.place}:{mutant.line}: ")


_NAMES: dict[tuple[Kind, Look], str] = {
    (Kind.TESTS, "tests"): "tests",
    (Kind.TESTS, "probes"): "probes",
    (Kind.TRAINING, "probes"): "exams",
}


def _written_tests_catch_all(task: Task, mutants: Sequence[Mutant], verdict: TaskVerdict) -> Proof:
    wanted = sum(mutant.written for mutant in mutants)
    claim = f"the reference's own tests catch all {wanted} mutants held against them"
    if not wanted:
        lacking = f"{mutants_file(task)} has none with `written = true`"
        return Proof(task.id, claim, False, lacking)
    counted = verdict.mutants
    held = counted is not None and counted.caught == counted.total == wanted
    return _judged(verdict, claim, held)


def _judged(verdict: TaskVerdict, claim: str, held: bool, place: str = "") -> Proof:
    """Make a proof of what the judge said, told in full where it does not hold."""
    return Proof(verdict.task, claim, held, "" if held else f"{place}{_told(verdict)}")


def _is_full(verdict: TaskVerdict) -> bool:
    return verdict.status is Status.PASSED and verdict.fraction == 1


def _told(verdict: TaskVerdict) -> str:
    """Say what came back, with the first thing that did not pass."""
    first = (
        f": {verdict.failures[0].test}: {verdict.failures[0].message}" if verdict.failures else ""
    )
    note = f" ({verdict.note})" if verdict.note else ""
    return f"{verdict.status.value}, earned {verdict.fraction}{first}{note}"


def _proof(task: str, claim: str, wrong: Sequence[str], advice: str = "") -> Proof:
    return Proof(task, claim, not wrong, f"{advice}{'; '.join(wrong)}" if wrong else "")
