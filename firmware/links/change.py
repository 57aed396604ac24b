"""Makes a change of the configuration while the device runs; `keep` stores it. Loaded for that and forgotten.

Each step loads its module alone: together they would not fit.
"""

from asyncio import sleep_ms

from firmware import lazy
from firmware.storage import settings

# A wrong value of these could cut the device off: they are tried before they replace what works.
TRIED = ("wifi", "address", "hub", "insecure", "development", "discovery_port")


async def run(session, patch):
    """(new configuration, whether it is to be tried first) of a merge patch; None when it changes nothing.

    ValueError when it cannot be so.
    """
    typed = patch.get("page_password") if isinstance(patch, dict) else None
    if typed and typed != "***":
        patch = dict(patch, page_password=await lazy.run("firmware.storage.seal", typed))
    if session.trying:
        lazy.call("firmware.storage.busy", "refuse")
    new = settings.merged(session.settings(), patch)
    typed = patch = None
    await sleep_ms(0)  # the stack still holds what that has loaded
    for _ in settings.checks(new):
        await sleep_ms(0)
    old = session.settings()
    if new == old:
        return None
    return new, [new.get(key) for key in TRIED] != [old.get(key) for key in TRIED]
