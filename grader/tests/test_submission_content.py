"""Bytes that are Python text in UTF-8, and bytes that aren't."""

import pytest

from grader.errors import Refused
from grader.submission.content import text


@pytest.mark.parametrize(
    "content, expected",
    [
        (b"", ""),
        ("x = 'é'\r\n".encode(), "x = 'é'\r\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"# -*- coding: utf-8 -*-\n", "# -*- coding: utf-8 -*-\n"),
        (b"#!/usr/bin/python\n# vim: set fileencoding=UTF_8 :\n", None),
        (b"x = 1\n# coding: latin-1\n", None),  # a declaration stands before all code
        (b"'''\n# coding: latin-1\n'''", None),
        (b"\n\n# coding: latin-1\n", None),
    ],
)
def test_utf8_text_is_taken_as_it_is(content: bytes, expected: str | None) -> None:
    assert text(content) == (content.decode() if expected is None else expected)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"# coding: utf-7\n+AAo-", "declares the coding utf-7; it must be UTF-8"),
        (b"\n#coding=latin-1\n", "latin-1"),
        (b"# x\n\t# -*- coding: rot13 -*-\n", "rot13"),
        (b"# x\r# coding: latin-1\n", "latin-1"),
        (b"\xef\xbb\xbf# coding: cp1252\n", "cp1252"),
        (b"\xff\xfex\0", "is UTF-16 text"),
        ("x = 1\n".encode("utf-16-be"), "holds a NUL character (byte 0)"),
        (b"\xfe\xff\0x", "is UTF-16 text"),
        (b"\n\xc0\x80", "is not UTF-8 text (line 2, byte 1)"),
        (b"\xed\xa0\x80", "is not UTF-8 text (line 1, byte 0)"),  # half a surrogate pair
        (b"# \xe9t\xe9\n", "is not UTF-8 text"),
    ],
)
def test_anything_else_is_refused_with_the_reason(content: bytes, message: str) -> None:
    with pytest.raises(Refused) as refused:
        text(content)
    assert message in refused.value.what
    assert refused.value.cure.endswith("save it as UTF-8")
