"""Loading a course: what is read, and what each mistake in a module.toml is told as."""

from fractions import Fraction
from pathlib import Path

import pytest

from grader.authoring.load import find_module, find_root, find_task, load_course
from grader.errors import NotARepository, TomlError, UnknownModule, UnknownTask
from grader.model import Kind
from grader.tests.toy import Toy

TOML = "module0/module.toml"


def line_of(toy: Toy, path: str, text: str, nth: int = 1) -> int:
    """Find the line of a file on which a text stands for the nth time."""
    lines = [number for number, line in enumerate(toy.read(path).splitlines(), 1) if text in line]
    return lines[nth - 1]


def test_find_root_looks_upwards(toy_course: Toy) -> None:
    """The nearest folder with module0/module.toml is the root, from wherever one starts."""
    assert find_root(toy_course.root) == toy_course.root
    assert find_root(toy_course.root / "module1" / "tests") == toy_course.root


def test_find_root_outside(tmp_path: Path) -> None:
    """Outside a course, the error says which folder is missing and what to do."""
    with pytest.raises(NotARepository) as error:
        find_root(tmp_path)
    assert str(error.value).splitlines() == [
        "This is not a course repository: no module0/module.toml here or above.",
        f"  where: {tmp_path}",
        "  next:  cd to the folder that holds module0/, and run it again",
    ]


def test_load_course_reads_everything(toy_course: Toy) -> None:
    """Modules, tasks, hints, needs and exact points are as module.toml says."""
    course = toy_course.load()
    assert [(module.id, module.title, float(module.points)) for module in course.modules] == [
        ("0", "Bounds", 6),
        ("1", "Averages", 4),
    ]
    assert course.modules[0].folder == toy_course.root / "module0"
    assert course.modules[0].written == ("tests/test_properties.py",)
    clamp, total, tests, mean = course.tasks
    assert clamp.hints == ("There are three cases.", "Compare with the lower bound first.")
    assert (clamp.seconds, clamp.bonus, clamp.written, clamp.mark) == (
        20.0,
        False,
        False,
        "task0_1",
    )
    assert total.hints == ("Use clamp.",)
    assert (tests.kind, tests.written) == (Kind.WRITTEN, True)
    assert (mean.module, mean.needs) == ("1", ("0.2",))


def test_points_are_exact(toy_course: Toy) -> None:
    """A tenth of a point is a tenth, not the float next to it."""
    toy_course.edit(TOML, "points = 2", "points = 2.1")
    toy_course.edit(TOML, "points = 6", "points = 6.1")
    course = toy_course.load()
    assert course.tasks[0].points == Fraction(21, 10)


def test_bonus_points_stand_beside(toy_course: Toy) -> None:
    """A bonus task's points are not part of the module's."""
    toy_course.edit(TOML, "points = 1\n", "points = 1\nbonus = true\n")
    toy_course.edit(TOML, "points = 6", "points = 5")
    assert find_task(toy_course.load(), "0.3").bonus


def test_published_course_is_trusted_from_the_skeleton(toy_course: Toy) -> None:
    """Where the source is absent, the folders of grader/skeleton are the trusted ones."""
    toy_course.git("rm", "-rq", "grader/course")
    for name in ("module0", "module1"):
        (toy_course.root / "grader/skeleton").mkdir(exist_ok=True)
        (toy_course.root / name).rename(toy_course.root / "grader/skeleton" / name)
    course = toy_course.load()
    assert course.modules[1].folder == toy_course.root / "grader/skeleton/module1"
    assert not course.authored


def test_find_module_and_task(toy_course: Toy) -> None:
    """Modules answer to their id and to their folder's name."""
    course = toy_course.load()
    assert find_module(course, "1") is find_module(course, "module1") is course.modules[1]
    assert find_task(course, "0.2").title == "Bounded sum"


def test_unknown_names_are_answered_with_the_nearest(toy_course: Toy) -> None:
    """An id that does not exist is answered with the one most like it."""
    course = toy_course.load()
    with pytest.raises(UnknownTask, match=r"^No task 0\.22\. Did you mean 0\.2\?\n"):
        find_task(course, "0.22")
    with pytest.raises(UnknownModule, match=r"^No module 11\. Did you mean 1\?\n"):
        find_module(course, "11")


@pytest.mark.parametrize(
    "old, new, at, message",
    [
        (
            'title = "Bounds"',
            'tilte = "Bounds"',
            "tilte",
            "Unknown key 'tilte' in the top table. Did you mean title?",
        ),
        (
            'title = "Clamp"',
            'titel = "Clamp"',
            "titel",
            "Unknown key 'titel' in [[task]]. Did you mean title?",
        ),
        ('title = "Clamp"\n', "", "[[task]]", "[[task]] has no 'title'."),
        ('title = "Bounds"\n', "", "points = 6", "the top table has no 'title'."),
        (
            'title = "Clamp"',
            "title = 3",
            "title = 3",
            "'title' in [[task]] must be a text such as \"…\".",
        ),
        (
            'title = "Clamp"',
            'title = " "',
            'title = " "',
            "'title' in [[task]] must be a text such as \"…\".",
        ),
        (
            "points = 2",
            "points = -2",
            "points = -2",
            "'points' in [[task]] must be a positive number.",
        ),
        (
            "points = 2",
            "points = true",
            "points = true",
            "'points' in [[task]] must be a positive number.",
        ),
        (
            "points = 2",
            "points = nan",
            "points = nan",
            "'points' in [[task]] must be a positive number.",
        ),
        (
            'needs = ["0.1"]\nhint = "Use clamp."',
            "needs = 0.1",
            "needs = 0.1",
            "'needs' in [[task]] must be a list of texts",
        ),
        ('id = "0.1"', 'id = "0.1a"', "0.1a", "'0.1a' is not a task id."),
        ('id = "0.1"', 'id = "1.1"', '"1.1"', "Task 1.1 is not one of module 0."),
        ('id = "0.2"', 'id = "0.1"', ("0.1", 2), "There are two tasks 0.1."),
        (
            '"written-tests"',
            '"writen-tests"',
            "writen",
            "No kind of task is called 'writen-tests'. Did you mean written-tests?",
        ),
        (
            'needs = ["0.1"]\nhint = "Use clamp."',
            'needs = ["0.3"]',
            "needs",
            "The task needs 0.3, which does not come before it.",
        ),
        (
            'needs = ["0.1"]\nhint = "Use clamp."',
            'needs = ["0.2"]',
            "needs",
            "The task needs 0.2, which does not come before it.",
        ),
        (
            'needs = ["0.1"]\nhint = "Use clamp."',
            'needs = ["1.1"]',
            "needs",
            "The task needs 1.1, which does not exist. Did you mean 0.1?",
        ),
        (
            "points = 6",
            "points = 7",
            "points = 7",
            "The tasks' points add up to 6, but the module has 7.",
        ),
        (
            "points = 2",
            "points = 2.5",
            "points = 6",
            "The tasks' points add up to 6.5, but the module has 6.",
        ),
        (
            'files = ["tests/test_properties.py"]',
            'files = ["tests/test_propertes.py"]',
            "test_propertes",
            "'tests/test_propertes.py' is not a file that students hand in with this module. Did you mean tests/",
        ),
        (
            'given = ["minitorch/__init__.py"]',
            'given = ["../x.py"]',
            "given",
            "'../x.py' is not a path inside the module",
        ),
        (
            'given = ["minitorch/__init__.py"]',
            'given = ["/x.py"]',
            "given",
            "'/x.py' is not a path inside the module",
        ),
        (
            'given = ["minitorch/__init__.py"]',
            'given = ["a//x.py"]',
            "given",
            "'a//x.py' is not a path inside the mod",
        ),
        (
            'given = ["minitorch/__init__.py"]',
            'given = ["minitorch/ops.py"]',
            "given",
            "'minitorch/ops.py' is listed twice",
        ),
        (
            '[[task]]\nid = "0.3"',
            '[[taks]]\nid = "0.3"',
            "taks",
            "Unknown table 'taks'. Did you mean task?",
        ),
        (
            'seconds = 20\n\n[[task]]\nid = "0.2"',
            'seconds = \n\n[[task]]\nid = "0.2"',
            "seconds = ",
            "not TOML: Invalid value.",
        ),
    ],
)
def test_mistakes_are_told_with_their_line(
    toy_course: Toy, old: str, new: str, at: str | tuple[str, int], message: str
) -> None:
    """Each mistake in a module.toml names the file, the line and what is wrong."""
    toy_course.edit(TOML, old, new)
    text, nth = (at, 1) if isinstance(at, str) else at
    with pytest.raises(TomlError) as error:
        toy_course.load()
    assert message in error.value.what
    assert error.value.where == f"{TOML}:{line_of(toy_course, TOML, text, nth)}"
    assert error.value.next_step


def test_a_file_belongs_to_the_module_that_introduces_it(toy_course: Toy) -> None:
    """A later module can't list an earlier module's file again."""
    path = "module1/module.toml"
    toy_course.edit(path, '["minitorch/more.py"]\ngiven', '["minitorch/ops.py"]\ngiven')
    with pytest.raises(TomlError) as error:
        toy_course.load()
    assert str(error.value).splitlines() == [
        "'minitorch/ops.py' is listed twice.",
        "  where: module1/module.toml:3",
        "  next:  list it once, in the module that introduces it",
    ]


def test_a_later_task_may_edit_an_earlier_module_s_file(toy_course: Toy) -> None:
    """What students hand in with a module includes the files of the modules before it."""
    toy_course.edit(
        "module1/module.toml",
        'files = ["minitorch/more.py"]\nneeds',
        'files = ["minitorch/ops.py"]\nneeds',
    )
    assert find_task(toy_course.load(), "1.1").files == ("minitorch/ops.py",)


def test_task_must_be_an_array_of_tables(toy_course: Toy) -> None:
    """A single table of the right name is not a list of tasks."""
    toy_course.write(TOML, 'title = "Bounds"\npoints = 1\n\n[task]\nid = "0.1"\n')
    with pytest.raises(
        TomlError, match=r"'task' must be written as \[\[task\]\] tables\.\n  where: .*:4\n"
    ):
        toy_course.load()


def test_not_utf8(toy_course: Toy) -> None:
    """A file in another encoding is told with the line of its first odd byte."""
    (toy_course.root / TOML).write_bytes(b'title = "x"\n# caf\xe9\n')
    with pytest.raises(TomlError, match=r"This is not UTF-8\.\n  where: module0/module\.toml:2\n"):
        toy_course.load()


def test_a_header_inside_a_text_is_not_a_header(toy_course: Toy) -> None:
    """Lines are found by the headers, not by what a multi-line hint quotes."""
    toy_course.edit(TOML, 'hint = "Use clamp."', 'hint = """\n[[task]]\nid = "9.9"\n"""')
    toy_course.edit(TOML, "points = 1", "points = 0")
    with pytest.raises(TomlError) as error:
        toy_course.load()
    assert error.value.where == f"{TOML}:{line_of(toy_course, TOML, 'points = 0')}"


def test_an_empty_folder_is_no_course(tmp_path: Path) -> None:
    """Without module 0 there is nothing to load."""
    with pytest.raises(NotARepository, match="no module0/module.toml here or above"):
        load_course(tmp_path)


def test_topics_name_the_hints_that_fit(toy_course: Toy) -> None:
    """A word of a test's name, and the number of a hint."""
    hints = 'hint = ["There are three cases.", "Compare with the lower bound first."]'
    toy_course.edit(TOML, hints, f'{hints}\nhint_for = {{ low = 2, "a clamp" = 1 }}')
    clamp = find_task(toy_course.load(), "0.1")
    assert clamp.topics == (("low", clamp.hints[1]), ("a clamp", clamp.hints[0]))


@pytest.mark.parametrize("topics", ["3", '"low"', "{ low = 3 }", "{ low = 0 }", '{ low = "x" }'])
def test_topics_name_hints_that_are_there(toy_course: Toy, topics: str) -> None:
    hints = 'hint = ["There are three cases.", "Compare with the lower bound first."]'
    toy_course.edit(TOML, hints, f"{hints}\nhint_for = {topics}")
    said = r"'hint_for' in \[\[task\]\] must be a table from words to numbers of hints, 1 to 2"
    with pytest.raises(TomlError, match=said) as error:
        toy_course.load()
    assert error.value.where == f"{TOML}:{line_of(toy_course, TOML, 'hint_for')}"
