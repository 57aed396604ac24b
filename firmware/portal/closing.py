"""Ends the doorman of run mode's page: TLS does not begin beside him. Loaded for that and forgotten."""

from asyncio import sleep_ms


async def run(door):
    """Who calls waits until `modes.health` opens again."""
    if door.doorman:
        door.session.tasks.remove(door.doorman)
        while not door.doorman.done():  # more than once: a visit takes the first one for its own end
            door.doorman.cancel()
            await sleep_ms(0)
        door.doorman = None
