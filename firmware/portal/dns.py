"""The name server of the access point: every name is this plug (RFC 1035), as captive portals do.

AAAA, HTTPS and all other types get NoError without an answer, never NXDOMAIN: then phones ask for A. What
follows the question, as EDNS options, is left out of the answer, which RFC 6891 allows.
"""

import socket
from asyncio import sleep_ms

from firmware.network.wait import readable

PORT = 53
QUERY_MAX = 512  # without EDNS no query is longer; a longer one is cut off and answered or ignored
HEADER = 12
LABEL_MAX = 63
NAME_MAX = 255
TTL_S = 10  # soon forgotten when the phone is back in a network of its own
AGAIN_MS = 100  # after an error of the socket
NO_ERROR = b"\x84\x80"  # response, authoritative, recursion available
NOT_IMPLEMENTED = b"\x84\x84"
A_IN = (b"\0\x01\0\x01", b"\0\xff\0\x01")  # type A or any, class Internet


def answer(query, address):
    """The response to a query with the 4 bytes `address`; b"" to what is none."""
    if len(query) < HEADER or query[2] & 0x80 or query[4:6] != b"\0\x01":
        return b""
    end = _skip_name(query)
    if not end or end + 4 > len(query):
        return b""
    if query[2] & 0x78:  # no plain query: an update, say
        return query[:2] + NOT_IMPLEMENTED + bytes(8)
    recursion = bytes([NO_ERROR[0] | query[2] & 1, NO_ERROR[1]])
    question = query[HEADER : end + 4]
    if query[end : end + 4] not in A_IN:
        return query[:2] + recursion + b"\0\x01" + bytes(6) + question
    record = b"\xc0\x0c\0\x01\0\x01\0\0\0" + bytes([TTL_S]) + b"\0\x04" + address
    return query[:2] + recursion + b"\0\x01\0\x01" + bytes(4) + question + record


def _skip_name(query):
    """Offset behind the question's name; 0 when it is malformed."""
    at = HEADER
    while at < len(query) and at <= HEADER + NAME_MAX:
        length = query[at]
        if not length:
            return at + 1
        if length > LABEL_MAX:
            return 0
        at += 1 + length
    return 0


async def serve(address):
    """Answer for ever, "a.b.c.d" to every name."""
    raw = bytes([int(part) for part in address.split(".")])
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.bind(("0.0.0.0", PORT))
        while True:
            await readable(sock)
            await _one(sock, raw)
    finally:
        sock.close()


async def _one(sock, raw):
    try:
        query, source = sock.recvfrom(QUERY_MAX)
        response = answer(query, raw)
        if response:
            sock.sendto(response, source)
    except (OSError, MemoryError) as error:  # the client is gone, or the heap full; the next query counts
        print("dns:", error)
        await sleep_ms(AGAIN_MS)
    await sleep_ms(0)  # a flood must not keep the others waiting
