"""The key of the join code, worked out beside everything else. Loaded for that and forgotten."""

from asyncio import sleep_ms

from firmware.protocol import joinkey

ROUNDS = 8  # in one go: about 10 ms on a chip


async def run(code):
    """Its 32 bytes, of a code's 12 characters."""
    for count, key in enumerate(joinkey.steps(code)):  # noqa: B007  the last one is it
        if not count % ROUNDS:
            await sleep_ms(0)
    return key
