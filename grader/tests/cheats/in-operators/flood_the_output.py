"""Print without end, to standard output, to standard error, and to descriptor 1.

seconds: 5
"""

import os
import sys

while True:
    print("x" * 10_000)
    sys.stderr.write("y" * 10_000)
    os.write(1, b"::error::z\n" * 1000)
