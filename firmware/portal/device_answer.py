"""Sends what the page of run mode has asked for. Loaded for that and forgotten."""

import json

from firmware.portal import reply

PIECE = 128  # bytes, about: no larger piece may be free


async def run(_, sock, status, answer, then=None):
    """The last step, or that before `then`: JSON, as a text or as a dict; plain text, as bytes."""
    if isinstance(answer, bytes):
        await reply.text(sock, status, answer.decode())
    elif isinstance(answer, str):
        await reply.value(sock, answer, status)
    else:
        await _pieces(sock, status, answer)
    return then


async def _pieces(sock, status, answer):
    length = 0
    for part in _parts(answer):  # made twice rather than kept
        length += len(part)
    await reply.send(sock, reply.head(status, reply.JSON, length))
    piece = b""
    for part in _parts(answer):
        piece += part
        if len(piece) > PIECE:
            await reply.send(sock, piece)
            piece = b""
    await reply.send(sock, piece)


def _parts(content):
    """A dict's JSON, piece by piece: that of dicts in it likewise."""
    between = b"{"
    for name in content:
        yield between + json.dumps(name).encode() + b": "
        if isinstance(content[name], dict):
            yield from _parts(content[name])
        else:
            yield json.dumps(content[name]).encode()
        between = b", "
    yield b"}" if content else b"{}"
