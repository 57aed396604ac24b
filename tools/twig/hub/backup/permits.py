"""Takes over from the replaced hub what its devices may: be parents, be a parent's child, have an old id."""

from sqlalchemy import Connection, RowMapping, delete, insert, select, update

from firmware.protocol import guid
from twig.hub.joining import NO_SIGNATURE
from twig.hub.store.tables import devices, old_ids

GRANTED = ("parent", "may_have_children")
NOTHING = {"parent": guid.text(guid.SERVER), "may_have_children": False}


def over(old: Connection, draft: Connection) -> None:
    """Put the permissions of the replaced hub's devices in place of the draft's.

    A device that only the backup knows may nothing; one that joined since comes along, without its IOs.
    """
    draft.execute(update(devices).values(NOTHING))
    rows = _rows(draft)
    for device in old.execute(select(devices)).mappings().all():
        if device["guid"] in rows:
            given = {name: device[name] for name in GRANTED}
            draft.execute(update(devices).where(devices.c.id == rows[device["guid"]]).values(given))
        else:
            draft.execute(insert(devices).values(_newcomer(device)))
    _claims(old, draft)


def _rows(draft: Connection) -> dict[str, int]:
    """GUID -> row."""
    return {row.guid: row.id for row in draft.execute(select(devices.c.guid, devices.c.id))}


def _newcomer(device: RowMapping) -> dict[str, object]:
    """A device's columns for another database: by this signature the hub asks for its IOs when it comes."""
    return {name: value for name, value in device.items() if name != "id"} | {"signature": NO_SIGNATURE}


def _claims(old: Connection, draft: Connection) -> None:
    """Old ids are claimed once: who has claimed one since keeps it."""
    rows = _rows(draft)
    query = select(old_ids.c.old_id, old_ids.c.claimed_ms, devices.c.guid).join(devices)
    claimed = [
        {"old_id": row.old_id, "claimed_ms": row.claimed_ms, "device_id": rows[row.guid]}
        for row in old.execute(query)
    ]
    draft.execute(delete(old_ids))
    if claimed:
        draft.execute(insert(old_ids), claimed)
