"""What a child says, as the parent keeps it: bounded, and the same wherever it ran."""

from __future__ import annotations

import sysconfig
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.model import Outcome
from grader.running.asking import Paper, run_probes
from grader.running.claims import MAX_ID, MAX_PATH, Claims, identifier
from grader.running.raised import PLACES
from grader.running.testing import CollectionFailed, TestReport, collect, run_tests
from grader.sandbox import Sandbox, Stage
from grader.tests.toy_work import shared_sandboxes

STAGES = [
    Path("/tmp/minitorch-grader-q3yn9slh/stages/19cd7201dfaeb879"),
    Path("/tmp/minitorch-grader-x_0a1b2c/stages/0123456789abcdef"),
]
SITE = sysconfig.get_path("purelib")
LIBRARY = sysconfig.get_path("stdlib")


def said(text: str, stage: Path = STAGES[0], limit: int = 2000) -> str:
    """Take in a text that names the stage."""
    return Claims(stage).text(text.replace("STAGE", str(stage)), limit)


TOLD = [
    (
        "no file at STAGE/minitorch/operators.py, line 3",
        "no file at minitorch/operators.py, line 3",
    ),
    ("'STAGE' is read-only", "'.' is read-only"),
    (
        "[Errno 30] '/tmp/minitorch-grader-zzzz0000/stages/00ff00ff00ff00ff/a'",
        "[Errno 30] 'a'",
    ),
    (
        "in /tmp/minitorch-grader-zzzz0000/engine/grader/running/child.py",
        "in grader/running/child.py",
    ),
    ("/tmp/minitorch-grader-zzzz0000/private/ab12/tmpab12cd34/x", "tmp…/x"),
    (f"{SITE}/numpy/linalg.py raised", "numpy/linalg.py raised"),
    (f"{LIBRARY}/json/decoder.py raised", "json/decoder.py raised"),
    ("<Scalar object at 0x7f12ab34cd56>", "<Scalar object at 0x…>"),
    ("got 0xff and tmp_storage, expected 0x10", "got 0xff and tmp_storage, expected 0x10"),
    ("/tmp/other/minitorch/operators.py", "/tmp/other/minitorch/operators.py"),
]


@pytest.mark.parametrize(("text", "kept"), TOLD)
def test_no_folder_of_this_machine_has_a_name(text: str, kept: str) -> None:
    """Files are named as in a module's folder; others by their place in a package."""
    assert said(text) == kept


def test_two_stages_give_equal_texts() -> None:
    """Else, one mistake would be listed once for each student who made it."""
    text = "can't open STAGE/minitorch/x.py for <f at 0x7f{:010x}> in /tmp/tmp{}/y"
    one = said(text.format(1, "abcdefgh"), STAGES[0])
    other = said(text.format(2, "01234567"), STAGES[1])
    assert one == other == "can't open minitorch/x.py for <f at 0x…> in /tmp/tmp…/y"


@pytest.mark.parametrize("value", [None, 1, b"x", ["x"], {"x": "y"}])
def test_what_is_no_text_is_none(value: object) -> None:
    """A child can send anything in a text's place."""
    assert Claims(STAGES[0]).text(value, 10) == ""


def test_texts_are_cut() -> None:
    """To what the field may hold; a long path is gone before that."""
    assert said("x" * 10_000, limit=300) == "x" * 300
    assert said("STAGE/a " * 40, limit=80) == "a " * 40


@pytest.mark.parametrize("piece", ["/", "/tmp/minitorch-grader-", f"{STAGES[0]}/", "0x", "/a" * 9])
def test_no_text_takes_long_to_read(piece: str) -> None:
    """However it is made."""
    begun = time.process_time()
    said(piece * (200_000 // len(piece)))  # a frame holds no more
    assert time.process_time() - begun < 5


def test_a_long_identifier_is_none() -> None:
    """What is compared is not cut: two long ones would become equal."""
    assert identifier("a" * MAX_ID) == "a" * MAX_ID
    assert identifier("a" * (MAX_ID + 1)) == identifier(7) == ""


def test_places() -> None:
    """A file and a line; whatever is none is left out, and there are few."""
    claims = Claims(STAGES[0])
    malformed = [["a.py"], ["a.py", -1], ["a.py", 1.5], ["a.py", True], [1, 1], "a.py", None]
    assert claims.places([*malformed, ["a.py", 3]]) == (("a.py", 3),)
    assert claims.places("a.py") == ()
    assert claims.places([["a" * 1000, 1]] * 99) == (("a" * MAX_PATH, 1),) * PLACES
    assert [claims.place(each) for each in malformed] == [None] * len(malformed)


# In children

PYPROJECT = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
FILE = "tests/test_it.py"
HOSTILE = """
import os, sys

class Long(Exception):
    def __str__(self):
        return f"{__file__} {object()} {'x' * 200_000}"

Long.__name__ = "N" * 200_000

def test_it():
    error = Long()
    error.__notes__ = ["n" * 200_000] * 20
    raise error
"""


@pytest.fixture
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    return shared_sandboxes(request.config)[0]


@contextmanager
def staged(sandbox: Sandbox, **files: str) -> Iterator[Stage]:
    named = {path.replace("__", "/") + ".py": text for path, text in files.items()}
    package = {"pyproject.toml": PYPROJECT, "minitorch/__init__.py": "from .library import *\n"}
    stage = sandbox.stage({**package, **named})
    try:
        yield stage
    finally:
        sandbox.drop(stage)


def reported(sandbox: Sandbox, tests: str) -> TestReport:
    with staged(sandbox, tests__test_it=tests) as stage:
        run = run_tests(sandbox, stage, [f"{FILE}::test_it"], seed=1, seconds=30.0)
    return run.reports[f"{FILE}::test_it"]


def test_what_a_test_raises_is_cut_and_has_no_folder(sandbox: Sandbox) -> None:
    """Twice, in stages of their own: word for word the same."""
    one, other = reported(sandbox, HOSTILE), reported(sandbox, HOSTILE)
    assert one.message == other.message
    assert one.message.startswith(f"{FILE} <object object at 0x…> xxx")
    assert len(one.message) <= 2000 and len(one.type) <= 80 and len(one.notes) <= 4000
    assert tempfile.gettempdir() not in one.message
    assert one.raised_at == (FILE, 13) and one.places == ()


def test_what_cannot_be_imported_says_why_and_where(sandbox: Sandbox) -> None:
    """In a line, without pytest's frame around it and without a folder."""
    with staged(sandbox, tests__test_it="import os\n\nnothing_of_that_name\n") as stage:
        with pytest.raises(CollectionFailed) as caught:
            collect(sandbox, stage, [FILE])
    told = "NameError: name 'nothing_of_that_name' is not defined"
    assert str(caught.value) == f"{FILE}:3: {told}"


def test_collection_errors_are_few_and_short(sandbox: Sandbox) -> None:
    """A test file that sends as many as the pipe takes fills no report."""
    forging = (
        "import gc\n"
        "from grader.running.plugin import Collector\n"
        "(found,) = [each for each in gc.get_objects() if isinstance(each, Collector)]\n"
        "for _ in range(60):\n"
        "    found._send('uncollected', ['tests/test_it.py', {'message': 'x' * 100_000}])\n"
    )
    with staged(sandbox, tests__test_it=forging) as stage:
        with pytest.raises(CollectionFailed) as caught:
            collect(sandbox, stage, [FILE])
    assert len(str(caught.value)) < 11_000


PROBES = """
from grader.running.probes import probe

@probe("0.1", cases=2)
def first(minitorch, rng, case):
    return minitorch.first(case)
"""
PAPER = Paper(("first",), ("questions",), {"questions": PROBES}, {"first": 2})
RAISING = """
def first(case):
    if case == 0:
        raise ValueError("x" * 5000)
    import sys
    sys.exit()
"""


def test_what_a_probe_raises_is_short_and_has_a_line(sandbox: Sandbox) -> None:
    """Short, since the questions lie beside student code; and leaving Python costs the case that does, no more."""
    with staged(sandbox, minitorch__library=RAISING) as stage:
        answers = run_probes(sandbox, stage, PAPER, seed=1, seconds=30.0).answers
    one, other = answers["first", 0], answers["first", 1]
    assert (one.raised, one.message) == ("ValueError", "x" * 300)
    assert (other.outcome, other.raised) == (Outcome.ERROR, "SystemExit")
    assert one.places == (("minitorch/library.py", 4),)
    assert other.raised_at == ("minitorch/library.py", 6)


def test_a_library_that_cannot_be_imported_says_why_to_probes_too(sandbox: Sandbox) -> None:
    """Each case tells it: "ended early" would not."""
    with staged(sandbox, minitorch__library="import sys\nsys.exit(3)\n") as stage:
        answers = run_probes(sandbox, stage, PAPER, seed=1, seconds=30.0).answers
    told = {(a.outcome, a.raised, a.raised_at) for k, a in answers.items() if k[0] == "first"}
    assert told == {(Outcome.ERROR, "SystemExit", ("minitorch/library.py", 2))}
