"""Sleep for ever.

seconds: 2
"""

import time

time.sleep(1e6)
