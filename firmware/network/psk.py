"""TLS 1.3 with a key that both sides have (RFC 8446): a client's psk_ke with TLS_AES_128_CCM_SHA256.

Loaded for one handshake and forgotten: what stays is `network.records`.
"""

from firmware import lazy
from firmware.network import hkdf
from firmware.network.alerts import BEHIND, CLOSED, LONG_MESSAGE, NO_PLACE, OTHER_KEY, OTHER_MESSAGE
from firmware.network.records import ALERT, DECODE, HANDSHAKE, UNEXPECTED
from firmware.network.wait import readable

# Messages.
SERVER_HELLO = 2
EXTENSIONS = 8
FINISHED = 20
DECRYPT = 51  # an alert
HELLO = "firmware.network.hello"
HEAD = 4  # bytes of a message's kind and length
FLIGHT_MOST = 512  # a server that has only a shared key has little to say
HASH = 32
ZERO = bytes(HASH)


async def run(records, identity, key):
    """Protect `records`; return once the server has proved that it has the 32 bytes of key, too.

    `identity`: ASCII. TlsError says what else happened. Waits as long as the server likes: the caller counts.
    """
    early = hkdf.mac(ZERO, key)
    binder_key = hkdf.derive(early, b"ext binder", ())
    said = [lazy.call(HELLO, "of_client", identity.encode(), lambda said: hkdf.finished(binder_key, said))]
    records.write(HANDSHAKE, said[0])
    said.append(await _message(records, SERVER_HELLO))
    lazy.call(HELLO, "of_server", records, said[1])
    secret = _next(early)
    await _finish(records, said, secret)
    records.writes = None  # a cipher is large, and four of them at once would not fit
    secret = _next(secret)
    records.reads = _keys(records, hkdf.derive(secret, b"s ap traffic", said))
    records.writes = _keys(records, hkdf.derive(secret, b"c ap traffic", said))


async def _finish(records, said, secret):
    """Both sides prove what they have; `said` has all messages up to the server's Finished then."""
    ours, theirs = hkdf.derive(secret, b"c hs traffic", said), hkdf.derive(secret, b"s hs traffic", said)
    records.reads = _keys(records, theirs)
    said.append(await _message(records, EXTENSIONS))
    proof = hkdf.finished(theirs, said)
    finished = await _message(records, FINISHED)
    if finished[HEAD:] != proof:
        records.fail(DECRYPT, OTHER_KEY)
    said.append(finished)
    records.reads = None
    records.writes = _keys(records, ours)
    records.write(HANDSHAKE, bytes((FINISHED, 0, 0, HASH)) + hkdf.finished(ours, said))


def _next(secret):
    """The next secret of the key schedule; where others exchange keys, psk_ke has zeros."""
    return hkdf.mac(hkdf.derive(secret, b"derived", ()), ZERO)


def _keys(records, secret):
    return records.keys(secret, *hkdf.keys(secret))


async def _message(records, kind):
    """The next message of the flight, whole and of this kind."""
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
    message, records.flight = records.flight[:end], records.flight[end:]
    if message[0] != kind:
        records.fail(UNEXPECTED, OTHER_MESSAGE)
    if records.flight and kind != EXTENSIONS:  # what follows has other keys
        records.fail(UNEXPECTED, BEHIND)
    return message


def _whole(records):
    """Where the first message ends, 0 when it is not whole."""
    flight = records.flight
    if len(flight) < HEAD:
        return 0
    end = HEAD + int.from_bytes(flight[1:HEAD], "big")
    if end > FLIGHT_MOST:
        records.fail(DECODE, LONG_MESSAGE)
    return end if len(flight) >= end else 0
