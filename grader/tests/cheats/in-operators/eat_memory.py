"""Allocate memory without end.

seconds: 5
"""

HOARD = []
while True:
    HOARD.append(bytearray(64 << 20))
