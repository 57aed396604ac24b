"""Lets the doorman of run mode's page begin. Loaded for that and forgotten."""

from asyncio import create_task

from firmware import lazy


def open(door):
    """Who has called meanwhile is answered, too. Where it cannot be, `modes.health` asks again."""
    try:
        door.listener = door.listener or lazy.call("firmware.portal.listening", "opened")
        doorman = lazy.make("firmware.portal.doorman", "keep", door)
    except (OSError, MemoryError) as error:  # relay and link go on
        print("page: not open:", error)
        return
    door.doorman = create_task(doorman)
    door.session.tasks.append(door.doorman)
