"""What Hypothesis draws the examples from."""

from hypothesis import strategies as st

small_floats = st.integers(-50, 50).map(lambda tenths: tenths / 10)
"""Numbers from -5 to 5 with one decimal: easy to read, and never closer to each other than rounding can tell."""

positive_floats = st.integers(5, 50).map(lambda tenths: tenths / 10)
"""The same, from 0.5 up: safe to divide by, and to take the logarithm of."""

small_ints = st.integers(-4, 4)
"""Whole numbers, small enough to calculate with in one's head."""

recipes = st.lists(
    st.tuples(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=2)), max_size=6
)
"""Graphs of up to six steps, as ``graphs.build`` reads them."""
