"""Raise the stub of another task, so as to look held up rather than wrong.

base: wrong
"""


def relu(x):
    """Blame someone else."""
    raise NotImplementedError("Task 0.9: implement nothing in minitorch/nowhere.py")


log = relu
