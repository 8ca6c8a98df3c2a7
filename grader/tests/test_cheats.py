"""Every way to cheat that we could think of earns no more than honesty, and nothing else happens either."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest

from grader.classes import judging
from grader.classes.grading import Grader
from grader.classes.policy import Policy
from grader.errors import NoSandbox
from grader.gradebook import Gradebook
from grader.model import Basis, Level, Status, Submission, TaskVerdict
from grader.oracle.seeds import Purpose, derive
from grader.record import decode, encode
from grader.reporting import class_page, student_page
from grader.running.conversation import Conversation
from grader.running.probes import Probe
from grader.sandbox import open_sandbox
from grader.scoring import score
from grader.tests.authored import needs_course
from grader.tests.cheats.bench import (
    SECRET,
    SEED,
    Bench,
    Cheat,
    all_cheats,
    copied_course,
    listing,
    opened,
    traces,
)

pytestmark = needs_course
ALL = all_cheats()
FULL = (
    "in-operators/print_secrets",
    "in-operators/hostile_messages",
    "in-tests/print_the_reference",
)


@pytest.fixture(scope="session", params=[Level.A, Level.B])
def bench(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    """Open a level, with secrets planted in the environment, in a file, and in the reference."""
    planted = tmp_path_factory.mktemp("planted")
    (planted / "secret.txt").write_text(SECRET)
    os.environ["GRADER_TOKEN"] = SECRET
    course = copied_course(tmp_path_factory.mktemp("course"))
    try:
        with opened(request.param, course, planted) as found:
            yield found
    except NoSandbox as error:
        pytest.skip(str(error))
    finally:
        del os.environ["GRADER_TOKEN"]


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judge as if nothing else ran on this machine: on a busy one, who hangs is rightly not judged at all."""
    monkeypatch.setattr("grader.oracle.overtime.STARVED", 0.0)


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize("cheat", ALL, ids=lambda cheat: cheat.name)
def test_cheat(bench: Bench, cheat: Cheat) -> None:
    """It earns no more than honesty, tells nothing, leaves nothing, and harms nobody."""
    base = cheat.facts.get("honest", cheat.facts.get("base", "stubs"))
    honest = bench.honest(cheat.task, base)
    bench.begin()
    files = bench.laid(cheat)
    seconds = cheat.facts.get("seconds")
    verdict = bench.judge(cheat.task, files, float(seconds) if seconds else None)
    assert verdict.status is not Status.GRADER_ERROR, verdict.note
    assert verdict.fraction <= honest < 1
    assert verdict.fraction < 1 and verdict.status is not Status.PASSED
    reported(bench, files, verdict)
    nothing_else_happened(bench)


def reported(bench: Bench, files: dict[str, str], verdict: TaskVerdict) -> None:
    """Write the verdict's record and page, and see that they are well-formed and tell no secret."""
    module = bench.course.modules[0]
    (task,) = [task for task in module.tasks if task.id == verdict.task]
    alone = type(module)(**{**vars(module), "tasks": (task,)})
    record = score(
        [alone],
        {task.id: verdict},
        Submission("cheat", "cheat", {"0": files}),
        basis=Basis.VERIFIED,
        sandbox=bench.students.report,
        seed=str(SEED),
        seconds=1.0,
    )
    data = encode(record)
    again = decode(data)
    assert again.score == record.score and encode(again) == data
    assert len(data) < 300_000 and "/stages/" not in data.decode()
    known = {"", *module.files, *module.given, *module.written}
    assert {failure.file for failure in verdict.failures} <= known
    assert SECRET not in data.decode()
    assert SECRET not in student_page.page(again)


def nothing_else_happened(bench: Bench) -> None:
    """See that no process, no file and no damage is left, and that the next one is judged as ever."""
    bench.settle()
    assert bench.alive() == bench.processes
    assert listing(bench.planted) == bench.planted_files
    assert traces(bench.planted, bench.course.root, Path(__file__).parent) == []
    after = bench.judge("0.4", bench.base("reference"), look="probes")
    assert after.fraction == 1


def test_there_are_many_cheats() -> None:
    """Each has an idea in a sentence, and a base that is known."""
    assert len(ALL) >= 60
    for cheat in ALL:
        assert cheat.idea.endswith(".")
        assert cheat.facts.get("base", "stubs") in ("stubs", "wrong")


def test_honest_work_earns_its_points(bench: Bench) -> None:
    """The reference passes what cheats fail, so that nothing here passes for the wrong reason."""
    files = bench.base("reference")
    for task in bench.course.tasks:
        verdict = bench.judge(task.id, files)
        assert verdict.fraction == 1, (task.id, verdict.failures)
        assert verdict.status is Status.PASSED
    assert Fraction(1, 2) < bench.honest("0.1", "wrong") < 1
    assert 0 < bench.honest("0.2", "one test") <= Fraction(1, 8)


def test_a_file_of_tests_that_was_not_handed_in(bench: Bench) -> None:
    """What is not handed in is not there: the reference's own tests don't take its place."""
    files = bench.base("reference")
    del files["tests/test_properties.py"]
    verdict = bench.judge("0.2", files)
    assert verdict.fraction == 0
    assert verdict.status is Status.TODO


def test_the_whole_way(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Through the grader and its gradebook: cheats beside an honest submission, which gets exactly its score."""
    level = bench.students.level
    monkeypatch.setattr(judging, "open_sandbox", partial(open_sandbox, level=level))
    chosen = [cheat for cheat in ALL if cheat.name in FULL]
    assert len(chosen) == len(FULL)
    told: list[str] = []
    with Gradebook(tmp_path / "gradebook.db") as book:
        policy = Policy(tasks=("0.1", "0.2", "0.4"), seed=SEED)
        with Grader(bench.course, book, policy) as grader:
            for cheat in chosen:
                submission = Submission(cheat.name, cheat.name, {"0": bench.laid(cheat)})
                record = grader.grade(submission, lambda s, t, v: told.append(t.id))
                assert record.score < 12 and record.points == 12
                honest = Submission("honest", "honest", {"0": bench.base("reference")})
                assert grader.grade(honest, lambda s, t, v: None).score == 12
        records = book.records()
        assert [r.submission.id for r in records] == sorted([*FULL, "honest"])
        assert SECRET not in "".join(encode(r).decode() for r in records)
        assert SECRET not in class_page.page(records)
    assert len(told) == 3 * len(chosen)


def test_no_expected_value_enters_the_child(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request holds an answer of the reference, an exam's question, or the seed that they come from."""
    orders: list[str] = []
    start = Conversation.__init__

    def noting(
        self: Conversation, sandbox: object, stage: object, order: object, seconds: float
    ) -> None:
        if sandbox is bench.students:
            orders.append(json.dumps(order))
        start(self, sandbox, stage, order, seconds)  # type: ignore[arg-type]

    monkeypatch.setattr(Conversation, "__init__", noting)
    for asked in ("0.1", "0.3", "0.5"):
        bench.judge(asked, bench.base("stubs"))
    told = "\n".join(orders)
    module = bench.course.modules[0]
    assert '"probes"' in told and '"exam"' in told and '"tests"' in told
    assert str(SEED) not in told
    assert str(derive(SEED, Purpose.QUESTIONS)) not in told
    assert "lambda x1, x2" not in told and "x1 - 0.5" not in told
    assert "(1.0 + math.exp(-x))" not in told
    (task,) = [task for task in module.tasks if task.id == "0.1"]
    questions = bench.library.questions(module)
    paper = questions.paper([q for q in questions.of(task) if isinstance(q, Probe)])
    answers = bench.library.answers(module, task, paper, derive(SEED, Purpose.PROBES)).answers
    numbers = [
        value
        for answer in answers.values()
        if isinstance(answer.value, dict)
        for value in answer.value.values()
        if isinstance(value, float) and len(repr(value).strip("-.0")) > 14
    ]
    assert len(numbers) > 300
    assert not [value for value in numbers if repr(value) in told or value.hex() in told]


SEARCH = '''
import os, sys
FOUND = []
for root in {"/", *sys.path, os.path.dirname(os.path.dirname(os.getcwd())), "PLANTED", "ROOT"}:
    for folder, folders, names in os.walk(root):
        folders[:] = [f for f in folders if f not in ("proc", "sys", "site-packages")]
        for name in names:
            path = os.path.join(folder, name)
            if os.path.getsize(path) if os.path.isfile(path) else 0:
                if name.endswith((".py", ".toml", ".txt", ".db")) and "python3" not in path:
                    try:
                        text = open(path, "rb").read()
                    except OSError:
                        continue
                    if b"rose" + b"bud" in text:
                        FOUND.append(path)
print("SEARCHED", len(FOUND), FOUND)


def mul(x, y):
    """Tell."""
    raise ValueError(f"searched: {FOUND}")
'''


def test_the_reference_is_not_to_be_found_where_probes_run(bench: Bench) -> None:
    """A search of every file that a child can read finds the secret of the reference nowhere."""
    files = bench.base("stubs")
    search = SEARCH.replace("PLANTED", str(bench.planted)).replace("ROOT", str(bench.course.root))
    files["minitorch/operators.py"] += search
    verdict = bench.judge("0.1", files)
    said = [f.message for f in verdict.failures if "searched" in f.message]
    assert said and all(message.endswith("searched: []") for message in said), said
