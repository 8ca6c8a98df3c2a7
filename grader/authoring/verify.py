"""Prove a course, task by task: that the skeleton earns nothing, the reference everything, and no mutant slips through.

What runs code is handed in as a ``Judge``; this file only knows what to ask it and what has to come back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from grader.authoring.leaks import leaks
from grader.authoring.load import find_module, find_task, place_of, with_needs
from grader.authoring.mutants import (
    Mutant,
    apply_mutant,
    load_mutants,
    load_right_versions,
    mutants_file,
    slow_mutants_file,
)
from grader.authoring.publish import published_files
from grader.authoring.render import all_tasks, check, module_tree, rendered_files
from grader.errors import GraderError
from grader.model import Course, Kind, Look, Module, RelPath, Status, Task, TaskId, TaskVerdict

FEWEST_MUTANTS = 8

Files = Mapping[RelPath, str]
# Of one task on one module's files, as in grading.
Judge = Callable[[Task, Files, Look], TaskVerdict]


@dataclass(frozen=True)
class Proof:
    """One claim about the course, and whether it holds."""

    task: TaskId  # or a module's name, or "course"
    claim: str
    held: bool
    detail: str = ""  # why it does not hold


Check = Callable[[Judge], Iterable[Proof]]  # settles a few claims, whatever becomes of the others


def plan(course: Course, select: Sequence[str] = ()) -> list[Check]:
    """List what has to be looked at to prove the selected modules and tasks; each check may be made alone.

    Args:
        course: An authored course.
        select: Ids of modules or tasks; all of them when empty.

    Returns:
        The checks, those of a task together; what may take longest comes first, so that several workers end together.

    Raises:
        UnknownModule, UnknownTask: An id of ``select`` is neither.
        CourseError: The source can't be rendered, or a mutant can't be applied.
    """
    tasks = selected_tasks(course, select)
    modules = [module for module in course.modules if any(task in tasks for task in module.tasks)]
    checks: list[Check] = [lambda judge: _files_are_right(course, modules)]
    for task in sorted(tasks, key=lambda task: -task.seconds):
        checks += _checks_of_task(course, find_module(course, task.module), task)
    return checks


def selected_tasks(course: Course, select: Sequence[str]) -> list[Task]:
    """List the tasks that ids of modules and tasks name, in the course's order."""
    wanted: set[TaskId] = set()
    for id in select:
        found = (find_task(course, id),) if "." in id else find_module(course, id).tasks
        wanted.update(task.id for task in found)
    return [task for task in course.tasks if task.id in wanted or not select]


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


def _checks_of_task(course: Course, module: Module, task: Task) -> Iterator[Check]:
    solved = handed_in(course, module, all_tasks(course))
    mutants = load_mutants(course, task)
    yield partial(_reference_is_right, course, module, task, solved, mutants)
    yield partial(_stub_earns_nothing, course, module, task)
    yield partial(_alone, course, module, task)
    for version in load_right_versions(course, task):
        yield partial(_right_version_passes, task, version, apply_mutant(solved, version))
    for mutant in mutants:
        if mutant.slow:
            yield partial(_slow_mutant_is_caught, task, mutant, apply_mutant(solved, mutant))
        elif task.kind is not Kind.WRITTEN:  # see _written_tests_catch_all
            yield partial(_mutant_is_caught, task, mutant, apply_mutant(solved, mutant))


def _reference_is_right(
    course: Course,
    module: Module,
    task: Task,
    solved: Files,
    mutants: Sequence[Mutant],
    judge: Judge,
) -> Iterator[Proof]:
    verdict = judge(task, solved, "everything")
    guide = module_tree(course, module).get("README.md", b"").decode(errors="replace")
    yield from _structure(course, task, mutants, verdict, guide)
    yield _judged(verdict, "the reference earns full points", _is_full(verdict))
    warned = [f"{each.file}:{each.line}: {each.message}" for each in verdict.remarks]
    yield _proof(task.id, "the reference is warned about nothing", warned)
    if task.written:
        yield _written_tests_catch_all(task, mutants, verdict)


def _stub_earns_nothing(
    course: Course, module: Module, task: Task, judge: Judge
) -> Iterator[Proof]:
    needs = with_needs(course, task) - {task.id}
    stub = judge(task, handed_in(course, module, needs), "everything")
    held = stub.status is Status.TODO and stub.fraction == 0
    yield _judged(stub, "its stub is to do and earns nothing", held)
    if needs:  # where those are stubs too, it may not be reached
        bare = judge(task, handed_in(course, module, ()), "everything")
        held = bare.status in (Status.TODO, Status.NOT_REACHED) and bare.fraction == 0
        yield _judged(bare, "nor does it among nothing but stubs", held)


def _alone(course: Course, module: Module, task: Task, judge: Judge) -> Iterator[Proof]:
    """Solve the task and what it needs, and nothing else: exactly that must be paid."""
    solved = with_needs(course, task)
    files = handed_in(course, module, solved)
    own = judge(task, files, "everything")
    yield _judged(own, "solved alone, with what it needs, it earns full points", _is_full(own))
    others = [_least(each, files, judge) for each in module.tasks if each.id not in solved]
    wrong = [f"{other.task}: {_told(other)}" for other in others if other.fraction]
    yield _proof(task.id, "solved alone, no task earns points that is not solved", wrong)


def _least(task: Task, files: Files, judge: Judge) -> TaskVerdict:
    """Judge a task of which nothing is expected. What earns nothing one way earns nothing, and that is soon told."""
    if task.kind is not Kind.WRITTEN:
        verdict = judge(task, files, "probes")
        if verdict.fraction == 0:
            return verdict
    return judge(task, files, "everything")


def _ways(task: Task) -> list[tuple[Look, str]]:
    probes = "probes and exams" if task.kind is Kind.TRAINING else "probes"
    return [("tests", "tests"), ("probes", probes)]


def _right_version_passes(
    task: Task, version: Mutant, files: Files, judge: Judge
) -> Iterator[Proof]:
    """What is right passes, however it is written; whether it is fast is another question."""
    for look, way in _ways(task):
        verdict = judge(task, files, look)
        claim = f"its {way} accept: {version.name}"
        yield _judged(verdict, claim, _is_full(verdict), f"{version.place}:{version.line}: ")


def _mutant_is_caught(task: Task, mutant: Mutant, files: Files, judge: Judge) -> Iterator[Proof]:
    """Each way of judging a task must catch each mutant without help of the others."""
    for look, way in _ways(task):
        verdict = judge(task, files, look)
        caught = verdict.fraction < 1 and verdict.status is not Status.GRADER_ERROR
        claim = f"its {way} catch: {mutant.name}"
        yield _judged(verdict, claim, caught, f"{mutant.place}:{mutant.line}: ")


def _slow_mutant_is_caught(
    task: Task, mutant: Mutant, files: Files, judge: Judge
) -> Iterator[Proof]:
    """What is right but slow, or not parallel, must be caught by measuring it."""
    verdict = judge(task, files, "speed")
    caught = verdict.fraction < 1 and verdict.status is not Status.GRADER_ERROR
    claim = f"measuring its speed catches: {mutant.name}"
    yield _judged(verdict, claim, caught, f"{mutant.place}:{mutant.line}: ")


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
        probes = f"no file of grader/course/probes/{folder} has one for it"
        yield claim("it has a probe or an exam", cases > 0, probes)
    wrong = sum(not mutant.slow for mutant in mutants)
    enough = wrong >= FEWEST_MUTANTS
    few = f"{mutants_file(task)} holds {wrong}"
    yield claim(f"it has at least {FEWEST_MUTANTS} mutants", enough, few)
    yield claim("it has a hint", bool(task.hints), "add hint = …")
    if task.speed is not None:
        measured = verdict.speed.cases if verdict.speed else ()
        lacking = f"no file of grader/course/probes/{folder} has a speed case for it"
        yield claim("its speed is measured", bool(measured), lacking)
        slow = f"{slow_mutants_file(task)} holds none"
        yield claim("it has a slow mutant", wrong < len(mutants), slow)
    heading = rf"^## Task {re.escape(task.id)}(?![\d.]*\d)"
    found = re.search(heading, guide, re.MULTILINE) is not None
    missing = f"{folder}/README.md has no heading '## Task {task.id}: …'"
    yield claim("the guide has a heading for it", found, missing)


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
