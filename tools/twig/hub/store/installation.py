"""The GUID of this hub, made once and kept for its life."""

import uuid

from sqlalchemy import Connection, insert, select

from twig.hub.clock import now_ms
from twig.hub.store.tables import installation


def guid(connection: Connection) -> str:
    """The GUID as text; the first call makes it."""
    known = connection.execute(select(installation.c.guid)).scalar()
    if known is None:
        known = str(uuid.uuid4())
        connection.execute(insert(installation).values(id=1, guid=known, created_ms=now_ms()))
    return str(known)
