"""The bench on which cheats are tried: the real examiner, real sandboxes, and a watch over everything else."""

from __future__ import annotations

import glob
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

import psutil

from grader.authoring.load import find_root, find_task, load_course
from grader.classes.judging import ENTRY, WARM
from grader.model import Course, Level, Look, RelPath, TaskVerdict
from grader.oracle.examiner import Examiner
from grader.oracle.library import Library
from grader.sandbox import Sandbox, open_sandbox

CHEATS = Path(__file__).parent
SEED = 20_260_321
SECRET = "rosebud-7f3a91"
# A few of a task's mutants are enough to see whether a cheat pays; of 0.2, each of the eight tests fails on one.
MUTANTS = {
    "0.2": ("reaches from -1", "falls from 1", "lt runs", "mul forgets", "add gives", "max always"),
    "0.3": ("reduce", "negList changes", "addLists takes", "sum multiplies"),
}
TRACE = "cheat-was-here"  # in the name of whatever a cheat leaves behind
KINDS = {  # folder: the file that its cheats are laid over, and the task at stake
    "in-operators": ("minitorch/operators.py", "0.1"),
    "in-lines": ("project/run_manual.py", "0.5"),
    "in-tests": ("tests/test_properties.py", "0.2"),
}
WRONG = {  # what the bases called "wrong" get wrong
    "minitorch/operators.py": [
        ("return x if x > 0.0 else 0.0", "return x if x > 0.0 else 0.5 * x"),
        ("math.log(x + EPS)", "math.log(x + 2 * EPS)"),
    ],
    "project/run_manual.py": [("sigmoid(score)", "sigmoid(-score)")],
}
ONE_TEST = '''
"""One test of the eight."""

import pytest

from minitorch.operators import sigmoid


@pytest.mark.task0_2
def test_sigmoid_at_zero():
    """sigmoid crosses 0 at one half."""
    assert abs(sigmoid(0.0) - 0.5) < 1e-9
'''


@dataclass(frozen=True)
class Cheat:
    """A cheat's file, and what its docstring says about it."""

    path: Path
    idea: str
    facts: dict[str, str]

    @property
    def name(self) -> str:
        """What it is called in tests."""
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def over(self) -> RelPath:
        """The file of a submission that it is laid over."""
        return KINDS[self.path.parent.name][0]

    @property
    def task(self) -> str:
        """The task at stake."""
        return self.facts.get("task", KINDS[self.path.parent.name][1])

    def text(self, base: str, planted: Path) -> str:
        """Lay it over a file: library code goes on after it, a test file is replaced."""
        helpers = [
            (CHEATS / "with" / f"{name}.py").read_text("utf-8")
            for name in self.facts.get("with", "").split()
        ]
        under = [] if self.over.startswith("tests/") else [base]
        own = self.path.read_text("utf-8").replace("PLANTED", str(planted))
        return "\n\n".join([*under, *helpers, own])


def all_cheats() -> list[Cheat]:
    """Read every cheat's docstring: an idea in a sentence, and ``key: value`` lines."""
    return [_read(path) for kind in KINDS for path in sorted((CHEATS / kind).glob("*.py"))]


def _read(path: Path) -> Cheat:
    said = path.read_text("utf-8").split('"""')[1].strip()
    idea, _, rest = said.partition("\n\n")
    facts = dict(line.split(": ", 1) for line in rest.splitlines())
    return Cheat(path, idea.replace("\n", " "), facts)


@dataclass
class Bench:
    """One level's sandboxes, the course with a secret in its reference, and what is watched."""

    course: Course
    students: Sandbox
    library: Library
    planted: Path
    examiner: Examiner = field(init=False)
    _honest: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.examiner = Examiner(self.library, self.students)
        self.processes = self.alive()
        self.planted_files = listing(self.planted)

    def base(self, name: str) -> dict[RelPath, str]:
        """Make a submission: the untouched skeleton, the reference, a wrong one, one with a single test."""
        module = self.course.modules[0]
        paths = (*module.files, *module.written)
        skeleton, reference = self.library.skeleton(module), self.library.reference(module)
        if name == "stubs":
            return {path: skeleton[path].decode() for path in paths}
        if name == "one test":
            return {**self.base("reference"), "tests/test_properties.py": ONE_TEST}
        files = {path: reference[path] for path in paths}
        if name == "wrong":
            for path, changes in WRONG.items():
                for old, new in changes:
                    assert old in files[path], (path, old)
                    files[path] = files[path].replace(old, new)
        return files

    def judge(
        self,
        task: str,
        files: dict[RelPath, str],
        seconds: float | None = None,
        look: Look = "everything",
    ) -> TaskVerdict:
        """Give the examiner's verdict."""
        found = find_task(self.course, task)
        return self.examiner.judge(
            replace(found, seconds=seconds or found.seconds), files, SEED, look
        )

    def honest(self, task: str, base: str) -> Fraction:
        """Give the fraction that a base earns without cheating, worked out once."""
        if (task, base) not in self._honest:
            self._honest[task, base] = self.judge(task, self.base(base)).fraction
        return self._honest[task, base]

    def laid(self, cheat: Cheat) -> dict[RelPath, str]:
        """Lay a cheat over its base."""
        files = self.base(cheat.facts.get("base", "stubs"))
        return {**files, cheat.over: cheat.text(files[cheat.over], self.planted)}

    def alive(self) -> int:
        """Count the grader's processes, those that are ending left out."""
        found = psutil.Process().children(recursive=True)
        return sum(_runs(process) for process in found)

    def begin(self) -> None:
        """Note what runs before a cheat: other tests of this process may have opened sandboxes meanwhile."""
        self.processes = self.alive()

    def settle(self) -> None:
        """Wait until no more processes run than at the start."""
        deadline = time.monotonic() + 5
        while self.alive() > self.processes and time.monotonic() < deadline:
            time.sleep(0.02)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """List what is in a folder, with sizes and modes."""
    return {
        str(path.relative_to(folder)): (path.lstat().st_size, path.lstat().st_mode)
        for path in sorted(folder.rglob("*"))
    }


def traces(*folders: Path) -> list[str]:
    """Look for what cheats leave behind, in the folders where they try."""
    wanted = ["/", "/tmp", "/var/tmp", "/dev/shm", os.path.expanduser("~"), os.getcwd()]
    wanted += [str(folder) for folder in folders]
    return [name for folder in wanted for name in glob.glob(f"{folder}/*{TRACE}*")]


def copied_course(root: Path) -> Course:
    """Copy Module 0 and its source, with a few of the mutants, and plant a secret in the reference."""
    here = find_root(Path(__file__))
    skip = shutil.ignore_patterns("__pycache__", ".*cache", ".hypothesis")
    shutil.copytree(here / "module0", root / "module0", ignore=skip)
    shutil.copytree(here / "grader" / "course", root / "grader" / "course", ignore=skip)
    source = root / "grader" / "course" / "minitorch" / "operators.py"
    text = source.read_text("utf-8")
    solution = "    # solution 0.1\n    return x * y\n"
    source.write_text(text.replace(solution, f'{solution}    return "{SECRET}"\n', 1))
    assert SECRET in source.read_text("utf-8")
    for task, names in MUTANTS.items():
        mutants = root / "grader" / "course" / "mutants" / f"{task}.toml"
        head, *each = mutants.read_text("utf-8").split("[[mutant]]")
        chosen = [one for one in each if any(name in one.split("\n")[1] for name in names)]
        if task == "0.3":
            chosen = [one for one in chosen if "written = true" in one]
        mutants.write_text("[[mutant]]".join([head, *chosen]), "utf-8")
    return load_course(root)


@contextmanager
def opened(level: Level, course: Course, planted: Path) -> Iterator[Bench]:
    """Open a bench at exactly one level; ``NoSandbox`` says that it does not hold here."""
    with ExitStack() as stack:
        students, trusted = (
            stack.enter_context(open_sandbox(Level.B, False, ENTRY, WARM, level=level))
            for _ in range(2)
        )
        yield Bench(course, students, Library(course, trusted), planted)
