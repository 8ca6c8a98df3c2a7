# flake8: noqa: F821
"""Announce a frame of four gigabytes.

with: finders
"""

os.write(3, struct.pack(">I", 0xFFFFFFFF))
