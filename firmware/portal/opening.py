"""Lets the doorman of run mode's page begin. Loaded for that and forgotten."""

from asyncio import create_task

from firmware import lazy


def open(door):
    """Who has called meanwhile is answered, too. OSError, MemoryError: not now."""
    door.listener = door.listener or lazy.call("firmware.portal.listening", "opened")
    door.doorman = create_task(lazy.make("firmware.portal.doorman", "keep", door))
    door.session.tasks.append(door.doorman)
