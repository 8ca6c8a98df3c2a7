"""A student's process is sent what is asked and what that needs; what makes an exam's answers stays in the parent."""

from __future__ import annotations

import pytest

from grader.oracle.papers import Extract

SHARED = """
import math
from typing import Any

COUNT = 3
FACTOR = math.tau


def drawn_rule(rng):
    return lambda x: x < 0.123
"""
TRAINING = """
from __future__ import annotations

import sys

import numpy as np
from grader.running.probes import exam, probe

from ..shared import COUNT, drawn_rule
from . import helpers
from .helpers import helped as helping

sys.setrecursionlimit(5000)
PASS_AT: float = 0.9
SECRET = 0.456


def asked(rng):
    return {}, [SECRET], [drawn_rule(rng)(1.0)]


@probe("0.1", cases=COUNT)
def sums(minitorch, rng):
    return helping(minitorch.add(1.0, 2.0))


@probe("0.1", cases=1)
def others(minitorch, rng):
    return helpers.helped(np.pi)


@exam("0.5", pass_at=PASS_AT, questions=asked, data=SECRET)
def line(load, rng, training):
    return lambda points: [0 for _ in points]
"""
HELPERS = """
def helped(x):
    return x


def of_no_use(x):
    return "nobody calls this"
"""


@pytest.fixture
def extract() -> Extract:
    return Extract({"shared": SHARED, "module0.training": TRAINING, "module0.helpers": HELPERS})


def test_what_makes_the_questions_stays_behind(extract: Extract) -> None:
    """With all that serves it, wherever that stands: the rule, numbers, and files of which nothing else is needed."""
    told = extract.needed([("module0.training", "line")])
    assert list(told) == ["module0.training"]
    (text,) = told.values()
    assert "questions=None, data=None" in text and "pass_at=PASS_AT" in text
    assert "PASS_AT: float = 0.9" in text
    for secret in ("0.456", "0.123", "drawn_rule", "asked"):
        assert secret not in text


def test_a_probe_takes_along_what_it_uses(extract: Extract) -> None:
    """From other files, under whatever name, and no more of them than that."""
    told = extract.needed([("module0.training", "sums")])
    assert set(told) == {"shared", "module0.training", "module0.helpers"}
    assert told["shared"].strip() == "COUNT = 3"
    assert "from .helpers import helped as helping" in told["module0.training"]
    assert "def line" not in told["module0.training"]
    assert "nobody" not in told["module0.helpers"]


def test_a_file_that_is_imported_whole_comes_whole(extract: Extract) -> None:
    told = extract.needed([("module0.training", "others")])
    assert "import numpy as np" in told["module0.training"]
    assert "nobody" in told["module0.helpers"]


def test_what_happens_on_import_happens_there_too(extract: Extract) -> None:
    text = extract.needed([("module0.training", "line")])["module0.training"]
    assert text.startswith("from __future__ import annotations")
    assert "import sys" in text and "sys.setrecursionlimit(5000)" in text


def test_nothing_asked_nothing_told(extract: Extract) -> None:
    assert extract.needed([]) == {}
