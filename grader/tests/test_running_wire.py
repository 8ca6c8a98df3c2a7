"""The wire: what goes in comes out, and nonsense is always a WireError."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.running.wire import Opaque, WireError, decode, encode, pack, unpack

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


def test_a_cycle_does_not_hang() -> None:
    cycle: list[object] = []
    cycle.append(cycle)
    assert "deep" in json.dumps(encode(cycle))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'["other","kind",null]',
        b'["n",1,null]',
        b'["n","k",{"f":"zz"}]',
        b'["n","k",{"f":1}]',
        b'["n","k",{"i":"' + b"f" * 5000 + b'"}]',
        b'["n","k",{"i":5}]',
        b'["n","k",{"l":{}}]',
        b'["n","k",{"d":[1]}]',
        b'["n","k",{"d":[[1,null]]}]',
        b'["n","k",{"x":1}]',
        b'["n","k",{"f":"0x1p0","i":"1"}]',
        b'["n","k",{"a":["<f8",[9999999999],""]}]',
        b'["n","k",{"a":["<f8",[1],"AAAA"]}]',
        b'["n","k",{"a":["|O",[1],""]}]',
        b'["n","k",{"a":["<f8",[-1],""]}]',
        b'["n","k",{"a":["<f8"]}]',
        b'["n","k",[1]]',
        b'["n","k",1e999]',
        b"[" * 100000,
        b'["n","k",' + b'{"l":[' * 70 + b"]}" * 70 + b"]",
        b"\xff\xfe",
        b"1" * 5000,
    ],
)
def test_nonsense_is_a_wire_error(data: bytes) -> None:
    with pytest.raises(WireError):
        unpack(data, "n")


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    try:
        unpack(data, "n")
    except WireError:
        pass


def test_a_frame_of_another_run_is_refused() -> None:
    with pytest.raises(WireError, match="not a frame of this run"):
        unpack(pack("one", "kind", None), "other")
