"""Messages of a handshake (RFC 8446, section 4), as a client of `records` reads them."""

from firmware.network.alerts import BEHIND, CLOSED, LONG_MESSAGE, NO_PLACE, OTHER_MESSAGE
from firmware.network.records import ALERT, DECODE, HANDSHAKE, UNEXPECTED
from firmware.network.wait import readable

EXTENSIONS = 8
HEAD = 4  # bytes of a message's kind and length
FLIGHT_MOST = 512  # a server that has only a shared key has little to say


async def message(records, kind):
    """The next message of the flight, whole and of this kind; TlsError for anything else."""
    while not _whole(records):
        await readable(records.sock)
        found = records.record()
        if found == ALERT:
            records.alert()
            records.end(CLOSED)
        if found is not None:
            if found != HANDSHAKE:
                records.fail(UNEXPECTED, NO_PLACE)
            records.flight += bytes(records.content())
    end = _whole(records)
    first, records.flight = records.flight[:end], records.flight[end:]
    if first[0] != kind:
        records.fail(UNEXPECTED, OTHER_MESSAGE)
    if records.flight and kind != EXTENSIONS:  # what follows has other keys
        records.fail(UNEXPECTED, BEHIND)
    return first


def _whole(records):
    """Where the first message ends, 0 when it is not whole."""
    flight = records.flight
    if len(flight) < HEAD:
        return 0
    end = HEAD + int.from_bytes(flight[1:HEAD], "big")
    if end > FLIGHT_MOST:
        records.fail(DECODE, LONG_MESSAGE)
    return end if len(flight) >= end else 0
