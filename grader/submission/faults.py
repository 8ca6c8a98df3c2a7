"""Whose doing it is that something can't be read: the student's, or the machine's."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from grader.errors import MachineFault, Refused
from grader.submission.tree import MISSING

# What the system says of a name that leads nowhere, or to what is not a file, and of bytes that don't fit together
# (Python's unpackers give no number). All else, such as no permission, is the machine's: it costs nobody points.
_BY_STUDENTS = {
    None,
    errno.EINVAL,
    errno.EISDIR,
    errno.ELOOP,
    errno.ENOENT,
    errno.ENAMETOOLONG,
    errno.ENOTDIR,
    errno.ENXIO,
}


@contextmanager
def telling_apart(path: str) -> Iterator[None]:
    """Turn what the system says into words about a file.

    Args:
        path: What is read, in the submission; nothing: the whole of it.

    Raises:
        Refused: It is not there, or can't be read by the student's doing.
        MachineFault: The machine does not let us read it.
    """
    try:
        yield
    except FileNotFoundError:
        raise Refused(MISSING) from None
    except OSError as error:
        raise blamed(error, path, f"can't be read: {error.strerror}") from None


def blamed(error: OSError, path: str, why: str) -> Refused | MachineFault:
    """Decide whose doing an error is.

    Args:
        error: What the system says.
        path: What was read, in the submission; nothing: the whole of it.
        why: What to say of it where it is the student's.

    Returns:
        What to raise.
    """
    if error.errno in _BY_STUDENTS:
        return Refused(why)
    return MachineFault(f"{path or 'what was handed in'} can't be read here: {error.strerror}")
