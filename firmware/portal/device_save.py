"""Changes settings for the page of run mode. Loaded for one request and forgotten."""

from firmware import lazy


async def run(door, _, content):
    """A step: the next stores what is changed, or answers why it cannot be."""
    try:
        change = await lazy.run("firmware.links.change", door.session, content.get("settings"))
    except (ValueError, MemoryError) as error:
        print("page: not changed:", error)
        status, answer = lazy.call("firmware.portal.wrong", "answer", error)
        return "firmware.portal.device_answer", status, answer
    return "firmware.portal.device_kept", change
