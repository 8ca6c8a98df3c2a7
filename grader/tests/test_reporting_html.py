"""The pages: well-formed, self-contained, readable, and deaf to what students write."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.model import Record, Status, SubmissionInfo
from grader.reporting import html, words
from grader.tests import sample_records as samples

STYLE = (Path(html.__file__).parent / "templates" / "style.css").read_text(encoding="utf-8")
VOID = {"meta", "link", "br", "img"}
BLOCKS = {"dt", "dd", "li", "p", "summary", "td", "th"}


class Page(HTMLParser):
    """Reads a page strictly: every element that opens closes, in order."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.elements.append((tag, dict(attrs)))
        if tag in BLOCKS:
            self.words.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the element opened last."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Collect what is read."""
        if self.open and self.open[-1] not in ("style", "title"):
            self.words.append(data)

    @property
    def text(self) -> str:
        """All that is read, blanks run together."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """List the attributes of all elements of a name."""
        return [attributes for name, attributes in self.elements if name == tag]


PAGES = [*map(html.page, samples.ALL), html.index(samples.CLASS), html.index([])]


@pytest.mark.parametrize("source", PAGES)
def test_a_page_is_self_contained(source: str) -> None:
    """It has no script, handler, inline style or frame, and links only inside itself and to its neighbours."""
    page = Page(source)
    assert not {"script", "iframe", "object", "embed", "form", "img", "base"} & {
        tag for tag, _ in page.elements
    }
    for _, attributes in page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)
        assert "src" not in attributes
        target = attributes.get("href") or "#"
        assert target.startswith(("#", "./")) or target == "data:,"
    assert "url(" not in STYLE and "@import" not in STYLE


@pytest.mark.parametrize("source", PAGES)
def test_a_page_forbids_everything_but_its_own_style(source: str) -> None:
    """The policy lets in nothing, and the style sheet by its hash."""
    metas = Page(source).all("meta")
    policy = next(
        each["content"] for each in metas if each.get("http-equiv") == "Content-Security-Policy"
    )
    style = source[source.index("<style>") + 7 : source.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src 'sha256-{digest}'"
    )
    assert "unsafe" not in policy


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
    harmless = Page(html.page(samples.hostile("x\nx" if "\n" in said else "x")))
    source = html.page(samples.hostile(said))
    page = Page(source)
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in harmless.elements]
    assert not set(source) & {"\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066", "\udc80"}
    source.encode()
    Page(html.index([samples.hostile(said)]))


def test_markup_is_shown_as_it_was_written() -> None:
    """Escaped, not dropped; and never run as a template."""
    page = Page(html.page(samples.hostile(samples.MARKUP)))
    assert '<script>alert("x")</script>' in page.text
    assert "{{ 7*7 }} &amp;" in page.text


def test_long_text_is_cut() -> None:
    """No text makes a page heavy."""
    assert len(html.page(samples.hostile("x" * 100_000))) < 150_000
    assert "more characters are left out" in html.page(samples.hostile(samples.LONG))


def test_a_failure_tells_everything() -> None:
    """Sentence, place, smallest input, got and expected, message, hint, and the command."""
    said = Page(html.page(samples.ALICE)).text
    for told in (
        "The sigmoid of -x is 1 minus the sigmoid of x.",
        "test_sigmoid_is_symmetric failed, in minitorch/operators.py:57",
        "Smallest failing input x = 2.0 Got sigmoid(-2.0) = 0.3576 Expected sigmoid(-2.0) = 0.1192",
        "assert close(sigmoid(-x) + sigmoid(x), 1.0)",
        "A hint For a negative x",
        "cd module0 && pytest -m task0_1 -k test_sigmoid_is_symmetric",
        "14 of 16 tests passed, 214 of 320 answers right",
        "6 of 9 wrong versions caught by your tests",
        "1 more failure The derivative of 1/x",
        "With your own minitorch/operators.py this comes to 1/4",
        "took too long and was stopped",
        "implement zipWith in minitorch/operators.py",
        "it needs task 0.3, which is not written yet",
        "the reference did not answer in time",
    ):
        assert told in said


def test_the_head_tells_where_the_record_stands() -> None:
    """Score, basis, next step, what was handed in, style, and the sandbox."""
    said = Page(html.page(samples.ALICE)).text
    for told in (
        "alice 18.33 of 34 points Verified: by the tests",
        "✓ passed 3 ✗ wrong 3 ○ to do 2 … not reached 2 ! the grader broke 1",
        "Next Mend task 0.1, Operators, in minitorch/operators.py:57. Then run:",
        "module0/minitorch/module.py: larger than 256 KiB; left out",
        "black would reformat minitorch/operators.py minitorch/module.py:12",
        "Handed in 2026-11-20 23:41 UTC, commit 4f0c2a9be1d3. Graded in 70 seconds.",
        "Run at sandbox level A: bubblewrap",
    ):
        assert told in said
    assert "UNSANDBOXED" not in said
    assert "UNSANDBOXED: trust this only" in Page(html.page(samples.WEAK)).text


@pytest.mark.parametrize("status", Status)
def test_each_status_is_told_by_its_word(status: Status) -> None:
    """A colour never stands alone."""
    page = Page(html.page(samples.every(status, "one")))
    mark_and_word = f"{words.MARK[status]} {words.STATUS[status]}"
    assert page.text.count(mark_and_word) == 5 + 1 + 1  # tasks, tally, and what the words mean


def test_the_seed_stays_out() -> None:
    """A student who knows the seed knows the questions."""
    assert all(samples.SEED not in source for source in PAGES)


def test_a_bonus_is_told() -> None:
    """It stands beside the score, not in it."""
    record = replace(samples.REFERENCE, bonus=2.0)
    assert "20 of 20 points, 2 bonus" in Page(html.page(record)).text


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
    assert said in Page(html.page(replace(samples.ALICE, submission=info))).text


def test_a_bar_is_as_long_as_its_points() -> None:
    """The stretches of a module fill its bar, and what is earned of each never leaves it."""
    rectangles = Page(html.page(samples.REFERENCE)).all("rect")
    assert len(rectangles) == 10
    ends = [float(each["x"] or 0) + float(each["width"] or 0) for each in rectangles]
    assert max(ends) == 1000
    assert [each["width"] for each in rectangles[::2]] == [
        each["width"] for each in rectangles[1::2]
    ]


def test_the_index_links_to_each_report() -> None:
    """A link is a neighbour's path whatever the id, and a row tells every task."""
    source = html.index([named("alice"), named("../up"), named("javascript:x"), named("a b#c?d")])
    assert [each["href"] for each in Page(source).all("a")] == [
        "./alice/report.html",
        "./..%2Fup/report.html",
        "./javascript%3Ax/report.html",
        "./a%20b%23c%3Fd/report.html",
    ]


def named(name: str) -> Record:
    """Give the sample record another id."""
    return replace(samples.ALICE, submission=SubmissionInfo(name, name))


def test_the_index_tells_every_task() -> None:
    """Tasks stand in order, with marks, words for who hears the page, and how many passed."""
    page = Page(html.index(samples.CLASS))
    assert page.text.startswith("MiniTorch 8 submissions, 2 with full marks, 2 to grade again")
    assert "of 0.1 0.2 0.3 0.4 0.5 1.1 1.2 1.3 1.4 1.5 1.6 First to look at" in page.text
    assert "alice 18.33 34 ✗wrong ✗wrong ○to do ✓passed …not reached ✓passed" in page.text
    assert "Passed by 2 2 2 3 2 1 0 1 0 0 0" in page.text
    assert page.text.count("not handed in") == 11 + 6 * 6  # the empty one, and six without module 1
    assert "UNSANDBOXED" in page.text


def test_tasks_are_sorted_by_number() -> None:
    """Task 0.10 comes after 0.9."""
    assert sorted(["0.10", "1.1", "0.9", "x"], key=html._in_order) == ["x", "0.9", "0.10", "1.1"]


def test_pages_are_the_same_each_time() -> None:
    """A page is a function of its record alone."""
    assert html.page(samples.ALICE) == html.page(samples.ALICE)


def luminance(color: str) -> float:
    """Relative luminance of ``#rrggbb``, as WCAG 2.2 defines it."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "card", "sunk"])
def test_contrast(scheme: str, ground: str) -> None:
    """Every text colour reads at 4.5:1 on every ground, by day and by night."""
    day, night = re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)[:2]
    block = day if scheme == "light" else night
    colors = dict(re.findall(r"--([a-z_]+): (#[0-9a-f]{6});", block))
    below = luminance(colors[ground])
    for name in ("ink", "soft", "link", *Status):
        above = luminance(colors[name])
        ratio = (max(above, below) + 0.05) / (min(above, below) + 0.05)
        assert ratio >= 4.5, f"{name} on {ground}, {scheme}: {ratio:.2f}"
