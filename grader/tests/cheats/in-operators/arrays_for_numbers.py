"""Return arrays with the right number somewhere inside.

base: wrong
"""

import numpy


def relu(x):
    """Offer both."""
    return numpy.array([x, 0.0])


def log(x):
    """Offer an array of objects."""
    return numpy.array([x, None], dtype=object)
