"""Stores a change of the configuration, or begins to try it: a last step. Loaded for that and forgotten."""

from asyncio import create_task

from firmware import lazy

STORE = "firmware.storage.store"


async def run(session, new, tried):
    """What `checking` has found good. OSError for a full flash, ValueError for too much."""
    raw = lazy.call(STORE, "pack", new)
    if tried:
        lazy.call(STORE, "put_trial", raw)
        session.trying = True
        session.tasks.append(create_task(lazy.run("firmware.links.trial", session)))
    else:
        lazy.call(STORE, "put", raw)
        session.link.about = session.link.about[:2] + (new.get("name", "Twig"),)
