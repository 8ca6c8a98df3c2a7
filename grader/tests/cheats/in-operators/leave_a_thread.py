"""Leave a thread behind that goes on when the tests have ended.

base: wrong
"""

import threading
import time

threading.Thread(target=lambda: time.sleep(3600)).start()
