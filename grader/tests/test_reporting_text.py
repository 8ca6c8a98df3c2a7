"""Cleaning: nothing hidden, nothing obeyed, nothing endless."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.reporting import text


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("日本語 – é 👩\u200d🔬", "日本語 – é 👩\u200d🔬"),
        ("a\x00b\x07c\x7fd\x9be", "abcde"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07on \x1b]8;;http://x\x1b\\it", "on it"),
        ("\x1b[", "["),
        ("abc\u202edcba", "abc⟨U+202E⟩dcba"),
        ("zero\u200bwidth\ufeff", "zero⟨U+200B⟩width⟨U+FEFF⟩"),
        ("half \udc80", "half ⟨U+DC80⟩"),
        ("line\u2028end", "line⟨U+2028⟩end"),
        ("##[error]x ###[group]", "# #[error]x ## #[group]"),
        ("#\x00#[error]", "# #[error]"),
    ],
)
def test_clean(said: str, shown: str) -> None:
    """Control characters go, what misleads is made visible, and all else stays."""
    assert text.clean(said) == shown


def test_long_text_is_cut_and_says_so() -> None:
    """The cut tells how much is missing."""
    assert text.clean("x" * 5000, 10) == "x" * 10 + "\n… 4,990 more characters are left out"
    assert text.clean("x" * 10, 10) == "x" * 10


def test_many_lines_are_cut_and_say_so() -> None:
    """A thousand empty lines don't push the rest of a report away."""
    assert text.clean("\n" * 1000).splitlines()[-1] == "… the rest, in more lines, is left out"
    assert text.clean("\n" * 1000).count("\n") == text.LINES


def test_line() -> None:
    """A line has no line breaks, and ends in an ellipsis where it was cut."""
    assert text.line("  two\n\t words \r\n") == "two words"
    assert text.line("one two three", 9) == "one two…"
    assert text.line("one two", 7) == "one two"
    assert text.line("") == ""


@given(st.text(st.characters(), max_size=300))
def test_whatever_comes_in_nothing_odd_comes_out(said: str) -> None:
    """No control or invisible character survives, no command of a runner, and UTF-8 can hold the rest."""
    shown = text.clean(said)
    shown.encode()
    odd = {unicodedata.category(each) for each in shown if each not in "\n\t\u200c\u200d"}
    assert not odd & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert "##[" not in shown
    assert text.clean(shown) == shown
    assert not set("\n\t") & set(text.line(said))
