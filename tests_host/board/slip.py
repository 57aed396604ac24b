"""SLIP: how the chips' loaders frame what goes over its serial line."""

from collections.abc import Iterator

END, ESCAPE, ESCAPED_END, ESCAPED_ESCAPE = 0xC0, 0xDB, 0xDC, 0xDD
MEANT = {ESCAPED_END: END, ESCAPED_ESCAPE: ESCAPE}


def framed(packet: bytes) -> bytes:
    """The packet between two ENDs."""
    escaped = packet.replace(bytes([ESCAPE]), bytes([ESCAPE, ESCAPED_ESCAPE]))
    end = bytes([END])
    return end + escaped.replace(end, bytes([ESCAPE, ESCAPED_END])) + end


class Unframer:
    """Takes bytes as they come and gives whole packets."""

    def __init__(self) -> None:
        self._packet = bytearray()
        self._escaped = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The packets that these bytes end."""
        for byte in data:
            if byte == END:
                if self._packet:
                    yield bytes(self._packet)
                self._packet.clear()
            elif byte == ESCAPE:
                self._escaped = True
            else:
                self._packet.append(MEANT.get(byte, byte) if self._escaped else byte)
                self._escaped = False
