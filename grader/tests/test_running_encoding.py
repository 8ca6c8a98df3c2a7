"""Encoding: what goes in comes out, and what is too large says so."""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grader.running.encoding import encode, encode_answer
from grader.running.wire import Opaque, decode, pack, unpack
from grader.sandbox import Limits

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(PLAIN)
def test_plain_data_survives(value: object) -> None:
    assert decode(json.loads(json.dumps(encode(value)))) == value


def test_nan_and_signed_zero_survive() -> None:
    assert math.isnan(decode(encode(math.nan)))
    assert math.copysign(1, decode(encode(-0.0))) == -1


@pytest.mark.parametrize(
    "array", [np.arange(6.0).reshape(2, 3).T, np.zeros((3, 0)), np.array(True), np.arange(3)]
)
def test_arrays_survive(array: np.ndarray) -> None:
    got = decode(json.loads(json.dumps(encode(array))))
    assert got.shape == array.shape
    assert np.array_equal(got, array)


def test_other_types_become_opaque() -> None:
    class Liar:
        def __eq__(self, other: object) -> bool:
            return True

    assert decode(encode(Liar())) == Opaque("Liar")
    assert decode(encode([object()])) == [Opaque("object")]


def spoken(value: object) -> Any:
    """Send an answer through the wire."""
    return unpack(pack("n", "answer", {"returned": encode_answer(value)}), "n").value["returned"]


@given(PLAIN)
def test_an_answer_is_what_was_given(value: object) -> None:
    assert spoken(value) == value


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ([0.5] * 10**6, "a list of 1000000 items"),
        ((None,) * 10**6, "a tuple of 1000000 items"),
        ([[0.5] * 1000] * 1000, "a list of 1000 items"),
        (dict.fromkeys(range(10**5)), "a dict of 100000 items"),
        ("x" * 10**6, "a text of 1000000 characters"),
        ("\0" * 10**5, "a text of 100000 characters"),
        (1 << 10**7, "an integer of 10000001 bits"),
        (-(1 << 4092), "an integer of 4093 bits"),
        (np.zeros((1000, 1000)), "an array of 1000000 cells"),
    ],
    ids=lambda shown: shown if isinstance(shown, str) and len(shown) < 100 else "",
)
def test_an_answer_that_is_too_large_says_what_it_is(value: object, said: str) -> None:
    assert spoken(value) == Opaque(f"{said}: too large to compare")
    assert "too large to compare" in repr(spoken([1, value]))


def test_one_item_that_is_too_large_does_not_cost_the_others() -> None:
    """A probe's answer maps what was asked to what came back."""
    got = spoken({"f(1)": 1.0, "f(2)": [0.5] * 10**6, "f(3)": 3.0})
    assert got == {
        "f(1)": 1.0,
        "f(2)": Opaque("a list of 1000000 items: too large to compare"),
        "f(3)": 3.0,
    }


@pytest.mark.parametrize(
    "value", [(1 << 4092) - 1, 1 - (1 << 4092), np.zeros((1,) * 33), np.zeros(21_000)]
)
def test_what_is_almost_too_large_is_no_wire_error(value: Any) -> None:
    """Whoever is honest must not be told that something else has written to the results."""
    got = spoken(value)
    assert isinstance(got, Opaque) or np.array_equal(got, value)


def test_nesting_without_end_is_no_wire_error() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    got = spoken({"f(1)": cycle})
    assert isinstance(got, dict) and "too deeply nested" in repr(got["f(1)"])


def test_a_list_that_goes_on_for_ever_is_given_up() -> None:
    class Endless(list[float]):
        def __iter__(self) -> Iterator[float]:
            while True:
                yield 0.5

    assert spoken(Endless()) == Opaque("a Endless of 0 items: too large to compare")


@settings(deadline=None)
@given(st.recursive(PLAIN | st.text(min_size=50), st.lists, max_leaves=50))
@example([None, [], [None, None]])
@example("\\" * 20 + '"' * 20)
@example({"": {"": {}}})
@example([True, np.True_, np.zeros((1, 0, 1)), object(), 1 << 63, -1, -0.1])
def test_an_answer_fits_into_a_frame(value: object) -> None:
    """Room is counted at least as large as it is."""
    assert len(pack("n", "answer", encode_answer([value] * 5000))) < Limits().frame


def test_a_cycle_does_not_hang() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    assert "deep" in json.dumps(encode(cycle))
