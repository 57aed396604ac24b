"""Restarts for the page of run mode, once that is answered. Loaded for that and forgotten."""

from asyncio import sleep_ms

LEAVE_MS = 300  # for the answer to leave before the chip restarts


async def run(door, _):
    """The last step of POST /restart."""
    await sleep_ms(LEAVE_MS)
    door.session.link.restart = True
