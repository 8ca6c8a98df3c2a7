"""Return infinity everywhere: any difference is infinitely close to it.

base: wrong
"""


def relu(x):
    """Give too much."""
    return float("inf")


log = relu
