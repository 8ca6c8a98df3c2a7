"""Exports: each as its reader wants it, each with the record's own scores, and every name as it was."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grader.cli.exporting import NAMES as NAMES_OF_FORMATS
from grader.errors import NotFromCanvas
from grader.gradebook.exports import FORMATS, Student, Wishes, read_students, warnings
from grader.gradebook.exports.canvas import canvas, unplaced
from grader.gradebook.exports.classroom50 import classroom50, undated
from grader.gradebook.exports.gradescope import gradescope
from grader.gradebook.exports.junit import junit
from grader.gradebook.exports.naming import named
from grader.gradebook.exports.sheet import sheet
from grader.gradebook.exports.students import match
from grader.model import (
    Basis,
    Kind,
    Level,
    Module,
    Record,
    SandboxReport,
    Status,
    Submission,
    Task,
    TaskVerdict,
)
from grader.reporting import words
from grader.reporting.text import clean
from grader.scoring import score
from grader.tests import sample_records as samples
from grader.tests.sample_records import ALICE, EMPTY, EVERY_TEXT, GRADER_BROKE, REFERENCE, SKELETON

NUMBER = {"type": "number", "minimum": 0}
COUNT = {"type": "integer", "minimum": 0}
TEXT = {"type": "string"}
VISIBILITY = {"enum": ["visible", "hidden", "after_due_date", "after_published"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}

GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": NUMBER,
        "execution_time": NUMBER,
        "output": TEXT,
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "number", "output"],
                "dependentRequired": {"score": ["max_score", "status"]},
                "properties": {
                    "name": TEXT,
                    "number": TEXT,
                    "score": NUMBER,
                    "max_score": NUMBER,
                    "status": {"enum": ["passed", "failed"]},
                    "output": TEXT,
                    "tags": {"type": "array", "items": TEXT},
                    "visibility": VISIBILITY,
                },
            },
        },
    },
}
CLASSROOM50 = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        *("schema", "classroom", "assignment", "assignment_type", "owner", "submission", "commit"),
        *("release", "review", "datetime", "score", "max-score", "tests"),
    ],
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": {"type": "string", "minLength": 1},
        "assignment": {"type": "string", "minLength": 1},
        "assignment_type": {"enum": ["individual", "group", "team"]},
        "owner": TEXT,
        "submission": {"type": "string", "pattern": "^submit/."},
        "commit": {"type": "string", "pattern": "^[0-9a-f]{40}$"},
        "release": {"type": "string", "pattern": "^(https://.*)?$"},
        "review": {"type": "string", "pattern": "^(https://.*)?$"},
        "datetime": {
            "type": "string",
            "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        },
        "graded_at": TEXT,
        "score": COUNT,
        "max-score": COUNT,
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["test-name", "passed", "score", "max-score"],
                "properties": {
                    "test-name": TEXT,
                    "passed": {"type": "boolean"},
                    "score": COUNT,
                    "max-score": COUNT,
                },
            },
        },
    },
}

SCORED = [record for record in samples.ALL if record is not samples.UNGRADED]
FORMULAS = ("=1+1", "+49 30", "-1", "@SUM(A1)", "\ttab", "\n=1", " =1", "＝1＋1")
NAMES = (
    'O\'Neil, "Al"',
    "two\nlines",
    "陈小明",
    "نورة עלמה",
    "a;=1+1",
    "../../etc/passwd",
    "<b>&amp;]]>",
    "'quoted'",
    "007",
    "",
    *FORMULAS,
)


def of(id: str, record: Record = ALICE, **changes: Any) -> Record:
    """Make a record another submission's."""
    return replace(record, submission=replace(record.submission, id=id, **changes))


def rows(data: bytes) -> list[list[str]]:
    """Read a CSV as a spreadsheet does."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def cells(records: list[Record]) -> list[dict[str, str]]:
    heads, *body = rows(sheet(records))
    return [dict(zip(heads, row, strict=True)) for row in body]


def plain(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    return [json.loads(data) for data in files.values()]


def trees(records: list[Record]) -> list[ElementTree.Element]:
    return [ElementTree.fromstring(data) for data in junit(records).values()]


def results(*records: Record) -> list[dict[str, Any]]:
    return plain(classroom50(records, "cs1", "module-0"))


# Every format, read back: whose records are in it?
READERS: dict[str, Callable[[list[Record]], list[str]]] = {
    "csv": lambda records: [row["submission"] for row in cells(records)],
    "canvas": lambda records: [row[3] for row in rows(canvas(records, "Module 0"))[2:]],
    "canvas with students": lambda records: [
        row[0]
        for row in rows(
            canvas(records, "Module 0", [Student(r.submission.id, "1") for r in records])
        )[2:]
    ],
    "gradescope": lambda records: [
        each["extra_data"]["submission"] for each in plain(gradescope(records))
    ],
    "classroom50": lambda records: [each["owner"] for each in results(*records)],
    "junit": lambda records: [tree.attrib["name"] for tree in trees(records)],
}


@pytest.mark.parametrize("format", READERS)
@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_survives(format: str, name: str) -> None:
    """Reading an export back gives the name; but for an apostrophe where a CSV's reader would see a formula."""
    guarded = name in FORMULAS and format.startswith(("csv", "canvas"))
    assert READERS[format]([of(name)]) == ["'" + name if guarded else name]


@pytest.mark.parametrize("format", READERS)
def test_nobody_is_lost(format: str) -> None:
    found = [name.removeprefix("'") for name in READERS[format]([of(name) for name in NAMES])]
    assert sorted(found) == sorted(name.removeprefix("'") for name in NAMES)


@pytest.mark.parametrize("format", FORMATS)
def test_what_a_student_wrote_does_no_harm(format: str) -> None:
    """No control character, no change of direction; and neither the seed nor a path of the grader's machine."""
    hostile = of("mallory", EVERY_TEXT, submitted_at="2026-11-20T23:41:07Z")
    hostile = replace(hostile, submission=replace(hostile.submission, source="/home/teacher/x.zip"))
    content = FORMATS[format].make([hostile, ALICE], Wishes("=1", "\x1b[31mred\u202e"))
    files = [content] if isinstance(content, bytes) else list(content.values())
    for data in files:
        said = data.decode().removeprefix("\ufeff")
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said
        )
        assert not re.search(r"\\u00[01]|\\u202e", said)
        assert samples.SEED not in said and "/home/teacher" not in said
        assert "submissions/alice.zip" not in said


# A spreadsheet's CSV


def test_the_row_of_a_submission() -> None:
    (row,) = cells([ALICE])
    assert list(row.items()) == [
        ("submission", "alice"),
        ("student", ""),
        ("score", "18.33"),
        ("points", "34"),
        ("bonus", "0"),
        ("changed", "0"),
        ("basis", "verified"),
        ("sandbox", "A"),
        ("commit", "4f0c2a9be1d3a7c15d0b9f6e8a2c4d6e8f0a1b2c"),
        ("submitted_at", "2026-11-20T23:41:07Z"),
        ("could not be read", ""),
        ("first to look at", words.reason(ALICE)),
        ("module 0", "9.33"),
        ("task 0.1", "2.67"),
        ("task 0.2", "2.67"),
        ("task 0.3", "0"),
        ("task 0.4", "4"),
        ("task 0.5", "0"),
        ("module 1", "9"),
        ("task 1.1", "3"),
        ("task 1.2", "2"),
        ("task 1.3", "4"),
        ("task 1.4", ""),  # the grader broke: no score, which is not a score of 0
        ("task 1.5", "0"),
        ("task 1.6", "0"),
    ]


def test_what_is_not_there_has_no_score() -> None:
    alice, reference, empty, broke = cells([ALICE, REFERENCE, EMPTY, GRADER_BROKE])
    assert reference["task 0.1"] == "4" and reference["task 1.1"] == reference["module 1"] == ""
    assert empty["score"] == "0" and empty["module 0"] == empty["task 0.1"] == ""
    assert broke["module 0"] == broke["task 0.1"] == "" and alice["module 0"] == "9.33"


def test_columns_stand_in_the_order_of_the_course() -> None:
    """Whoever comes first, and 0.10 after 0.9."""
    tasks = tuple(replace(ALICE.modules[0].tasks[0], id=f"0.{n}") for n in (10, 9))
    modules = (ALICE.modules[1], replace(ALICE.modules[0], tasks=tasks))
    heads = rows(sheet([replace(ALICE, modules=modules)]))[0][12:]
    assert heads[:4] == ["module 0", "task 0.9", "task 0.10", "module 1"]


def test_numbers_are_numbers_and_text_is_quoted() -> None:
    line = sheet([of("a;b")]).decode().splitlines()[1]
    assert line.startswith('"a;b",,18.33,34,0,0,"verified"')
    assert sheet([ALICE]).count(b"\r\n") == 2


@pytest.mark.parametrize(
    "make", [sheet, lambda records: canvas(records, "=0")], ids=["csv", "canvas"]
)
def test_no_cell_is_a_formula(make: Callable[[list[Record]], bytes]) -> None:
    said = [of(name, commit=name, submitted_at=name) for name in FORMULAS]
    for row in rows(make([*said, *samples.ALL])):
        for cell in row:
            number = re.fullmatch(r"-\d+(\.\d+)?", cell)  # below zero, and nothing to calculate
            assert number or not cell.lstrip().startswith(tuple("=+-@＝＋－＠"))
            assert not cell.startswith(("\t", "\n", "\r"))


# File names

PLACES = (
    "../../etc/passwd",
    "a/b",
    "a_b",
    "A_B",
    "a:b",
    ".",
    "..",
    "",
    "con",
    "x" * 300,
    "a.zip",
    "a",
    "A",
    "a-2",
    "陈",
)


def test_file_names_stay_in_their_folder_and_apart() -> None:
    names = [name for name, _ in named([of(id) for id in PLACES], ".json")]
    assert len({name.casefold() for name in names}) == len(PLACES)
    for name in names:
        assert Path(name).name == name and name.endswith(".json")
        assert not set(name) & set('/\\:*?"<>|') and not name.startswith(".")
        assert len(name.encode()) <= 255 and not name.startswith("con.")


def test_a_good_id_keeps_its_name_whoever_else_wants_it() -> None:
    found = {record.submission.id: name for name, record in named([*map(of, PLACES)], ".xml")}
    assert found["a_b"] == "a_b-2.xml" and found["A_B"] == "A_B.xml"  # by id, capitals come first
    assert found["a/b"] not in ("a_b.xml", "a_b-2.xml") and found["陈"] == "陈.xml"
    assert found["a-2"] != found["a"]


@pytest.mark.parametrize("make", [gradescope, junit, lambda rs: classroom50(rs, "c", "a")])
def test_every_submission_has_its_file(make: Callable[[list[Record]], Mapping[str, bytes]]) -> None:
    records = [of(id) for id in PLACES]
    assert list(make(records)) == [
        name
        for suffix in {Path(next(iter(make(records)))).suffix}
        for name, _ in named(records, suffix)
    ]


# Gradescope


@pytest.mark.parametrize("record", SCORED, ids=lambda record: ascii(record.submission.id[:20]))
def test_gradescope_can_read_it(record: Record) -> None:
    (result,) = plain(gradescope([record]))
    jsonschema.validate(result, GRADESCOPE)
    assert (result["score"], result["execution_time"]) == (record.score, record.seconds)
    assert len(result["tests"]) == len([*words.tasks(record)])


def test_gradescope_shows_what_the_record_says() -> None:
    (result,) = plain(gradescope([ALICE]))
    wrong, *_ = result["tests"]
    assert wrong["name"] == "Task 0.1: Operators" and wrong["number"] == "0.1"
    assert (wrong["score"], wrong["max_score"], wrong["status"]) == (2.67, 4.0, "failed")
    assert wrong["tags"] == ["wrong", "tests"]
    for told in ("test_sigmoid_is_symmetric", "sigmoid(-2.0) = 0.3576", "14 of 16 tests passed"):
        assert told in wrong["output"]
    by_number = {test["number"]: test for test in result["tests"]}
    assert by_number["0.4"]["status"] == "passed"
    assert by_number["0.3"]["tags"][0] == "todo" and by_number["0.5"]["tags"][0] == "not_reached"
    assert "bonus" in by_number["1.6"]["tags"]
    assert "18.33 of 34 points" in result["output"]


def test_gradescope_gets_no_score_where_the_grader_broke() -> None:
    (result,) = plain(gradescope([ALICE]))
    (broke,) = (test for test in result["tests"] if test["number"] == "1.4")
    assert not {"score", "max_score", "status"} & set(broke)
    assert "the grader broke" in broke["output"]
    assert "Not graded, at no cost to you: 1.4." in result["output"]


def test_gradescope_is_told_of_a_weak_sandbox() -> None:
    (result,) = plain(gradescope([samples.WEAK]))
    assert words.UNSANDBOXED in result["output"] and words.BASIS[Basis.TESTS] in result["output"]


def test_only_the_first_failures_are_told_in_full() -> None:
    first = ALICE.modules[0].tasks[0]
    many = tuple(replace(first.failures[0], test=f"test_{n}") for n in range(5))
    module = replace(ALICE.modules[0], tasks=(replace(first, failures=many),))
    (result,) = plain(gradescope([replace(ALICE, modules=(module,))]))
    said = result["tests"][0]["output"]
    assert "test_2: failed" in said and "test_3" not in said
    assert said.endswith("and 105 more failures")


def test_a_long_message_buries_nothing() -> None:
    first = ALICE.modules[0].tasks[0]
    long = replace(first.failures[0], message="m" * 9000, input="i" * 9000, hint="look here")
    module = replace(ALICE.modules[0], tasks=(replace(first, failures=(long,)),))
    (result,) = plain(gradescope([replace(ALICE, modules=(module,))]))
    said = result["tests"][0]["output"]
    assert "hint: look here" in said and "8,500 more characters are left out" in said
    assert len(said) < 4000


# Classroom 50


@pytest.mark.parametrize("record", SCORED, ids=lambda record: ascii(record.submission.id[:20]))
def test_classroom50_can_read_it(record: Record) -> None:
    dated = of("ann", record, commit="4f" * 20, submitted_at="2026-11-20T23:41:07Z")
    (result,) = results(dated)
    jsonschema.validate(result, CLASSROOM50)
    assert result["score"] == pytest.approx(record.score * 100)
    assert result["max-score"] == pytest.approx(record.points * 100)
    changed = round(sum(term.points for term in record.terms) * 100)
    assert sum(test["score"] for test in result["tests"]) == result["score"] - changed
    assert sum(test["max-score"] for test in result["tests"]) == result["max-score"]
    told = {test["test-name"]: test["message"] for test in result["tests"][-len(record.terms) :]}
    assert not record.terms or len(told) == len(record.terms)


def test_what_rules_and_people_changed_is_told() -> None:
    """In each format that has a place for it, beside what the tasks earned."""
    record = samples.ADJUSTED
    (row,) = cells([record])
    assert (row["student"], row["score"], row["changed"]) == ("Alice Liddell", "16.9", "-1.43")
    (result,) = results(of("ann", record, commit="4f" * 20))
    told = {test["test-name"]: test["message"] for test in result["tests"]}
    assert told["Module 0: 1 day late"] == "−0.93 points"
    (scope,) = plain(gradescope([record]))
    assert "a fine question: +1.5" in scope["output"] and scope["score"] == 16.9


def test_classroom50_is_told_whose_and_where_it_is() -> None:
    (result,) = results(ALICE)
    commit = ALICE.submission.commit
    assert (result["classroom"], result["assignment"]) == ("cs1", "module-0")
    assert (result["owner"], result["commit"]) == ("alice", commit)
    assert result["submission"] == f"submit/{commit}" and result["assignment_type"] == "individual"
    passed = {test["test-name"]: test["passed"] for test in result["tests"]}
    assert passed["Task 0.4: Modules"] and not passed["Task 0.1: Operators"]


@pytest.mark.parametrize(
    "told, expected",
    [
        ("2026-11-20T23:41:07Z", "2026-11-20T23:41:07Z"),
        ("2026-11-21T00:41:07+01:00", "2026-11-20T23:41:07Z"),
        ("2026-11-20T23:41:07.250+00:00", "2026-11-20T23:41:07Z"),
        ("2026-11-20T23:41:07", "2026-11-20T23:41:07Z"),
    ],
)
def test_the_time_is_the_commit_s(told: str, expected: str) -> None:
    (result,) = results(of("alice", submitted_at=told))
    assert result["datetime"] == expected


@pytest.mark.parametrize("told", [None, "", "yesterday", "0001-01-01T00:00:00+01:00"])
def test_without_a_commit_s_time_there_is_no_file_and_that_is_told(told: str | None) -> None:
    records = [of("bob", submitted_at=told), ALICE]
    assert list(classroom50(records, "c", "a")) == ["alice.json"]
    (said,) = undated(records)
    assert said.startswith("bob is left out: it has no commit's time")


def test_what_does_not_count_is_out_of_nothing() -> None:
    earned = tuple(
        replace(task, score=1.5) if task.bonus else task for task in ALICE.modules[1].tasks
    )
    module = replace(ALICE.modules[1], tasks=earned)
    (result,) = results(replace(ALICE, modules=(module,), score=9.0, points=14.0, bonus=1.5))
    tests = {test["test-name"].split(":")[0]: test for test in result["tests"]}
    assert (tests["Task 1.6"]["score"], tests["Task 1.6"]["max-score"]) == (0, 0)
    assert tests["Task 1.6"]["bonus"] == 150 and "bonus" not in tests["Task 1.1"]
    assert (tests["Task 1.4"]["score"], tests["Task 1.4"]["max-score"]) == (0, 0)
    assert (result["score"], result["max-score"]) == (900, 1400)


FRACTIONS = st.lists(st.fractions(0, 1, max_denominator=2000), min_size=1, max_size=12)


@given(FRACTIONS)
@example([Fraction(1, 3)] * 5)
@example([Fraction(1), Fraction(999, 1000), Fraction(999, 1000)])
@example([Fraction(1999, 2000)] + [Fraction(1, 1000)] * 4)
@example([Fraction(1, 2000)] + [Fraction(999, 1000)] * 3)
@example([Fraction(0)] + [Fraction(1, 1000)] * 4)
def test_the_tests_of_classroom50_add_up(fractions: list[Fraction]) -> None:
    """They add up to the record's own total, none further from its task's score than a hundredth."""
    record = scored(fractions)
    (result,) = results(record)
    given = [test["score"] for test in result["tests"]]
    assert result["score"] == round(record.score * 100) == sum(given)
    for test, task, fraction in zip(result["tests"], words.tasks(record), fractions, strict=True):
        assert 0 <= test["score"] <= test["max-score"] == round(task.points * 100)
        assert abs(test["score"] - round(task.score * 100)) <= 1
        assert fraction not in (0, 1) or test["score"] == task.score * 100


def test_a_hundredth_goes_to_a_task_that_earned_a_part_of_its_points() -> None:
    record = scored([Fraction(0), Fraction(1, 9), Fraction(1, 9), Fraction(1, 9)])
    (module,) = record.modules
    wrong = tuple(replace(task, status=Status.WRONG) for task in module.tasks)
    (result,) = results(replace(record, modules=(replace(module, tasks=wrong),)))
    assert [test["score"] for test in result["tests"]] == [0, 34, 33, 33]


def scored(fractions: list[Fraction]) -> Record:
    """Score made-up verdicts as every grading does."""
    tasks = tuple(
        Task(f"0.{n}", f"Task {n}", Fraction(3), Kind.TESTS, ("a.py",))
        for n in range(1, len(fractions) + 1)
    )
    module = Module("0", "Zero", Fraction(99), Path("module0"), ("a.py",), (), (), tasks)
    verdicts = {
        task.id: TaskVerdict(task.id, status_of(fraction), fraction)
        for task, fraction in zip(tasks, fractions, strict=True)
    }
    return score(
        [module],
        verdicts,
        Submission("alice", "alice/", {"0": {}}, "4f" * 20, "2026-11-20T23:41:07Z"),
        basis=Basis.VERIFIED,
        sandbox=SandboxReport(Level.A, ()),
        seed="1",
        seconds=1.0,
    )


def status_of(fraction: Fraction) -> Status:
    return {Fraction(0): Status.TODO, Fraction(1): Status.PASSED}.get(fraction, Status.WRONG)


# JUnit


@pytest.mark.parametrize("record", samples.ALL, ids=lambda record: ascii(record.submission.id[:20]))
def test_junit_is_as_pytest_writes_it(record: Record) -> None:
    (tree,) = trees([record])
    suites = [suite for suite in tree if suite.attrib["name"] != "Submission"]
    assert tree.tag == "testsuites" and len(suites) == len(record.modules)
    assert len(tree) - len(suites) == bool(words.not_taken(record) or words.ungraded(record))
    for suite, module in zip(suites, record.modules, strict=True):
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == {"name", "tests", "failures", "errors", "skipped", "time"}
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases) == len(suite) == len(module.tasks)
        for attribute, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert int(suite.attrib[attribute]) == len(suite.findall(f"testcase/{tag}"))
        for case, task in zip(cases, module.tasks, strict=True):
            assert set(case.attrib) == {"classname", "name", "time"}
            assert float(case.attrib["time"]) == pytest.approx(task.seconds)
            assert case.attrib["classname"] == f"module{module.id}"
        assert float(suite.attrib["time"]) == pytest.approx(sum(t.seconds for t in module.tasks))


def test_junit_fails_for_what_cannot_be_graded() -> None:
    """A file without a case would read as if nothing were wrong."""
    (tree,) = trees([EMPTY])
    (failure,) = tree.findall("testsuite/testcase/failure")
    assert failure.attrib["message"].startswith("no module here: looked for module0")
    assert tree[0].attrib["failures"] == tree[0].attrib["tests"] == "1"


def test_what_junit_says_of_each_status() -> None:
    (tree,) = trees([ALICE])
    found = {
        case.attrib["name"][5:8]: [(end.tag, end.attrib.get("type")) for end in case[1:]]
        for case in tree.iter("testcase")
    }
    assert found["0.1"] == [("failure", "wrong")]
    assert found["0.3"] == [("failure", "todo")]
    assert found["0.4"] == []
    assert found["0.5"] == [("skipped", "not_reached")]
    assert found["1.4"] == [("error", "grader_error")]
    skipped = tree.find(".//skipped")
    assert skipped is not None and "it needs task 0.3" in skipped.attrib["message"]
    failure = tree.find(".//failure")
    assert failure is not None and "sigmoid(-2.0) = 0.3576" in (failure.text or "")


def test_junit_holds_the_scores() -> None:
    (tree,) = trees([ALICE])
    cases = {case.attrib["name"][5:8]: case for case in tree.iter("testcase")}
    values = {
        id: {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
        for id, case in cases.items()
    }
    assert values["0.1"] == {"score": "2.67 / 4", "bonus": "false"}
    assert values["1.6"]["bonus"] == "true" and values["1.4"]["score"] == "– / 6"


def test_junit_drops_what_xml_forbids() -> None:
    (tree,) = trees([samples.hostile("a\x00b\x0bc\ufffed\uffffe\U0001f600\ud800")])
    failure = tree.find(".//failure")
    assert tree.attrib["name"] == "abcde😀⟨U+D800⟩"
    assert failure is not None and "abcde😀" in (failure.text or "")


# Canvas

FROM_CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Root Account,Section,Essay (77),Final Score\n"
    ",,,,,,Manual Posting,\n"
    "    Points Possible,,,,,,10.00,(read only)\n"
    '"Doe, Jane",101,s-1,jane@uni.example,uni,"Lab, A",7,70\n'
    "陈小明,102,s-2,chen,uni,B,,\n"
    '"Roe, Max",103,s-3,roe,uni,B,,\n'
    '"Student, Test",104,,abc,uni,B,,\n'
)
JANE, CHEN, MAX, TEST = CLASS = read_students(FROM_CANVAS.encode(), "grades.csv")


def test_the_students_of_canvas() -> None:
    assert JANE == Student("Doe, Jane", "101", "s-1", "jane@uni.example", "Lab, A")
    assert [student.id for student in CLASS] == ["101", "102", "103", "104"]


def test_a_student_who_is_called_as_the_row_of_points() -> None:
    known = read_students(b"Student,ID\nPoints Possible,\nPoints Possible,7\n,\n", "x")
    assert known == (Student("Points Possible", "7"),)


@pytest.mark.parametrize(
    "data", [FROM_CANVAS.encode("utf-8-sig"), FROM_CANVAS.replace("\n", "\r\n").encode()]
)
def test_canvas_s_marks_and_ends_of_lines(data: bytes) -> None:
    assert read_students(data, "x") == CLASS


def test_canvas_s_semicolons() -> None:
    text = 'Student;ID;SIS Login ID;Section\n"Doe; Jane";1;jane;"Lab, A"\n'
    assert read_students(text.encode(), "x") == (Student("Doe; Jane", "1", "", "jane", "Lab, A"),)


@pytest.mark.parametrize(
    "data, why",
    [
        (b"", "its first row has no column Student"),
        (b"name,score\nalice,3\n", "its first row has no column Student"),
        (b"Student,SIS User ID\n", "its first row has no column ID"),
        (b"Student,ID\n\xff,1\n", "it is not UTF-8"),
        (b'Student,ID\n"alice,1\n', "unexpected end of data"),
    ],
)
def test_a_file_that_canvas_did_not_write(data: bytes, why: str) -> None:
    with pytest.raises(NotFromCanvas) as refused:
        read_students(data, "grades.csv")
    assert str(refused.value) == (
        f"This is not a gradebook that Canvas exported: {why}.\n"
        "  where: grades.csv\n"
        "  next:  in Canvas: Grades, Export; then --students with that CSV file"
    )


def test_canvas_with_its_students() -> None:
    written = rows(canvas([of("chen"), of("JANE@uni.example", SKELETON)], "Module 0 (5)", CLASS))
    assert written == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Module 0 (5)"],
        ["Points Possible", "", "", "", "", "34"],
        ["Doe, Jane", "101", "s-1", "jane@uni.example", "Lab, A", "0"],
        ["陈小明", "102", "s-2", "chen", "B", "18.33"],
        ["Roe, Max", "103", "s-3", "roe", "B", ""],
        ["Student, Test", "104", "", "abc", "B", ""],
    ]


def test_canvas_without_its_students() -> None:
    assert rows(canvas([ALICE], "Module 0")) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Module 0"],
        ["Points Possible", "", "", "", "", "34"],
        ["alice", "", "", "alice", "", "18.33"],
    ]


def test_an_assignment_without_a_title_is_called_as_the_course() -> None:
    made = FORMATS["canvas"].make([ALICE], Wishes())
    assert isinstance(made, bytes) and rows(made)[0][5] == "minitorch"


@pytest.mark.parametrize("id", ["101", "S-1", "jane@uni.example", "Doe, Jane", "doe, jane"])
def test_a_student_is_found_by_each_of_the_names(id: str) -> None:
    found = match([of(id)], CLASS)
    assert [record and record.submission.id for _, record in found.rows] == [id, None, None, None]
    assert found.strangers == ()


def test_a_folder_s_name_finds_the_student_whose_name_could_not_be_one() -> None:
    """A submission's id is its folder's name, made fit; the student's name is not."""
    assert match([of("a_b")], [Student("a/b", "1")]).strangers == ()


def test_an_id_is_trusted_more_than_a_name() -> None:
    """A student may be called anything, so a name is never stronger than a number that Canvas gave."""
    mallory, victim = Student("102", "666"), Student("Chen", "102")
    found = dict(match([of("102")], [mallory, victim]).rows)
    assert found[mallory] is None and found[victim] is not None


@pytest.mark.parametrize(
    "ids, students",
    [
        (["Wang Wei"], [Student("Wang Wei", "1"), Student("Wang Wei", "2")]),
        (["alice", "Alice"], [Student("x", "1", login="ALICE")]),
        (["nobody"], [Student("Somebody", "1")]),
        ([""], [Student("Somebody", "1")]),
        (["submission"], [Student("Somebody", "1")]),  # what is not there is no name
    ],
)
def test_a_doubtful_match_is_none(ids: list[str], students: list[Student]) -> None:
    found = match([of(id) for id in ids], students)
    assert all(record is None for _, record in found.rows)
    assert [record.submission.id for record in found.strangers] == ids


def test_two_submissions_of_one_student_are_not_one() -> None:
    by_login, by_number = of("jane@uni.example"), of("101")
    found = match([by_login, by_number], CLASS)
    assert dict(found.rows)[JANE] is by_number and found.strangers == (by_login,)


def test_who_is_nobody_s_is_told() -> None:
    assert list(unplaced([of("zoe\u202e"), of("chen")], CLASS)) == [
        "zoe⟨U+202E⟩ is no student of Canvas's file, or more than one, and is not in the export:"
        " 18.33 of 34 points"
    ]


def test_a_score_out_of_fewer_points_is_not_given_out_of_all() -> None:
    """Where the grader broke for one student alone, the score would be too low; who handed in less has less."""
    records = [ALICE, GRADER_BROKE, EMPTY, REFERENCE]
    written = {row[0]: row[5] for row in rows(canvas(records, "x"))[2:]}
    assert written == {"alice": "18.33", "unlucky": "", "empty": "0", "reference": "20"}
    assert list(unplaced(records)) == [
        "unlucky has an empty cell: its 0 points are of 0, not of 34"
    ]


# All of them


def test_the_command_line_knows_all_formats() -> None:
    assert NAMES_OF_FORMATS == tuple(FORMATS)


def test_an_empty_class() -> None:
    made = {name: each.make([], Wishes("a", "c", ())) for name, each in FORMATS.items()}
    assert made["gradescope"] == made["classroom50"] == made["junit"] == {}
    assert isinstance(made["csv"], bytes) and len(rows(made["csv"])) == 1
    assert isinstance(made["canvas"], bytes) and rows(made["canvas"])[1][5] == "0"


def test_the_grader_s_faults_are_told_with_every_format() -> None:
    for format in FORMATS.values():
        told = [*warnings(format, [ALICE], Wishes())]
        assert told == [
            "alice is scored out of 34 points until it is graded again: the grader broke on 1.4"
        ]


def test_what_could_not_be_graded_has_no_score_anywhere() -> None:
    """A score of zero would cost points; who is left out is told with the reason."""
    records = [ALICE, samples.UNGRADED]
    locked = cells(records)[1]
    assert [locked[head] for head in ("score", "points", "bonus", "module 0")] == [""] * 4
    assert locked["student"] == "Lotte Lock"
    why = "could not be graded: it can't be read here: Permission denied"
    assert locked["first to look at"] == f"! {why}"
    assert [row[5] for row in rows(canvas(records, "x"))[2:]] == ["18.33", ""]
    assert list(gradescope(records)) == ["alice.json"]
    (suite,) = trees([samples.UNGRADED])[0]
    assert (suite.get("errors"), suite.get("failures"), suite[0][0].tag) == ("1", "0", "error")
    for format in FORMATS.values():
        *_, said = warnings(format, [samples.UNGRADED], Wishes())
        assert said == f"locked has no score, since it {why}"


def test_an_earlier_score_stands_where_the_last_run_could_not_grade() -> None:
    record = replace(ALICE, problems=samples.UNGRADED.problems)
    assert cells([record])[0]["score"] == "18.33"
    said = next(warnings(FORMATS["csv"], [record], Wishes()))
    assert said.startswith("alice has an earlier run's score, since it could not be graded: ")


def test_what_could_not_be_read_is_told_in_every_format() -> None:
    """With what the student can do about it."""
    said = "module0/minitorch/operators.py is UTF-16 text; save it as UTF-8"
    (row,) = cells([samples.UNREAD])
    assert row["could not be read"] == said
    assert row["first to look at"].startswith("? could not be read: operators.py is UTF-16 text")
    assert said in plain(gradescope([samples.UNREAD]))[0]["output"]
    (suite,) = trees([samples.UNREAD])[0]
    assert suite[0].find("failure").get("type") == "unread"  # type: ignore[union-attr]
    for format in FORMATS.values():
        told = list(warnings(format, [samples.UNREAD], Wishes()))
        assert told[-1] == f"windows has files that could not be read: {said}"


def test_no_export_computes_a_score() -> None:
    """A record whose total is no sum of anything shows that total everywhere."""
    odd = replace(of("odd"), score=12.34, points=56.78)
    (row,) = cells([odd])
    assert (row["score"], row["points"]) == ("12.34", "56.78")
    assert rows(canvas([odd], "x"))[1:] == [
        ["Points Possible", "", "", "", "", "56.78"],
        ["odd", "", "", "odd", "", "12.34"],
    ]
    assert plain(gradescope([odd]))[0]["score"] == 12.34
    assert (results(odd)[0]["score"], results(odd)[0]["max-score"]) == (1234, 5678)


def test_names_are_cleaned_as_everywhere() -> None:
    name = "zero\u200bwidth \x1b[31m"
    for format, read in READERS.items():
        assert read([of(name)]) == [clean(name)], format
