"""A script in cells becomes a notebook; and those of the course do what they say."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import tomllib
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from grader.authoring.notebook import notebook
from grader.authoring.render import check, render, rendered_files
from grader.bench.device import has_device
from grader.errors import SourceError
from grader.tests.authored import needs_course
from grader.tests.documents import ROOT, solve
from grader.tests.toy import Toy

NOTEBOOKS = ["module3/project/on_a_gpu.ipynb", "module4/project/on_a_gpu.ipynb"]

SCRIPT = '''\
"""For authors."""

# %% [markdown]
# # A title
#
# Some text, with a # in it.

# %%
# a comment
x = {"a": "ü"}
# !ls {x}

# %%
# %pip install it

# %% [markdown]
# The end.
'''


def cells(text: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text)["cells"]
    return found


def source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


# Rendering


def test_a_script_in_cells_becomes_a_notebook() -> None:
    made = notebook(SCRIPT)
    assert [(cell["cell_type"], source(cell)) for cell in cells(made)] == [
        ("markdown", "# A title\n\nSome text, with a # in it."),
        ("code", '# a comment\nx = {"a": "ü"}\n!ls {x}'),
        ("code", "%pip install it"),
        ("markdown", "The end."),
    ]
    assert "For authors" not in made and "ü" in made and made.endswith("}\n")
    assert notebook(SCRIPT) == made


def test_a_command_for_a_whole_cell_begins_no_other_cell() -> None:
    (cell,) = cells(notebook("# %%\n# %%time\n# !ls\n"))
    assert source(cell) == "%%time\n!ls"


def test_the_format_is_that_of_jupyter() -> None:
    nbformat = pytest.importorskip("nbformat")
    for made in [notebook(SCRIPT), *((ROOT / path).read_text("utf-8") for path in NOTEBOOKS)]:
        read = nbformat.reads(made, as_version=4)
        nbformat.validate(read)
        assert (
            nbformat.writes(read) + "\n" == made
        )  # so a notebook that is saved differs in outputs only


def test_a_module_has_the_notebook_and_not_its_script(toy_course: Toy) -> None:
    """Its cells are chosen by the same markers as lines; a stale one is found."""
    script = """\
    # %%
    FIRST = 1
    # from module 1

    # %%
    SECOND = 2
    # end from
    """
    toy_course.write("grader/course/project/trip.py", dedent(script))
    for module in ("module0", "module1"):
        given = 'given = ["minitorch/__init__.py"'
        toy_course.edit(f"{module}/module.toml", given, f'{given}, "project/trip.ipynb"')
    course = toy_course.load()
    first, second = (rendered_files(course, module) for module in course.modules)
    assert [source(cell) for cell in cells(first["project/trip.ipynb"])] == ["FIRST = 1"]
    assert [source(cell) for cell in cells(second["project/trip.ipynb"])] == [
        "FIRST = 1",
        "SECOND = 2",
    ]
    assert "project/trip.py" not in first
    render(course)
    assert check(course) == []
    toy_course.edit("module0/project/trip.ipynb", "FIRST = 1", "FIRST = 3")
    (difference,) = check(course)
    assert difference.path == "module0/project/trip.ipynb"


def test_a_notebook_without_its_script_is_told(toy_course: Toy) -> None:
    given = 'given = ["minitorch/__init__.py"'
    toy_course.edit("module0/module.toml", given, f'{given}, "project/trip.ipynb"')
    with pytest.raises(SourceError, match="A module.toml lists this file"):
        render(toy_course.load())


# The notebook for a borrowed GPU


def code(path: str) -> list[str]:
    return [
        source(cell)
        for cell in cells((ROOT / path).read_text("utf-8"))
        if cell["cell_type"] == "code"
    ]


def commands(path: str) -> list[str]:
    """List the commands, with what the variables hold in their places."""
    names: dict[str, Any] = {}
    for text in code(path):
        exec("\n".join(line for line in text.splitlines() if re.match(r"[A-Z]+ = ", line)), names)
    lines = [line[1:] for text in code(path) for line in text.splitlines() if line[0] in "!%"]
    return [line.format_map(names) for line in lines]


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_its_code_compiles(path: str) -> None:
    for text in code(path):
        ast.parse("\n".join(line for line in text.splitlines() if line[0] not in "!%"))


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_nothing_runs_before_the_forks_address_is_filled_in(path: str) -> None:
    with pytest.raises(AssertionError, match="Write the address of your fork there"):
        exec(code(path)[0], {})


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_its_commands_exist(path: str) -> None:
    """Marks are declared, scripts are there and know their options."""
    known = {"if", "pip", "%time", "cd"}
    assert {command.split()[0] for command in commands(path)} == known
    for command in commands(path):
        if not command.startswith("cd "):
            continue
        enter, words = (part.split() for part in command.split(" && ", 1))
        module = ROOT / Path(enter[1]).relative_to("course")
        assert words[0] == "python" and module.is_dir()
        if words[1:3] == ["-m", "pytest"]:
            markers = tomllib.loads((module / "pyproject.toml").read_text())["tool"]["pytest"]
            marks = [mark.split(":")[0] for mark in markers["ini_options"]["markers"]]
            assert words[words.index("-m", 3) + 1] in marks
        elif words[1] != "-c":
            script = (module / words[1]).read_text("utf-8")
            for option in [word.removeprefix("--") for word in words if word.startswith("--")]:
                shared = (module / "project/watching.py").read_text("utf-8")
                assert re.search(rf'"--{option}"|^ +{option}=', script + shared, re.MULTILINE)


def test_that_of_module_4_also_runs_what_is_new_there() -> None:
    third, fourth = ("\n".join(commands(path)) for path in NOTEBOOKS)
    for task in ("task3_3", "task3_4"):
        assert f"-m {task}" in third and f"-m {task}" in fourth
    assert "module4" not in third and "-m task4_6" in fourth and "--only conv2d" in fourth
    assert "--backend gpu" in third and "--backend gpu" in fourth


@pytest.mark.parametrize("path", NOTEBOOKS)
def test_it_installs_the_compiler_of_the_course(path: str) -> None:
    (install,) = [command for command in commands(path) if command.startswith("pip ")]
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    (numba,) = [each for each in extras["numba"] if each.startswith("numba")]
    assert f'"{numba}"' in install


@needs_course
@pytest.mark.skipif(not has_device(), reason="there is no GPU that Numba can use")
@pytest.mark.parametrize("path", NOTEBOOKS)
def test_on_a_gpu_it_runs_from_top_to_bottom(path: str, tmp_path: Path) -> None:
    """On the reference, from a repository beside it."""
    if not all(map(find_spec, ("nbformat", "nbclient", "ipykernel"))):
        pytest.skip("nbclient or ipykernel is not installed")
    printed = "\n".join(executed(path, tmp_path))
    assert printed.count(" passed") == len([line for line in commands(path) if "pytest -q" in line])
    assert " failed" not in printed and "simulator" not in printed
    assert printed.count("right on ") == 2


def executed(path: str, folder: Path) -> list[str]:
    """Run the notebook in a folder, and give what each cell printed."""
    nbclient = pytest.importorskip("nbclient")  # only where there is a GPU
    nbformat = pytest.importorskip("nbformat")

    for module in ("module3", "module4"):
        solve(module, folder / "fork")
    git = ["git", "-C", str(folder / "fork"), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run([*git, *words], check=True)
    text = (ROOT / path).read_text("utf-8")
    filled = text.replace("https://github.com/YOUR-NAME/minitorch", (folder / "fork").as_uri())
    read = nbformat.reads(filled, as_version=4)
    resources = {"metadata": {"path": str(folder)}}
    nbclient.NotebookClient(read, timeout=900, resources=resources).execute()
    outputs = [output for cell in read.cells for output in cell.get("outputs", [])]
    return [re.sub(r"\x1b\[[\d;]*[mK]", "", output.get("text", "")) for output in outputs]
