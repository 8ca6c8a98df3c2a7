"""Return integers of a hundred thousand digits, and some that only just fit on the wire.

base: wrong
"""


def relu(x):
    """Give far too much."""
    return 16**4000 if x > 1 else 10**100_000


def log(x):
    """Give far too much."""
    return -(16**4090)
