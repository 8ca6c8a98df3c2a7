"""Values that several threads make at once, of types that nobody has made a value of."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import msgspec
import pytest

import grader
from grader import typed

ROOT = Path(grader.__file__).parent
OUT_OF_TURN = re.compile(r"msgspec\.convert\(|\bDecoder\(|\.decode\([^\n]*type=")

MEETING = """
    # While one thread learns Outer, which takes it to the annotation of Inner, another one asks for an Outer.
    import sys
    from dataclasses import dataclass
    from threading import Thread
    from grader import typed

    made = []

    def ask() -> None:
        made.append(typed.convert({"inner": {"size": 1}, "name": "b"}, Outer))

    def meanwhile() -> type:
        asking.start()
        asking.join(0.3)  # it waits for its turn: the other half of this test is that it ends well
        return int

    @dataclass
    class Inner:
        size: "meanwhile()"

    @dataclass
    class Outer:
        name: str
        inner: Inner

    asking = Thread(target=ask)
    made.append(typed.convert({"inner": {"size": 1}, "name": "a"}, Outer))
    asking.join()
    print(sorted(each.name for each in made))
"""


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0


def test_a_type_is_learnt_by_one_thread_at_a_time() -> None:
    ran = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", dedent(MEETING)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, "['a', 'b']"), ran.stderr


def test_values_are_made_of_plain_data_and_of_json() -> None:
    assert typed.convert({"x": 1}, Point) == typed.decode(b'{"x": 1}', Point) == Point(1)


def test_a_hook_makes_what_is_not_known() -> None:
    assert typed.convert(["3"], list[complex], lambda kind, value: kind(value)) == [3 + 0j]


@pytest.mark.parametrize("data", [b'{"x": "one"}', b"{", b"[]"])
def test_what_does_not_fit_is_refused_and_the_next_is_not(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        typed.decode(data, Point)
    assert typed.decode(b'{"x": 2}', Point) == Point(2)


def test_nothing_in_the_engine_makes_values_out_of_turn() -> None:
    for path in sorted(ROOT.rglob("*.py")):
        if path.is_relative_to(ROOT / "tests") or path == ROOT / "typed.py":
            continue
        assert not OUT_OF_TURN.search(path.read_text("utf-8")), path
