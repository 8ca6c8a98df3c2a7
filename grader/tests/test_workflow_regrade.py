"""``regrade.yml``: a class from its repositories to a table and a comment for each, without a network."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from grader.authoring.publish import publish
from grader.tests.authored import needs_course
from grader.tests.github_stand_in import REPOSITORY, TOKEN, github
from grader.tests.toy import Toy
from grader.tests.toy_work import OPS
from grader.tests.workflows import FOLDER, Step, lend_environment, load, ran, steps

pytestmark = needs_course

SERVER = "https://github.example"
STUB = '    raise NotImplementedError("Task 0.1: implement clamp in minitorch/ops.py")\n'
needs_bubblewrap = pytest.mark.skipif(not shutil.which("bwrap"), reason="bwrap is not installed")


@dataclass
class Class:
    """A course, and the repositories of its students on a server that is a folder."""

    course: Toy
    hub: Path
    settings: Path

    def push(self, name: str, edit: Callable[[Toy], None]) -> str:
        """Let a student edit what was published, and push it; give the commit."""
        student = Toy(self.hub / name / "minitorch")
        publish(self.course.load(), student.root)
        edit(student)
        student.git("init", "--quiet", "--initial-branch=main")
        student.git("add", "--all", ".")
        who = ("-c", "user.name=A", "-c", "user.email=a@b.example")
        student.git(*who, "commit", "--quiet", "-m", "work")
        return student.git("rev-parse", "HEAD").strip()

    def step(
        self, job: str, name: str, context: dict[str, str], **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a step in the course's repository."""
        environment |= {"GIT_CONFIG_GLOBAL": str(self.settings), "GITHUB_SERVER_URL": SERVER}
        return ran(steps("regrade.yml", job)[name], self.course.root, context, **environment)


@pytest.fixture
def students(toy_course: Toy, tmp_path: Path) -> Class:
    hub, settings = tmp_path / "hub", tmp_path / "gitconfig"
    settings.write_text(f'[url "{hub.as_uri()}/"]\n\tinsteadOf = {SERVER}/\n')
    lend_environment(toy_course.root)
    toy_course.write(
        "roster.csv",
        "id,name,repository,branch\n"
        f"alice,Alice A.,{SERVER}/alice/minitorch,main\n"
        f"bob,Bob B.,{SERVER}/bob/minitorch,\n"
        f"carol,Carol C.,{SERVER}/carol/minitorch,\n",
    )
    return Class(toy_course, hub, settings)


@needs_bubblewrap
def test_a_class_is_graded_and_told(students: Class, tmp_path: Path) -> None:
    """Who can't be fetched keeps nobody else from a grade; each gets a comment that says verified."""
    right = "    return min(max(x, low), high)\n"
    shas = {
        "alice": students.push("alice", lambda toy: toy.edit(f"module0/{OPS}", STUB, right)),
        "bob": students.push("bob", lambda toy: None),
    }
    context = {"inputs.roster || vars.ROSTER": "roster.csv", "inputs.at": ""}
    done = students.step("grade", "Grade", context)
    assert done.returncode == 3 and "carol" in done.stderr, done.stderr
    assert (
        '"level": "A"' in (students.course.root / "out/submissions/alice/record.json").read_text()
    )

    shutil.copytree(students.course.root / "out", students.course.root / "untrusted")
    summary = tmp_path / "summary.md"
    told = students.step("publish", "Write the summary", {}, GITHUB_STEP_SUMMARY=str(summary))
    assert told.returncode == 0, told.stderr
    said = summary.read_text()
    assert said.startswith("## 3 submissions, 0 with full marks, 1 that could not be graded\n")
    assert all(f"| `{name}` |" in said for name in (*shas, "carol"))

    with github() as hub:
        for number, (name, sha) in enumerate(shas.items(), 1):
            hub.pull(number, f"{name}/minitorch", "main", sha)
        commented = students.step(
            "publish",
            "Comment",
            {
                "inputs.roster || vars.ROSTER": "roster.csv",
                "vars.STUDENT_REPOSITORY": REPOSITORY,
                "vars.FEEDBACK_AUTHOR": "grading[bot]",
                "secrets.FEEDBACK_TOKEN": TOKEN,
            },
            GITHUB_API_URL=hub.url,
            GITHUB_REPOSITORY="school/course",
        )
        assert commented.returncode == 0, commented.stderr
        assert [each["issue"] for each in hub.comments] == [1, 2]
        assert all("**Verified:**" in each["body"] for each in hub.comments)
    assert TOKEN not in commented.stdout + commented.stderr


@needs_bubblewrap
def test_a_moment_is_handed_on(students: Class) -> None:
    """What was pushed later does not count; a moment that is none is refused."""
    students.course.write("roster.csv", f"id,repository\nbob,{SERVER}/bob/minitorch\n")
    students.push("bob", lambda toy: None)
    context = {"inputs.roster || vars.ROSTER": "roster.csv", "inputs.at": "next Monday"}
    refused = students.step("grade", "Grade", context)
    assert refused.returncode == 2 and "'next Monday'" in refused.stderr
    context["inputs.at"] = "2001-01-01T00:00+00:00"
    done = students.step("grade", "Grade", context)
    assert done.returncode == 0, done.stderr
    assert '"modules": []' in (students.course.root / "out/submissions/bob/record.json").read_text()


def test_level_a_is_opened_on_the_runner(students: Class, tmp_path: Path) -> None:
    """The package, and leave for this one program to make namespaces; so where the course is proved."""
    fake = tmp_path / "sudo"
    fake.write_text(
        f'#!/bin/sh\necho "$@" >>{tmp_path}/said\n[ "$1" = tee ] && cat >{tmp_path}/put\ntrue\n'
    )
    fake.chmod(0o755)
    name = "Get bubblewrap, for sandbox level A"
    done = students.step("grade", name, {}, PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "said").read_text().splitlines() == [
        "apt-get update",
        "apt-get install --yes --no-install-recommends bubblewrap",
        "tee /etc/apparmor.d/bwrap",
        "apparmor_parser --replace /etc/apparmor.d/bwrap",
    ]
    assert "profile bwrap /usr/bin/bwrap" in (tmp_path / "put").read_text()
    assert steps("course.yml")[name]["run"] == steps("regrade.yml", "grade")[name]["run"]


def test_who_runs_students_code_has_no_secret() -> None:
    """And who has one runs none: it takes results as data, and nothing is graded there."""
    jobs = load(FOLDER / "regrade.yml")["jobs"]
    assert "secrets." not in str(jobs["grade"]) and "github.token" not in str(jobs["grade"])
    assert jobs["grade"]["permissions"] == jobs["publish"]["permissions"] == {"contents": "read"}
    assert "--require-sandbox A" in jobs["grade"]["steps"][-2]["run"]

    def runs(step: Step) -> str:
        return str(step.get("run", ""))

    verbs = {
        " ".join(runs(s).split()[1:3]) for s in jobs["publish"]["steps"] if "grader" in runs(s)
    }
    assert verbs == {"github summary", "github comments"}


def test_nothing_happens_by_itself() -> None:
    """The schedule rests until somebody names a roster."""
    job = load(FOLDER / "regrade.yml")["jobs"]["grade"]
    assert job["if"] == "inputs.roster != '' || vars.ROSTER != ''"
