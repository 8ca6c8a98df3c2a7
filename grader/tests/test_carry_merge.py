"""The three-way merge: its laws, and what counts as a clash."""

from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.carry.merge import clashes, kept, marked, merge

TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "\n", "def f(): pass\n", "import g\n"]), max_size=8)


def lines(text: str) -> list[str]:
    return dedent(text).lstrip("\n").splitlines(keepends=True)


@given(TEXTS, TEXTS)
def test_what_one_side_alone_changed_is_taken(base: list[str], side: list[str]) -> None:
    assert merge(base, side, base) == side
    assert merge(base, base, side) == side


@given(TEXTS, TEXTS)
def test_what_both_sides_changed_alike_is_taken_once(base: list[str], side: list[str]) -> None:
    assert merge(base, side, side) == side


@given(TEXTS, TEXTS, TEXTS)
def test_a_clash_does_not_depend_on_which_side_is_which(
    base: list[str], one: list[str], other: list[str]
) -> None:
    there = clashes(merge(base, one, other))
    back = clashes(merge(base, other, one))
    assert [(c.earlier, c.later) for c in there] == [(c.later, c.earlier) for c in back]


@given(TEXTS, TEXTS, TEXTS, st.integers(0, 8), st.integers(0, 8))
def test_every_new_line_of_either_side_is_in_the_result(
    base: list[str], one: list[str], other: list[str], at: int, there: int
) -> None:
    one = [f"one {line}" for line in one]
    other = [f"other {line}" for line in other]
    text = marked(merge(base, base[:at] + one, other + base[there:]), "one", "other")
    assert all(line in text for line in one + other)


@given(TEXTS, TEXTS, TEXTS)
def test_a_clash_says_where_its_lines_stand(
    base: list[str], one: list[str], other: list[str]
) -> None:
    for found in clashes(merge(base, one, other)):
        assert tuple(one[found.earlier_at - 1 :][: len(found.earlier)]) == found.earlier
        assert tuple(other[found.later_at - 1 :][: len(found.later)]) == found.later


@given(TEXTS, TEXTS, TEXTS)
def test_a_careful_merge_changes_nothing_unasked(
    base: list[str], one: list[str], other: list[str]
) -> None:
    pieces = merge(base, one, other, careful=True)
    assert kept(pieces) == "".join(other)
    assert bool(clashes(pieces)) >= (kept(merge(base, one, other)) != "".join(other))


STUB = lines("""
    def f():
        # TODO: Task 0.1
        raise NotImplementedError
""")
SOLVED = lines("""
    def f():
        return 1
""")
ADDED = ["\n", "\n", "def g():\n", "    return 2\n"]
METHOD = ["\n", "    def g(self):\n", "        return 2\n"]


@pytest.mark.parametrize("added", [ADDED, METHOD, ["\n", "# a comment\n"], ["import g\n"]])
def test_a_definition_below_a_changed_line_joins_it(added: list[str]) -> None:
    assert merge(STUB, SOLVED, STUB + added) == SOLVED + added
    assert merge(STUB, STUB + added, SOLVED) == SOLVED + added


def test_a_definition_below_a_line_that_both_changed_alike_joins_it() -> None:
    assert merge(STUB, SOLVED, SOLVED + ADDED) == SOLVED + ADDED
    assert merge(STUB, SOLVED + ADDED, SOLVED) == SOLVED + ADDED


def test_a_definition_that_one_side_took_away_does_not_come_back_unasked() -> None:
    assert clashes(merge(STUB + ADDED, SOLVED, SOLVED + ADDED))


def test_a_definition_above_a_changed_line_joins_it() -> None:
    above = ["import g\n"]
    changed = ["def f(x):\n", *STUB[1:]]
    assert merge(STUB, changed, above + STUB) == above + changed


def test_definitions_added_at_the_same_place_are_both_kept() -> None:
    other = ["\n", "\n", "def h():\n", "    return 3\n"]
    assert merge(STUB, STUB + ADDED, STUB + other) == STUB + ADDED + other


def test_statements_that_touch_a_changed_line_clash() -> None:
    statement = ["    print(1)\n"]
    [found] = clashes(merge(STUB, SOLVED, STUB + statement))
    assert found.earlier == ("    return 1\n",)
    assert found.later == (*STUB[1:], *statement)
    assert (found.earlier_at, found.later_at) == (2, 2)


def test_statements_added_at_the_same_place_clash() -> None:
    assert clashes(merge(STUB, STUB + ADDED, STUB + ["x = 1\n"]))


def test_a_definition_never_comes_between_a_decorator_and_its_function() -> None:
    base = ["x = 1\n", "def f(): pass\n"]
    decorated = ["x = 2\n", "@cache\n", "def f(): pass\n"]
    grown = ["x = 1\n", "def g(): pass\n", "def f(): pass\n"]
    assert clashes(merge(base, decorated, grown))


def test_two_solutions_of_one_stub_clash() -> None:
    other = lines("""
        def f():
            return 3
    """)
    [found] = clashes(merge(STUB, SOLVED, other))
    assert (found.earlier, found.later) == (("    return 1\n",), ("    return 3\n",))


def test_marks_hold_both_versions() -> None:
    pieces = merge(["a\n", "b\n", "c\n"], ["a\n", "x\n", "c\n"], ["a\n", "y\n", "c\n"])
    assert marked(pieces, "module0/f.py", "module1/f.py") == dedent("""\
        a
        <<<<<<< module1/f.py
        y
        =======
        x
        >>>>>>> module0/f.py
        c
        """)
    assert kept(pieces) == "a\ny\nc\n"
