"""Carrying work forward: every state of a student's two folders, in the toy course as it is published."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.authoring.publish import publish
from grader.authoring.render import rendered_files
from grader.carry import Choice, Fate, Plan, Step, carry_out, make_plan
from grader.errors import NoModuleFolder, NotCarried, NothingBefore, UnknownModule
from grader.tests.toy import Toy

OPS_0 = "module0/minitorch/ops.py"
OPS_1 = "module1/minitorch/ops.py"
RECORD = "module1/.carried/minitorch/ops.py.txt"

CLAMP_STUB = """    # TODO: Task 0.1
    raise NotImplementedError("Task 0.1: implement clamp in minitorch/ops.py")
"""
CLAMP = "    return min(max(x, low), high)\n"
OTHER_CLAMP = "    return sorted((low, x, high))[1]\n"
SUM_STUB = """    # TODO: Task 0.2
    raise NotImplementedError("Task 0.2: implement bounded_sum in minitorch/ops.py")
"""
SUM = "    return sum(clamp(value, -limit, limit) for value in values)\n"

Edit = Callable[[], None]


@pytest.fixture
def students(toy_course: Toy, tmp_path: Path) -> Toy:
    """Publish the toy course."""
    publish(toy_course.load(), tmp_path / "students")
    return Toy(tmp_path / "students")


def planned(toy: Toy, choice: Choice = Choice.LEAVE) -> Plan:
    return make_plan(toy.load(), "1", choice)


def only(plan: Plan) -> Step:
    [step] = plan.steps
    assert step.path == "minitorch/ops.py"
    return step


def carry(toy: Toy, choice: Choice = Choice.LEAVE) -> Step:
    plan = planned(toy, choice)
    carry_out(plan, toy.root)
    return only(plan)


def solve(toy: Toy) -> None:
    toy.edit(OPS_0, CLAMP_STUB, CLAMP)
    toy.edit(OPS_0, SUM_STUB, SUM)


def test_an_untouched_module_has_nothing_to_carry(students: Toy) -> None:
    before = students.read(OPS_1)
    assert carry(students) == Step("minitorch/ops.py", Fate.UNTOUCHED)
    assert students.read(OPS_1) == before
    assert not (students.root / RECORD).exists()


def test_finished_work_arrives_beside_what_the_module_adds(students: Toy) -> None:
    """The last stub of module 0's file, and the function that module 1 adds below it, touch."""
    wanted = students.read(OPS_1).replace(CLAMP_STUB, CLAMP).replace(SUM_STUB, SUM)
    solve(students)
    assert carry(students).fate is Fate.CARRIED
    assert students.read(OPS_1) == wanted
    assert students.read(RECORD) == students.read(OPS_0)


def test_it_works_in_the_authors_repository_too(toy_course: Toy) -> None:
    toy_course.edit(OPS_0, CLAMP_STUB, CLAMP)
    assert carry(toy_course).fate is Fate.CARRIED
    assert CLAMP in toy_course.read(OPS_1)


def test_a_second_run_changes_nothing(students: Toy) -> None:
    solve(students)
    carry(students)
    before = {path: path.stat() for path in students.root.rglob("*") if path.is_file()}
    assert carry(students).fate is Fate.THERE
    assert {path: path.stat() for path in before} == before


def test_a_plan_alone_writes_nothing(students: Toy) -> None:
    solve(students)
    before = students.read(OPS_1)
    step = only(planned(students))
    assert step.fate is Fate.CARRIED and CLAMP in step.text
    assert students.read(OPS_1) == before
    assert not (students.root / RECORD).exists()


def test_later_edits_of_either_module_merge(students: Toy) -> None:
    students.edit(OPS_0, CLAMP_STUB, CLAMP)
    carry(students)
    students.edit(OPS_0, SUM_STUB, SUM)
    students.edit(OPS_1, CLAMP, OTHER_CLAMP)
    assert carry(students).fate is Fate.CARRIED
    text = students.read(OPS_1)
    assert OTHER_CLAMP in text and SUM in text and CLAMP not in text


def test_an_edit_of_the_later_module_alone_stays(students: Toy) -> None:
    solve(students)
    carry(students)
    students.edit(OPS_1, CLAMP, OTHER_CLAMP)
    assert carry(students).fate is Fate.THERE
    assert OTHER_CLAMP in students.read(OPS_1)


def test_work_copied_by_hand_is_already_there(students: Toy) -> None:
    solve(students)
    students.edit(OPS_1, CLAMP_STUB, CLAMP)
    students.edit(OPS_1, SUM_STUB, SUM)
    assert carry(students).fate is Fate.THERE
    students.edit(OPS_1, CLAMP, OTHER_CLAMP)
    assert carry(students).fate is Fate.THERE  # it was remembered as carried


def test_a_file_that_went_back_to_its_stubs_is_carried_again(students: Toy) -> None:
    fresh = students.read(OPS_1)
    solve(students)
    carry(students)
    students.write(OPS_1, fresh)
    assert carry(students).fate is Fate.CARRIED
    assert CLAMP in students.read(OPS_1)


def test_solutions_are_never_replaced_by_stubs(students: Toy) -> None:
    fresh = students.read(OPS_0)
    solve(students)
    carry(students)
    students.write(OPS_0, fresh)
    before = students.read(OPS_1)
    step = carry(students)
    assert step.fate is Fate.CONFLICT
    assert step.note == "the stub of task 0.1 would come back"
    assert step.clashes[0].later == (CLAMP,)
    assert students.read(OPS_1) == before


class TestConflict:
    """Both modules hold a solution of the same stub, and they differ."""

    @pytest.fixture(autouse=True)
    def _edits(self, students: Toy) -> None:
        students.edit(OPS_0, CLAMP_STUB, CLAMP)
        students.edit(OPS_0, SUM_STUB, SUM)
        students.edit(OPS_1, CLAMP_STUB, OTHER_CLAMP)

    def test_it_leaves_everything_and_names_the_lines(self, students: Toy) -> None:
        before = students.read(OPS_1)
        step = carry(students)
        assert step.fate is Fate.CONFLICT
        [found] = step.clashes
        assert (found.earlier, found.later) == ((CLAMP,), (OTHER_CLAMP,))
        assert (found.earlier_at, found.later_at) == (6, 6)
        assert students.read(OPS_1) == before
        assert not (students.root / RECORD).exists()

    def test_marks_hold_both_versions_and_the_rest_is_carried(self, students: Toy) -> None:
        assert carry(students, Choice.MARK).fate is Fate.MARKED
        marks = f"<<<<<<< {OPS_1}\n{OTHER_CLAMP}=======\n{CLAMP}>>>>>>> {OPS_0}\n"
        assert marks in students.read(OPS_1)
        assert SUM in students.read(OPS_1)

    def test_marks_have_to_go_before_anything_else_is_carried(self, students: Toy) -> None:
        carry(students, Choice.MARK)
        students.edit(OPS_0, SUM, SUM.replace("sum", "float(sum") + "    # )\n")
        before = students.read(OPS_1)
        step = carry(students, Choice.MARK)
        assert step.fate is Fate.CONFLICT
        assert step.note == "line 6 still holds a mark of an earlier carry"
        assert students.read(OPS_1) == before

    def test_a_choice_made_between_marks_stays_made(self, students: Toy) -> None:
        carry(students, Choice.MARK)
        text = students.read(OPS_1)
        head, _, rest = text.partition("<<<<<<<")
        students.write(OPS_1, head + OTHER_CLAMP + rest.partition(f">>>>>>> {OPS_0}\n")[2])
        assert carry(students).fate is Fate.THERE
        assert OTHER_CLAMP in students.read(OPS_1)

    def test_keeping_takes_the_later_version_and_carries_the_rest(self, students: Toy) -> None:
        assert carry(students, Choice.KEEP).fate is Fate.KEPT
        text = students.read(OPS_1)
        assert OTHER_CLAMP in text and SUM in text and CLAMP not in text
        assert carry(students).fate is Fate.THERE


def test_a_result_that_is_not_python_is_a_conflict(students: Toy) -> None:
    """Each side's edit is fine alone: one makes a string of the lines around a string that the other adds."""
    body = "    a = 1\n    x += a\n    b = 2\n    x += b\n    c = 3\n    return x + c\n"
    students.edit(OPS_0, CLAMP_STUB, body)
    carry(students)
    students.edit(OPS_0, "    a = 1\n", '    c = """\n')
    students.edit(OPS_0, "    c = 3\n", '    """\n')
    students.edit(OPS_1, "    b = 2\n", '    b = """2"""\n')
    before = students.read(OPS_1)
    step = carry(students)
    assert step.fate is Fate.CONFLICT
    assert step.note == "the result's line 8 is not Python: invalid syntax"
    assert [found.earlier for found in step.clashes] == [('    c = """\n',), ('    """\n',)]
    assert [found.later for found in step.clashes] == [("    a = 1\n",), ("    c = 3\n",)]
    assert students.read(OPS_1) == before
    assert carry(students, Choice.KEEP).fate is Fate.KEPT
    assert students.read(OPS_1) == before


def test_a_function_that_both_modules_brought_is_a_conflict(students: Toy) -> None:
    """A student's helper bears the name of a function that module 1 adds elsewhere in the file."""
    students.edit(
        OPS_0, '"""Bounded arithmetic."""\n', '"""Bounded arithmetic."""\n\n\ndef count(x): ...\n'
    )
    step = carry(students)
    assert step.fate is Fate.CONFLICT
    assert step.note == "count would be defined twice"
    assert carry(students, Choice.KEEP).fate is Fate.KEPT
    assert "def count(x)" not in students.read(OPS_1)


def test_work_that_is_not_python_is_carried_and_said_to_be_so(students: Toy) -> None:
    students.edit(OPS_0, CLAMP_STUB, "    return (x\n")
    step = carry(students)
    assert step.fate is Fate.CARRIED
    assert step.note == "module0's line 6 is not Python: '(' was never closed"


def test_windows_line_ends_and_a_byte_order_mark_stay_as_the_later_file_has_them(
    students: Toy,
) -> None:
    solve(students)
    place = students.root / OPS_1
    place.write_bytes(b"\xef\xbb\xbf" + place.read_bytes().replace(b"\n", b"\r\n"))
    assert carry(students).fate is Fate.CARRIED
    content = place.read_bytes()
    assert content.startswith(b'\xef\xbb\xbf"')
    assert content.count(b"\r\n") == content.count(b"\n")
    assert CLAMP.strip().encode() in content


def test_windows_line_ends_alone_are_no_work(students: Toy) -> None:
    place = students.root / OPS_0
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    assert carry(students).fate is Fate.UNTOUCHED


def test_a_missing_newline_at_the_end_is_no_conflict(students: Toy) -> None:
    solve(students)
    students.write(OPS_0, students.read(OPS_0).rstrip("\n"))
    assert carry(students).fate is Fate.CARRIED
    assert SUM in students.read(OPS_1)


def _not_utf8(path: Path) -> None:
    path.write_bytes(b"ok = 1\nx = '\xff'\n")


def _link(path: Path) -> None:
    content = path.read_bytes()
    path.unlink()
    path.with_name("real.txt").write_bytes(content)
    path.symlink_to("real.txt")


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("place", [OPS_0, OPS_1])
@pytest.mark.parametrize(
    ("spoil", "fate", "said"),
    [
        (_not_utf8, Fate.UNREADABLE, "is not UTF-8 text (line 2, byte 12)"),
        (_link, Fate.UNREADABLE, "is a link; put the file itself there"),
        (_folder, Fate.UNREADABLE, "can't be read: Is a directory"),
        (Path.unlink, Fate.MISSING, "is not there"),
    ],
)
def test_a_file_in_a_bad_state_is_told_and_left(
    students: Toy, place: str, spoil: Callable[[Path], None], fate: Fate, said: str
) -> None:
    solve(students)
    spoil(students.root / place)
    step = carry(students)
    assert (step.fate, step.note) == (fate, f"{place} {said}")
    assert not (students.root / RECORD).exists()


def test_a_spoilt_record_counts_as_none(students: Toy) -> None:
    solve(students)
    carry(students)
    (students.root / RECORD).write_bytes(b"\xff")
    assert carry(students).fate is Fate.THERE
    assert students.read(RECORD) == students.read(OPS_0)


def test_an_executable_script_stays_executable(students: Toy) -> None:
    solve(students)
    (students.root / OPS_1).chmod(0o755)
    carry(students)
    assert (students.root / OPS_1).stat().st_mode & 0o777 == 0o755


def test_a_carry_that_is_cut_off_is_finished_by_the_next(students: Toy) -> None:
    solve(students)
    plan = planned(students)
    students.write(OPS_1, only(plan).text)  # written, but not yet remembered
    assert carry(students).fate is Fate.THERE
    assert students.read(RECORD) == students.read(OPS_0)


def test_a_file_that_cannot_be_written_is_an_error(
    students: Toy, monkeypatch: pytest.MonkeyPatch
) -> None:
    solve(students)
    before = students.read(OPS_1)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    plan = planned(students)
    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(NotCarried) as raised:
        carry_out(plan, students.root)
    assert str(raised.value) == (
        "Can't write the carried file: No space left on device. It is as it was; what was carried before it stays.\n"
        "  where: module1/minitorch/ops.py\n"
        "  next:  fix its permissions or make room, then: grader carry 1"
    )
    assert students.read(OPS_1) == before
    assert sorted(path.name for path in (students.root / OPS_1).parent.iterdir()) == sorted(
        ["__init__.py", "more.py", "ops.py"]
    )


def test_stubs_that_are_left_are_named(students: Toy) -> None:
    assert planned(students).unfinished == ("0.1", "0.2")
    students.edit(OPS_0, CLAMP_STUB, CLAMP)
    assert planned(students).unfinished == ("0.2",)
    long = 'raise NotImplementedError(\n        "Task 0.1: implement clamp in minitorch/ops.py"\n    )\n'
    students.edit(OPS_0, CLAMP, f"    {long}")
    assert planned(students).unfinished == ("0.1", "0.2")


def test_a_module_between_that_lacks_finished_work_is_noticed(toy_course: Toy) -> None:
    table = (
        'id = "2.1"\ntitle = "More"\npoints = 1\nkind = "tests"\nfiles = ["minitorch/more.py"]\n'
    )
    toy_course.write("module2/module.toml", f'title = "More"\npoints = 1\n\n[[task]]\n{table}')
    course = toy_course.load()
    for path, text in rendered_files(course, course.modules[2]).items():
        toy_course.write(f"module2/{path}", text)
    assert not make_plan(course, "2").behind
    solve(toy_course)
    assert make_plan(course, "2").behind
    carry(toy_course)
    plan = make_plan(course, "2")
    assert not plan.behind
    assert [(step.path, step.fate) for step in plan.steps] == [
        ("minitorch/ops.py", Fate.CARRIED),
        ("minitorch/more.py", Fate.UNTOUCHED),
    ]
    assert plan.unfinished == ("1.1",)


def test_nothing_can_be_carried_into_the_first_module(students: Toy) -> None:
    with pytest.raises(NothingBefore) as raised:
        make_plan(students.load(), "0")
    assert str(raised.value) == (
        "Nothing comes before module 0, so there is nothing to carry into it.\n"
        "  where: the command line\n"
        "  next:  grader carry 1   (brings module 0's work into module 1)"
    )


def test_an_unknown_module_is_refused(students: Toy) -> None:
    with pytest.raises(UnknownModule, match=r"^No module 7\."):
        make_plan(students.load(), "7")


@pytest.mark.parametrize("name", ["module0", "module1"])
def test_a_module_folder_that_is_gone_is_refused(students: Toy, name: str) -> None:
    course = students.load()
    (students.root / name).rename(students.root / "away")
    with pytest.raises(NoModuleFolder) as raised:
        make_plan(course, "1")
    assert str(raised.value) == (
        f"There is no folder {name} here.\n"
        f"  where: {students.root}\n"
        f"  next:  git checkout -- {name}   (gets it back)"
    )
