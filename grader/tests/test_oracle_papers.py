"""What makes an exam's answers never leaves the parent."""

from grader.oracle.papers import with_imports, without_answers

SOURCE = """
from grader.running.probes import exam, probe


@probe("0.1", cases=3)
def sums(minitorch, rng):
    return minitorch.add(1.0, 2.0)


@exam("0.5", pass_at=0.9, questions=lambda rng: ([(1.0,)], [int(rng.random() < 0.123)]))
def line(load, rng):
    return lambda points: [0 for _ in points]
"""


def test_questions_go_and_the_rest_stays() -> None:
    """An exam keeps its training and its mark, a probe everything."""
    told = without_answers(SOURCE)
    assert "0.123" not in told and "questions=None" in told
    assert "pass_at=0.9" in told and "minitorch.add(1.0, 2.0)" in told


def test_no_probes_at_all() -> None:
    """An empty file stays empty."""
    assert without_answers("") == ""


FILES = {
    "points": "from .tests.turns import shared\n",
    "unused": "x = 1\n",
    "tests.turns": "import numpy\n",
    "tests.other": "from .turns import shared\n",
    "module0.inputs": "from . import numbers\n",
    "module0.numbers": "from .inputs import one  # each other\n",
    "module0.lists": "from .inputs import ones\nfrom ..points import examine\n",
    "module0.lines": "from ..unused import x\n",
}


def test_what_is_asked_brings_what_it_imports_and_nothing_else() -> None:
    """The other questions of a module are none of a child's business."""
    found = with_imports(FILES, ["module0.lists"])
    assert list(found) == [
        "points",
        "tests.turns",
        "module0.inputs",
        "module0.numbers",
        "module0.lists",
    ]
    assert list(with_imports(FILES, ["module0.lines"])) == ["unused", "module0.lines"]
    assert with_imports(FILES, []) == {}
