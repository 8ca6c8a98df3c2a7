"""What Hypothesis draws the examples from."""

from hypothesis import strategies as st

small_floats = st.integers(-1000, 1000).map(lambda tenths: tenths / 10)
"""Numbers from -100 to 100 with one decimal: easy to read, and never closer to each other than rounding can tell."""

positive_floats = st.integers(1, 1000).map(lambda tenths: tenths / 10)
"""The same, above 0."""

float_lists = st.lists(small_floats, max_size=4)
"""Lists of up to four such numbers, the empty list among them."""

two_float_lists = st.lists(st.tuples(small_floats, small_floats), max_size=4).map(
    lambda pairs: ([x for x, _ in pairs], [y for _, y in pairs])
)
"""Pairs of such lists, of equal length."""
