"""What black and flake8 say, in the grader's words, on whose lines, and what happens when they can't say anything."""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from grader.authoring.load import load_course
from grader.authoring.publish import publish
from grader.authoring.skeleton import skeleton
from grader.model import Module, Points
from grader.style import limited, style_line, submission_style, tools
from grader.style.written import changed_lines, written_lines
from grader.tests.authored import needs_course
from grader.tests.toy import Toy

CLEAN = '"""A module."""\n'
GIVEN = '''"""Given."""


def add(x, y):
    """Add."""
    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1")


LONG  = {  1: 2 }
'''
DONE = GIVEN.replace(
    '    # TODO: Task 0.1\n    raise NotImplementedError("Task 0.1")\n', "    return x + y\n"
)


@pytest.fixture
def module(tmp_path: Path) -> Module:
    """Make a module with settings of its own."""
    (tmp_path / ".flake8").write_text("[flake8]\nmax-line-length = 120\nextend-ignore = F401\n")
    (tmp_path / "pyproject.toml").write_text("[tool.black]\nline-length = 100\n")
    return Module("0", "M", Points(4), tmp_path, (), (), (), ())


def found(module: Module, given: Mapping[str, str] | None = None, **files: str) -> list[str]:
    """Look at files by their names, and leave out the folder that they are in."""
    texts = {f"minitorch/{name}.py": text for name, text in files.items()}
    handed_out = {f"minitorch/{name}.py": text for name, text in (given or {}).items()}
    findings = submission_style(module, texts, handed_out)
    return [finding.removeprefix("module0/minitorch/") for finding in findings]


def test_clean_files_have_no_findings(module: Module) -> None:
    assert found(module, operators=CLEAN) == []
    assert style_line("module0", []) == ""


def test_each_finding_is_a_short_line(module: Module) -> None:
    findings = found(module, one="def f():\n    x = 1\n", two="\ny = {  'a':1 }\n")
    assert findings == [
        "two.py:1 would be reformatted by black",
        "one.py:2 F841 local variable 'x' is assigned to but never used",
        "two.py:2 E201 whitespace after '{'",
        "two.py:2 E231 missing whitespace after ':'",
        "two.py:2 E202 whitespace before '}'",
    ]
    assert style_line("module0", findings) == (
        "style: black would reformat 1 file, flake8 has 4 findings (run: cd module0 && black . && flake8)"
    )


def test_what_was_given_is_not_held_against_anyone(module: Module) -> None:
    """A finding on a line of the skeleton is the course's own."""
    assert found(module, {"ops": GIVEN}, ops=GIVEN) == []
    assert found(module, {"ops": GIVEN}, ops=DONE) == []
    assert found(module, {"ops": GIVEN}, ops=DONE.replace("x + y", "x+ y")) == [
        "ops.py:6 would be reformatted by black",
        "ops.py:6 E225 missing whitespace around operator",
    ]
    assert found(module, ops=DONE)[0] == "ops.py:9 would be reformatted by black"


def test_what_one_wrote_between_given_lines(module: Module) -> None:
    """Empty lines, and too few of them, belong to whoever changed them."""
    spaced = DONE.replace("    return x + y\n", "\n\n    return x + y\n\n\n")
    assert found(module, {"ops": GIVEN}, ops=spaced) == [
        "ops.py:7 would be reformatted by black",
        "ops.py:8 E303 too many blank lines (2)",
    ]
    added = DONE.replace("    return x + y\n", "    return x + y\ny = 1\n")
    assert found(module, {"ops": GIVEN}, ops=added) == [
        "ops.py:6 would be reformatted by black",
        "ops.py:7 E305 expected 2 blank lines after class or function definition, found 0",
    ]


def test_windows_ends_its_lines_its_own_way(module: Module) -> None:
    """All lines of a file are not the student's for that."""
    assert found(module, {"ops": GIVEN}, ops=DONE.replace("\n", "\r\n")) == []


def test_files_that_were_not_begun_cost_nothing(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    assert found(module, {"ops": GIVEN}, ops=GIVEN) == []
    assert submission_style(module, {"notes.md": "x = 1  \n"}, {}) == []
    assert submission_style(module, {}, {"minitorch/ops.py": GIVEN}) == []


def test_the_courses_settings_hold(module: Module) -> None:
    long = f'import os\n\nx = "{"a" * 97}"\n'
    assert found(module, operators=long) == []
    (module.folder / ".flake8").write_text("[flake8]\nmax-line-length = 100\n")
    assert found(module, operators=long) == [
        "operators.py:1 F401 'os' imported but unused",
        "operators.py:3 E501 line too long (103 > 100 characters)",
    ]


def test_what_is_not_python_is_named_once(module: Module) -> None:
    """On whatever line it shows."""
    findings = found(module, operators="def f(:\n")
    assert findings == ["operators.py:1 E999 SyntaxError: invalid syntax"]
    assert style_line("module0", findings) == (
        "style: flake8 has 1 finding (run: cd module0 && black . && flake8)"
    )
    given = "x = 1\ny = 2\n"
    (finding,) = found(module, {"ops": given}, ops="(\n" + given)
    assert finding.startswith("ops.py:") and "E999" in finding or "E902" in finding
    both = found(module, ops="def f(:\n", other="y = {  1 }\n")
    assert "other.py:1 would be reformatted by black" in both


def test_the_students_files_do_not_pass_for_the_tools(module: Module) -> None:
    bad = "raise SystemExit('run from the student's folder')\n"
    texts = {f"{name}.py": bad for name in ("black", "flake8", "json", "runpy", "sitecustomize")}
    texts |= {"pyproject.toml": "[tool.black\n", ".flake8": "[flake8]\nselect = X\n"}
    findings = submission_style(module, {**texts, "ours.py": "x = 1  \n"}, {})
    assert "module0/ours.py:1 would be reformatted by black" in findings
    assert "module0/ours.py:1 W291 trailing whitespace" in findings


def test_a_users_settings_do_not_matter(
    module: Module, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home/.config").mkdir(parents=True)
    (tmp_path / "home/.config/black").write_text("[tool.black]\nskip-string-normalization = true\n")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home/.config"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "black.py").write_text("raise SystemExit(9)\n")
    for name in tools.SETTINGS:
        (module.folder / name).unlink()
    assert found(module, operators="x = 'a'\n") == ["operators.py:1 would be reformatted by black"]


def test_tools_that_are_not_installed_are_a_clause(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tools, "find_spec", lambda name: None)
    findings = found(module, operators=CLEAN)
    assert findings == [
        "black did not check the style: it is not installed",
        "flake8 did not check the style: it is not installed",
    ]
    assert style_line("module0", findings) == f"style: {findings[0]}, {findings[1]}"


def test_a_tool_that_takes_too_long_is_a_clause(
    module: Module, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleep(command: Sequence[str], *, timeout: float, **_: Any) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", sleep)
    assert found(module, operators=CLEAN) == [
        "black did not check the style: it took longer than 30 seconds",
        "flake8 did not check the style: it took longer than 30 seconds",
    ]


@pytest.mark.parametrize(
    ("name", "most", "code"),
    [
        ("CPU", 1, "while True: pass"),
        ("MEMORY", 2**28, "bytes(2**29)"),
        ("FILES", 9, "file = open('x', 'wb', 0); [file.write(bytes(9)) for _ in '12']"),
    ],
)
def test_tools_have_limits(name: str, most: int, code: str, tmp_path: Path) -> None:
    """Whatever somebody's text makes of them."""
    (tmp_path / "greedy.py").write_text(code)
    start = (
        f"import sys; sys.path.insert(0, '.'); import {limited.__name__} as limited; "
        f"limited.{name} = {most}; sys.argv = ['limited', 'greedy']; limited.main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", start], cwd=tmp_path, capture_output=True, text=True
    )
    assert ran.returncode, ran.stdout


@pytest.mark.parametrize("text", ["(" * 9_000, "x = " + "-" * 9_000 + "1\n", "\\\n" * 50_000])
def test_text_that_means_harm_only_costs_its_own_findings(module: Module, text: str) -> None:
    """A tool may break on it; then it says so, and the next submission is looked at."""
    for finding in found(module, operators=text):
        assert "did not check the style" in finding or finding.startswith("operators.py:")
    assert found(module, operators=CLEAN) == []


def test_a_comment_silences_nothing(module: Module) -> None:
    """Where style costs points, whoever writes a line does not decide what is found on it."""
    assert found(module, a="# flake8: noqa\nx = 1;\ny = 2;  # noqa\n")[1:] == [
        "a.py:2 E703 statement ends with a semicolon",
        "a.py:3 E703 statement ends with a semicolon",
    ]


SILENCED = [
    "# fmt: off\nx = {  1 }\n",
    "# fmt:off\nx = {  1 }\n# fmt:on\n",
    "# yapf: disable\nx = {  1 }\n",
    "x = {  1 }  # fmt: skip\n",
    "x = {  1 }  # fmt:skip\n",
    "x = {  1 }  # all # fmt: skip\n",
    "x = {  1 }  # noqa; fmt: skip\n",
    "x = [  # fmt: skip\n  1 ]\n",
    "# fmt: off\r\nx = {  1 }\r\n",
    "if True:\n    # fmt: off\n    x = {  1 }\n",
    "def f():  # fmt: skip\n  return {  1 }  # fmt: skip\n",
]
UNSILENCED = [
    'x = "# fmt: off"\n',
    'fmt = 1\nx = f"#{fmt:>10}"\n',
    "# fmt: off\nx = 1\n",
    "# what fmt: on and off mean\n",
    "x = {1: 2}  # fmt: skip\n",
]


def numbered(texts: Sequence[str]) -> dict[str, str]:
    return {f"f{number:02}": text for number, text in enumerate(texts)}


def test_no_comment_keeps_black_from_looking(module: Module) -> None:
    """Nor does it move a finding to another line; the student is told why black at home says nothing."""
    plain = [each.replace("fmt", "xyz").replace("yapf", "abcd") for each in SILENCED]
    expected = found(module, None, **numbered(plain))
    by_black = [said for said in expected if said.endswith("would be reformatted by black")]
    assert len(by_black) == len(SILENCED)
    told = [said.replace(" would", " without its `# fmt` comments would") for said in by_black]
    findings = found(module, None, **numbered(SILENCED))
    assert findings == [*told, *expected[len(told) :]]
    assert style_line("module0", findings).startswith("style: black would reformat 11 files, ")


def test_what_is_clean_stays_clean(module: Module) -> None:
    """Also with comments that silence nothing, and with what only looks like one."""
    assert found(module, None, **numbered(UNSILENCED)) == []


def test_a_file_that_breaks_a_tool_does_not_hide_the_others(module: Module) -> None:
    findings = found(module, a="x = " + "-" * 3_000 + "1\n", b="x = 1;\n")
    assert "b.py:1 E703 statement ends with a semicolon" in findings
    (unchecked,) = [said for said in findings if "did not check" in said]
    assert unchecked.startswith("flake8 did not check the style: minitorch/a.py: RecursionError")


def test_there_is_an_end_to_findings(module: Module) -> None:
    """Whoever writes nothing else fills no record with them."""
    assert len(found(module, operators="x=1\n" * 2000)) == 501


def test_broken_settings_are_a_clause(module: Module) -> None:
    (module.folder / "pyproject.toml").write_text("[tool.black\n")
    (module.folder / ".flake8").write_text("[flake8]\nmax-line-length = many\n")
    black, flake8 = found(module, operators=CLEAN)
    assert black.startswith("black did not check the style: ") and "pyproject.toml" in black
    assert flake8 == (
        "flake8 did not check the style: ValueError: invalid literal for int() with base 10: 'many'"
    )


def test_the_line_counts_files_findings_and_what_was_not_checked() -> None:
    findings = [
        "module3/a.py:1 would be reformatted by black",
        "module3/b.py:7 would be reformatted by black",
        "flake8 did not check the style: it is not installed",
    ]
    assert style_line("module3", findings) == (
        "style: black would reformat 2 files, flake8 did not check the style: it is not installed"
        " (run: cd module3 && black . && flake8)"
    )


@pytest.mark.parametrize(
    ("text", "given", "lines"),
    [
        ("a\nb\n", "a\nb\n", set()),
        ("a\nB\nc\n", "a\nb\nc\n", {2}),
        ("a\nx\ny\nb\n", "a\nb\n", {2, 3}),
        ("a\n", "a\nb\n", set()),
        ("a\x0cb\u2028c\nd\n", "d\n", {1}),
        ("a\rb\r\nc\n", "a\nc\n", {2}),
        ("a\nb", None, {1, 2}),
        ("", None, {1}),
    ],
)
def test_whose_a_line_is(text: str, given: str | None, lines: set[int]) -> None:
    assert written_lines(text, given) == lines


def test_no_text_takes_long_to_compare() -> None:
    """Files of many equal lines, and long ones."""
    given = "\n".join(["", "x", "y", "return x"] * 300)
    begun = process_time()
    for text in ("\n" * 4998, "\n".join(["x", "y", "", "y", "x"] * 999), "\n" * 250_000):
        written_lines(text, given)
    written_lines(
        "\n".join(f"{n % 99}" for n in range(4998)), "\n".join(f"{n % 98}" for n in range(1500))
    )
    assert process_time() - begun < 20.0


def test_a_line_of_a_diff_does_not_pass_for_another() -> None:
    """What a file says is never a head, however much it looks like one."""
    diff = (
        "--- a.py\t2026-01-01\n+++ a.py\t2026-01-01\n@@ -1,4 +1,3 @@\n-x\n--- b.py\t\n"
        "+++ b.py\n @@ -9,9 +9,9 @@\n z\n@@ -10 +9,2 @@\n \n+y\n"
        "--- c.py\t2026\n+++ c.py\t2026\n@@ -1 +1 @@\n-x\n\\ No newline at end of file\n+x\n"
    )
    assert changed_lines(diff) == {"a.py": {1, 2, 10, 11}, "c.py": {1}}
    assert changed_lines("@@ -1,9 +1,9 @@\n-x") == {"": {1}}
    assert changed_lines("") == {}


@needs_course
def test_a_skeleton_is_what_was_handed_out(toy_course: Toy, tmp_path: Path) -> None:
    """From the source, or from the students' trusted copy; a folder that is nobody's copy is none."""
    course = toy_course.load()
    publish(course, tmp_path / "students")
    students = load_course(tmp_path / "students")
    for ours, theirs in zip(course.modules, students.modules, strict=True):
        rendered, copied = skeleton(course, ours), skeleton(students, theirs)
        assert copied and copied.items() <= rendered.items()
        assert {path for path in rendered if path in (*ours.files, *ours.written)} <= set(copied)
    (tmp_path / "students/grader/skeleton").rename(tmp_path / "gone")
    alone = load_course(tmp_path / "students")
    assert skeleton(alone, alone.modules[0]) == {}
