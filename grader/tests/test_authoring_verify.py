"""Proving a course: every claim holds on a sound one, and each breaks alone when its cause does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest

from grader.authoring.load import with_needs, find_task
from grader.authoring.mutants import load_mutants
from grader.authoring.render import all_tasks, rendered_files
from grader.authoring.verify import Files, Proof, handed_in, plan, selected_tasks
from grader.errors import TomlError, UnknownModule, UnknownTask
from grader.model import (
    Course,
    Failure,
    Kind,
    Look,
    MutantCount,
    Outcome,
    Pace,
    ProbeCount,
    Remark,
    SpeedCase,
    SpeedReport,
    Status,
    Task,
    TaskId,
    TaskVerdict,
    TestCount,
)
from grader.tests.toy import Toy


class TextJudge:
    """Judges by the look of the files: a stub is to do, the reference's text is right, all other text is wrong."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.looks: list[Look] = []
        # Fields to force on a task's verdicts.
        self.changed: dict[TaskId, Mapping[str, object]] = {}
        self.blind: set[Look] = set()  # ways of judging that find everything right
        every = all_tasks(course)
        self._reference = {
            module.id: rendered_files(course, module, every) for module in course.modules
        }

    def __call__(self, task: Task, files: Files, look: Look) -> TaskVerdict:
        """Judge a task."""
        self.looks.append(look)
        reference = self._reference[task.module]
        status = Status.PASSED
        if any(f"# TODO: Task {task.id}\n" in files[path] for path in task.files):
            status = Status.TODO
        elif any(
            f"# TODO: Task {need}\n" in text for need in task.needs for text in files.values()
        ):
            status = Status.NOT_REACHED
        elif any(
            files[path] != reference[path] and "# TODO" not in files[path] for path in task.files
        ):
            status = Status.PASSED if look in self.blind else Status.WRONG
        total = len(load_mutants(self.course, task)) if task.kind is Kind.WRITTEN else 0
        verdict = TaskVerdict(
            task=task.id,
            status=status,
            fraction=Fraction(status is Status.PASSED),
            tests=TestCount(1, 1),
            probes=None if task.kind is Kind.WRITTEN else ProbeCount(8, 8),
            mutants=MutantCount(total, total) if task.written else None,
        )
        return replace(verdict, **self.changed.get(task.id, {}))  # type: ignore[arg-type]  # by name


def broken(toy: Toy, judge: TextJudge | None = None, *select: str) -> list[Proof]:
    """Verify, and keep the claims that do not hold."""
    course = toy.load()
    found = proofs(course, judge or TextJudge(course), *select)
    return [proof for proof in found if not proof.held]


def proofs(course: Course, judge: TextJudge, *select: str) -> list[Proof]:
    """Make every check, in order."""
    return [proof for check in plan(course, select) for proof in check(judge)]


def test_what_may_take_longest_comes_first(toy_course: Toy) -> None:
    """Among equals, the course's order holds."""
    toy_course.edit("module1/module.toml", "seconds = 20", "seconds = 90")
    course = toy_course.load()
    told = [proof.task for proof in proofs(course, TextJudge(course))]
    assert list(dict.fromkeys(told)) == [
        *("course", "module0", "module1"),
        *("1.1", "0.1", "0.2", "0.3"),
    ]


def test_a_sound_course_is_proved(toy_course: Toy) -> None:
    """Every claim holds, and there is one of each kind for every task."""
    course = toy_course.load()
    judge = TextJudge(course)
    found = proofs(course, judge)
    assert [proof for proof in found if not proof.held] == []
    assert {proof.task for proof in found} == {
        "course",
        "module0",
        "module1",
        "0.1",
        "0.2",
        "0.3",
        "1.1",
    }
    assert [proof.claim for proof in found if proof.task == "0.3"] == [
        "it has at least 8 mutants",
        "it has a hint",
        "the guide has a heading for it",
        "the reference earns full points",
        "the reference is warned about nothing",
        "the reference's own tests catch all 8 mutants held against them",
        "its stub is to do and earns nothing",
        "nor does it among nothing but stubs",
        "solved alone, with what it needs, it earns full points",
        "solved alone, no task earns points that is not solved",
    ]
    claims = [proof.claim for proof in found if proof.task == "0.1"]
    assert claims[:2] == ["it has a test", "it has a probe or an exam"]
    assert claims[-2:] == [
        "its tests catch: nothing is returned inside",
        "its probes catch: nothing is returned inside",
    ]
    assert judge.looks.count("tests") == 3 * 8
    # And of what is no part of a solution, so long as it is a stub.
    assert judge.looks.count("probes") == 3 * 8 + 2


def test_a_reference_that_is_warned_about_is_not_proved(toy_course: Toy) -> None:
    """Students would be warned about what the course wrote."""
    course = toy_course.load()
    judge = TextJudge(course)
    judge.changed["0.1"] = {"remarks": (Remark("minitorch/ops.py", 3, "SyntaxWarning: no"),)}
    (proof,) = [proof for proof in proofs(course, judge, "0.1") if "warned" in proof.claim]
    assert (proof.held, proof.detail) == (False, "minitorch/ops.py:3: SyntaxWarning: no")


def test_a_training_task_s_mutants_meet_its_tests_and_its_exam(toy_course: Toy) -> None:
    """Either has to catch every mutant."""
    toy_course.edit("module1/module.toml", 'kind = "tests"', 'kind = "training"')
    course = toy_course.load()
    claims = [proof.claim for proof in proofs(course, TextJudge(course), "1.1")]
    assert "its probes and exams catch: it is the sum" in claims
    assert "its tests catch: it is the sum" in claims


def test_a_selection_is_proved(toy_course: Toy) -> None:
    """Ids of modules and tasks select; the files of their modules are looked at in any case."""
    course = toy_course.load()
    assert [task.id for task in selected_tasks(course, ["1", "0.2"])] == ["0.2", "1.1"]
    found = proofs(course, TextJudge(course), "0.2")
    assert {proof.task for proof in found} == {"course", "module0", "0.2"}
    with pytest.raises(UnknownTask):
        selected_tasks(course, ["0.9"])
    with pytest.raises(UnknownModule):
        selected_tasks(course, ["7"])


def test_needs_are_transitive(toy_course: Toy) -> None:
    """A task stands on what its needs need."""
    course = toy_course.load()
    assert with_needs(course, find_task(course, "1.1")) == {"0.1", "0.2", "1.1"}


def test_given_files_are_not_handed_in(toy_course: Toy) -> None:
    """What is handed in is what would be taken from a student."""
    course = toy_course.load()
    files = handed_in(course, course.modules[0], ())
    assert list(files) == ["minitorch/ops.py", "tests/test_properties.py"]


@pytest.mark.parametrize(
    "path, old, new, claim, detail",
    [
        (
            "module0/module.toml",
            'hint = "Use clamp."\n',
            "",
            "it has a hint",
            "add hint = …",
        ),
        (
            "module0/README.md",
            "## Task 0.2:",
            "## Task 0.22:",
            "the guide has a heading for it",
            "module0/README.md has no heading '## Task 0.2: …'",
        ),
        (
            "grader/course/mutants/0.2.toml",
            '[[mutant]]\nname = "the sum starts at one"\nfile = "minitorch/ops.py"\n'
            'old = """running_total = 0.0"""\nnew = """running_total = 1.0"""\n',
            "",
            "it has at least 8 mutants",
            "grader/course/mutants/0.2.toml holds 7",
        ),
    ],
)
def test_what_is_missing_is_named(
    toy_course: Toy, path: str, old: str, new: str, claim: str, detail: str
) -> None:
    """A task without hint, heading or enough mutants breaks that claim alone."""
    toy_course.edit(path, old, new)
    line = toy_course.read("module0/module.toml").splitlines().index('id = "0.2"') + 1
    assert broken(toy_course) == [
        Proof("0.2", claim, False, f"module0/module.toml:{line}: {detail}")
    ]


@pytest.mark.parametrize(
    "field, value, claim, detail",
    [
        ("tests", TestCount(0, 0), "it has a test", "no test in module0/tests is marked task0_1"),
        (
            "probes",
            None,
            "it has a probe or an exam",
            "no file of grader/course/probes/module0 has one for it",
        ),
    ],
)
def test_a_task_without_test_or_probe(
    toy_course: Toy, field: str, value: object, claim: str, detail: str
) -> None:
    """The counts that grading finds tell whether there is anything to judge by."""
    judge = TextJudge(toy_course.load())
    judge.changed["0.1"] = {field: value}
    place = "module0/module.toml:8"
    assert broken(toy_course, judge, "0.1") == [Proof("0.1", claim, False, f"{place}: {detail}")]


def test_a_stub_that_earns(toy_course: Toy) -> None:
    """A stub that is not to do, or is paid for, breaks its claim; so do solutions of other tasks."""
    judge = TextJudge(toy_course.load())
    judge.changed["0.2"] = {"status": Status.WRONG, "fraction": Fraction(1, 2)}
    found = broken(toy_course, judge, "0.1", "0.2")
    told = "wrong, earned 1/2"
    assert Proof("0.2", "its stub is to do and earns nothing", False, told) in found
    assert Proof("0.2", "the reference earns full points", False, told) in found
    alone = "solved alone, no task earns points that is not solved"
    assert Proof("0.1", alone, False, f"0.2: {told}") in found


def test_a_reference_that_falls_short(toy_course: Toy) -> None:
    """What did not pass is told with the claim."""
    judge = TextJudge(toy_course.load())
    failure = Failure("test_clamp", Outcome.FAILED, "clamp(1, 0, 2): got 0, expected 1")
    judge.changed["0.1"] = {
        "status": Status.WRONG,
        "fraction": Fraction(3, 4),
        "failures": (failure,),
        "note": "by a hair",
    }
    first = broken(toy_course, judge, "0.1")[0]
    assert first.claim == "the reference earns full points"
    assert first.detail == (
        "wrong, earned 3/4: test_clamp: clamp(1, 0, 2): got 0, expected 1 (by a hair)"
    )


@pytest.mark.parametrize("way", ["tests", "probes"])
def test_a_mutant_that_slips_through_one_way(toy_course: Toy, way: Look) -> None:
    """Tests and probes must each catch every mutant without the other."""
    judge = TextJudge(toy_course.load())
    judge.blind = {way}
    found = broken(toy_course, judge, "1.1")
    assert len(found) == 8
    assert found[0] == Proof(
        "1.1",
        f"its {way} catch: it is the sum",
        False,
        "grader/course/mutants/1.1.toml:1: passed, earned 1",
    )


def test_a_fault_of_the_grader_catches_nothing(toy_course: Toy) -> None:
    """Where judging itself failed, no mutant counts as caught."""
    judge = TextJudge(toy_course.load())
    judge.changed["0.1"] = {"status": Status.GRADER_ERROR, "fraction": Fraction(0)}
    caught = [proof for proof in broken(toy_course, judge, "0.1") if "catch" in proof.claim]
    assert len(caught) == 2 * 8


def test_written_tests_that_miss_a_mutant(toy_course: Toy) -> None:
    """The reference's own tests must catch all mutants held against them."""
    judge = TextJudge(toy_course.load())
    judge.changed["0.3"] = {"mutants": MutantCount(7, 8)}
    (proof,) = broken(toy_course, judge, "0.3")
    assert proof.claim == "the reference's own tests catch all 8 mutants held against them"


def test_written_tests_need_mutants(toy_course: Toy) -> None:
    """A task whose own tests count needs mutants for them."""
    toy_course.edit(
        "module0/module.toml", 'hint = "Use clamp."', 'hint = "Use clamp."\nwritten = true'
    )
    (proof,) = broken(toy_course)
    assert proof.detail == "grader/course/mutants/0.2.toml has none with `written = true`"


RIGHT = """
[[mutant]]
name = "the sum is added up in another order"
file = "minitorch/ops.py"
old = "return running_total"
new = "return 0.0 + running_total"
"""


@pytest.mark.parametrize("way", ["tests", "probes"])
def test_a_right_version_is_accepted_by_each_way(toy_course: Toy, way: Look) -> None:
    """What is right, but differs from the reference, must pass; it is named if it doesn't."""
    place = "grader/course/mutants/right/0.2.toml"
    toy_course.write(place, RIGHT)
    course = toy_course.load()
    judge = TextJudge(course)
    judge.blind = {way}
    name = "the sum is added up in another order"
    told = {p.claim: p for p in proofs(course, judge, "0.2") if p.claim.endswith(f"accept: {name}")}
    assert {claim: proof.held for claim, proof in told.items()} == {
        f"its tests accept: {name}": way == "tests",
        f"its probes accept: {name}": way == "probes",
    }
    (wrong,) = (proof for proof in told.values() if not proof.held)
    assert wrong.detail == f"{place}:2: wrong, earned 0"


SPEED = SpeedReport(0.2, 1, 1, (SpeedCase("many", Pace.FAST, 0.5, 1.0, 0.9, 1.1, 7),))
SLOW = """
[[mutant]]
name = "each sum is made twice"
file = "minitorch/ops.py"
old = "return running_total"
new = "return running_total + 0.0 * sum(values)"
"""
SLOW_FILE = "grader/course/mutants/slow/0.2.toml"


@pytest.fixture
def measured(toy_course: Toy) -> Toy:
    """Make 0.2 a task whose speed counts, with a slow version of it."""
    toml = "module0/module.toml"
    toy_course.edit(
        toml, 'points = 3\nkind = "tests"', 'points = 3\nkind = "performance"\nspeed = 0.2'
    )
    table = '[[speed]]\ntask = "0.2"\ncase = "many"\nat_least = 0.5\n'
    toy_course.write(toml, f"{toy_course.read(toml)}\n{table}")
    toy_course.write(SLOW_FILE, SLOW)
    return toy_course


def test_a_slow_version_meets_the_clock_alone(measured: Toy) -> None:
    """Tests and probes can't catch what is right, and needn't."""
    course = measured.load()
    judge = TextJudge(course)
    judge.changed["0.2"] = {"speed": SPEED}
    claims = [proof.claim for proof in proofs(course, judge, "0.2") if proof.task == "0.2"]
    assert {"its speed is measured", "it has a slow mutant"} <= set(claims)
    assert claims[-1] == "measuring its speed catches: each sum is made twice"
    assert judge.looks.count("speed") == 1
    assert judge.looks.count("tests") == judge.looks.count("probes") == 8
    judge.blind = {"speed"}
    (slipped,) = broken(measured, judge, "0.2")
    assert slipped.claim == claims[-1]


def test_a_speed_that_nothing_measures(measured: Toy) -> None:
    """A demand needs cases, and a slow version that shows what they are good for."""
    (measured.root / SLOW_FILE).unlink()
    found = broken(measured, None, "0.2")
    assert [proof.claim for proof in found] == ["its speed is measured", "it has a slow mutant"]
    assert found[0].detail.endswith(
        "no file of grader/course/probes/module0 has a speed case for it"
    )
    assert found[1].detail.endswith(f"{SLOW_FILE} holds none")


def test_a_leak_in_a_module_folder(toy_course: Toy) -> None:
    """A solution line in a guide breaks the claims about the folder and about publishing."""
    toy_course.edit(
        "module1/README.md",
        "Read the docstring.",
        "    return bounded_sum(values, limit) / count(values)",
    )
    first, second = broken(toy_course, None, "1")
    assert (first.task, first.claim) == ("module1", "no line of the solution is in its folder")
    assert (
        first.detail
        == "module1/README.md:5: return bounded_sum(values, limit) / count(values) (1.1)"
    )
    assert second.claim == "no line of the solution would be published"


def test_stale_folders(toy_course: Toy) -> None:
    """A rendering that is not the source's is told, with the fix."""
    toy_course.edit("module1/minitorch/more.py", "# TODO: Task 1.1", "# TODO: Task 1.2")
    (proof,) = broken(toy_course)
    assert proof == Proof(
        "course",
        "the module folders are as rendered",
        False,
        "run `grader course render`: module1/minitorch/more.py",
    )


def test_what_can_not_be_published_is_told(toy_course: Toy) -> None:
    """A course that git does not know can't prove what would leave."""
    (toy_course.root / ".git").rename(toy_course.root / "no-git")
    (proof,) = broken(toy_course)
    assert proof.detail == f"The course is not the top of a git repository. ({toy_course.root})"


def test_a_mutant_that_does_not_fit_stops_the_proof(toy_course: Toy) -> None:
    """A mutant that can't be made is an error of the course, with its place."""
    toy_course.edit(
        "grader/course/mutants/1.1.toml",
        '"""bounded_sum(values, limit)"""\nnew = """sum',
        '"""bounded"""\nnew = """sum',
    )
    with pytest.raises(TomlError, match=r"where: grader/course/mutants/1\.1\.toml:"):
        broken(toy_course)
