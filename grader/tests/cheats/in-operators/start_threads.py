"""Start threads without end.

seconds: 5
"""

import threading
import time

while True:
    threading.Thread(target=lambda: time.sleep(3600), daemon=True).start()
