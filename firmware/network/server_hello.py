"""ServerHello (RFC 8446, section 4.1.3). Loaded for that and forgotten."""

from firmware.network.alerts import BAD_HELLO, NOT_ALONE, OLD_TLS, OTHER_CIPHER
from firmware.network.flight import HEAD, message
from firmware.network.records import DECODE

SERVER_HELLO = 2
# Alerts.
ILLEGAL = 47
VERSION = 70
NO_EXTENSION = 109
VERSION_CHOSEN = b"\0\x2b\0\2\3\4"
KEY_CHOSEN = b"\0\x29\0\2\0\0"
SUITE = b"\x13\x04\0"  # TLS_AES_128_CCM_SHA256, and no compression


async def run(records):
    """The message; TlsError where it takes anything else than what was offered."""
    said = await message(records, SERVER_HELLO)
    body = said[HEAD:]
    chosen = body[40:]
    if VERSION_CHOSEN not in (chosen[:6], chosen[6:]):
        records.fail(VERSION, OLD_TLS)
    if body[35:38] != SUITE:
        records.fail(ILLEGAL, OTHER_CIPHER)
    if KEY_CHOSEN not in (chosen[:6], chosen[6:]) or len(chosen) != len(VERSION_CHOSEN + KEY_CHOSEN):
        records.fail(NO_EXTENSION, NOT_ALONE)
    if body[:2] != b"\x03\x03" or body[34] or body[38:40] != b"\0\x0c":
        records.fail(DECODE, BAD_HELLO)
    return said
