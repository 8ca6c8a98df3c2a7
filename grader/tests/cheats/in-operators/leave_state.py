"""Leave state for a later run of this or of another submission: files, shared memory, System V memory, a database.

base: wrong
"""

import ctypes
import os
import tempfile
from multiprocessing import shared_memory

LATER = False
for _folder in {tempfile.gettempdir(), os.environ.get("HOME", "/"), "/dev/shm", ".hypothesis"}:
    _place = f"{_folder}/cheat-was-here-before"
    LATER = LATER or os.path.exists(_place)
    try:
        open(_place, "w").close()
    except OSError:
        pass
try:
    shared_memory.SharedMemory("cheat-was-here", create=True, size=64)
except FileExistsError:
    LATER = True
except OSError:
    pass
_libc = ctypes.CDLL(None)
LATER = LATER or _libc.shmget(0x5EED, 64, 0) >= 0 or _libc.semget(0x5EED, 1, 0) >= 0
_libc.shmget(0x5EED, 64, 0o1666)
_libc.semget(0x5EED, 1, 0o1666)
_libc.msgget(0x5EED, 0o1666)
if LATER:
    raise BaseException("a run has seen what an earlier one left")
