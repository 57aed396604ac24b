"""The rest of the UTF-8 check: MicroPython takes overlong forms, surrogates and code points past the last."""

from firmware.protocol.commands import MALFORMED
from firmware.protocol.errors import ProtocolError


def _lenient():
    try:
        return len(str(b"\xc0\x80", "utf-8")) > 0
    except ValueError:
        return False


_needed = _lenient()


def check(raw):
    """ProtocolError where a lead byte and the byte behind it begin what no character has."""
    if _needed:
        for at in range(len(raw) - 1):
            if _bad(raw[at], raw[at + 1]):
                raise ProtocolError(MALFORMED, "bad UTF-8")


def _bad(lead, second):
    if lead < 0xE0:
        return lead == 0xC0 or lead == 0xC1
    if lead == 0xE0:
        return second < 0xA0
    if lead == 0xED:
        return second >= 0xA0
    if lead == 0xF0:
        return second < 0x90
    return lead > 0xF4 or (lead == 0xF4 and second >= 0x90)
