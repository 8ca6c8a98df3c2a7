"""Fork without end.

seconds: 5
"""

import os

while True:
    os.fork()
