"""Answers a request that cannot be taken. Loaded for that and forgotten."""

from firmware.portal import reply


async def run(_, sock, status, why):
    """The last step: a plain text."""
    await reply.text(sock, status, why)
