"""The pages: well-formed, self-contained, readable, and deaf to what students write."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model import Problem, Status, SubmissionInfo, Term
from grader.reporting import class_page, pages, student_page, task_page, words
from grader.tests import sample_records as samples
from grader.tests.page_reader import Page

STYLE = (Path(pages.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")

STUDENTS = [*map(student_page.page, samples.ALL)]
CLASSES = [
    class_page.page(samples.CLASS),
    class_page.page([]),
    *(page for _, page in task_page.every_page(samples.ALL)),
]
PAGES = [*STUDENTS, *CLASSES]


@pytest.mark.parametrize("source", PAGES)
def test_a_page_is_self_contained(source: str) -> None:
    """It has no handler, inline style or frame, and links only inside itself and to its neighbours."""
    page = Page(source)
    assert not {"iframe", "object", "embed", "form", "img", "base"} & {
        tag for tag, _ in page.elements
    }
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert "src" not in attributes
        target = attributes.get("href") or "#"
        assert target.startswith(("#", "./", "../")) or target == "data:,"
    assert "url(" not in STYLE and "@import" not in STYLE


@pytest.mark.parametrize("source", STUDENTS)
def test_a_student_sees_nothing_of_others(source: str) -> None:
    """No script runs on a student's page, and nothing leads from it to the class."""
    page = Page(source)
    assert page.all("script") == []
    assert all((each["href"] or "").startswith("#") for each in page.all("a"))


@pytest.mark.parametrize("source", PAGES)
def test_a_page_forbids_everything_but_its_own(source: str) -> None:
    """The policy lets in nothing but the style sheet and, on a page of a class, one script: by their hash."""
    page = Page(source)
    policy = next(
        each["content"]
        for each in page.all("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    )
    expected = (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{digest(source, 'style')}'"
    )
    if source in CLASSES:
        assert page.all("script") == [{}]
        expected += f"; script-src '{digest(source, 'script')}'"
    assert policy == expected
    assert "unsafe" not in policy


def digest(source: str, tag: str) -> str:
    """Hash what an element holds, as a policy names it."""
    held = source[source.index(f"<{tag}>") + len(tag) + 2 : source.index(f"</{tag}>")]
    return f"sha256-{base64.b64encode(hashlib.sha256(held.encode()).digest()).decode()}"


@pytest.mark.parametrize("source", PAGES)
def test_a_page_is_built_for_every_reader(source: str) -> None:
    """Its language, width and title are set, its headings skip no level, and its ids are its own."""
    page = Page(source)
    assert page.all("html") == [{"lang": "en"}]
    assert any(each.get("name") == "viewport" for each in page.all("meta"))
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:], strict=False))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    inner = {target[1:] for each in page.all("a") if (target := each["href"] or "").startswith("#")}
    assert inner <= set(ids)


@pytest.mark.parametrize("said", samples.HOSTILE)
def test_student_text_is_only_text(said: str) -> None:
    """Whatever a student writes changes no element of the page, and nothing invisible stays in it."""
    harmless = Page(student_page.page(samples.hostile("x\nx" if "\n" in said else "x")))
    source = student_page.page(samples.hostile(said))
    page = Page(source)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in harmless.elements]
    assert not set(source) & {"\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066", "\udc80"}
    source.encode()


def test_markup_is_shown_as_it_was_written() -> None:
    """Escaped, not dropped; and never run as a template."""
    page = Page(student_page.page(samples.hostile(samples.MARKUP)))
    assert '<script>alert("x")</script>' in page.text
    assert "{{ 7*7 }} &amp;" in page.text


def test_long_text_is_cut() -> None:
    """No text makes a page heavy."""
    assert len(student_page.page(samples.hostile("x" * 100_000))) < 150_000
    assert "more characters are left out" in student_page.page(samples.hostile(samples.LONG))


def test_an_error_is_not_folded_away() -> None:
    """A message is behind a summary only where what came and what was expected stand before it."""
    failure = replace(samples.LOOP, input="x=1", message="ValueError: no")
    page = student_page.page(samples.every(Status.WRONG, "alice", failure))
    assert "ValueError: no" in page and "The whole message" not in page
    assert "The whole message" in student_page.page(samples.ALICE)


def test_a_failure_tells_everything() -> None:
    """Sentence, place, smallest input, got and expected, message, hint, and the command."""
    said = Page(student_page.page(samples.ALICE)).text
    for told in (
        "The sigmoid of -x is 1 minus the sigmoid of x.",
        "test_sigmoid_is_symmetric failed, in minitorch/operators.py:57",
        "Failing input x = 2.0 Got sigmoid(-2.0) = 0.3576 Expected sigmoid(-2.0) = 0.1192",
        "assert close(sigmoid(-x) + sigmoid(x), 1.0)",
        "A hint For a negative x",
        "cd module0 && pytest -m task0_1 -k test_sigmoid_is_symmetric",
        "14 of 16 tests passed, 214 of 320 answers right",
        "6 of 9 wrong versions caught by your tests",
        "107 more failures (1 shown) The derivative of 1/x",
        "With your own minitorch/operators.py: 1/4",
        "took too long and was stopped",
        "implement zipWith in minitorch/operators.py",
        "it needs task 0.3, which is not written yet",
        "the reference did not answer in time",
    ):
        assert told in said


def test_the_head_tells_where_the_record_stands() -> None:
    """Score, basis, next step, what was handed in, style, and the sandbox."""
    said = Page(student_page.page(samples.ALICE)).text
    for told in (
        "alice 18.33 of 34 points Verified: by the tests",
        "✓ passed 3 ✗ wrong 3 ○ to do 2 … not reached 2 ! the grader broke 1",
        "Next Fix task 0.1, Operators, in minitorch/operators.py:57. Then run:",
        "module0/minitorch/module.py: larger than 256 KiB; left out",
        "black would reformat minitorch/operators.py minitorch/module.py:12",
        "Handed in 2026-11-20 23:41 UTC, commit 4f0c2a9be1d3. Graded in 70 seconds.",
        "Run at sandbox level A: bubblewrap",
    ):
        assert told in said
    assert "UNSANDBOXED" not in said
    assert "UNSANDBOXED: trust this only" in Page(student_page.page(samples.WEAK)).text


@pytest.mark.parametrize("status", Status)
def test_each_status_is_told_by_its_word(status: Status) -> None:
    """A colour never stands alone."""
    page = Page(student_page.page(samples.every(status, "one")))
    mark_and_word = f"{words.MARK[status]} {words.STATUS[status]}"
    assert page.text.count(mark_and_word) == 5 + 1 + 1  # tasks, tally, and what the words mean


def test_what_could_not_be_read_stands_above_all_else() -> None:
    """In a frame of its colour, with what to do; other problems stay below."""
    record = replace(samples.ALICE, problems=(*samples.ALICE.problems, samples.SAVED_AS_UTF16))
    source = student_page.page(record)
    framed = source.index('<div class="gaps unread">')
    assert framed < source.index('<ol class="bars">') < source.index("larger than 256 KiB")
    said = Page(source).text
    assert (
        "Could not be read module0/minitorch/operators.py is UTF-16 text. Save it as UTF-8." in said
    )
    assert "gaps" not in student_page.page(samples.ALICE).partition("</style>")[2]


def test_what_could_not_be_graded_has_no_score() -> None:
    said = Page(student_page.page(samples.UNGRADED)).text
    assert "of – points" not in said and "Verified" not in said and "Graded in" not in said
    assert "Could not be graded, which costs no points: it can't be read here: Permission" in said


def test_a_score_is_accounted_for() -> None:
    """Where rules or a person changed it: what the tasks earned, each change with its reason, and what is left."""
    said = Page(student_page.page(samples.ADJUSTED)).text
    assert (
        "How the score came about From what the tasks earned to the score, in points"
        " Earned by the tasks 18.33 Module 0: 1 day late −0.93"
        " Module 1: 2 findings of black and flake8 −2 a fine question +1.5 Score 16.9" in said
    )
    assert "How the score came about" not in Page(student_page.page(samples.ALICE)).text


def test_a_score_stops_at_zero() -> None:
    """Then the account says so, since its rows don't add up."""
    record = replace(samples.ALICE, score=0.0, terms=(Term(-50.0, "copied"),))
    said = Page(student_page.page(record)).text
    assert "Earned by the tasks 18.33 copied −50 Score, which is never below zero 0" in said


def test_what_style_costs_is_not_called_nothing() -> None:
    """The rules of most classes give no points for it."""
    found = replace(samples.ALICE, style=("module0/a.py:1 E703 semicolon",))
    free = "Style to fix (worth no points here)"
    assert free in Page(student_page.page(found)).text
    costly = replace(found, terms=(Term(-0.1, "style: 1 finding", "0"),))
    assert free not in Page(student_page.page(costly)).text


def test_a_name_stands_beside_the_id() -> None:
    """As the roster has it."""
    assert "alice Alice Liddell" in Page(student_page.page(samples.ADJUSTED)).text


def test_the_seed_stays_out() -> None:
    """A student who knows the seed knows the questions."""
    assert all(samples.SEED not in source for source in PAGES)


def test_a_bonus_is_told() -> None:
    """It stands beside the score, not in it."""
    record = replace(samples.REFERENCE, bonus=2.0)
    assert "20 of 20 points, 2 bonus" in Page(student_page.page(record)).text


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        ("2026-11-20T23:41:07Z", "Handed in 2026-11-20 23:41 UTC. Graded"),
        ("2026-11-21T00:41:07+01:00", "Handed in 2026-11-20 23:41 UTC. Graded"),
        ("yesterday", "Handed in yesterday. Graded"),
        ("0001-01-01T00:00:00+14:00", "Handed in 0001-01-01T00:00:00+14:00. Graded"),
    ],
)
def test_moments_are_for_people(moment: str, said: str) -> None:
    """A time is in UTC, to the minute; what is no time is shown as it is."""
    info = SubmissionInfo("alice", "a.zip", submitted_at=moment)
    assert said in Page(student_page.page(replace(samples.ALICE, submission=info))).text


def test_a_bar_is_as_long_as_its_points() -> None:
    """The stretches of a module fill its bar, and what is earned of each never leaves it."""
    rectangles = Page(student_page.page(samples.REFERENCE)).all("rect")
    assert len(rectangles) == 10
    ends = [float(each["x"] or 0) + float(each["width"] or 0) for each in rectangles]
    assert max(ends) == 1000
    assert [each["width"] for each in rectangles[::2]] == [
        each["width"] for each in rectangles[1::2]
    ]


def test_pages_are_the_same_each_time() -> None:
    """A page is a function of its record alone."""
    assert student_page.page(samples.ALICE) == student_page.page(samples.ALICE)


def luminance(color: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours are apart, as WCAG 2.2 defines it."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def scheme_of(name: str) -> dict[str, str]:
    """Read the colours of the day or of the night."""
    day, night = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    return dict(re.findall(r"--([a-z_]+): (#[0-9a-f]{6});", day if name == "light" else night))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card", "sunk"])
def test_contrast(scheme: str, ground: str) -> None:
    """Every text colour reads at 4.5:1 on every ground, by day and by night."""
    colors = scheme_of(scheme)
    for name in ("ink", "soft", "link", *Status):
        ratio = contrast(colors[name], colors[ground])
        assert ratio >= 4.5, f"{name} on {ground}, {scheme}: {ratio:.2f}"


SHADES = re.findall(r"^\.heat td\.([a-z_0-9-]+) \{ --depth: (\d+)%", STYLE, re.MULTILINE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast_in_the_map(scheme: str) -> None:
    """Text reads at 4.5:1 on every cell, however deep its colour."""
    colors = scheme_of(scheme)
    assert len(SHADES) == 6
    for status in Status:
        for depth in (36, *(int(depth) for _, depth in SHADES)):
            assert contrast(colors["ink"], mixed(colors[status], colors["card"], depth)) >= 4.5


def mixed(above: str, below: str, depth: int) -> str:
    """Mix two colours as ``color-mix(in srgb, …)`` does."""
    pairs = ((int(each[i : i + 2], 16) for each in (above, below)) for i in (1, 3, 5))
    return "#" + "".join(f"{round((a * depth + b * (100 - depth)) / 100):02x}" for a, b in pairs)


def test_a_class_page_says_which_dates_and_sources_to_look_at() -> None:
    """What was handed in is none of it."""
    said = ("4f0c2a9be1d3 is dated in time, but was not on the branch yet", "names this repository")
    problems = (
        Problem(".git", said[0]),
        Problem("roster", said[1]),
        Problem("module0/minitorch/module.py", "is missing"),
    )
    plain = class_page.page(samples.CLASS)
    page = class_page.page([replace(samples.ALICE, problems=problems), *samples.CLASS[1:]])
    assert "Dates and sources" not in plain
    shown = Page(page).text
    assert f"alice {said[0]} alice roster: {said[1]}: {samples.ALICE.submission.source}" in shown
    assert "is missing" not in shown
