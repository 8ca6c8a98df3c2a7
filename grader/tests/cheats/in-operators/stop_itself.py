"""Stop this process, so that whoever waits for it waits for ever.

seconds: 2
"""

import os
import signal

os.kill(os.getpid(), signal.SIGSTOP)
