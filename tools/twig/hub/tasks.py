"""What the hub does for ever."""

import asyncio
import functools

from twig.hub.clock import now_ms
from twig.hub.core import Core
from twig.hub.errors import HubError
from twig.hub.log import Log
from twig.hub.store import values

DAY_MS = 86_400_000
# Devices that are told the time before others get their turn.
SLICE = 100
log = Log("tasks")


async def tell_time(core: Core) -> None:
    """Send Time to all devices, again and again (section 3)."""
    while True:
        await asyncio.sleep(core.settings.timing.time)
        for place, member in enumerate(core.seats.members()):
            if member.admitted:
                member.send_time()
            if place % SLICE == 0:
                await asyncio.sleep(0)


async def tend_updates(core: Core) -> None:
    """Offer releases to devices that could not take them yet, and let rollouts go on."""
    while True:
        await asyncio.sleep(core.settings.timing.updates)
        core.updates.tick()
        core.rollouts.step()


async def forget_old(core: Core) -> None:
    """Delete history and readings beyond the days that are kept."""
    while True:
        before_ms = now_ms() - round(core.settings.history_days * DAY_MS)
        try:
            gone = await core.store.run(functools.partial(values.forget, before_ms=before_ms))
            if gone:
                log.info("old history deleted", rows=gone, days=core.settings.history_days)
        except HubError as error:
            log.warning("old history not deleted", reason=error.text)
        await asyncio.sleep(core.settings.timing.retention)
