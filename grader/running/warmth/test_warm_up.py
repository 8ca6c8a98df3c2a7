"""A trusted test that the sandbox's server runs once, so that what is loaded late is loaded before any child."""

from hypothesis import given
from hypothesis import strategies as st


@given(st.floats(allow_nan=False), st.lists(st.integers()))
def test_something(x: float, xs: list[int]) -> None:
    """A number equals itself."""
    assert x == x and len(xs) >= 0
