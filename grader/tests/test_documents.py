"""What the documents say is so: commands run or exist, outputs are what is printed, links and tables lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from grader.authoring.load import find_task, load_course
from grader.cli.main import VERBS
from grader.cli.main import grader as command_line
from grader.tests.documents import (
    ROOT,
    Block,
    Command,
    blocks,
    commands,
    copy_repository,
    files,
    first_column,
    headings,
    links,
    run,
    session,
    solve,
)
from grader.tests.test_rooms import ROOMS

DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]
GUIDES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("module*/README.md"))
NOT_OURS = {".", "apt-get", "black", "flake8", "git", "uv"}

instructors_only = pytest.mark.skipif(
    not (ROOT / "grader/course").is_dir(), reason="grader/course is the instructor's"
)


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def told(names: list[str]) -> list[object]:
    """Pair each document with each command that it tells."""
    found = {(name, command): None for name in names for command in commands(read(name))}
    return [pytest.param(*pair, id=f"{pair[0]}: {pair[1]}") for pair in found]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the repository to a folder where commands may do what they do."""
    return copy_repository(tmp_path_factory.mktemp("documents") / "repository")


@pytest.mark.parametrize("document, command", told([*DOCUMENTS, *GUIDES]))
def test_every_command_exists(document: str, command: Command) -> None:
    folder = (ROOT / document).parent
    words = shlex.split(command.line)
    if words[0] == "grader":
        parse(command_line, words, command.whole)
    elif words[0] == "make":
        assert re.search(rf"^{words[1]}:", read("Makefile"), re.MULTILINE)
    elif words[0] == "cd":
        assert (folder / words[1]).is_dir() or folder.name == words[1]
    elif words[0] == "pytest":
        mark_exists(words)
    elif words[0] in ("python", "python3"):
        python_finds(words, folder)
    else:
        assert words[0] in NOT_OURS, f"who knows what {words[0]} does?"


def parse(verb: click.Command, words: list[str], whole: bool) -> None:
    """Parse a command line as click does before it calls a verb; named only, it may lack its arguments."""
    try:
        context = verb.make_context(words[0], words[1:])
    except click.MissingParameter:
        assert not whole
        return
    if isinstance(verb, click.Group) and (rest := [*context._protected_args, *context.args]):
        name, found, arguments = verb.resolve_command(context, rest)
        assert name is not None and found is not None
        parse(found, [name, *arguments], whole)


def mark_exists(words: list[str]) -> None:
    for mark in re.findall(r"task\d+_\d+", " ".join(words)):
        module = ROOT / f"module{mark[4:].split('_')[0]}"
        assert f'"{mark}: ' in (module / "pyproject.toml").read_text("utf-8")


def python_finds(words: list[str], folder: Path) -> None:
    """Find the module or script that Python is to run, and the files that it is given."""
    if words[1] == "-m":
        assert find_spec(words[2]) is not None
        given = [word for word in words[3:] if word.endswith((".py", ".lock"))]
    else:
        given = words[1:2] if words[1] != "-c" else []
    for path in given:
        assert list(folder.glob(path)), f"there is no {path}"


@pytest.mark.parametrize("document", ["README.md", *GUIDES])
def test_every_task_that_is_named_exists(document: str) -> None:
    course = load_course(ROOT)
    for task in re.findall(r"grader (?:check|hint|course verify) (\d+\.\d+)", read(document)):
        find_task(course, task)


@pytest.mark.parametrize("document", [*DOCUMENTS, *GUIDES])
def test_every_link_leads_somewhere(document: str) -> None:
    for link in links(read(document)):
        path, _, anchor = link.partition("#")
        if path.startswith("https://"):
            continue
        target = (ROOT / document).parent / path if path else ROOT / document
        assert target.exists(), link
        assert not anchor or anchor in headings(target.read_text("utf-8")), link


@instructors_only
@pytest.mark.parametrize("document", GUIDES)
def test_the_guides_scripts_run_once_they_are_solved(document: str, tmp_path: Path) -> None:
    module = Path(document).parent.name
    solve(module, tmp_path)
    printed = ""
    for line in {c.line for c in commands(read(document)) if c.line.startswith("python project/")}:
        done = run(line, tmp_path / module)
        assert done.returncode == 0, line
        printed += done.stdout
    shown = re.findall(r"^ +\d+\.\d\d \|", read(document), re.MULTILINE)  # the ends of a curve
    assert all(number in printed for number in shown)


def students_folder(folder: Path, old: str, new: str) -> Path:
    """Make a students' repository in which everything is solved, but for one mistake in the operators."""
    shutil.copytree(ROOT / "module0", folder / "grader/skeleton/module0")
    solve("module0", folder)
    operators = folder / "module0/minitorch/operators.py"
    text = operators.read_text("utf-8")
    assert text.count(old) == 1
    operators.write_text(text.replace(old, new), "utf-8")
    return folder


def console(note: str) -> Block:
    """Find the README's console block with this note."""
    (found,) = [b for b in blocks(read("README.md")) if b.language == "console" and b.note == note]
    return found


def test_every_output_is_compared_with_a_run() -> None:
    shown = [block.note for block in blocks(read("README.md")) if block.language == "console"]
    assert shown == ["relu returns x", "runs in a copy"]


@instructors_only
def test_the_readmes_snippet_is_what_a_student_sees(tmp_path: Path) -> None:
    relu = 'else 0.0 ("rectified linear unit")."""\n    return '
    folder = students_folder(tmp_path, f"{relu}x if x > 0.0 else 0.0\n", f"{relu}x\n")
    ((line, output),) = session(console("relu returns x"))
    assert run(line, folder).stdout == output


@instructors_only
def test_the_instructors_session_is_what_happens(copy: Path) -> None:
    for line, output in session(console("runs in a copy")):
        assert run(line, copy).stdout == output
    assert {path.name for path in (copy / "out/grades").iterdir()} == {
        "index.html",
        "gradebook.db",
        "submissions",
        "tasks",
    }
    submissions = copy / "out/grades/submissions"
    assert {path.name for path in submissions.iterdir()} == {"one-task", "untouched"}
    for line in ["show out/grades", "show out/grades one-task", "report out/grades"]:
        assert run(f"grader gradebook {line}", copy).returncode == 0


@instructors_only
def test_what_is_published_keeps_the_readmes_promises(copy: Path, tmp_path: Path) -> None:
    git = ["git", "-c", "user.name=author", "-c", "user.email=author@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], cwd=copy, check=True)
    students = tmp_path / "students"
    published = run(f"grader course publish {students}", copy)
    assert published.returncode == 0, published.stderr
    standing = run("grader", students)
    assert "Next: grader check 0" in standing.stdout, standing.stderr
    told = run("python -m pytest", students)
    assert told.returncode == 4 and "cd module0 && pytest" in told.stderr
    for document in DOCUMENTS:
        for link in links((students / document).read_text("utf-8")):
            assert "://" in link or (students / link.split("#")[0]).exists(), link


def test_the_table_of_folders_is_complete() -> None:
    listed = first_column(read("README.md"), "Folders")
    top = {path.split("/")[0] + "/" for path in files() if "/" in path and path[0] != "."}
    assert {folder for folder in listed if folder.count("/") == 1} == top
    only_in_one = {"grader/course/", "grader/skeleton/"}
    assert only_in_one < set(listed)
    assert sum((ROOT / folder).is_dir() for folder in only_in_one) == 1
    assert all((ROOT / folder).is_dir() for folder in set(listed) - only_in_one)


def test_the_table_of_rooms_is_complete_and_in_order() -> None:
    listed = first_column(read("CONTRIBUTING.md"), "Where things are")
    assert [Path(room).stem for room in listed] == ROOMS
    assert all((ROOT / room).exists() for room in listed)


def test_the_change_log_has_every_verb_and_the_version() -> None:
    log = read("CHANGELOG.md")
    assert all(re.search(rf"`grader {verb}\b", log) for verb in VERBS)
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert f"\n## {version}\n" in log


@instructors_only
def test_adding_a_task_works_as_described(copy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(copy, tmp_path / "repository"))
    written = [follow(step, folder) for step in steps()]
    assert run("grader course render", folder).returncode == 0
    verified = run("grader course verify 0.6", folder)
    # Said where it is found, and again at the end.
    broken = re.findall(r"^BROKEN +0\.6 +(.*)$", verified.stdout, re.MULTILINE)
    assert broken == ["it has at least 8 mutants"] * 2, verified.stdout + verified.stderr
    python = [path for path in written if path.endswith(".py")]
    assert style("black --check --quiet", python, folder).returncode == 0
    assert "clamp" not in style("flake8", python, folder).stdout


def style(tool: str, paths: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *tool.split(), *paths]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True)


def steps() -> list[str]:
    """Cut the worked example into its numbered steps."""
    example = read("CONTRIBUTING.md").split("\n## Add a task\n")[1].split("\n## ")[0]
    return re.split(r"^\d\. ", example, flags=re.MULTILINE)[1:]


def follow(step: str, folder: Path) -> str:
    """Do what a step of the example says: append its block to the file that it names first, or make the file."""
    block = blocks(step)[0]
    said = step.split("```")[0]
    path: str = next(code for code in re.findall(r"`([\w./]+)`", said) if "/" in code)
    file = folder / path
    if "in the list `markers`" in said:
        settings = file.read_text("utf-8")
        changed = settings.replace("markers = [\n", f"markers = [\n    {block.text}")
        assert changed != settings
        file.write_text(changed, "utf-8")
        return path
    assert file.exists() != ("a new file" in " ".join(said.split()))
    before = file.read_text("utf-8").rstrip("\n") + "\n\n\n" if file.exists() else ""
    file.write_text(before + block.text, "utf-8")
    return path
