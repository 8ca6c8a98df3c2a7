"""Ignore every signal that can be ignored, and loop.

seconds: 2
"""

import signal

for _number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    try:
        signal.signal(_number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    pass
