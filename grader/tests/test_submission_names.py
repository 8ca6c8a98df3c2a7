"""Foreign names, shown and made into ids."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.submission.names import ID_BYTES, ID_CHARACTERS, identify, listed, shown, unique


@pytest.mark.parametrize(
    "name, expected",
    [
        ("operators.py", "operators.py"),
        ("陈 Müller", "陈 Müller"),
        ("a\nb\t\x1b\x00", "a\\nb\\t\\x1b\\x00"),
        ("\u202egpj.py", "\\u202egpj.py"),
        ("\udcff", "\\xff"),
        ("\ud800", "\\ud800"),
        ("x" * 300, "x" * 200 + "…"),
    ],
)
def test_a_name_is_shown_in_characters_that_print(name: str, expected: str) -> None:
    assert shown(name) == expected


def test_a_list_of_names_is_cut() -> None:
    assert listed([]) == "nothing"
    assert listed("abc") == "a, b, c"
    assert listed("abc", limit=2) == "a, b and 1 more"


@pytest.mark.parametrize(
    "name, expected",
    [
        ("alice", "alice"),
        ("alice.zip", "alice"),
        ("alice.tar.gz", "alice"),
        ("alice.TBZ2", "alice"),
        ("alice.git", "alice"),
        ("Doe, Jane (42)", "Doe, Jane (42)"),
        ("陈", "陈"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\\b:c*", "a_b_c_"),
        ("--out", "out"),
        (".hidden", "hidden"),
        ("ends.. ", "ends"),
        ("con", "_con"),
        ("NUL.tar", "_NUL"),
        ("lpt1.x", "_lpt1.x"),
        ("console", "console"),
        ("COM¹", "_COM¹"),
        ("conout$.zip", "_conout$"),
        ("con." + "x" * 97 + ".y", "_con." + "x" * 95),
        ("con." + "x" * 94 + ".y", "_con." + "x" * 94),
        ("index.html", "index.html"),
        ("a\x1b\u202eb\udcff", "a__b_"),
        ("..", "submission"),
        ("", "submission"),
        (".zip", "submission"),
        ("e\u0301", "\u00e9"),
    ],
)
def test_an_id_is_safe_as_a_file_name(name: str, expected: str) -> None:
    assert identify(name) == expected


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=300))
def test_any_name_makes_an_id(name: str) -> None:
    made = identify(name)
    assert 0 < len(made) <= ID_CHARACTERS
    assert len(made.encode()) <= ID_BYTES + 1
    assert made.isprintable() and made not in (".", "..")
    assert not set(made) & set('/\\:*?"<>|') and made[0] not in "-. " and made[-1] not in ". "


def test_a_taken_id_gets_a_number_in_any_capitals() -> None:
    assert unique("alice", set()) == "alice"
    assert unique("Alice", {"alice"}) == "Alice-2"
    assert unique("alice", {"alice", "alice-2"}) == "alice-3"
    long = "x" * ID_CHARACTERS
    assert len(unique(long, {long})) == ID_CHARACTERS
