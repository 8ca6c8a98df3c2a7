"""What a student is told of a test that did not pass: the line of their own file, and what counts of a long error."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.model import Failure, Kind, Module, Outcome, Task
from grader.oracle.feedback import falsifying_example, of_test
from grader.running.claims import Place
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


def told(outcome: Outcome = Outcome.ERROR, **report: object) -> Failure:
    """Word a report of the test."""
    return of_test(MODULE, TASK, TEST, TestReport(TEST.id, outcome, **report))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("outcome", "places", "named"),
    [
        (Outcome.FAILED, ((GIVEN, 62), (OWN, 171), (OWN, 80)), (OWN, 171)),
        (Outcome.FAILED, ((GIVEN, 62),), (GIVEN, 62)),
        (Outcome.TODO, ((GIVEN, 62), (OWN, 171)), (GIVEN, 62)),
        (Outcome.FAILED, (), (OWN, 0)),
    ],
)
def test_the_tasks_own_file_is_named(
    outcome: Outcome, places: tuple[Place, ...], named: Place
) -> None:
    """Where an error passed through it: not what is given, and merely met the fault. A stub is where it is."""
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
    assert message.startswith(
        "IndexError: index is out of bounds. Which line that is, plain Python tells:"
    )


def test_a_test_that_the_student_wrote_is_in_its_own_file() -> None:
    failure = of_test(MODULE, TASK, TEST, TestReport(TEST.id, Outcome.TODO), own=True)
    assert failure.file == "tests/test_fast.py"
