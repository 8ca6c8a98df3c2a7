"""Raise GeneratorExit from within the library: no Exception, so that many a net has a hole for it.

base: wrong
"""


def relu(x):
    """Get out of it."""
    raise GeneratorExit()


log = relu
