"""Raise exceptions that can't be worded: their text, their type's name and their notes all raise."""


class _Odd(Exception):
    def __str__(self):
        raise RuntimeError("no words")

    __repr__ = __str__

    @property
    def __notes__(self):
        raise RuntimeError("no notes")


def mul(x, y):
    """Complain."""
    raise _Odd


def relu(x):
    """Complain."""
    raise _Odd from _Odd()
