"""What a student reads of an exception: what happened, where, and what to do about it."""

from __future__ import annotations

from functools import partial

import pytest

from grader.oracle import wording
from grader.oracle.newer import is_missing_in_library, wanted_by_syntax
from grader.oracle.quoting import Laid, condition_at, line_at
from grader.oracle.wording import Raised, worded

OWN, TESTS = "minitorch/operators.py", "tests/test_operators.py"
SOURCE = """\
def relu(x):
    assert x > 0
    assert (
        x
        < 9
    ), "too large"
"""
NEW = "minitorch/scalar.py"
LAID: Laid = {
    OWN: SOURCE,
    NEW: "type Number = float\n",
    TESTS: b"def test_relu():\n    assert relu(1.0) == 1.0\n",
}


@pytest.fixture(autouse=True)
def on_an_older_python(monkeypatch: pytest.MonkeyPatch) -> None:
    """Word everything as Python 3.11 would."""
    monkeypatch.setattr(wording, "HERE", (3, 11))


@pytest.mark.parametrize(
    ("type", "message", "call"),
    [
        ("BdbQuit", "breakpoint()", "breakpoint()"),
        ("BdbQuit", "pdb.set_trace()", "pdb.set_trace()"),
        ("BdbQuit", "<b>anything else</b>", "breakpoint()"),
        ("EOFError", "EOF when reading a line", "input()"),
        ("SystemExit", "3", "sys.exit()"),
        ("NameError", "name 'quit' is not defined", "quit()"),
        ("NameError", "name 'exit' is not defined", "exit()"),
    ],
)
def test_what_stops_a_run_is_named_with_its_place(type: str, message: str, call: str) -> None:
    raised = Raised(type, message, places=(("elsewhere.py", 1), (OWN, 7)))
    assert worded(raised, LAID) == f"{call} in {OWN}, line 7, stops the run: remove it."
    assert worded(Raised(type, message), {}) == f"{call} stops the run: remove it."


def test_it_is_named_in_a_students_own_test_too() -> None:
    raised = Raised("BdbQuit", "breakpoint()", raised_at=(TESTS, 2))
    said = f"breakpoint() in {TESTS}, line 2, stops the run: remove it."
    assert worded(raised, LAID, own=True) == said
    assert worded(raised, LAID) == "breakpoint() stops the run: remove it."


@pytest.mark.parametrize(
    ("type", "message"),
    [("EOFError", "no more data"), ("NameError", "name 'x' is not defined"), ("OSError", "")],
)
def test_other_errors_keep_their_words(type: str, message: str) -> None:
    assert worded(Raised(type, message), LAID) == f"{type}: {message}".removesuffix(": ")


def test_a_file_that_python_cannot_read_shows_the_line() -> None:
    raised = Raised("SyntaxError", "expected ':' (operators.py, line 1)", raised_at=(OWN, 1))
    said = f"SyntaxError: expected ':' ({OWN}, line 1)"
    assert worded(raised, LAID) == f"{said}\ndef relu(x):"
    assert (
        worded(Raised("SyntaxError", "no", raised_at=("/etc/passwd", 1)), LAID) == "SyntaxError: no"
    )


def test_newer_syntax_names_both_versions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "wanted_by_syntax", partial(wanted_by_syntax, here=(3, 11)))
    raised = Raised("SyntaxError", "invalid syntax (scalar.py, line 1)", raised_at=(NEW, 1))
    assert worded(raised, LAID).splitlines() == [
        f"SyntaxError: invalid syntax ({NEW}, line 1)."
        " This syntax needs Python 3.12 or newer; here is 3.11.",
        "type Number = float",
    ]


NEWER = [
    ("type Number = float", "invalid syntax", "3.12"),
    ("    type Pair[T] = tuple[T, T]", "invalid syntax", "3.12"),
    ("def first[T](x: T) -> T: return x", "expected '('", "3.12"),
    ("async def first[T](x: T) -> T:", "expected '('", "3.12"),
    ("class Stack[T]:", "invalid syntax", "3.12"),
    ("class Stack[T = int]:", "invalid syntax", "3.13"),
    ('print(f"{"a"}")', "f-string: expecting '}'", "3.12"),
    ('print(f"{names["a"]}")', "f-string: unmatched '['", "3.12"),
    ("x = f\"{'\\n'.join(y)}\"", "f-string expression part cannot include a backslash", "3.12"),
    ("except ValueError, TypeError:", "multiple exception types must be parenthesized", "3.14"),
    ('x = t"{y}"', "invalid syntax", "3.14"),
]
WRONG = [
    ("def relu(x: float -> float:", "invalid syntax"),
    ('print(f"{a")', "f-string: expecting '}'"),
    ("type = [1", "'[' was never closed"),
    ("x = names[1 =", "invalid syntax"),
    ("except ValueError as error", "expected ':'"),
    ("return set('abc'", "'(' was never closed"),
    ("", "invalid syntax"),
]


@pytest.mark.parametrize(("line", "message", "version"), NEWER)
def test_newer_syntax_is_recognised(line: str, message: str, version: str) -> None:
    """On any Python that can't read it, and on no other."""
    assert wanted_by_syntax(line, message, here=(3, 11)) == version
    assert wanted_by_syntax(line, message, here=(3, 14)) == ""


@pytest.mark.parametrize(("line", "message"), WRONG)
def test_a_mistake_is_not_taken_for_newer_syntax(line: str, message: str) -> None:
    assert wanted_by_syntax(line, message, here=(3, 11)) == ""


@pytest.mark.parametrize(
    ("type", "message", "more"),
    [
        (
            "ImportError",
            "cannot import name 'override' from 'typing' (typing.py)",
            ". This was graded with Python 3.11; yours may be newer.",
        ),
        ("ModuleNotFoundError", "No module named 'torch'", ". It is not installed where this is graded."),
        ("ModuleNotFoundError", "No module named 'minitorch.tensors'", ""),
        ("ImportError", "cannot import name 'EQ' from 'minitorch.scalar' (minitorch/scalar.py)", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_imported(type: str, message: str, more: str) -> None:
    """Is missing here, in this Python's library, or in the student's own files."""
    assert worded(Raised(type, message), LAID) == f"{type}: {message}{more}"
    assert is_missing_in_library(message) == ("yours may be newer" in more)


@pytest.mark.parametrize(
    ("message", "place", "said"),
    [
        ("", (OWN, 2), "This assertion does not hold: x > 0"),
        ("", (OWN, 5), "This assertion does not hold: x < 9"),
        (
            "assert 0.5 == 1.0\n +  where 0.5 = relu(1.0)",
            (TESTS, 2),
            "This assertion does not hold: relu(1.0) == 1.0\nassert 0.5 == 1.0\n +  where 0.5 = relu(1.0)",
        ),
        ("f(1): got 1, expected 2", (TESTS, 2), "f(1): got 1, expected 2"),
        ("", (OWN, 1), "An assertion does not hold."),
        ("", ("/etc/passwd", 1), "An assertion does not hold."),
        ("", None, "An assertion does not hold."),
    ],
)
def test_an_assertion_is_quoted(message: str, place: tuple[str, int] | None, said: str) -> None:
    """From the parent's own copy of the file, and with the values where pytest gave them."""
    assert worded(Raised("AssertionError", message, raised_at=place), LAID) == said


def test_what_pytest_compared_is_told_of_a_students_own_test() -> None:
    """Of the course's, their own words are enough."""
    raised = Raised("AssertionError", "it should be 1\nassert 0.5 == 1.0", raised_at=(TESTS, 2))
    assert worded(raised, LAID) == "it should be 1"
    assert worded(raised, LAID, own=True) == "it should be 1\nassert 0.5 == 1.0"


@pytest.mark.parametrize("told", ["DID NOT RAISE ValueError", "DID NOT RAISE <class 'ValueError'>"])
def test_an_error_that_did_not_come(told: str) -> None:
    assert (
        worded(Raised("Failed", told), LAID)
        == "ValueError is expected here, and nothing was raised."
    )


@pytest.mark.parametrize("text", ["x" * 10, "(" * 5000, "\0", "assert (\n"])
def test_a_file_that_cannot_be_parsed_is_not_quoted(text: str) -> None:
    assert condition_at((OWN, 1), {OWN: text}) == ""


def test_lines_are_quoted_short() -> None:
    assert len(line_at((OWN, 1), {OWN: "x" * 10_000})) == 200
    assert line_at((OWN, 9), LAID) == line_at((OWN, 0), LAID) == ""
