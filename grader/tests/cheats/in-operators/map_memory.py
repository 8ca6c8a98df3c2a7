"""Map memory without end, and touch every page of it.

seconds: 5
"""

import mmap

HOARD = []
while True:
    HOARD.append(mmap.mmap(-1, 64 << 20))
    HOARD[-1].write(b"x" * (64 << 20))
