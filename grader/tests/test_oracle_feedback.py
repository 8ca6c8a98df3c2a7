"""What a student is told of a test that did not pass: the line of their own file, and what counts of a long error."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.model import Failure, Kind, Module, Outcome, Task
from grader.oracle.difference import Difference
from grader.oracle.feedback import falsifying_example, of_answer, of_difference, of_test
from grader.oracle.quoting import Laid
from grader.running.asking import Answer
from grader.running.raised import Place
from grader.running.testing import CollectedTest, TestReport

OWN, GIVEN = "minitorch/fast_ops.py", "minitorch/tensor_functions.py"
TASK = Task("3.1", "Fast operations", Fraction(5), Kind.TESTS, (OWN,))
MODULE = Module("3", "Efficiency", Fraction(5), Path("module3"), (OWN,), (GIVEN,), (), (TASK,))
TEST = CollectedTest("tests/test_fast.py::test_map", frozenset({"task3_1"}), "It maps.")

TYPING_ERROR = """\
Failed in nopython mode pipeline (step: nopython frontend)
No implementation of function Function(<built-in function setitem>) found for signature:
 
 >>> setitem(array(float64, 1d, C), float64, float64)
 
There are 16 candidate implementations:
  - Of which 14 did not match due to:
  Overload of function 'setitem': File: <numerous>: Line N/A.
   No match.
  - Of which 2 did not match due to:
  Overload in function 'SetItemBuffer.generic': File: numba/core/typing/arraydecl.py: Line 219.
   Rejected as the implementation raised a specific error:
     NumbaTypeError: Unsupported array index type float64 in [float64]
  raised from numba/core/typing/arraydecl.py:103

During: typing of setitem at minitorch/fast_ops.py (171)

File "minitorch/fast_ops.py", line 171:
    def _map(
        <source elided>
            out[position] = fn(x)
            ^

During: Pass nopython_type_inference
"""  # noqa: W293  as Numba writes it


LAID: Laid = {OWN: "x = 1\n", GIVEN: b"y = 2\n", "tests/test_fast.py": ""}


def told(outcome: Outcome = Outcome.ERROR, **report: object) -> Failure:
    """Word a report of the test."""
    return of_test(MODULE, TASK, TEST, TestReport(TEST.id, outcome, **report), LAID)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "places", "named"),
    [
        (Outcome.FAILED, ((GIVEN, 62), (OWN, 171), (OWN, 80)), (OWN, 171)),
        (Outcome.FAILED, ((GIVEN, 62),), (GIVEN, 62)),
        (Outcome.TODO, ((GIVEN, 62), (OWN, 171)), (GIVEN, 62)),
        (Outcome.FAILED, (), (OWN, 0)),
        (Outcome.FAILED, (("../../etc/passwd", 7), (OWN, 171)), (OWN, 171)),
        (Outcome.TODO, (("../../etc/passwd", 7),), (OWN, 0)),
        (Outcome.FAILED, (("tests/test_fast.py", 7), ("minitorch/none.py", 7)), (OWN, 0)),
    ],
)
def test_the_tasks_own_file_is_named(
    outcome: Outcome, places: tuple[Place, ...], named: Place
) -> None:
    """Where an error passed through it: not what is given, and merely met the fault. A stub is where it is.

    A child may name any file; one that was not laid out for it is not repeated.
    """
    failure = told(outcome, type="IndexError", places=places)
    assert (failure.file, failure.line) == named


def test_of_a_typing_error_remains_what_its_reader_can_use() -> None:
    assert told(type="TypingError", message=TYPING_ERROR).message.splitlines() == [
        "TypingError: No implementation of function Function(<built-in function setitem>) found for signature:",
        "",
        " >>> setitem(array(float64, 1d, C), float64, float64)",
        "",
        "NumbaTypeError: Unsupported array index type float64 in [float64]",
        "",
        'File "minitorch/fast_ops.py", line 171:',
        "    def _map(",
        "        <source elided>",
        "            out[position] = fn(x)",
        "            ^",
    ]


def test_the_thread_of_a_gpu_is_named() -> None:
    notes = "in thread (5, 0, 0) of block (1, 0, 0)\nFalsifying example: something else"
    failure = told(type="IndexError", message="index 9 is out of bounds", notes=notes)
    assert failure.message == (
        "IndexError: index 9 is out of bounds\nin thread (5, 0, 0) of block (1, 0, 0)"
    )


@pytest.mark.parametrize(
    ("examples", "smallest"), [([], "x=10, names=['']"), ([(12, ["a"])], "x=12, names=['a']")]
)
def test_the_smallest_failing_input_is_found_in_what_hypothesis_says(
    examples: list[tuple[int, list[str]]], smallest: str
) -> None:
    @given(x=st.integers(), names=st.lists(st.text(max_size=3), min_size=1, max_size=1))
    @settings(database=None, derandomize=True)
    def small(x: int, names: list[str]) -> None:
        assert abs(x) < 10

    for x, names in examples:
        small = example(x=x, names=names)(small)
    with pytest.raises(AssertionError) as caught:
        small()
    assert falsifying_example("\n".join(caught.value.__notes__)) == smallest


def test_compiled_code_does_not_say_where_it_failed() -> None:
    message = told(type="IndexError", message="index is out of bounds").message
    assert message.startswith("IndexError: index is out of bounds. Plain Python says which line")


def test_a_test_that_the_student_wrote_is_in_its_own_file() -> None:
    failure = of_test(MODULE, TASK, TEST, TestReport(TEST.id, Outcome.TODO), own=True)
    assert failure.file == "tests/test_fast.py"


def test_of_several_files_none_is_named_without_need() -> None:
    """A wrong value does not say which of a task's files is wrong; the first one would be a guess."""
    task = replace(TASK, files=(OWN, GIVEN))
    report = TestReport(TEST.id, Outcome.FAILED, message="f(1): got 1, expected 2")
    assert of_test(MODULE, task, TEST, report, LAID).file == ""
    assert of_difference(MODULE, task, "probe: f", Difference("f(1)", "1", "2"), LAID).file == ""


def test_an_error_in_an_own_test_has_the_line() -> None:
    report = TestReport(
        TEST.id, Outcome.ERROR, "NameError", "no", raised_at=("tests/test_fast.py", 7)
    )
    failure = of_test(MODULE, TASK, TEST, report, LAID, own=True)
    assert (failure.file, failure.line) == ("tests/test_fast.py", 7)


def test_a_file_that_python_cannot_read_is_named_although_the_test_is_the_students_own() -> None:
    """Its own file has no mistake: the file that it imports has."""
    report = TestReport(
        TEST.id, Outcome.ERROR, "SyntaxError", "'(' was never closed", raised_at=(OWN, 1)
    )
    failure = of_test(MODULE, TASK, TEST, report, LAID, own=True)
    assert (failure.file, failure.line) == (OWN, 1)
    assert failure.message == f"SyntaxError: '(' was never closed ({OWN}, line 1)\nx = 1"


EXAMPLE = "Falsifying example: test_lt(\n    x=1.0,\n    y=2.0,\n)"
STORED = "Falsifying example: test_map(\n    x=tensor([[1.0]]) with strides (0, 1),\n)"
MADE = "Falsifying example: test_get(\n    layout=Layout(shape=(2,), strides=(1,)),\n)"
CALL = "lt(1.0, 1.0): got 1.0, expected 0.0"


@pytest.mark.parametrize(
    ("message", "notes", "asked", "input"),
    [
        # One of two that contradict each other: the call that failed.
        (CALL, EXAMPLE, "lt(1.0, 1.0)", ""),
        (CALL, "", "lt(1.0, 1.0)", ""),
        # The input, where there is no call, or where the call speaks of it by name only.
        ("", EXAMPLE, "", "x=1.0, y=2.0"),
        ("x.sum(): got 1, expected 2", STORED, "x.sum()", "x=tensor([[1.0]]) with strides (0, 1)"),
        ("get(0): got 1, expected 2", MADE, "get(0)", "layout=Layout(shape=(2,), strides=(1,))"),
        # A call of several lines.
        ("a network of\nlayer1\nforward(1): got 1, expected 2", "", "a network of\nlayer1\nforward(1)", ""),
    ],
)  # fmt: skip
def test_what_failed_is_told_once(message: str, notes: str, asked: str, input: str) -> None:
    failure = told(Outcome.FAILED, type="AssertionError", message=message, notes=notes)
    assert (failure.asked, failure.input) == (asked, input)


def test_only_an_assertion_compares() -> None:
    """Another error's words are its own, whatever they look like."""
    failure = told(type="ValueError", message=CALL)
    assert (failure.asked, failure.got, failure.message) == ("", "", f"ValueError: {CALL}")


def test_what_was_drawn_on_the_way_is_told_by_its_name() -> None:
    @given(size=st.integers(1, 3), data=st.data())
    @settings(database=None, derandomize=True)
    def drawing(size: int, data: st.DataObject) -> None:
        weights = data.draw(st.lists(st.just(0.5), min_size=size, max_size=size), "weights")
        assert data.draw(st.integers(5, 9)) < len(weights)

    with pytest.raises(AssertionError) as caught:
        drawing()
    said = falsifying_example("\n".join(caught.value.__notes__))
    assert said == "size=1, weights=[0.5], draw 2=5"


def test_what_was_drawn_may_take_several_lines() -> None:
    """As Hypothesis writes it: the lines that follow are indented."""
    notes = (
        "Falsifying example: f(\n    data=data(...),\n)\nDraw 1 (rows): [[1.0],\n [2.0]]\nDraw 2: 3"
    )
    assert falsifying_example(notes) == "rows=[[1.0], [2.0]], draw 2=3"


def test_what_a_fixture_made_is_no_input() -> None:
    """Such as a compiled kernel, whose name says nothing."""
    kernel = "CPUDispatcher(<function tensor_map.<locals>._map at 0x…>)"
    notes = f"Falsifying example: f(\n    fast_map={kernel},\n    drawn=[1.0],\n    to=<object at 0x…>,\n)"
    assert falsifying_example(notes) == "drawn=[1.0]"


def test_a_long_draw_is_not_told() -> None:
    """Nor is the name of the object that drew."""
    notes = f"Falsifying example: f(\n    data=data(...),\n)\nDraw 1: {'1, ' * 99}"
    assert falsifying_example(notes) == ""


def test_a_probe_is_told_by_what_was_asked() -> None:
    """It has no input that anything found."""
    failure = of_difference(MODULE, TASK, "probe: f", Difference("f(1)", "1", "2"), LAID)
    assert (failure.asked, failure.input) == ("f(1)", "")
    assert (failure.got, failure.expected) == ("1", "2")
    assert failure.message == "f(1): got 1, expected 2"


def test_a_probe_that_raised_has_a_line() -> None:
    answer = Answer(Outcome.ERROR, raised="ValueError", message="no", places=((OWN, 1),))
    failure = of_answer(TASK, "probe: f", answer, LAID)
    assert (failure.message, failure.file, failure.line) == ("ValueError: no", OWN, 1)
    answer = Answer(Outcome.TIMEOUT, message="Stopped: it took too long.")
    assert of_answer(TASK, "probe: f", answer, LAID).message == answer.message


def test_what_stops_the_run_has_no_hint_and_no_sentence() -> None:
    """They are about the task, and that is not the matter."""
    task = replace(TASK, hints=("Look at the corner.",))
    report = TestReport(TEST.id, Outcome.FAILED, "BdbQuit", "breakpoint()", places=((OWN, 1),))
    failure = of_test(MODULE, task, TEST, report, LAID)
    assert failure.message == f"breakpoint() in {OWN}, line 1, stops the run: remove it."
    assert (failure.hint, failure.sentence) == ("", "")


MISSING = "there is no `tensor_map` in minitorch/fast_ops.py (did you mean `map_tensor`?): Task 3.1 asks for it"


@pytest.mark.parametrize("type", ["AttributeError", "ImportError"])
def test_a_missing_name_is_told_alone_and_in_the_file_that_lacks_it(type: str) -> None:
    places = ((OWN, 171),)
    failure = told(Outcome.ERROR, type=type, message=MISSING, places=places)
    assert (failure.message, failure.file, failure.line) == (MISSING, OWN, 0)
    assert failure.sentence == failure.hint == ""
    assert failure.outcome is Outcome.FAILED


def test_a_name_that_only_python_misses_is_told_with_its_task() -> None:
    message = "module 'minitorch.fast_ops' has no attribute 'weights'"
    failure = told(Outcome.ERROR, type="AttributeError", message=message)
    assert failure.message == f"there is no `weights` in {OWN}: Task 3.1 needs it"


def test_so_it_is_where_a_probe_meets_it() -> None:
    missing = Answer(Outcome.ERROR, raised="AttributeError", message=MISSING)
    failure = of_answer(TASK, "probe: fast map", missing, LAID)
    assert (failure.message, failure.file, failure.hint) == (MISSING, OWN, "")
    assert failure.outcome is Outcome.FAILED


def test_a_file_that_does_not_lie_there_is_not_named() -> None:
    """A message is a claim: it may name any file."""
    elsewhere = MISSING.replace("fast_ops", "elsewhere")
    failure = told(Outcome.ERROR, type="ImportError", message=elsewhere)
    assert "elsewhere" not in failure.file and failure.outcome is Outcome.ERROR


TOPICS = replace(
    TASK,
    hints=("Begin with map.", "reduce: one row at a time.", "Too slow? Look at the inner loop."),
    topics=(("speed:", "Too slow? Look at the inner loop."), ("reduce", "reduce: one row."), ("map", "Map.")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("test", "message", "hint"),
    [
        ("test_map_by_hand", "", "Map."),
        ("test_reduce_of_many", "out of the reduce: got 1, expected 2", "reduce: one row."),
        ("test_no_cells", "out of a map: got 1, expected 2", "Map."),
        ("test_no_cells", "out of a zip: got 1, expected 2", ""),
    ],
)
def test_a_hint_fits_the_test_or_there_is_none(test: str, message: str, hint: str) -> None:
    """The test's name says what it is about, or what was asked does."""
    collected = replace(TEST, id=f"tests/test_fast.py::{test}")
    report = TestReport(collected.id, Outcome.FAILED, message=message)
    assert of_test(MODULE, TOPICS, collected, report, LAID).hint == hint


def test_so_does_the_hint_of_a_probe() -> None:
    """Of one that asks for several things, what was asked tells them apart."""
    many = Difference("tensor_reduce(x): out", "1", "2")
    assert of_difference(MODULE, TOPICS, "probe: many", many, LAID).hint == "reduce: one row."
    answer = Answer(Outcome.ERROR, raised="ValueError", message="no")
    assert of_answer(TOPICS, "probe: fast map", answer, LAID).hint == "Map."
    assert of_answer(TOPICS, "probe: many", answer, LAID).hint == ""


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("speed: reduce_rows", "Too slow? Look at the inner loop."),
        ("the same each time: reduce_rows", "reduce: one row."),
        ("the same each time: zip", ""),
    ],
)
def test_the_first_topic_that_is_named_counts(name: str, hint: str) -> None:
    assert TOPICS.hint_for(name) == hint


def test_a_common_mistake_that_gives_just_that_is_the_hint() -> None:
    """It says more than what was written beforehand, and is said once."""
    said = "out: got 2.0, expected 1.0"
    probably = "Probably the arguments of fn are swapped."
    failure = told(Outcome.FAILED, type="AssertionError", message=f"{said}\n{probably}")
    assert (failure.message, failure.expected, failure.hint) == (said, "1.0", probably)
