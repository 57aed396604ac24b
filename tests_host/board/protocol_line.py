"""pyserial's `line://HOST:PORT`: its socket, which knows how many bytes wait, as a port of an adapter does.

`socket://` says at most 1, so that esptool reads each byte of a flash alone: 4 MB in a minute.
"""

import array
import fcntl
import termios
from typing import Any

from serial.urlhandler import protocol_socket


class Serial(protocol_socket.Serial):  # type: ignore[misc]
    """What pyserial makes for the address."""

    @property
    def in_waiting(self) -> int:
        """Bytes that a read gives at once; 1 at the end of the connection, which a read then tells."""
        if not super().in_waiting:
            return 0
        count = array.array("i", [0])
        fcntl.ioctl(self._socket, termios.FIONREAD, count)
        return max(count[0], 1)

    def from_url(self, url: str) -> Any:
        """(host, port)."""
        return super().from_url(url.replace("line://", "socket://", 1))
