"""Stores a change of the configuration, or begins to try it. Loaded for that and forgotten."""

from asyncio import create_task

from firmware import lazy


def keep(session, new, tried):
    """What `change` returned. OSError for a full flash."""
    if tried:
        lazy.call("firmware.storage.config", "save_trial", new)
        session.trying = True
        session.tasks.append(create_task(lazy.run("firmware.links.trial", session)))
    else:
        lazy.call("firmware.storage.config", "save", new)
        session.link.about = session.link.about[:2] + (new.get("name", "Twig"),)
