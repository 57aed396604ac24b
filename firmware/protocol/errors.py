"""What can be wrong with bytes from the other side, and the two commonest checks."""

from firmware.protocol.commands import MALFORMED


class ProtocolError(Exception):
    """The root of protocol errors: an error code of PROTOCOL section 3 and a text for people."""

    def __init__(self, code, text):
        super().__init__(text)
        self.code = code


def check(good, code):
    """ProtocolError of that code unless good."""
    if not good:
        raise ProtocolError(code, "bad value")


def room(data, at, count):
    """The offset so many bytes on; ProtocolError when the data end before it."""
    if at + count > len(data):
        raise ProtocolError(MALFORMED, "data too short")
    return at + count
