"""Task 4.4: your own property test of max. What holds for every tensor can be tested with any tensor.

Keep the name of the test, and the lines above it: Hypothesis hands it a hundred tensors, and with each a dimension.
``x.tensor()`` makes a tensor of what was drawn, and ``x.cells`` are its numbers as a NumPy array, no two of them alike.

A gradient has its property, too. A tensor has one if it asked for it before anything was computed with it:

    source = x.tensor(requires_grad=True)  # after (…).sum().backward(), source.grad is a tensor; .to_numpy() reads it
"""

import pytest
from comparison import assert_close
from hypothesis import given
from strategies import along_a_dimension
from tensors import Laid

from minitorch import max


@pytest.mark.task4_4
@given(along_a_dimension())
def test_max_your_own(drawn: tuple[Laid, int]) -> None:
    """Your own property of max(x, dim): it holds for all x and dim, and no wrong max or gradient gets past it."""
    x, dim = drawn
    # TODO: Task 4.4
    raise NotImplementedError("Task 4.4: implement test_max_your_own in tests/test_max_property.py")
