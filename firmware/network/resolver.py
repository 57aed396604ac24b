"""A name's IPv4 address, asked of the name server over UDP without blocking (RFC 1035)."""

import socket
from asyncio import sleep_ms
from errno import EAGAIN
from os import urandom

import network

from firmware.network.address import is_address

PORT = 53
TRIES = 3
STEP_MS = 50
STEPS = 40  # of STEP_MS: 2 s a try, as other resolvers wait
ANSWER_MAX = 512
TYPE_A = 1
POINTER = 192
LABEL_MAX = 63


async def run(host, port=PORT):
    """The address as "a.b.c.d"; OSError when the name has none or nobody answers."""
    if is_address(host):
        return host
    server = network.WLAN(network.STA_IF).ifconfig()[3]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        for _ in range(TRIES):
            query = urandom(2) + b"\x01\0\0\x01\0\0\0\0\0\0" + _labels(host) + b"\0\x01\0\x01"
            sock.sendto(query, (server, port))
            for _ in range(STEPS):
                await sleep_ms(STEP_MS)
                answer = _receive(sock, server)
                if answer and answer[:2] == query[:2]:
                    return parse(answer, len(query))
    finally:
        sock.close()
    raise OSError("no answer for the name " + host)


def _labels(host):
    labels = [label.encode() for label in host.strip(".").split(".")]
    if not 0 < min([len(label) for label in labels]) <= max([len(label) for label in labels]) <= LABEL_MAX:
        raise OSError("no name: " + host)
    return b"".join([bytes([len(label)]) + label for label in labels]) + b"\0"


def _receive(sock, server):
    try:
        answer, source = sock.recvfrom(ANSWER_MAX)
        return answer if source[0] == server else b""
    except OSError as error:
        if error.errno != EAGAIN:
            raise
        return b""


def parse(answer, at):
    """The first address among the answers, which begin at that offset; OSError when there is none."""
    try:
        for _ in range(answer[6] << 8 | answer[7]):
            at = _skip_name(answer, at)
            length = answer[at + 8] << 8 | answer[at + 9]
            if answer[at + 1] == TYPE_A and length == 4:
                return "%d.%d.%d.%d" % tuple([answer[at + i] for i in (10, 11, 12, 13)])
            at += 10 + length
    except IndexError:
        raise OSError("malformed answer for a name") from None
    raise OSError("the name has no address")


def _skip_name(answer, at):
    while answer[at]:
        if answer[at] >= POINTER:
            return at + 2
        at += answer[at] + 1
    return at + 1
