"""Names of the library: which there are, what is said of one that is missing, and what its loss costs."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from grader.authoring.load import find_module, load_course
from grader.authoring.render import all_tasks, module_tree, rendered_files
from grader.bench.losses import Losses
from grader.bench.names import Name, names_of, student_files, without
from grader.model import Course, Outcome
from grader.tests.authored import SOURCE, imported, needs_course
from grader.tests.toy_work import Judge

pytestmark = needs_course

ROOT = SOURCE.parents[1]
MODULES = ["0", "1", "2", "3", "4"]
OPERATORS = "minitorch/operators.py"
FUNCTIONS = "minitorch/scalar_functions.py"
EQUAL = (
    "there is no `EQ` in minitorch/scalar_functions.py (did you mean `Equal`?): "
    "Task 1.2 asks for it"
)
ARGMAX = "there is no `argmax` in minitorch/nn.py (did you mean `arg_max`?): Task 4.4 asks for it"

# What programs and tests that were written with other guides import, and from where.
ELSEWHERE = {
    "minitorch": (
        "Context Conv1dFun Conv2dFun CudaOps FastOps Function Graph History IndexingError MathTest "
        "MathTestVariable Max Module Optimizer OutIndex Parameter SGD Scalar ScalarFunction "
        "ScalarHistory ScalarLike Shape SimpleBackend SimpleOps Storage Strides Tensor TensorBackend "
        "TensorData TensorOps UserIndex UserShape UserStrides Variable argmax autodiff avgpool2d "
        "backpropagate broadcast_index central_difference conv1d conv2d cuda_ops datasets "
        "derivative_check dropout fast_conv fast_ops grad_central_difference grad_check "
        "index_to_position logsoftmax max maxpool2d mm_practice module nn operators optim prod rand "
        "scalar scalar_functions shape_broadcast softmax strides_from_shape sum_practice tensor "
        "tensor_data tensor_functions tensor_ops testing tile to_index topological_sort zeros"
    ),
    "operators": (
        "EPS add addLists eq exp id inv inv_back is_close log log_back lt map max mul neg negList prod reduce relu "
        "relu_back sigmoid sum zipWith"
    ),
    "module": "Module Parameter",
    "datasets": "Graph circle datasets diag make_pts simple spiral split xor",
    "testing": "MathTest MathTestVariable",
    "autodiff": "Context Variable backpropagate central_difference topological_sort variable_count",
    "scalar_functions": "Add EQ Exp Inv LT Log Mul Neg ReLU ScalarFunction Sigmoid wrap_tuple",
    "scalar": "Scalar ScalarHistory ScalarLike derivative_check",
    "optim": "Optimizer SGD",
    "tensor_data": (
        "Index IndexingError MAX_DIMS OutIndex Shape Storage Strides TensorData UserIndex UserShape UserStrides "
        "broadcast_index index_to_position shape_broadcast strides_from_shape to_index"
    ),
    "tensor_ops": (
        "MapProto SimpleBackend SimpleOps TensorBackend TensorOps tensor_map tensor_reduce tensor_zip"
    ),
    "tensor_functions": (
        "Add All Copy EQ Exp Function Inv IsClose LT Log MatMul Mul Neg Permute ReLU Sigmoid Sum View _tensor "
        "grad_central_difference grad_check rand tensor wrap_tuple zeros"
    ),
    "tensor": "History Tensor",
    "fast_ops": (
        "FastOps _tensor_matrix_multiply broadcast_index index_to_position njit tensor_map tensor_matrix_multiply "
        "tensor_reduce tensor_zip to_index"
    ),
    "cuda_ops": (
        "CudaOps FakeCUDAKernel THREADS_PER_BLOCK _mm_practice _sum_practice _tensor_matrix_multiply broadcast_index "
        "device_jit index_to_position jit jit_mm_practice jit_sum_practice mm_practice sum_practice tensor_map "
        "tensor_matrix_multiply tensor_reduce tensor_zip to_index"
    ),
    "fast_conv": (
        "Conv1dFun Conv2dFun _tensor_conv1d _tensor_conv2d broadcast_index conv1d conv2d index_to_position njit "
        "tensor_conv1d tensor_conv2d to_index"
    ),
    "nn": "Max argmax avgpool2d dropout logsoftmax max max_reduce maxpool2d softmax tile",
}


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    yield from imported("minitorch", monkeypatch)


def lay(course: Course, number: str, folder: Path, files: Mapping[str, str]) -> Path:
    """Write a module's solution, some files of which are others."""
    module = find_module(course, number)
    texts = {**rendered_files(course, module, all_tasks(course)), **files}
    for path, data in {
        **module_tree(course, module),
        **{p: t.encode() for p, t in texts.items()},
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder


def run(folder: Path, *arguments: str) -> str:
    """Run Python in a module folder, and give what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def solved(course: Course, number: str) -> dict[str, str]:
    """Give the students' files of a module, solved."""
    module = find_module(course, number)
    files = rendered_files(course, module, all_tasks(course))
    return {path: files[path] for path in student_files(course, module)}


def renamed(course: Course, number: str, file: str, old: str, new: str) -> dict[str, str]:
    """Rename something in all of the students' files, as a student does who calls it so throughout."""
    name = Name(file, old, frozenset())
    files = without(solved(course, number), [name], "renamed")
    return {path: text.replace(f"{old}_of_mine", new) for path, text in files.items()}


# What is there


@pytest.mark.parametrize("file", ELSEWHERE)
def test_the_names_that_other_guides_use_are_where_these_have_them(
    library: ModuleType, file: str
) -> None:
    # Not by the package: ``minitorch.tensor`` is the function of that name.
    home = library if file == "minitorch" else sys.modules[f"minitorch.{file}"]
    assert [name for name in ELSEWHERE[file].split() if not hasattr(home, name)] == []


@pytest.mark.parametrize("number", MODULES)
def test_each_module_offers_what_its_files_have(
    course: Course, tmp_path: Path, number: str
) -> None:
    code = (
        "import minitorch; from minitorch import *; "
        "print([n for n in minitorch._file_of if n not in minitorch.__all__])"
    )
    assert run(lay(course, number, tmp_path, {}), "-W", "error", "-c", code) == "[]\n"


@pytest.mark.parametrize("number", MODULES)
def test_the_table_of_names_is_that_of_the_files(course: Course, number: str) -> None:
    module = find_module(course, number)
    text = rendered_files(course, module)["minitorch/missing.py"]
    (table,) = (
        ast.literal_eval(node.value)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "NAMES"
    )
    found: dict[str, dict[str, set[str]]] = {}
    for name in names_of(course, module):
        if name.file.startswith("minitorch/") and name.path == name.top:
            stem = name.file.removeprefix("minitorch/").removesuffix(".py")
            task = min(name.tasks, default="given")
            found.setdefault(stem, {}).setdefault(task, set()).add(name.path)
    assert {s: {t: set(n.split()) for t, n in of.items()} for s, of in table.items()} == found


# What is said of a name that is missing


def test_a_missing_name_is_told_with_its_file_its_task_and_what_may_be_meant(
    course: Course, tmp_path: Path
) -> None:
    folder = lay(course, "1", tmp_path, renamed(course, "1", FUNCTIONS, "EQ", "Equal"))
    assert EQUAL in run(folder, "-c", "import minitorch; minitorch.scalar_functions.EQ")
    there = "import minitorch; print(hasattr(minitorch.scalar_functions, 'EQ'))"
    assert run(folder, "-c", there) == "False\n"
    assert EQUAL in run(folder, "-m", "pytest", "-q", "tests/test_gradients.py")


def test_the_package_says_so_too_and_lacks_nothing_else(course: Course, tmp_path: Path) -> None:
    folder = lay(
        course, "4", tmp_path, renamed(course, "4", "minitorch/nn.py", "argmax", "arg_max")
    )
    assert ARGMAX in run(folder, "-c", "from minitorch import argmax")
    assert ARGMAX in run(folder, "-c", "import minitorch; minitorch.argmax")
    fine = "from minitorch import *; from minitorch import conv1d, softmax, tensor; tensor([1.0])"
    assert run(folder, "-c", fine) == ""


def test_a_name_that_is_also_a_files_is_no_file_where_it_is_missing(
    course: Course, tmp_path: Path
) -> None:
    file = "minitorch/tensor_functions.py"
    folder = lay(course, "2", tmp_path, renamed(course, "2", file, "tensor", "make"))
    told = "there is no `tensor` in minitorch/tensor_functions.py: it came with the module"
    assert told in run(folder, "-c", "import minitorch; minitorch.tensor([1.0])")
    assert (
        run(folder, "-c", "from minitorch.tensor import Tensor; from minitorch import zeros") == ""
    )


def test_what_the_course_has_is_never_suggested(course: Course, tmp_path: Path) -> None:
    name = Name(OPERATORS, "log_back", frozenset())
    folder = lay(course, "0", tmp_path, without(solved(course, "0"), [name], "deleted"))
    told = run(folder, "-c", "import minitorch; minitorch.operators.log_back")
    assert "there is no `log_back` in minitorch/operators.py: Task 0.1 asks for it" in told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("def tile(:\n", "SyntaxError"),
        ("raise ValueError('at import')\n", "ValueError: at import"),
        ("raise SystemExit('out')\n", "minitorch/nn.py ends the program where it is imported"),
        ("from .tensor import nothing\n", "cannot import name 'nothing'"),
    ],
)
def test_a_file_that_cannot_be_imported_takes_nothing_else_away(
    course: Course, tmp_path: Path, text: str, told: str
) -> None:
    folder = lay(course, "4", tmp_path, {"minitorch/nn.py": text})
    assert run(folder, "-c", "from minitorch import conv1d, tensor; tensor([1.0])") == ""
    assert told in run(folder, "-c", "from minitorch import softmax")
    assert told in run(folder, "-c", "from minitorch import nn")
    tests = run(folder, "-m", "pytest", "-q", "-m", "task4_1", "-k", "plain")
    assert re.search(r"\d+ passed", tests) and "failed" not in tests


@pytest.mark.parametrize(("file", "name"), [("tensor", "Tensor"), ("scalar", "scalar")])
def test_a_name_whose_file_cannot_be_imported_is_not_called_otherwise(
    course: Course, tmp_path: Path, file: str, name: str
) -> None:
    """``tensor`` and ``Tensor`` are two names: the error is that of the file."""
    folder = lay(course, "4", tmp_path, {f"minitorch/{file}.py": "import nothing_of_the_kind\n"})
    assert "No module named 'nothing_of_the_kind'" in run(
        folder, "-c", f"from minitorch import {name}"
    )


def test_names_of_older_guides_say_what_there_is_instead(library: ModuleType) -> None:
    with pytest.raises(ImportError, match="it is a method here: `x.is_constant"):
        library.is_constant
    with pytest.raises(ImportError, match="called `SimpleBackend` here"):
        library.TensorFunctions
    with pytest.raises(ImportError, match="it is in tests/comparison.py here"):
        library.assert_close
    with pytest.raises(ImportError, match="in minitorch: it is called `dropout` here"):
        library.Dropout
    with pytest.raises(AttributeError, match="scalar_functions.py: it is called `EQ` here"):
        sys.modules["minitorch.scalar_functions"].Eq
    with pytest.raises(AttributeError, match="operators.py: it is called `zipWith` here"):
        library.operators.zip_with
    with pytest.raises(AttributeError, match="'minitorch' has no attribute 'nothing'"):
        library.nothing


AT_ONCE = """

def map(fn, ls):
    return [fn(each) for each in ls]


def addLists(ls1, ls2):
    return zipWith(add, ls1, ls2)
"""


def test_functions_that_take_all_at_once_are_told_of_two_steps(
    course: Course, tmp_path: Path
) -> None:
    folder = lay(course, "0", tmp_path, {OPERATORS: solved(course, "0")[OPERATORS] + AT_ONCE})
    told = run(folder, "-m", "pytest", "-q", "tests/test_operators.py")
    assert "positional argument: 'ls'; here, it is called in two steps: map(fn)(ls)" in told
    assert "it is called in two steps: zipWith(fn)(ls1, ls2)" in told


@pytest.mark.parametrize(
    ("number", "older"),
    [
        ("0", "| `map(fn, ls)`, `zipWith(fn, ls1, ls2)`, `reduce(fn, ls, start)` take everything"),
        ("0", "| `log(x)` is `math.log(x)`"),
        ("1", "| a plain number beside a scalar becomes a leaf"),
        ("1", "| `Log.forward` takes `math.log(a)`"),
        ("2", "| a number beside a tensor is a leaf"),
        ("2", "| `t.log()` of 0 is infinite"),
    ],
)
def test_the_guide_says_what_differs_on_purpose(number: str, older: str) -> None:
    guide = (ROOT / f"module{number}" / "README.md").read_text("utf-8")
    _, _, table = guide.partition("## Names you may know from older guides")
    assert f"\n{older}" in table


# What its loss costs


@pytest.mark.parametrize("number", MODULES)
@pytest.mark.parametrize("text", ["", "a string"])
def test_every_test_file_is_collected_whatever_is_missing_or_of_another_kind(
    course: Course, tmp_path: Path, number: str, text: str
) -> None:
    module = find_module(course, number)
    files = {path: "" for path in student_files(course, module)}
    if text:
        for name in names_of(course, module):
            if name.path == name.top:
                files[name.file] += f"{name.path} = {text!r}\n"
    folder = lay(course, number, tmp_path, files)
    tests = sorted(path.name for path in (folder / "tests").glob("test_*.py"))
    theirs = {path.removeprefix("tests/") for path in module.written}
    wanted = [f"tests/{test}" for test in tests if test not in theirs]
    told = run(folder, "-m", "pytest", "--collect-only", "-q", *wanted)
    assert "error" not in told.lower(), told
    assert {line.split("::")[0] for line in told.splitlines() if "::" in line} == set(wanted)


@cache
def losses(number: str) -> Losses:
    course = load_course(ROOT)
    return Losses(course, find_module(course, number))


def written_by_a_task() -> list[str]:
    return (
        [task.id for task in load_course(ROOT).tasks if task.module in "012"]
        if SOURCE.is_dir()
        else []
    )


@pytest.mark.parametrize("task", written_by_a_task())
def test_what_one_task_writes_costs_only_the_tasks_that_need_it(course: Course, task: str) -> None:
    module = find_module(course, task.split(".")[0])
    names = [
        name for name in names_of(course, module) if task in name.tasks and name.path == name.top
    ]
    loss = losses(module.id).of(names, "renamed")
    assert loss.too_much == {}


@pytest.mark.parametrize(
    ("number", "file", "kept"),
    [
        ("0", OPERATORS, {"0.4"}),
        ("0", "minitorch/module.py", {"0.1", "0.3"}),
        ("1", "minitorch/scalar.py", {"1.1"}),
        ("1", OPERATORS, {"1.1"}),
        ("2", "minitorch/scalar.py", {"2.1", "2.2", "2.3", "2.4", "2.5"}),
        ("2", "minitorch/tensor_functions.py", {"2.1", "2.2"}),
    ],
)
def test_a_broken_file_costs_only_the_tasks_that_import_it(
    number: str, file: str, kept: set[str]
) -> None:
    loss = losses(number).of_file(file)
    assert loss.too_much == {}
    assert kept & loss.lost.keys() == set()


def test_a_consistent_other_name_costs_next_to_nothing(
    course: Course, request: pytest.FixtureRequest
) -> None:
    judge = Judge(request.config, course)
    files = renamed(course, "1", FUNCTIONS, "EQ", "Equal")
    for task, most in (("1.2", 2), ("1.4", 1)):
        verdict = judge(task, files)
        assert verdict.tests is not None and verdict.probes is not None
        assert verdict.tests.expected - verdict.tests.passed <= most
        assert verdict.fraction > 0.9
        told = [f for f in verdict.failures if f.message == EQUAL]
        assert told and all(f.file == FUNCTIONS for f in told)
        assert Outcome.TODO not in {f.outcome for f in verdict.failures}
    assert judge("1.3", files).fraction == judge("1.5", files).fraction == 1
