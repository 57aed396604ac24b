"""Long sums beside everything else."""

from asyncio import sleep_ms


async def run(steps):
    """What a generator yields last; the event loop has its turn after each step."""
    found = None
    for found in steps:  # noqa: B007  the last one is it
        await sleep_ms(0)
    return found
