"""Become another program, with the results pipe in hand."""

import os

os.set_inheritable(3, True)
os.execv("/bin/sh", ["sh", "-c", "sleep 3600"])
