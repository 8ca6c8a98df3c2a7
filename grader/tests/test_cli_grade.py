"""``grader grade``: what comes out, whatever comes in."""

from __future__ import annotations

import json
import shutil
import tarfile
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from grader import record as records
from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.model import Record, Status
from grader.tests.handed_in import forbid
from grader.tests.toy import Toy
from grader.tests.toy_work import (
    OPS,
    WRONG_CLAMP,
    lend_sandboxes,
    solved,
    write_work,
)

FAST = (
    "--only",
    "0.1",
    "--only",
    "0.2",
    "--only",
    "1.1",
)  # all but the one that is held against mutants


@pytest.fixture
def opened(
    toy_course: Toy, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], int]:
    """Work in the toy course with shared sandboxes; say how often one was asked for."""
    monkeypatch.chdir(toy_course.root)
    monkeypatch.setenv("COLUMNS", "100")
    return lend_sandboxes(request.config, monkeypatch)


@pytest.fixture
def klass(toy_course: Toy, tmp_path: Path) -> Path:
    """Write a class: ada did it all, bob one task, cid a wrong one."""
    course, folder = toy_course.load(), tmp_path / "class"
    write_work(folder / "ada", solved(course))
    write_work(folder / "bob", solved(course, "0.1"))
    wrong = solved(course)
    wrong["0"][OPS] += WRONG_CLAMP
    write_work(folder / "cid", wrong)
    return folder


def grade(out: Path, *arguments: object) -> dict[str, Record]:
    """Grade with one worker; read what was written."""
    assert run(["grade", *map(str, arguments), "--out", str(out), "--jobs", "1"]) == 0
    return {
        path.parent.name: records.read(path)
        for path in sorted(out.glob("submissions/*/record.json"))
    }


def scores(found: dict[str, Record]) -> dict[str, tuple[float, float]]:
    return {id: (record.score, record.points) for id, record in found.items()}


def verdicts(record: Record) -> dict[str, Any]:
    """Give all that a record says of its tasks, but how long they took."""
    plain = json.loads(records.encode(record))
    plain.pop("seconds")
    for module in plain["modules"]:
        for task in module["tasks"]:
            task.pop("seconds")
    return dict(plain)


def test_a_class(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everyone gets a record and a page; wrong work is no failure of the grader; no bar where there is no terminal."""
    out = tmp_path / "out"
    found = grade(out, klass, *FAST)
    assert scores(found) == {"ada": (9.0, 9.0), "bob": (2.0, 9.0), "cid": (4.0, 9.0)}
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "━" not in printed.out and "\x1b" not in printed.out
    assert "3 submissions, 1 with full marks" in printed.out
    assert printed.out.endswith(f"\nReports: {out / 'index.html'}\n")
    index = (out / "index.html").read_text("utf-8")
    schema = json.loads(Path(records.__file__).with_name("record.schema.json").read_bytes())
    for id, record in found.items():
        assert f"submissions/{id}/report.html" in index
        assert id in (out / "submissions" / id / "report.html").read_text("utf-8")
        Draft202012Validator(schema).validate(
            json.loads((out / "submissions" / id / "record.json").read_bytes())
        )
        assert record.submission.source == str(klass / id)
        assert record.basis == "verified"
    with Gradebook(out / "gradebook.db") as book:
        assert {r.submission.id: r for r in book.records()} == found
    assert sorted(path.name for path in out.iterdir()) == [
        "gradebook.db",
        "index.html",
        "submissions",
        "tasks",
    ]


def test_what_was_graded_is_not_graded_again(
    opened: Callable[[], int], klass: Path, tmp_path: Path, toy_course: Toy
) -> None:
    """A hit opens no sandbox; one changed file costs that module alone; a changed course costs what it concerns."""
    out = tmp_path / "out"
    first = grade(out, klass, "--modules", "0", "--only", "0.1")
    asked = opened()
    assert grade(out, klass, "--modules", "0", "--only", "0.1") == first
    assert opened() == asked
    file = klass / "cid" / "module0" / OPS
    file.write_text(file.read_text() + "\n# changed\n")
    again = grade(out, klass, "--only", "0.1")
    assert opened() == asked + 2
    assert again["ada"] == first["ada"] and again["cid"].seed != first["cid"].seed
    toy_course.edit(
        "grader/course/probes/module0/bounds.py", "cases=8)\ndef clamp", "cases=9)\ndef clamp"
    )
    from grader.classes import fingerprint

    fingerprint.course_state.cache_clear()
    third = grade(out, klass / "ada", "--only", "0.1")
    assert opened() == asked + 4
    task = third["ada"].modules[0].tasks[0]
    assert task.probes is not None and task.probes.cases == 9


def test_the_same_seed_gives_the_same_record(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    one, two, three = (
        grade(tmp_path / f"out{n}", klass / "cid", "--seed", seed, "--only", "0.1")["cid"]
        for n, seed in enumerate((4, 4, 5))
    )
    assert verdicts(one) == verdicts(two) != verdicts(three)
    assert (one.seed, three.seed) == ("4", "5")


def test_without_a_seed_nobody_can_foresee_it(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    seeds = {
        grade(tmp_path / f"out{n}", klass / "cid", "--only", "0.1")["cid"].seed for n in range(2)
    }
    assert len(seeds) == 2


def test_only_some_tasks_and_modules(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    ada, runs = klass / "ada", count()

    def graded(*options: str) -> dict[str, list[str]]:
        record = grade(tmp_path / f"out{next(runs)}", ada, *options)["ada"]
        return {module.id: [task.id for task in module.tasks] for module in record.modules}

    assert graded("--only", "0.2", "--only", "task1_1") == {"0": ["0.2"], "1": ["1.1"]}
    assert graded("--modules", "1") == {"1": ["1.1"]}
    assert graded("--modules", "module0, 1", "--only", "0.1") == {"0": ["0.1"], "1": []}


def test_another_run_is_asked_for_something_else(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    """It reuses what is known of a task, and neither less nor more of a record than it is asked for."""
    out, ada = tmp_path / "out", klass / "ada"

    def graded(*options: str) -> dict[str, list[str]]:
        record = grade(out, ada, *options)["ada"]
        return {module.id: [task.id for task in module.tasks] for module in record.modules}

    assert graded("--only", "0.1") == {"0": ["0.1"]}
    assert graded("--only", "0.2") == {"0": ["0.2"]}
    assert graded("--only", "0.1", "--only", "0.2") == {"0": ["0.1", "0.2"]}
    asked = opened()
    assert graded("--only", "0.1") == {"0": ["0.1"]}
    assert opened() == asked
    assert graded("--only", "1.1") == {"0": ["0.1"], "1": ["1.1"]}  # Module 0 was graded before
    assert graded(*FAST) == {"0": ["0.1", "0.2"], "1": ["1.1"]}


def test_every_packaging(
    opened: Callable[[], int], klass: Path, tmp_path: Path, toy_course: Toy
) -> None:
    """A folder, a zip, a tar, a single module folder, and a revision of a repository are all one to the grader."""
    ada = klass / "ada"
    shutil.make_archive(str(tmp_path / "zipped"), "zip", ada)
    with tarfile.open(tmp_path / "tarred.tar.gz", "w:gz") as archive:
        archive.add(ada, "work")
    shutil.copytree(ada / "module0", tmp_path / "single" / "module0")
    shutil.copytree(ada / "module0", tmp_path / "alone")
    shutil.copytree(toy_course.root / "module0", tmp_path / "repo" / "module0")
    shutil.copytree(ada / "module0", tmp_path / "repo" / "module0", dirs_exist_ok=True)
    repo = Toy(tmp_path / "repo")
    repo.git("init", "--quiet")
    repo.commit()
    repo.git("tag", "handed-in")
    repo.write(f"module0/{OPS}", "broken(")
    specs = [
        ada,
        tmp_path / "zipped.zip",
        tmp_path / "tarred.tar.gz",
        tmp_path / "alone",
        tmp_path / "single",
    ]
    found = grade(tmp_path / "out", *specs, f"{tmp_path / 'repo'}@handed-in", "--only", "0.1")
    assert set(found) == {"ada", "zipped", "tarred", "alone", "single", "repo"}
    assert set(scores(found).values()) == {(2.0, 2.0)}
    commit = found["repo"].submission.commit
    assert commit is not None and len(commit) == 40


def test_the_same_name_twice(opened: Callable[[], int], klass: Path, tmp_path: Path) -> None:
    shutil.copytree(klass / "bob", tmp_path / "late" / "ada")
    found = grade(tmp_path / "out", klass / "ada", tmp_path / "late" / "ada", "--only", "0.2")
    assert len(found) == 2
    assert sorted(record.score for record in found.values()) == [0.0, 3.0]


def test_results_beside_the_submissions_are_none(opened: Callable[[], int], klass: Path) -> None:
    first = grade(klass / "results", klass, "--only", "0.1")
    assert grade(klass / "results", klass, "--only", "0.1") == first
    assert set(first) == {"ada", "bob", "cid"}


def test_equal_work_is_judged_once(opened: Callable[[], int], klass: Path, tmp_path: Path) -> None:
    shutil.copytree(klass / "ada", klass / "dan")
    found = grade(tmp_path / "out", klass, "--only", "0.1")
    assert found["ada"].modules == found["dan"].modules


def test_nothing_handed_in(opened: Callable[[], int], tmp_path: Path) -> None:
    """Without a module there is nothing to mark; one that was asked for could not be read, or was not begun."""
    klass = tmp_path / "class"
    (klass / "eve").mkdir(parents=True)
    (klass / "eve" / "essay.txt").write_text("My thoughts.\n")
    (klass / "fay.zip").write_bytes(b"no archive at all")
    (klass / "gus").mkdir()
    free = grade(tmp_path / "free", klass / "fay.zip")["fay"]
    assert (free.score, free.points, free.modules) == (0.0, 0.0, ())
    assert any("neither a zip archive nor a tar" in problem.message for problem in free.problems)
    asked = grade(tmp_path / "asked", klass, "--modules", "0", *FAST)
    statuses = {"eve": Status.UNREAD, "fay": Status.UNREAD, "gus": Status.TODO}
    for id, status in statuses.items():
        record = asked[id]
        assert (record.score, record.points) == (0.0, 5.0)
        assert {task.status for task in record.modules[0].tasks} == {status}
        said = [problem.said for problem in record.problems]
        assert ("module0: was not handed in: its tasks count as not begun" in said) == (id == "gus")


def test_all_records_in_one_file(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "all.json"
    found = grade(tmp_path / "out", klass, "--only", "0.1", "--json", file)
    written = json.loads(file.read_bytes())
    assert [each["submission"]["id"] for each in written] == ["ada", "bob", "cid"]
    assert [records.decode(json.dumps(each).encode()) for each in written] == list(found.values())
    capsys.readouterr()
    arguments = ["grade", str(klass), "--out", str(tmp_path / "out"), "--only", "0.1"]
    assert run([*arguments, "--json", str(tmp_path / "no" / "where.json")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("Can't write there: No such file or directory.\n  where: ")


def test_a_place_for_one_report_that_is_taken(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (out / "submissions").mkdir(parents=True)
    (out / "submissions" / "ada").write_text("in the way\n")
    assert run(["grade", str(klass / "ada"), "--out", str(out), "--only", "0.1"]) == 2
    assert capsys.readouterr().err.startswith(
        f"Can't write there: File exists.\n  where: {out / 'submissions' / 'ada'}\n"
    )


def test_a_folder_of_results_that_an_older_version_wrote(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its gradebook is used; new pages lie in the new place, and the old folders are left alone and named."""
    out = tmp_path / "out"
    first = grade(out, klass, "--only", "0.1")
    for folder in (out / "submissions").iterdir():
        folder.rename(out / folder.name)
    (out / "submissions").rmdir()
    before = {path: path.read_bytes() for path in out.glob("*/re*")}
    asked = opened()
    capsys.readouterr()
    assert grade(out, klass, "--only", "0.1") == first
    assert opened() == asked
    assert {path: path.read_bytes() for path in out.glob("*/re*")} == before
    assert len(before) == 6
    told = f"note: {out} holds results of an older version, which are not updated: ada, bob, cid."
    assert (
        capsys.readouterr().err
        == f"{told} Today's are in {out / 'submissions'}; remove the others.\n"
    )
    assert run(["gradebook", "report", str(out)]) == 0
    assert capsys.readouterr().err.startswith(told)


@pytest.mark.parametrize("name", ["gradebook.db-wal.zip", "tasks", "similar", "submissions"])
def test_a_submission_called_like_a_file_of_the_class_stops_nobody(
    opened: Callable[[], int], klass: Path, tmp_path: Path, name: str
) -> None:
    """The write-ahead log of SQLite is such a file."""
    (klass / "bob").rename(klass / name)
    if name.endswith(".zip"):
        shutil.make_archive(str(tmp_path / "packed"), "zip", klass / name)
        shutil.rmtree(klass / name)
        (tmp_path / "packed.zip").rename(klass / name)
    found = grade(tmp_path / "out", klass, "--only", "0.1")
    assert set(found) == {"ada", "cid", name.removesuffix(".zip")}
    assert grade(tmp_path / "out", klass, "--only", "0.1") == found


def test_another_database(opened: Callable[[], int], klass: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "term #1.db"
    grade(tmp_path / "out", klass / "ada", "--only", "0.1", "--database", f"sqlite:///{elsewhere}")
    assert not (tmp_path / "out" / "gradebook.db").exists()
    with Gradebook(elsewhere) as book:
        assert book.record("ada") is not None


def test_what_can_be_no_submission_is_named(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A student whose archive is of another kind must not vanish without a word; a damaged one is counted."""
    (klass / "dan.rar").write_text("Rar!")
    (klass / "eve.zip").write_text("no zip")
    (klass / ".hidden").write_text("")
    grade(klass / "out", klass, "--only", "0.1")  # its results lie there, too
    printed = capsys.readouterr()
    assert (
        "\n4 submissions, 2 with full marks, 1 with files that could not be read\n" in printed.out
    )
    assert printed.err == (
        "warning: no submissions, and passed over: dan.rar. A submission is a folder or a .zip or .tar archive.\n"
    )


def test_files_that_could_not_be_read_come_first(
    opened: Callable[[], int], klass: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the table, in the headline of the report, in the list of the class, and at the end, with what to do."""
    out, ops = tmp_path / "out", klass / "ada" / "module0" / OPS
    ops.write_bytes(ops.read_text().encode("utf-16"))
    moved = klass / "cid" / "module0" / OPS
    moved.rename(klass / "cid" / "module0" / moved.name)
    found = grade(out, klass, "--modules", "0", *FAST[:4])
    printed = capsys.readouterr().out
    assert f"? could not be read: {ops.name} is UTF-16 text; save it as UTF-8" in printed
    assert "\n3 submissions, 0 with full marks, 2 with files that could not be read\n" in printed
    assert f"\n2 submissions with files that could not be read: ada, cid. See {out}" in printed
    ada, cid = found["ada"], found["cid"]
    assert {task.status for task in ada.modules[0].tasks} == {Status.UNREAD}
    assert ada.modules[0].tasks[0].note == f"module0/{OPS} is UTF-16 text; save it as UTF-8"
    assert ada.modules[0].tasks[0].failures == ()
    assert [problem.kind for problem in ada.problems] == ["unread"]
    assert cid.problems[0].cure == f"put it into module0/{Path(OPS).parent}/"
    page = (out / "submissions" / "ada" / "report.html").read_text("utf-8")
    assert page.index("is UTF-16 text. <strong>Save it as UTF-8.") < page.index('id="next"')
    index = (out / "index.html").read_text("utf-8")
    assert index.index("put it into module0/") < index.index('id="students"')
    assert run(["gradebook", "stats", str(out)]) == 0
    assert f"  ada: module0/{OPS} is UTF-16 text; save it as UTF-8\n" in capsys.readouterr().out


def test_a_copy_beside_an_untouched_file_is_the_work_that_could_not_be_read(
    opened: Callable[[], int], klass: Path, tmp_path: Path, toy_course: Toy
) -> None:
    """Beside a file with work in it, it is a copy, and no more than a note."""
    ops = klass / "ada" / "module0" / OPS
    copy = ops.with_name(f"{ops.stem} (1).py")
    shutil.copy(ops, copy)
    (noted,) = grade(tmp_path / "one", klass / "ada", "--only", "0.1")["ada"].problems
    assert noted.kind == "note"
    shutil.copy(toy_course.root / "module0" / OPS, ops)
    found = grade(tmp_path / "two", klass / "ada", "--only", "0.1")["ada"]
    assert [problem.kind for problem in found.problems] == ["unread"]
    assert found.modules[0].tasks[0].status is Status.UNREAD


def test_what_was_not_asked_for_is_in_no_report(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    """Files of Module 1 are missing in a report of Module 1, and in no other."""
    for file in (klass / "ada" / "module1").rglob("*.py"):
        if "test" not in file.name:
            file.write_bytes(b"\xff\xfe")
    (klass / "ada" / "module1" / OPS).unlink()
    assert grade(tmp_path / "out", klass / "ada", "--only", "0.2")["ada"].problems == ()
    asked = grade(tmp_path / "out", klass / "ada", "--only", "1.1")["ada"].problems
    assert {problem.module for problem in asked} == {"1"} and len(asked) > 1


def test_a_submission_that_the_machine_keeps_from_being_read_costs_no_points(
    opened: Callable[[], int],
    klass: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is listed as that everywhere, the exit code says so, and the next run grades it."""
    out, arguments = tmp_path / "out", ["grade", str(klass), "--only", "0.1", "--jobs", "1"]
    arguments += ["--out", str(out), "--modules", "0"]
    with monkeypatch.context() as locked:
        forbid(locked, "bob")
        assert run(arguments) == 3
    printed = capsys.readouterr()
    why = "what was handed in can't be read here: Permission denied"
    assert [line.split()[:5] for line in printed.out.splitlines()[1:4]] == [
        ["1", "ada", "2", "2", "2"],
        ["2", "bob", "–", "–", "–"],
        ["3", "cid", "0", "2", "0"],
    ]
    assert f"! could not be graded: {why[:30]}" in printed.out
    assert "\n3 submissions, 1 with full marks, 1 that could not be graded\n" in printed.out
    assert f"\n    bob: {why}\n" in printed.err
    assert f"Could not be graded</strong>, which costs no points: {why.partition('can')[0]}" in (
        out / "submissions" / "bob" / "report.html"
    ).read_text("utf-8")
    assert "What could not be read or graded" in (out / "index.html").read_text("utf-8")
    with Gradebook(out / "gradebook.db") as book:
        assert list(book.ungraded()) == ["bob"] and list(book.attempts()) == ["ada", "cid"]
    assert run(arguments) == 0
    assert records.read(out / "submissions" / "bob" / "record.json").score == 2.0
    with Gradebook(out / "gradebook.db") as book:
        assert book.ungraded() == {}


def test_one_that_breaks_the_grader_is_told_at_the_end(
    opened: Callable[[], int],
    klass: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The others are graded and shown; the exit code says that the grader failed."""
    from grader.oracle.examiner import Examiner

    judge = Examiner.judge

    def judged(self: Examiner, task: Any, files: dict[str, str], *rest: Any) -> Any:
        if WRONG_CLAMP in files.get(OPS, ""):
            raise ZeroDivisionError("a bug of ours")
        return judge(self, task, files, *rest)

    monkeypatch.setattr(Examiner, "judge", judged)
    out = tmp_path / "out"
    assert run(["grade", str(klass), "--out", str(out), "--only", "0.1", "--jobs", "1"]) == 3
    printed = capsys.readouterr()
    assert "ada" in printed.out and "bob" in printed.out
    assert "! could not be graded: the grader itself broke; please report it: " in printed.out
    assert printed.err == (
        "1 could not be graded, or not wholly, which costs nobody points:\n"
        "    cid: the grader itself broke; please report it: ZeroDivisionError: a bug of ours\n"
        f"  where: {out}\n"
        "  next:  fix what is said there, and run the same command again: what was done is kept\n"
    )


def test_no_sandbox_that_is_strong_enough(
    toy_course: Toy,
    klass: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where bubblewrap is not installed, level A fails closed: no student code runs, no score appears."""
    monkeypatch.chdir(toy_course.root)
    monkeypatch.setenv("PATH", str(tmp_path))
    out = tmp_path / "out"
    assert run(["grade", str(klass), "--out", str(out), "--require-sandbox", "A"]) == 3
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Student code can't be run safely here: sandbox level A is required."
    assert said[1].startswith("  where: level A: ") and "level B: too weak" in said[1]
    assert said[2] == "  next:  sudo apt-get install bubblewrap   (Debian, Ubuntu)"
    assert not list(out.glob("**/record.json"))


def test_style_costs_points_where_the_rules_of_the_class_say_so(
    opened: Callable[[], int], toy_course: Toy, tmp_path: Path
) -> None:
    """Only on lines that the student wrote; record and page say how the score came about."""
    files = solved(toy_course.load())
    files["0"][OPS] += "\n\nimport os\nx = 1;y = 2\n"
    work, out = write_work(tmp_path / "ada", files), tmp_path / "out"
    out.mkdir()
    plain = grade(tmp_path / "plain", work, "--modules", "0", *FAST[:4])["ada"]
    assert (plain.style, plain.terms) == ((), ())
    (out / "class.toml").write_text("[style]\neach = 0.25\nat_most = 2.0\n", "utf-8")
    found = grade(out, work, "--modules", "0", *FAST[:4])["ada"]
    assert [finding.split(" ")[1] for finding in found.style if OPS in finding].count("E702") == 1
    (term,) = found.terms
    assert term.points == -0.25 * len(found.style) == found.score - plain.score
    assert term.why == f"style: {len(found.style)} findings"
    assert term.why in (out / "submissions" / "ada" / "report.html").read_text("utf-8")


def test_the_best_attempt_counts_where_the_rules_say_so(
    opened: Callable[[], int], klass: Path, tmp_path: Path
) -> None:
    """Whoever hands in something worse later keeps the better one, in record, page and table."""
    out = tmp_path / "out"
    first = grade(out, klass / "ada", *FAST)["ada"]
    (out / "class.toml").write_text('counts = "best"', "utf-8")
    shutil.rmtree(klass / "ada")
    shutil.copytree(klass / "bob", klass / "ada")
    assert grade(out, klass / "ada", *FAST)["ada"].score == first.score == 9.0
    (out / "class.toml").unlink()
    assert grade(out, klass / "ada", *FAST)["ada"].score == 2.0
