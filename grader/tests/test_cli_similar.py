"""``grader gradebook similar``: a list on the terminal, in a file and as pages that are deaf to what students write."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grader.cli.main import run
from grader.gradebook import Gradebook
from grader.model import Submission, SubmissionInfo
from grader.similarity import fingerprints
from grader.similarity.tokens import MOST
from grader.tests import unlike
from grader.tests.sample_records import ALICE, MARKUP
from grader.tests.page_reader import Page
from grader.tests.toy import Toy

pytest.importorskip("copydetect")

EVIL = unlike.renamed(unlike.ADA) + "\n".join(
    ["", f"# {MARKUP} \u202e</code><script>alert(1)</script>", "\x1b[31m" + "y" * MOST]
)
WORKS = {**unlike.DIFFERENT, MARKUP: EVIL, "cem": unlike.BOB, "dan": unlike.BOB}
JUDGING = re.compile(r"cheat|plagiar|copied|guilty|suspect", re.IGNORECASE)


@pytest.fixture
def out(toy_course: Toy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a gradebook of a class, in a course whose Module 0 has one file to write and one of tests."""
    monkeypatch.chdir(toy_course.root)
    monkeypatch.setenv("COLUMNS", "100")
    toy_course.write("grader/course/minitorch/ops.py", unlike.SOURCE)
    out = tmp_path / "out"
    out.mkdir()
    with Gradebook(out / "gradebook.db") as book:
        for id, text in WORKS.items():
            book.finish(
                replace(ALICE, submission=SubmissionInfo(id, "x")),
                Submission(id, "x", {"0": {"minitorch/ops.py": text}}),
            )
        book.finish(replace(ALICE, submission=SubmissionInfo("old", "x")))
    return out


def similar(out: Path, *more: str) -> int:
    return run(["gradebook", "similar", str(out), "--least", "0.6", *more])


def test_what_is_said(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The pairs, most alike first; how to read them; what was not compared; where the pages are."""
    assert similar(out) == 0
    printed = capsys.readouterr()
    lines = printed.out.splitlines()
    assert lines[0].startswith("Module 0: 4 different works, median of all pairs ")
    rows = [line.split() for line in lines if re.match(r" *\d ", line)]
    assert [(row[1], row[3], row[4].rstrip(",")) for row in rows] == [
        ("100%", "bob", "cem"),
        (rows[1][1], MARKUP.split()[0], "ada"),
    ]
    assert "A place to look, not a finding" in printed.out
    assert lines[-1] == f"Side by side: {out / 'similar' / 'index.html'}"
    assert "nothing is compared of old: their files were not kept" in printed.err
    assert f"only the first {MOST:,} characters were compared of {MARKUP}"[:60] in printed.err
    assert not JUDGING.search(printed.out + printed.err)


def test_the_pages(out: Path) -> None:
    """Their names are numbers; links lead to what is there; nothing of a student's is more than text."""
    (out / "similar").mkdir()
    (out / "similar" / "77.html").write_text("of an earlier run")
    assert similar(out) == 0
    pages = {path.name: path.read_text("utf-8") for path in (out / "similar").iterdir()}
    assert sorted(pages) == ["1.html", "2.html", "index.html"]
    for source in pages.values():
        page = Page(source)
        assert not {"script", "iframe", "img", "form"} & {tag for tag, _ in page.elements}
        assert not any(
            name.startswith("on") or name == "style" for _, each in page.elements for name in each
        )
        ids = [each["id"] for _, each in page.elements if "id" in each]
        assert len(ids) == len(set(ids))
        for link in page.all("a"):
            target = link["href"] or ""
            if target.startswith("#"):
                assert target[1:] in ids
            else:
                assert (out / "similar" / target).is_file()
        style = source[source.index("<style>") + 7 : source.index("</style>")]
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in source
        assert "\u202e" not in source and "\x1b" not in source
        assert not JUDGING.search(page.text)
    pair = Page(pages["2.html"])
    assert len([each for each in pair.all("a") if each.get("class") == "passage"]) == 8
    assert "alert(1)" in pair.text


def test_the_pairs_in_a_file(out: Path) -> None:
    path = out / "new" / "similar.json"
    assert similar(out, "--modules", "module0", "--json", str(path)) == 0
    told = json.loads(path.read_bytes())
    (module,) = told["modules"]
    assert (module["module"], module["compared"], module["found"]) == ("0", 4, 2)
    first = module["pairs"][0]
    assert (first["left"], first["right"], first["same"]) == (["bob"], ["cem", "dan"], True)
    assert {"first", "last"} == set(first["files"][0]["passages"][0]["left"])
    assert told["how_to_read"].startswith("A place to look")


def test_a_class_of_nobody(tmp_path: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Gradebook(tmp_path / "gradebook.db"):
        pass
    assert similar(tmp_path) == 0
    assert capsys.readouterr().out == f"Side by side: {tmp_path / 'similar' / 'index.html'}\n"


def test_called_wrong(out: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for more, code, what in (
        (["--modules", "9"], 2, "No module 9."),
        (["--modules", ""], 2, "No module "),
        (["--least", "1.5"], 2, "Invalid value for '--least': 1.5 is not in the range"),
    ):
        assert similar(out, *more) == code
        assert capsys.readouterr().err.startswith(what)


def test_without_what_it_needs(
    out: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the library, nor a place to write, nor the course's source."""
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "copydetect", None)
        without.setitem(sys.modules, "copydetect.utils", None)
        fingerprints.copydetect.cache_clear()
        assert similar(out) == 2
        assert capsys.readouterr().err.startswith("Comparing submissions needs the package copyd")
    (out / "similar").write_text("in the way\n")
    assert similar(out) == 2
    assert "\nCan't write there: File exists.\n" in capsys.readouterr().err
    shutil.rmtree(Path.cwd() / "grader" / "course")
    assert similar(out) == 3
    assert "grader/course" in capsys.readouterr().err
