"""Sends what the page of run mode has asked for. Loaded for that and forgotten."""

from firmware.portal import reply


async def run(sock, status, answer):
    """Send the JSON."""
    await reply.value(sock, answer, status)
