"""What is alike is found however it was disguised, what everybody has is not, and no text stops the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from grader.errors import CopydetectMissing
from grader.similarity import fingerprints
from grader.similarity.alike import Findings, alike
from grader.similarity.fingerprints import Fingerprint
from grader.similarity.passages import Lines, passages
from grader.similarity.tokens import MOST, tokens_of
from grader.tests import unlike

pytest.importorskip("copydetect")


def compare(texts: Mapping[str, str], least: float = 0.3) -> Findings:
    """Compare the texts of some submissions."""
    return alike("0", {id: {unlike.PATH: text} for id, text in texts.items()}, unlike.GIVEN, least)


def names(found: Findings) -> list[tuple[str, ...]]:
    return [pair.left + pair.right for pair in found.pairs]


@pytest.mark.parametrize("disguise", [unlike.renamed, unlike.reordered], ids=["names", "order"])
def test_a_disguised_copy_is_found(disguise: object) -> None:
    """It is the only pair, and most of it is found; the class's median stays low."""
    assert callable(disguise)
    copy = disguise(unlike.ADA)
    assert copy != unlike.ADA
    found = compare({**unlike.DIFFERENT, "zoe": copy})
    assert names(found) == [("ada", "zoe")]
    assert found.pairs[0].share > 0.8
    assert found.median is not None and found.median < 0.1
    assert not found.pairs[0].same


def test_who_worked_alone_is_below_a_copy() -> None:
    """Different solutions share next to nothing, even where all is listed."""
    half = (
        unlike.ADA[: unlike.ADA.index("def running")] + unlike.BOB[unlike.BOB.index("def runn") :]
    )
    found = compare({**unlike.DIFFERENT, "zoe": half}, least=0.0)
    assert names(found)[:2] == [("ada", "zoe"), ("bob", "zoe")]
    assert all(pair.share < 0.2 for pair in found.pairs[2:])


@pytest.mark.parametrize("text", [unlike.SKELETON, unlike.REFERENCE], ids=["skeleton", "reference"])
def test_what_was_handed_out_is_nobodys_own(text: str) -> None:
    """Two of the same text are no pair, be it as it is or with other names in it."""
    found = compare({**unlike.DIFFERENT, "yan": text, "zoe": text, "zed": unlike.renamed(text)})
    assert (names(found), found.compared) == ([], 3)


def test_submissions_of_the_same_text_stand_together() -> None:
    """They are compared once, and listed as one pair, and once beside each other work."""
    same = {id: unlike.ADA for id in ("ada", "cem", "dan", "ida", "kim", "lee")}
    found = compare({**same, "bob": unlike.BOB, "zoe": unlike.renamed(unlike.ADA)})
    assert names(found) == [tuple(same), (*same, "zoe")]
    assert [pair.same for pair in found.pairs] == [True, False]
    assert [pair.share for pair in found.pairs] == [1.0, 1.0]


def test_a_common_answer_says_nothing() -> None:
    """What five, and a third of the class, wrote is not listed; what two wrote besides is."""
    shared = unlike.ADA[: unlike.ADA.index("def running")]
    own = {id: unlike.SKELETON.replace('("running")', f'("{id}")') for id in "abcdef"}
    common = {id: shared + text[text.index("def running") :] for id, text in own.items()}
    assert len(set(common.values())) == 6
    assert names(compare(common)) == []
    assert names(compare(dict(list(common.items())[:4]))) != []  # too few to be a custom
    besides = unlike.BOB[unlike.BOB.index("def running") :]
    copied = {**common, "y": shared + besides, "z": shared + unlike.renamed(besides)}
    assert names(compare(copied)) == [("y", "z")]


HOSTILE = {
    "syntax": "def (((:\n  return 'x\n" * 30,
    "nul": "\0" * 5000,
    "one line": "x=" * 500_000,
    "nested": "[" * 60_000 + "]" * 60_000,
    "blanks": " \n" * 50_000,
    "surrogates": "\ud800\udfff" * 3000 + " = '\udc80'\n",
    "names of characters": '"' + "\\N{" * 20_000,
    "quotes": "'''\"\"\"" * 5000 + "\\",
    "carriage": "a\rb\r\n\x0c\x85\u2028c" * 500,
    "empty": "",
}


def test_no_text_stops_the_others() -> None:
    """Whatever else is handed in, the pair is found."""
    hostile = {f"{name} {n}": text + " " * n for name, text in HOSTILE.items() for n in (1, 2)}
    found = compare({**hostile, **unlike.DIFFERENT, "zoe": unlike.renamed(unlike.ADA)})
    assert ("ada", "zoe") in names(found)


def test_more_of_a_text_than_a_person_writes_is_not_looked_at() -> None:
    """A million lines cost as much as the first of them."""
    assert len(tokens_of("x = 1\n" * 1_000_000).code) < MOST


def test_passages_lead_from_lines_to_lines() -> None:
    """Each function is a passage of its own; lines are counted as editors do, and given ones are in none."""
    left = Fingerprint(tokens_of(unlike.ADA, unlike.GIVEN[unlike.PATH].lines))
    moved = unlike.reordered(unlike.ADA).replace("\n", "\r\n")
    right = Fingerprint(tokens_of(moved, unlike.GIVEN[unlike.PATH].lines))
    lines = [unlike.ADA.split("\n"), moved.split("\r\n")]
    found = passages(left, right)
    assert len(found) == 4
    for each in found:
        first, second = (
            [*map(str.strip, text[side.first - 1 : side.last])]
            for text, side in zip(lines, (each.left, each.right), strict=True)
        )
        assert first == second and "" not in first
    assert found[0].left == Lines(8, 15)


def test_the_library_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra: the error says what to install."""
    fingerprints.copydetect.cache_clear()
    monkeypatch.setitem(sys.modules, "copydetect", None)
    monkeypatch.setitem(sys.modules, "copydetect.utils", None)
    with pytest.raises(CopydetectMissing) as caught:
        compare(unlike.DIFFERENT)
    assert caught.value.exit_code == 2
    assert str(caught.value) == (
        "Comparing submissions needs the package copydetect, which is not installed.\n"
        "  where: this Python\n"
        "  next:  pip install 'minitorch-grader[similar]'"
    )


def test_nothing_is_drawn_and_nothing_is_left_behind(tmp_path: Path) -> None:
    """Importing the library brings no matplotlib along, writes nothing, and spoils no later import of it."""
    code = (
        "import sys; from grader.similarity.fingerprints import copydetect; copydetect();"
        "print([name for name in sys.modules if name.startswith('matplotlib')])"
    )
    home = {"HOME": str(tmp_path), "MPLCONFIGDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    environment = {**os.environ, **home, "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("[]\n", "")
    assert list(tmp_path.iterdir()) == []
