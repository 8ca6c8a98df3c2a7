"""The workflows: well formed, of little permission, and each step's command does what the workflow means."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from grader.authoring.publish import FOR_AUTHORS, publish
from grader.tests.authored import needs_course
from grader.tests.github_stand_in import REPOSITORY, TOKEN, github, packed
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS
from grader.tests.workflows import BIN, FOLDER, ROOT, lend_environment, load, ran, steps

WORKFLOWS = sorted(FOLDER.glob("*.yml"))
FORK = "alice/minitorch"

WRITES = {"feedback.yml": {"pull-requests"}}  # what may be written, and nothing else
LONGEST = {"regrade.yml": 350}  # minutes of a job
SECRETS = {  # where each may be read: at these steps, and nowhere else
    "regrade.yml": {"publish": ["Comment"]},
    "release.yml": {
        "release": [
            "Students: get what they have",
            "Students: push",
            "Solution: get what is there",
            "Solution: push",
        ]
    },
}


@pytest.fixture
def student(toy_course: Toy, tmp_path: Path) -> Toy:
    """Publish the toy course to a repository of a student, and lend it our environment."""
    folder = tmp_path / "published"
    publish(toy_course.load(), folder)
    lend_environment(folder)
    toy = Toy(folder)
    toy.git("init", "--quiet")
    toy.git("add", "--all", ".")
    toy.git("-c", "user.name=A", "-c", "user.email=a@b.example", "commit", "--quiet", "-m", "begin")
    return toy


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_permissions_are_the_least(path: Path) -> None:
    """Nothing by default; a job reads, and writes what is listed above."""
    workflow = load(path)
    assert workflow["permissions"] == {}
    assert "concurrency" in workflow
    for job in workflow["jobs"].values():
        granted = job["permissions"]
        assert set(granted.values()) <= {"read", "write"}
        assert {n for n, how in granted.items() if how == "write"} == WRITES.get(path.name, set())
        if "steps" in job:
            assert job["timeout-minutes"] <= LONGEST.get(path.name, 60)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_keep_no_token(path: Path) -> None:
    """By commit, with the version beside it; what is checked out holds no token."""
    used = re.findall(r"uses: (?!\./)(.+)", path.read_text())
    assert used
    for each in used:
        assert re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v[0-9.]+", each), each
    for job in load(path)["jobs"].values():
        for step in job.get("steps", ()):
            if step.get("uses", "").startswith("actions/checkout@"):
                assert step["with"]["persist-credentials"] is False


def test_one_action_has_one_commit() -> None:
    """A version that is raised in one file is raised in all."""
    used = {found for p in WORKFLOWS for found in re.findall(r"uses: (actions/.+)", p.read_text())}
    assert len(used) == len({each.split("@")[0] for each in used})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_secrets_are_read_where_they_are_needed(path: Path) -> None:
    """At single steps of a job whose environment protects them."""
    known, count = SECRETS.get(path.name, {}), 0
    for id, job in load(path)["jobs"].items():
        reading = [s["name"] for s in job.get("steps", ()) if "secrets." in str(s)]
        assert reading == known.get(id, []) and (not reading or job["environment"])
        count += len(reading)
    assert path.read_text().count("secrets.") == count


@pytest.mark.skipif(not shutil.which(BIN / "zizmor"), reason="zizmor is not installed")
def test_zizmor_and_the_schema_find_nothing(tmp_path: Path) -> None:
    """Strictly, and it would find something: a workflow without permissions is a finding."""
    audit = [str(BIN / "zizmor"), "--offline", "--strict-collection", "--pedantic", "--quiet"]
    schema = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows"]
    assert WORKFLOWS
    for path in WORKFLOWS:
        subprocess.run([*audit, str(path)], check=True)
        subprocess.run([*schema, str(path)], check=True, capture_output=True)
    bad = tmp_path / ".github" / "workflows" / "bad.yml"
    bad.parent.mkdir(parents=True)
    bad.write_text(re.sub(r"permissions:.*\n(      .+\n)*", "", (FOLDER / "grade.yml").read_text()))
    assert subprocess.run([*audit, str(bad)], capture_output=True).returncode
    bad.write_text("on: push\njobs: {a: {steps: []}}\n")
    assert subprocess.run([*schema, str(bad)], capture_output=True).returncode


def test_every_ignored_finding_is_explained() -> None:
    """An ignored finding without a reason would be a hidden one."""
    for path in WORKFLOWS:
        for reason in re.findall(r"zizmor: ignore\[[a-z-]+\](.*)", path.read_text()):
            assert len(reason.split()) >= 5, path.name


def test_a_pull_request_is_graded_and_commented_on(student: Toy, tmp_path: Path) -> None:
    """A student's edit is checked, shown in the summary and beside the code, and told on the pull request."""
    base = student.git("rev-parse", "HEAD").strip()
    stub = '    raise NotImplementedError("Task 0.1: implement clamp in minitorch/ops.py")\n'
    student.edit(f"module0/{OPS}", stub, "    return max(x, low)\n")
    summary = tmp_path / "summary.md"
    context = {"github.event.pull_request.base.sha || github.event.before": base}
    grade = steps("grade.yml")
    checked = ran(grade["Check"], student.root, context)
    assert checked.returncode == 1, checked.stderr  # the work is not right yet: so says the run
    ran(
        grade["Write the summary"], student.root, {}, GITHUB_STEP_SUMMARY=str(summary)
    ).check_returncode()
    assert "| 0.1 |" in summary.read_text() and "| 1.1 |" not in summary.read_text()
    told = ran(grade["Annotate"], student.root, {})
    assert "::error file=module0/minitorch/ops.py" in told.stdout

    finished = {
        "id": 4711,
        "event": "pull_request",
        "head_branch": "main",
        "head_sha": base,
        "head_repository": {"full_name": FORK},
    }
    (tmp_path / "event.json").write_text(json.dumps({"workflow_run": finished}))
    with github() as hub:
        hub.pull(3, FORK, "main", base)
        hub.artifact(4711, packed((student.root / "record.json").read_bytes()))
        posted = ran(
            steps("feedback.yml")["Comment"],
            student.root,
            {"github.token": TOKEN},
            GITHUB_API_URL=hub.url,
            GITHUB_REPOSITORY=REPOSITORY,
            GITHUB_EVENT_PATH=str(tmp_path / "event.json"),
        )
        assert posted.returncode == 0, posted.stderr
        assert "By the tests, as your own branch ran them" in hub.comments[0]["body"]


def test_where_nothing_changed_nothing_is_checked(student: Toy) -> None:
    """Nor is there a record, which the next steps ask for."""
    base = student.git("rev-parse", "HEAD").strip()
    student.write("NOTES.md", "notes\n")
    context = {"github.event.pull_request.base.sha || github.event.before": base}
    checked = ran(steps("grade.yml")["Check"], student.root, context)
    assert checked.returncode == 0 and "nothing to check" in checked.stdout
    assert not (student.root / "record.json").exists()


def test_the_first_push_of_a_branch_checks_what_was_begun(student: Toy) -> None:
    """GitHub names a commit of zeros then."""
    context = {"github.event.pull_request.base.sha || github.event.before": "0" * 40}
    checked = ran(steps("grade.yml")["Check"], student.root, context)
    assert checked.returncode == 0 and "nothing to check" in checked.stdout
    student.write(f"module0/{OPS}", (student.root / f"module0/{OPS}").read_text() + "\n# mine\n")
    assert ran(steps("grade.yml")["Check"], student.root, context).returncode == 1
    assert '"id": "0.1"' in (student.root / "record.json").read_text()


@pytest.mark.parametrize("revision", ["no-such-branch", "--json", ""])
def test_a_mistyped_revision_is_no_clean_bill(student: Toy, revision: str) -> None:
    """Only a commit's full name may be unknown; anything else was called wrong."""
    context = {"github.event.pull_request.base.sha || github.event.before": revision}
    checked = ran(steps("grade.yml")["Check"], student.root, context)
    assert checked.returncode == 2 and "nothing to check" not in checked.stdout
    assert "next:" in checked.stderr


def test_students_get_their_own_workflows() -> None:
    """Those with secrets, and those that need the source, stay with the instructor."""
    published = {
        p.name for p in WORKFLOWS if not f".github/workflows/{p.name}".startswith(FOR_AUTHORS)
    }
    assert published == {"grade.yml", "feedback.yml"}


@needs_course
def test_the_authors_workflow_calls_what_the_makefile_has() -> None:
    """Each part of its matrix is a target."""
    (job,) = load(FOLDER / "course.yml")["jobs"].values()
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(job["strategy"]["matrix"]["what"]) <= set(targets)
