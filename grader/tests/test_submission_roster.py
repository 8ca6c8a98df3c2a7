"""Rosters: what spreadsheets write, what hostile people are called, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.errors import BadRemote, BadRoster
from grader.submission.roster import Row, read_roster, sharing, unread_columns


def roster(folder: Path, text: str | bytes) -> list[Row]:
    path = folder / "roster.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_roster(path)


def test_columns_that_are_not_read_are_named(tmp_path: Path) -> None:
    roster(tmp_path, "id,Name,,repo,\u202egroup\nada,Ada,,x,1\n")
    assert unread_columns(tmp_path / "roster.csv") == [
        "`repo`. Did you mean repository?",
        "`\\u202egroup`.",
    ]


def test_every_column(tmp_path: Path) -> None:
    text = (
        "id,name,email,canvas_id,repository,branch\n"
        "ada,Ada Lovelace,ada@example.org,17,https://example.org/ada.git,main\n"
        "bob,Bob,,,git@example.org:bob.git,\n"
        "cid,,,,repos/cid,handed/in\n"
    )
    assert roster(tmp_path, text) == [
        Row("ada", "Ada Lovelace", "ada@example.org", "17", "https://example.org/ada.git", "main"),
        Row("bob", "Bob", repository="git@example.org:bob.git"),
        Row("cid", repository=str(tmp_path / "repos/cid"), branch="handed/in"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_as_spreadsheets_write_it(tmp_path: Path, separator: str, mark: bytes, end: str) -> None:
    """Separators, marks, line ends, capitals, columns of any order or of no interest, and empty rows don't matter."""
    rows = [
        ["Group", " Name ", "ID"],
        ["1", '"Doe, Jane; B"', "jane"],
        ["", "", ""],
        ["2", "Al", "al"],
    ]
    text = end.join(separator.join(row) for row in rows)
    assert roster(tmp_path, mark + text.encode()) == [Row("jane", "Doe, Jane; B"), Row("al", "Al")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_header_in_quotes(tmp_path: Path, separator: str) -> None:
    """As LibreOffice writes it."""
    text = f'"id"{separator}"name"\n"jane"{separator}"Doe, Jane; B"\n'
    assert roster(tmp_path, text.encode()) == [Row("jane", "Doe, Jane; B")]


@pytest.mark.parametrize(
    ("id", "name", "expected"),
    [
        ("=1+1", '=HYPERLINK("x")', Row("=1+1", '=HYPERLINK("x")')),
        ("../../etc/passwd", 'O\'Neil, "Q"', Row("_.._etc_passwd", 'O\'Neil, "Q"')),
        ("王小明", "王 小明", Row("王小明", "王 小明")),
        ("שרה", "שרה \u202elevi", Row("שרה", "שרה \\u202elevi")),
        ("a\nb", "Jane\nDoe", Row("a_b", "Jane Doe")),
        ("index.html", "\x1b[31mred", Row("index.html", "\\x1b[31mred")),
        (".clones", "", Row("clones", "")),
        ("Zoë.zip", "Zoe\u0308", Row("Zoë", "Zoe\u0308")),
    ],
)
def test_hostile_and_foreign_names(tmp_path: Path, id: str, name: str, expected: Row) -> None:
    """An id is safe as a file name, and a name fit to be shown, whatever they were."""
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in (id, name)]
    assert roster(tmp_path, f"id,name\n{','.join(quoted)}\n") == [expected]


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        (b"id\n\xff\n", "it is not UTF-8 (byte 3)", ""),
        ("", "its first line has no column `id`; found nothing", ""),
        ("name;mail\nx;y\n", "its first line has no column `id`; found name;mail", ""),
        ("id,name\n,\n\n", "nobody is on it", ""),
        ("id,name\nada,A\n,B\n", "a row has no id", ":3"),
        ("id,name\nada,Lovelace, Ada\n", "a row is longer than the header; what holds", ":2"),
        ('id,name\nada,"A\n', "unexpected end of data", ":2"),
        (f"{'x' * 200_000},id\na,b\n", "field larger than field limit (131072)", ":1"),
        ("id\nada\nbob\nADA.zip\n", "two of its ids are one: ADA", ""),
    ],
)
def test_what_is_no_roster(tmp_path: Path, text: str | bytes, what: str, line: str) -> None:
    with pytest.raises(BadRoster) as error:
        roster(tmp_path, text)
    said, where, step = str(error.value).splitlines()
    assert said.startswith(f"This is not a valid roster: {what}")
    assert where == f"  where: {tmp_path / 'roster.csv'}{line}"
    assert step.startswith("  next:  give a CSV file with a header: id, and where known name,")
    assert error.value.exit_code == 2


def test_a_roster_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadRoster, match="This is not a valid roster: No such file or directory"):
        read_roster(tmp_path / "roster.csv")


@pytest.mark.parametrize(
    ("repository", "branch", "what"),
    [
        ("ext::sh -c touch% /tmp/x", "", "from ext::sh -c touch% /tmp/x: this is not a repository's"),
        ("--upload-pack=touch x", "", "from --upload-pack=touch x: this is not a repository's address"),
        ("~nobody-of-that-name/x", "", "from ~nobody-of-that-name/x: nobody here has that home"),
        ("https://example.org/\x1b]x", "", "from https://example.org/\\x1b]x: this is no"),
        ("http://example.org/x", "", "from http://example.org/x: http is not one of https, ssh, file"),
        ("EXT://example.org/x", "", "EXT is not one of https, ssh, file"),
        ("https://example.org/x", "--force", ""),
        ("https://example.org/x", "a b", "from branch a b: this is not a branch's name"),
        ("https://example.org/x", "main:refs/heads/x", "this is not a branch's name"),
    ],
)  # fmt: skip
def test_what_git_is_not_asked_for(tmp_path: Path, repository: str, branch: str, what: str) -> None:
    text = f'id,repository,branch\nada,"{repository}","{branch}"\n'
    if not what:  # no option where it stands: behind refs/heads/
        assert roster(tmp_path, text)[0].branch == branch
        return
    with pytest.raises(BadRemote) as error:
        roster(tmp_path, text)
    said, where, step = str(error.value).splitlines()
    assert said.startswith("Nothing is fetched ") and what in said
    assert where == f"  where: {tmp_path / 'roster.csv'}:2"
    assert step.startswith("  next:  write https://HOST/PATH, ssh://HOST/PATH, USER@HOST:PATH or")


@pytest.mark.parametrize(
    "one, other",
    [
        ("https://github.com/school/ada", "https://github.com/School/ada.git"),
        ("https://token@github.com/school/ada/", "git@github.com:school/ada.git"),
        ("ssh://git@github.com:22/school/ada", "git@github.com:school/ada"),
        ("/srv/ada", "file:///srv/ada/.git"),
        ("/srv/../srv/ada", "/srv/ada"),
    ],
)
def test_one_repository_is_one_however_it_is_spelled(one: str, other: str) -> None:
    rows = [Row("ada", repository=one), Row("bob"), Row("cid", repository=other, branch="main")]
    assert [[row.id for row in group] for group in sharing(rows)] == [["ada", "cid"]]


def test_who_has_a_branch_or_a_repository_of_their_own_shares_none() -> None:
    """A team may have one repository with a branch for each."""
    one = [Row(id, repository="git@h:team", branch=id) for id in ("ada", "bob")]
    assert sharing(one) == []
    assert sharing([*one, Row("cid", repository="git@h:team", branch="bob")]) != []
    others = ["https://h/ada", "https://h/bob", "https://other/ada", "/h/ada", ""]
    assert sharing([Row(str(n), repository=each) for n, each in enumerate([*others, ""])]) == []
