"""Fork twice into a session of its own, to live on.

base: wrong
"""

import os
import time

try:
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(3600)
        os._exit(0)
except OSError:
    pass
