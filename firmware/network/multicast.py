"""Opens the socket on which beacons come. Loaded for that and forgotten."""

import socket

from firmware.protocol.beacon import GROUP, SOLICIT

IP_ADD_MEMBERSHIP = 0x400  # lwIP's number; the ESP8266 has no symbol for it


def open(port):
    """A non-blocking UDP socket in the group."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind(("0.0.0.0", port))
        group = bytes([int(part) for part in GROUP.split(".")])
        sock.setsockopt(0, getattr(socket, "IP_ADD_MEMBERSHIP", IP_ADD_MEMBERSHIP), group + bytes(4))
    except OSError:
        sock.close()  # nothing else would: the next try needs the port
        raise
    solicit(sock, port)
    return sock


def solicit(sock, port):
    """Ask hubs for a beacon now."""
    try:
        sock.sendto(SOLICIT, (GROUP, port))
    except OSError as error:
        print("beacons not asked for:", error)
