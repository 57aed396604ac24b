"""Sockets with the chip's manners: on the plug's own address, silent without a link; read() and write()."""

import errno
import select
import socket
import struct
from typing import Any

from twig.twin.cpython.radio import ACCESS_POINT, GOT_IP, STATION, Radio

ANY = "0.0.0.0"
DNS_PORT = 53
LOW_PORTS = 1024
# lwIP's number: firmware for the ESP8266 may use it, since that chip has no symbol for it.
LWIP_ADD_MEMBERSHIP = 0x400
JOIN = (socket.IP_ADD_MEMBERSHIP, LWIP_ADD_MEMBERSHIP)

_plain = socket.socket
_radio: Radio
_interface = ANY
_resolver: tuple[str, int] | None = None
_port_base = 0


def install(radio: Radio, interface: str, resolver: tuple[str, int] | None, port_base: int) -> None:
    """Put ChipSocket in the place of socket.socket; datagrams to port 53 go to `resolver`, and sockets
    bound to ports below 1024 lie at `port_base`."""
    global _radio, _interface, _resolver, _port_base
    _radio, _interface, _resolver, _port_base = radio, interface, resolver, port_base
    vars(socket)["socket"] = ChipSocket


def link_down() -> bool:
    """Whether nothing can leave now."""
    return not _radio.up()


class ChipSocket(_plain):
    """One socket, and a second one bound to a group that it has joined: unicast stays the plug's own."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._group: socket.socket | None = None
        self._both: select.epoll | None = None
        if self.family == socket.AF_INET:
            self.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if self.type == socket.SOCK_DGRAM:
                self._multicast(self)

    def _multicast(self, sock: socket.socket) -> None:
        address = socket.inet_aton(_interface)
        _plain.setsockopt(sock, socket.IPPROTO_IP, socket.IP_MULTICAST_IF, address)
        _plain.setsockopt(sock, socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 1)

    def bind(self, address: Any) -> None:
        """On the plug's address, whatever the firmware's wildcard says."""
        if self.family == socket.AF_INET:
            host, port = address[:2]
            low = 0 < port < LOW_PORTS
            address = (_interface if host in ("", ANY) else host, port + _port_base if low else port)
        super().bind(address)

    def accept(self) -> Any:
        """A connection, which goes over the access point when that has phones."""
        connection, peer = super().accept()
        _radio.track(connection, ACCESS_POINT if _radio.ap.clients else STATION)
        return connection, peer

    def setsockopt(self, level: int, option: int, value: Any, *more: Any) -> None:
        """As lwIP: joining a group is known by either number."""
        if self.type == socket.SOCK_DGRAM and level == socket.IPPROTO_IP and option in JOIN:
            self._join(bytes(value))
        else:
            super().setsockopt(level, option, value, *more)

    def _join(self, request: bytes) -> None:
        group = _plain(socket.AF_INET, socket.SOCK_DGRAM)
        group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        group.setblocking(False)
        group.bind((socket.inet_ntoa(request[:4]), self.getsockname()[1]))
        member = struct.pack("4s4s", request[:4], socket.inet_aton(_interface))
        group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, member)
        self._group = group
        self._both = select.epoll()
        self._both.register(super().fileno(), select.EPOLLIN)
        self._both.register(group.fileno(), select.EPOLLIN)

    def fileno(self) -> int:
        """The descriptor to wait on: of both sockets when there are two."""
        return self._both.fileno() if self._both and not self._both.closed else super().fileno()

    def close(self) -> None:
        """Close all of it."""
        for each in (self._both, self._group):
            if each:
                each.close()
        super().close()

    def connect(self, address: Any) -> None:
        """From the plug's address; OSError at once without a link."""
        if self.family == socket.AF_INET:
            if link_down():
                raise OSError(errno.EHOSTUNREACH, "no link")
            if self.type == socket.SOCK_STREAM:
                super().bind((_interface, 0))
                _radio.track(self, STATION if _radio.status == GOT_IP else ACCESS_POINT)
        super().connect(address)

    def sendto(self, data: Any, *rest: Any) -> int:
        """Send a datagram; OSError without a link."""
        address = rest[-1]
        if link_down():
            raise OSError(errno.EHOSTUNREACH, "no link")
        if address[1] == DNS_PORT:
            if _resolver is None:
                return len(data)
            address = _resolver
        return super().sendto(data, address)

    def recvfrom(self, size: int, *flags: int) -> Any:
        """A datagram to the plug, or to its group."""
        try:
            return super().recvfrom(size, *flags)
        except BlockingIOError:
            if self._group is None:
                raise
            return self._group.recvfrom(size, *flags)

    def read(self, size: int = -1) -> bytes | None:
        """The stream's read: None when nothing is there."""
        try:
            return self.recv(size if size >= 0 else 65536)
        except BlockingIOError:
            return None

    def write(self, data: bytes) -> int | None:
        """The stream's write: None when nothing goes."""
        try:
            return self.send(data)
        except BlockingIOError:
            return None
