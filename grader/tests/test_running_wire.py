"""The wire: nonsense is always a WireError."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.running.wire import WireError, pack, unpack


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
