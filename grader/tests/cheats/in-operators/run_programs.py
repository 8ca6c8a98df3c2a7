"""Start programs.

base: wrong
"""

import os
import subprocess

for command in ("id", "env", "ls /", "git log"):
    try:
        subprocess.run(command, shell=True, timeout=5)
        os.system(command)
    except (OSError, subprocess.SubprocessError):
        pass
