"""Mark empty tests for tasks that the course tests itself.

task: 0.1
"""

import pytest


@pytest.mark.task0_1
@pytest.mark.parametrize("number", range(300))
def test_mul(number):
    """Pass."""
