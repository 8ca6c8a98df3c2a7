# flake8: noqa: F821
"""Forty more tests of Task 0.2, each of which does what ``cheat`` does with a number of its own."""

import pytest


@pytest.mark.task0_2
@pytest.mark.parametrize("number", range(8, 48))
def test_more(number):
    """Run the cheat."""
    cheat(number)
