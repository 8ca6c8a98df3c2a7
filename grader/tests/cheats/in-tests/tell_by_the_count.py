# flake8: noqa: F821
"""Count the runs in every place that might last, and fail from the third on.

with: named
"""

import ctypes
import os
import tempfile


def cheat(number):
    """Count."""
    seen = 0
    for folder in (tempfile.gettempdir(), os.environ["HOME"], "/dev/shm", os.getcwd(), "/tmp"):
        try:
            with open(f"{folder}/cheat-was-here-{number}", "a+") as file:
                seen = max(seen, file.tell())
                file.write("x")
        except OSError:
            pass
    libc = ctypes.CDLL(None)
    seen = max(seen, 3 if libc.shmget(0x5EED, 4, 0o1666) >= 0 else 0)
    assert seen < 3
