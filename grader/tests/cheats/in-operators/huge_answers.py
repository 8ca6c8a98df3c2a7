"""Return ten million numbers for each one that is asked.

base: wrong
seconds: 10
"""


def relu(x):
    """Give far too many."""
    return [x] * 10_000_000


log = relu
