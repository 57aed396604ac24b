"""The socket on which browsers call."""

import socket

PORT = 80
BACKLOG = 4  # more would be turned away, and come again


def opened():
    """It, not blocking; OSError."""
    sock = socket.socket()
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setblocking(False)
        sock.bind(("0.0.0.0", PORT))
        sock.listen(BACKLOG)
    except OSError:
        sock.close()
        raise
    return sock
