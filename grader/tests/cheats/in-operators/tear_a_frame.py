# flake8: noqa: F821
"""Announce a long frame and leave in the middle of it.

with: finders
"""

os.write(3, struct.pack(">I", 1000) + b"[1,")
os._exit(0)
