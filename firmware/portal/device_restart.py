"""Restarts for the page of run mode. Loaded for that and forgotten."""

from asyncio import sleep_ms

from firmware.portal import reply

LEAVE_MS = 300  # for the answer to leave before the chip restarts


async def run(door, sock, _):
    """The last step: the answer to POST /restart, and the restart."""
    await reply.value(sock, '{"ok": true}')
    await sleep_ms(LEAVE_MS)
    door.session.link.restart = True
