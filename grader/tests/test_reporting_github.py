"""What GitHub is told: page, comment and annotations, and that nobody's text is anything but text there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from grader.model import Basis, ModuleRecord, Record, Status, TaskRecord
from grader.reporting import annotation, comment, markdown, summary
from grader.reporting.class_summary import class_summary
from grader.reporting.comment import COMMENT_LIMIT, Said
from grader.reporting.markdown import Section
from grader.reporting.summary import SUMMARY_LIMIT
from grader.tests import sample_records as samples
from grader.tests.sample_records import ADJUSTED, ALICE, FUNDAMENTALS, HOSTILE, every, hostile

COMMIT = "4f0c2a9be1d3a7c15d0b9f6e8a2c4d6e8f0a1b2c"
MARKDOWN = (
    "**bold** [link](https://evil.example) ![x](https://evil.example/x.png) <b>b</b> @octocat #1 GH-1\n"
    "# heading\n```\nout of the fence\n~~~~\n| a | b |\n<!-- grader:1 {} -->\n- [ ] task"
)
ALL_HOSTILE = (*HOSTILE, MARKDOWN, "`" * 40, "a`b``c", "|" * 10, "<!-- ", "--> x", "\\", "\\|")


def forged(said: str) -> Record:
    """Make a record in which everything is ``said``, the course's own words too."""
    record = hostile(said)
    modules = tuple(
        replace(
            m, id=said, title=said, tasks=tuple(replace(t, id=said, title=said) for t in m.tasks)
        )
        for m in record.modules
    )
    return replace(record, course=said, modules=modules)


def pages(record: Record) -> list[str]:
    return [summary.summary(record), comment.comment(record, COMMIT, Said(COMMIT, {}), False)]


def outside_of_code(page: str) -> str:
    """Leave out what stands in code, as GitHub's Markdown reads it; a fence that is not closed is a failure."""
    kept: list[str] = []
    fence = ""
    for line in page.split("\n"):
        ticks = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif ticks:
            fence = ticks[0]
        else:
            kept.append(re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", line))
    assert not fence
    return "\n".join(kept)


@pytest.mark.parametrize("said", ALL_HOSTILE)
def test_nothing_means_anything_on_a_page(said: str) -> None:
    for page in pages(forged(said)):
        plain = outside_of_code(page).replace(page.split("\n")[-2], "")
        assert not re.search(r"[<>@#\[\]`]", re.sub(r"(?m)^#{2,3} ", "", plain)), plain
        assert "http" not in plain or "://" not in plain
        rows = [line for line in plain.split("\n") if line.startswith("|")]
        assert {row.count("|") - row.count("\\|") for row in rows} <= {3, 4, 6}


@pytest.mark.parametrize("said", ALL_HOSTILE)
def test_a_parser_finds_nothing_but_text_and_code(said: str) -> None:
    """A parser of CommonMark with GitHub's tables sees no HTML but our mark, no link, no picture, and whole tables."""
    for page in pages(forged(said)):
        tokens = MarkdownIt("commonmark").enable("table").parse(page)
        kinds = {each.type for token in tokens for each in (token, *(token.children or ()))}
        assert not kinds & {
            "link_open",
            "image",
            "html_inline",
            "list_item_open",
            "blockquote_open",
        }
        html = [token.content for token in tokens if token.type == "html_block"]
        assert (
            all(content.startswith('<!-- grader:1 {"commit"') for content in html) and len(html) < 2
        )
        rows = [token for token in tokens if token.type == "tr_open"]
        # how the score came about, the module, and its five tasks, each table with a head
        assert len(rows) == 5 + 2 + 6


@pytest.mark.parametrize("said", ALL_HOSTILE)
def test_only_our_own_mark_is_read(said: str) -> None:
    page = comment.comment(forged(said), COMMIT, None, False)
    assert comment.said_in(page) == Said(COMMIT[:10], {})
    assert page.count("<!-- grader:1") - said.count("<!-- grader:1") * page.count(said) >= 1


def test_what_is_read_at_a_glance() -> None:
    page = comment.comment(ALICE, COMMIT, None, True).replace("\u00a0", " ")
    for part in (
        "## 18.33 of 34 points",
        "**Verified:**",
        "| 0 Fundamentals | ▰▰▰▰▱▱▱▱▱▱ | 9.33 / 20 |",
        "| 0.3 | Functional Python | ○ to do | 0 / 4 | `implement zipWith in minitorch/operators.py` |",
        "| 1.4 | Backpropagation | ! the grader broke | – |",
        "### Task 0.1, Operators: ✗ wrong",
        "Input: `x = 2.0`",
        "Expected: `sigmoid(-2.0) = 0.1192`",
        "Message:\n```text\nAssertionError: sigmoid(-2.0) + sigmoid(2.0) is 1.2384, not 1\n",
        "**Next:** fix task 0.1, Operators in `minitorch/operators.py:57`. Then run:",
        "```sh\ncd module0 && pytest -m task0_1 -k test_sigmoid_is_symmetric\n```",
        "Commit 4f0c2a9be1.",
    ):
        assert part in page
    assert "Since" not in page


def test_a_score_is_accounted_for() -> None:
    """Where rules or a person changed it."""
    assert "| `Module 0: 1 day late` | −0.93 |\n" in summary.summary(ADJUSTED)
    assert "How the score came about" not in summary.summary(ALICE)


def test_who_can_change_a_run_is_not_believed_that_it_is_verified() -> None:
    assert ALICE.basis is Basis.VERIFIED
    page = comment.comment(ALICE, COMMIT, None, False)
    assert "Verified" not in page and "advice" in page
    tests = comment.comment(replace(ALICE, basis=Basis.TESTS), COMMIT, None, True)
    assert "From the visible tests" in tests


def test_what_changed_since_the_last_comment() -> None:
    first = comment.comment(ALICE, COMMIT, None, True)
    before = comment.said_in(first)
    assert before is not None and before.scores["0.1"] == 2.67
    assert "1.4" not in before.scores  # the grader broke on it: that is no score
    again = comment.comment(ALICE, COMMIT, before, True)
    assert "Since 4f0c2a9be1: no score changed." in again
    tasks = (replace(FUNDAMENTALS.tasks[0], score=4.0), *FUNDAMENTALS.tasks[1:])
    modules = (replace(FUNDAMENTALS, tasks=tasks),)
    better = comment.comment(replace(ALICE, modules=modules), COMMIT, before, True)
    assert "Since 4f0c2a9be1: 0.1 +1.33." in better
    worse = comment.comment(ALICE, COMMIT, Said("", {"0.4": 4.5}), True)
    assert "Since the last push: 0.4 −0.5." in worse


@pytest.mark.parametrize(
    "body",
    ["", "nice work", "<!-- grader:1 {} --> and more", "<!-- grader:2 {} -->", "x" * 10**6],
)
def test_other_comments_are_not_ours(body: str) -> None:
    assert comment.said_in(body) is None


@pytest.mark.parametrize("data", ["{}", '{"scores": "x"}', "[[[[", '{"scores": {"0.1": "4"}}'])
def test_a_damaged_mark_says_nothing(data: str) -> None:
    assert comment.said_in(f"ours\n<!-- grader:1 {data} -->") == Said()


def huge(modules: int) -> Record:
    """Make a record that is far too long for any page, in characters of three bytes."""
    long = every(
        Status.WRONG, "long", replace(FUNDAMENTALS.tasks[0].failures[0], message="語" * 3000)
    )
    return replace(long, modules=long.modules * modules)


@pytest.mark.parametrize("modules", [1, 30, 400])
def test_pages_keep_to_their_limits_and_drop_whole_sections(modules: int) -> None:
    record = huge(modules)
    for page, limit in zip(pages(record), (SUMMARY_LIMIT, COMMENT_LIMIT), strict=True):
        assert len(page.encode()) <= limit
        assert "20 points" in page and "**Next:**" in page
        outside_of_code(page)
        assert ("Too long for this page" in page) == (
            modules == 400 or (modules == 30 and limit == COMMENT_LIMIT)
        )
    assert comment.said_in(pages(record)[1]) is not None


def test_sections_go_by_their_need() -> None:
    bodies = ["a" * 5000, "b" * 5000, "c" * 5000]
    parts = [Section(name, body, need) for name, body, need in zip("xyz", bodies, (9, 1, 5))]
    whole = f"{bodies[0]}\n\n{bodies[1]}\n\n{bodies[2]}\n"
    assert markdown.fitted(parts, 15_006) == whole
    note = "*Too long for this page, and left out: {}.*"
    assert markdown.fitted(parts, 15_005) == whole.replace(bodies[1], note.format("y"))
    assert markdown.fitted(parts, 8000) == f"{note.format('y, z')}\n\n{bodies[0]}\n"


def test_strange_numbers_break_nothing() -> None:
    module = ModuleRecord(
        "0", "M", -1e300, -5.0, (replace(FUNDAMENTALS.tasks[0], score=1e308, points=-1e308),)
    )
    for page in pages(replace(ALICE, score=1e308, points=-1.0, modules=(module,))):
        assert "? of -1 points" in page and "▱" * 10 in page


def test_annotations_are_one_a_task_and_the_most_costly_first() -> None:
    lines = list(annotation.commands(ALICE))
    kinds = [line.split(" ", 1)[0] for line in lines]
    assert kinds == ["::error"] * 3 + ["::warning"] + ["::notice"] * 4
    assert lines[0].startswith("::error title=Task 1.2%2C Scalars%3A wrong::stopped after 60 s")
    assert lines[1].startswith(
        "::error file=module0/minitorch/operators.py,line=57,title=Task 0.1%2C Operators"
    )
    assert (
        "%0Ainput: x = 2.0%0Agot: sigmoid(-2.0) = 0.3576%0Aexpected: sigmoid(-2.0) = 0.1192%0A"
        in lines[1]
    )


def test_a_file_that_could_not_be_read_is_one_annotation_and_the_first() -> None:
    """However many tasks it holds up."""
    lines = list(annotation.commands(samples.UNREAD))
    said = "module0/minitorch/operators.py is UTF-16 text; save it as UTF-8"
    assert lines == [f"::error file=module0/minitorch/operators.py,title=Could not be read::{said}"]
    (line,) = annotation.commands(samples.UNGRADED)
    assert line == ("::warning title=Could not be graded::it can't be read here: Permission denied")


def test_what_could_not_be_read_comes_first_on_a_page() -> None:
    """With what to do about it, in the comment, the summary and the table of a class."""
    said = (
        "**Could not be read:** `module0/minitorch/operators.py is UTF-16 text; save it as UTF-8`"
    )
    for page in (
        summary.summary(samples.UNREAD),
        comment.comment(samples.UNREAD, "4f" * 20, None, True),
    ):
        assert page.index(said) < page.index("| Module |")
        assert "**Next:** `module0/minitorch/operators.py is UTF-16 text. Save it as UTF-8." in page
    page = summary.summary(samples.UNGRADED)
    assert page.startswith("## Could not be graded\n")
    table = class_summary([samples.UNREAD, samples.UNGRADED])
    assert "| `windows` | 0 | 20 | 0 | `? could not be read: operators.py is UTF-16 text;" in table
    assert "| `locked` | – | – | – | `! could not be graded: it can't be read here:" in table


def test_style_is_shown_at_its_line() -> None:
    findings = (
        "module0/minitorch/operators.py:7 would be reformatted by black",
        "module1/project/run.py:12 F841 local variable 'x' is never used",
        "black did not check the style: it is not installed",
    )
    lines = list(annotation.commands(replace(every(Status.PASSED, "x"), style=findings)))
    assert lines == [
        "::notice file=module0/minitorch/operators.py,line=7,title=Style::would be reformatted by black",
        "::notice file=module1/project/run.py,line=12,title=Style::F841 local variable 'x' is never used",
        "::notice title=Style::black did not check the style: it is not installed",
    ]


def test_no_more_than_a_runner_shows() -> None:
    record = huge(30)
    lines = list(annotation.commands(replace(record, style=("a.py:1 E1 x",) * 50)))
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::notice ") for line in lines) == 4
    waiting = replace(every(Status.TODO, "x"), style=("a.py:1 E1 x",) * 50)
    lines = list(annotation.commands(replace(waiting, modules=waiting.modules * 9)))
    assert len(lines) == 10 and sum("title=Style" in line for line in lines) == 4


@pytest.mark.parametrize("said", ALL_HOSTILE)
def test_no_text_is_a_command_of_its_own(said: str) -> None:
    lines = list(annotation.commands(forged(said)))
    assert lines
    for line in lines:
        assert "\n" not in line and "\r" not in line and "##[" not in line
        kind, _, rest = line.partition(" ")
        assert kind in ("::error", "::warning", "::notice")
        properties = rest.split("::", 1)[0]
        assert all(
            re.fullmatch(r"(file|line|title)=[^,:]*", each) for each in properties.split(",")
        ), properties


def test_a_task_without_a_failure_has_no_place() -> None:
    bare = TaskRecord("0.1", "T", FUNDAMENTALS.tasks[0].kind, Status.WRONG, 0.0, 4.0, note="a note")
    record = replace(ALICE, modules=(replace(FUNDAMENTALS, tasks=(bare,)),), style=())
    assert list(annotation.commands(record)) == ["::error title=Task 0.1%2C T%3A wrong::a note"]
    assert "a note" in summary.summary(record)
