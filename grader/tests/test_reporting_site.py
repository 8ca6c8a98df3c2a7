"""The pages of a class: what they tell, where they lead, and what a browser makes of them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.cli.pages import write_class, write_record, write_tasks
from grader.errors import NotWritable
from grader.model import ModuleRecord, Record, Status, SubmissionInfo, TaskRecord
from grader.reporting import class_page, task_page
from grader.reporting.distribution import BASE, WIDTH, distribution
from grader.reporting.heat import heat_map
from grader.reporting.statistics import in_order
from grader.tests import sample_records as samples
from grader.tests.page_reader import Page as Source

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

ODD = [
    "../up",
    "javascript:x",
    "a b#c?d",
    "<img src=x onerror=alert(1)>",
    '"><script>alert(1)',
    ".",
]


def named(name: str, record: Record = samples.ALICE) -> Record:
    """Give a sample record another id."""
    return replace(record, submission=SubmissionInfo(name, name))


def task_pages(records: list[Record]) -> dict[str, str]:
    """Make the pages of all tasks."""
    return dict(task_page.every_page(records))


def test_the_overview_links_to_each_report() -> None:
    """A link is a neighbour's path whatever the id; an id that means another folder gets none."""
    links = [each["href"] for each in Source(class_page.page([*map(named, ODD)])).all("a")]
    assert [link for link in links if link and link.endswith("report.html")] == 2 * [
        "./submissions/..%2Fup/report.html",
        "./submissions/javascript%3Ax/report.html",
        "./submissions/a%20b%23c%3Fd/report.html",
        "./submissions/%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E/report.html",
        "./submissions/%22%3E%3Cscript%3Ealert%281%29/report.html",
    ]


def test_the_overview_links_to_each_task() -> None:
    """From the table of tasks and from the map, if it has a page."""
    links = [each["href"] for each in Source(class_page.page([samples.ALICE])).all("a")]
    tasks = [task.id for module in samples.ALICE.modules for task in module.tasks]
    assert [link for link in links if link and "tasks" in link][1:] == 2 * [
        f"./tasks/{task}.html" for task in tasks
    ]


def test_what_is_no_task_id_has_no_page() -> None:
    """It is a file's name."""
    module = replace(
        samples.FUNDAMENTALS, tasks=(replace(samples.FUNDAMENTALS.tasks[0], id="../x"),)
    )
    record = replace(samples.ALICE, modules=(module,))
    assert task_pages([record]) == {}
    assert "/x.html" not in class_page.page([record])


def test_the_overview_tells_every_student() -> None:
    """Scores, what changed them, modules, when it was handed in, and what to look at first."""
    said = Source(class_page.page([*samples.CLASS, samples.ADJUSTED])).text
    assert said.startswith(
        "Skip to the students MiniTorch 9 submissions, 2 with full marks, 1 with nothing to grade, 3 to"
    )
    assert (
        "alice Alice Liddell 16.9 34 49 −1.43 9.33 9 2026-11-20 23:41"
        " ✗ 0.1 wrong: 2 tests fail, test_sigmoid_is_symmetric first" in said
    )
    assert "UNSANDBOXED" in said


def test_the_overview_begins_with_what_could_not_be_read_or_graded() -> None:
    """Each with the reason, and with what to do; nothing of it stands there where all is well."""
    said = Source(class_page.page([samples.UNREAD, samples.UNGRADED, samples.ALICE])).text
    told = said[said.index("What could not be read or graded", 150) : said.index("Find a student")]
    assert "! Could not be graded, which costs no points." in told
    assert "locked it can't be read here: Permission denied" in told
    assert "windows module0/minitorch/operators.py is UTF-16 text save it as UTF-8" in told
    assert re.search("locked Lotte Lock (– )+! could not be graded: it can't be read here", said)
    assert "could not be read or graded" not in Source(class_page.page([samples.ALICE])).text


def test_what_could_not_be_graded_is_not_called_not_handed_in() -> None:
    found = heat_map([samples.ALICE, samples.UNGRADED])
    assert {(cell.shown, cell.said) for cell in found.rows[1]} == {("!", "could not be graded")}
    said = Source(task_pages([samples.ALICE, samples.UNGRADED])["0.1"]).text
    assert "in 1 submission." in said


def test_columns_that_nobody_fills_are_left_out() -> None:
    """Names, changes and dates."""
    said = Source(class_page.page([named("x")])).text
    assert "Submission Score of % Module M0 Module M1 First to look at x 18.33" in said


def test_the_overview_tells_every_task() -> None:
    """How many passed it, and what became of the others."""
    said = Source(class_page.page(samples.CLASS)).text
    assert "0.1 Operators 2 0 3 1 0 1 33 0.2" in said
    assert "Passed by 2 2 2 3 2 1 0 1 0 0 0" in said


def test_the_map_tells_every_task_of_everybody() -> None:
    """By a mark or a number that is seen, and by words that are heard."""
    found = heat_map([samples.ALICE, samples.EMPTY])
    assert found.modules == (("0", 5), ("1", 6))
    assert [column.id for column in found.columns if column.first] == ["0.1", "1.1"]
    assert [(cell.shown, cell.said) for cell in found.rows[0][:5]] == [
        ("66", "wrong, 66 %"),
        ("66", "wrong, 66 %"),
        ("○", "to do"),
        ("✓", "passed"),
        ("…", "not reached"),
    ]
    assert {cell.said for cell in found.rows[1]} == {"not handed in"}
    images = Source(class_page.page([samples.ALICE])).all("span")
    assert [each["aria-label"] for each in images if each.get("role") == "img"][3] == "passed"


def test_a_task_page_tells_the_task() -> None:
    """Who did what, how long it took, what fails first, and its neighbours."""
    said = Source(task_pages([*samples.CLASS])["0.1"]).text
    for told in (
        "All students and tasks 0.2 Testing and debugging →",
        "MiniTorch · Module 0, Fundamentals 0.1 Operators 4 points; in 7 submissions, and not handed in by 1 more.",
        "✓ passed 2 ? could not be read 0 ✗ wrong 3 ○ to do 1 … not reached 0 ! the grader broke 1",
        "Judging it took 1.9 s in the median, and 1.9 s at most: alice.",
        "1 test_relu SyntaxError: expected ':' (operators.py, line 12) syntax-error",
        "alice ✗ wrong 2.67 1.9 2 tests fail, test_sigmoid_is_symmetric first",
        "unlucky ! the grader broke – 1.9 no reference answered",
    ):
        assert told in said
    assert "← 0.1 Operators" in Source(task_pages([*samples.CLASS])["0.2"]).text


def test_a_task_that_the_grader_judged_for_nobody() -> None:
    """It has neither scores nor times."""
    said = Source(task_pages([samples.GRADER_BROKE])["0.1"]).text
    assert "median" not in said and "What fails first" not in said


@pytest.mark.parametrize("said", samples.HOSTILE)
def test_student_text_is_only_text(said: str) -> None:
    """Whatever a student writes changes no element of a class's page, and nothing invisible stays in it."""
    plain = "x\nx" if "\n" in said else "x"
    before, after = ([samples.hostile(each), samples.ALICE] for each in (plain, said))
    for harmless, source in zip(
        (class_page.page(before), *task_pages(before).values()),
        (class_page.page(after), *task_pages(after).values()),
        strict=True,
    ):
        assert [tag for tag, _ in Source(source).elements] == [
            tag for tag, _ in Source(harmless).elements
        ]
        assert not set(source) & {"\x1b", "\x07", "\x00", "\x9b", "\u202e", "\u2066", "\udc80"}
        source.encode()


def test_tasks_are_sorted_by_number() -> None:
    """Task 0.10 comes after 0.9."""
    assert sorted(["0.10", "1.1", "0.9", "x"], key=in_order) == ["x", "0.9", "0.10", "1.1"]


def test_scores_are_drawn_in_bins_of_points() -> None:
    """Every score is in one bar, full marks in the last, and the median stands where it is."""
    drawn = distribution([0.0, 4.9, 5.0, 99.0, 100.0, 100.0], 100.0)
    assert drawn
    assert [(bar.x, bar.count) for bar in drawn.bars] == [(0.8, 2), (20.8, 1), (380.8, 3)]
    assert {round(bar.y + bar.height, 1) for bar in drawn.bars} == {BASE}
    assert (drawn.median.x, drawn.median.said) == (WIDTH * 0.52, "median 52")
    assert [tick.said for tick in drawn.ticks] == ["0", "20", "40", "60", "80", "100"]
    assert drawn.said == "Median 52 points; 2 from 0 to 5, 1 from 5 to 10, 3 from 95 to 100"


def test_scores_beyond_the_scale() -> None:
    """What was given by hand makes it longer; what was taken counts with nothing."""
    drawn = distribution([-3.0, 0.3, 25.0], 20.0)
    assert drawn
    assert drawn.said == "Median 0.3 points; 2 from 0 to 2, 1 from 24 to 26"
    assert drawn.median.anchor == "start"
    assert distribution([], 20.0) is None and distribution([1.0], 0.0) is None


def large(students: int, modules: int, tasks: int) -> list[Record]:
    """Make up a class in which nobody's tasks look like anybody else's."""
    statuses = list(Status)

    def task(student: int, module: int, number: int) -> TaskRecord:
        status = statuses[(7 * student + 3 * module + number * number) % len(statuses)]
        sample = samples.FUNDAMENTALS.tasks[0]
        return replace(sample, id=f"{module}.{number}", status=status, score=student % 4)

    def record(student: int) -> Record:
        made = tuple(
            ModuleRecord(
                str(m),
                f"Module {m}",
                10.0,
                40.0,
                tuple(task(student, m, n) for n in range(1, tasks + 1)),
            )
            for m in range(modules)
        )
        info = SubmissionInfo(
            f"student-number-{student}", "x", student="A name of usual length", commit="c"
        )
        return replace(samples.ALICE, submission=info, modules=made, score=float(student % 97))

    return [record(student) for student in range(students)]


def test_the_overview_of_a_large_class_is_small() -> None:
    """200 students by 32 tasks."""
    source = class_page.page(large(200, 4, 8))
    assert source.count("<td class=") > 6400
    assert len(source.encode()) < 1_000_000


def test_the_site_is_written(tmp_path: Path) -> None:
    """Pages of tasks that are no more go, and nothing else does."""
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "9.9.html").write_text("of a task that was dropped")
    (tmp_path / "tasks" / "notes.html").write_text("the instructor's")
    write_class([samples.ALICE], tmp_path)
    tasks = [f"{task.id}.html" for module in samples.ALICE.modules for task in module.tasks]
    assert sorted(path.name for path in (tmp_path / "tasks").iterdir()) == [*tasks, "notes.html"]
    write_tasks([], tmp_path / "tasks")
    assert [path.name for path in (tmp_path / "tasks").iterdir()] == ["notes.html"]


OF_A_CLASS = ["gradebook.db", "gradebook.db-wal", "gradebook.db-shm", "class.toml", "index.html"]
OF_A_CLASS += ["tasks", "similar", "export", ".clones", "submissions"]


def test_a_submission_may_be_called_like_a_file_of_the_class(tmp_path: Path) -> None:
    """Every submission has a folder of its own, in a folder that holds nothing else."""
    theirs = [named(name) for name in OF_A_CLASS]
    for record in theirs:
        write_record(record, tmp_path)
    write_class(theirs, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "index.html",
        "submissions",
        "tasks",
    ]
    for record in theirs:
        folder = tmp_path / "submissions" / record.submission.id
        assert sorted(path.name for path in folder.iterdir()) == ["record.json", "report.html"]
    links = {each["href"] for each in Source((tmp_path / "index.html").read_text("utf-8")).all("a")}
    for link in links - {None}:
        assert link and (link.startswith("#") or (tmp_path / link).is_file())


@pytest.mark.parametrize("id", ["", ".", "..", "../up", "/up", "a\\b", "a\0b"])
def test_nothing_is_written_outside(tmp_path: Path, id: str) -> None:
    """A gradebook that somebody else made may hold any id."""
    with pytest.raises(NotWritable, match="is not the name of a folder"):
        write_record(named(id), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


# What a browser makes of it.


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start Chromium."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("there is no Chromium here")
    with api.sync_playwright() as playwright:
        # The pages are ours; as root, as in a container, Chromium has no sandbox of its own.
        started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the pages of a class of which some mean harm."""
    out = tmp_path_factory.mktemp("site")
    odd = [named(id) for id in ODD if "/" not in id and id != "."]
    markup = replace(samples.hostile(samples.MARKUP), submission=named("markup").submission)
    records = [samples.ADJUSTED, samples.REFERENCE, samples.SKELETON, markup, samples.WEAK, *odd]
    for record in records:
        write_record(record, out)
    write_class(records, out)
    return out


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a page that asks nothing of the network, opens no dialog and logs no error."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    told: list[str] = []
    opened.on("request", lambda each: told.append(each.url))
    opened.on("console", lambda each: told.append(each.text))
    opened.on("pageerror", lambda each: told.append(str(each)))
    opened.on("dialog", lambda each: told.append(each.message))
    yield opened
    opened.close()
    assert [each for each in told if not each.startswith("file:")] == []


def column(table: Locator, place: int) -> list[str]:
    """Read a column from top to bottom."""
    rows = table.locator(f"tbody tr:visible > :nth-child({place})")
    return [each.strip() for each in rows.all_inner_texts()]


def test_a_table_is_sorted_by_any_column(page: Page, site: Path) -> None:
    """Up at first, down at the second time; by number where it is one; what is not there comes last."""
    page.goto((site / "index.html").as_uri())
    table = page.locator("#students table")
    head = table.get_by_role("columnheader", name="Score")
    head.get_by_role("button").press("Enter")
    numbers = [float(each) for each in column(table, 3)]
    assert numbers == sorted(numbers) and numbers[0] < 4 < 20 in numbers
    assert head.get_attribute("aria-sort") == "ascending"
    head.get_by_role("button").press("Space")
    assert [float(each) for each in column(table, 3)] == sorted(numbers, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    module = table.get_by_role("columnheader", name="Module 1")
    for _ in range(2):
        module.get_by_role("button").click()
        values = column(table, 8)
        assert set(values[values.index("–") :]) == {"–"}
    assert head.get_attribute("aria-sort") == "none"
    assert column(page.locator("table.heat"), 1) != column(table, 1)


def test_a_student_is_found(page: Page, site: Path) -> None:
    """By id or by name, in the table and in the map, and how many are left is said."""
    page.goto((site / "index.html").as_uri())
    page.get_by_label("Find a student").fill("LIDDELL")
    assert column(page.locator("#students table"), 1) == ["alice"]
    assert column(page.locator("table.heat"), 1) == ["alice"]
    assert page.locator("output").inner_text() == "1 of 9"
    page.get_by_label("Find a student").fill("")
    assert len(column(page.locator("#students table"), 1)) == 9


def test_pages_lead_to_each_other(page: Page, site: Path) -> None:
    """From the overview to a task, to a student whose id is a path's horror, and back."""
    page.goto((site / "index.html").as_uri())
    page.locator("table.heat").get_by_role("link", name="0.1").click()
    assert page.title() == "Task 0.1, Operators · MiniTorch"
    page.get_by_role("link", name="a b#c?d").click()
    assert page.title() == "a b#c?d: 18.33 of 34 · MiniTorch"
    page.goto((site / "tasks" / "1.6.html").as_uri())
    page.get_by_role("link", name="All students and tasks").click()
    assert page.title() == "9 submissions"


@pytest.mark.parametrize("name", ["index.html", "tasks/0.1.html", "submissions/markup/report.html"])
def test_no_script_runs_but_ours(browser: Browser, site: Path, name: str) -> None:
    """Not even one that was slipped in."""
    opened = browser.new_page()
    opened.goto((site / name).as_uri())
    opened.evaluate("""() => {
            addEventListener("securitypolicyviolation", (event) => { window.refused = event.effectiveDirective; });
            document.body.append(Object.assign(document.createElement("script"), { text: "window.ran = 1" }));
        }""")
    opened.wait_for_function("window.refused", timeout=10_000)
    assert opened.evaluate("window.ran") is None
    opened.close()


@pytest.mark.parametrize("width", [320, 400, 768, 1280])
@pytest.mark.parametrize("name", ["index.html", "tasks/0.1.html", "submissions/alice/report.html"])
def test_a_page_fits_its_window(page: Page, site: Path, name: str, width: int) -> None:
    """Wide tables scroll by themselves."""
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((site / name).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_map_stays_readable(page: Page, tmp_path: Path) -> None:
    """However far it is scrolled, the head and the first column stay, the corner above both."""
    write_class(large(200, 4, 8), tmp_path)
    page.goto((tmp_path / "index.html").as_uri())
    scroll = page.locator("#map .scroll")
    scroll.evaluate("each => each.scrollTo(300, 2000)")
    box = scroll.bounding_box()
    assert box
    for corner in ("thead tr:first-child > :first-child", "thead tr:last-child > :last-child"):
        head = page.locator(f"table.heat {corner}").bounding_box()
        assert head and box["y"] - 1 <= head["y"] < box["y"] + 50
    first = page.locator("table.heat tbody tr:nth-child(90) th").bounding_box()
    assert first and abs(first["x"] - box["x"]) < 3


def test_without_scripts_all_is_there(browser: Browser, site: Path) -> None:
    """And nothing that would do nothing."""
    context = browser.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto((site / "index.html").as_uri())
    assert opened.locator("#students tbody tr").count() == 9
    assert opened.locator("button:visible, input:visible").count() == 0
    context.close()
