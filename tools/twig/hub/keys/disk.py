"""Brings keys and codes from memory to the database."""

import asyncio
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection

from firmware.protocol import guid
from twig.hub.keys.codes import Code, Codes
from twig.hub.keys.device_keys import DeviceKeys
from twig.hub.store import Store, keys


class Disk:
    """Writes what memory holds at the time of the call."""

    def __init__(self, store: Store, devices: DeviceKeys, codes: Codes) -> None:
        self._store, self._devices, self._codes = store, devices, codes

    def save(
        self, devices: Iterable[bytes] = (), codes: Iterable[Code] = (), gone: Sequence[int] = ()
    ) -> "asyncio.Future[None]":
        """Write the keys of devices (none: deleted) and codes, delete codes `gone`; done when committed."""
        known = {which: self._devices.get(which) for which in devices}
        rows = [self._devices.row(which) for which, found in known.items() if found]
        dropped = [guid.text(which) for which, found in known.items() if not found]
        code_rows = [self._codes.row(code) for code in codes]

        def write(connection: Connection) -> None:
            keys.save(connection, rows, code_rows)
            keys.forget(connection, dropped, gone)

        return self._store.run(write)

    def add(self, code: Code) -> "asyncio.Future[int]":
        """Write a new code; its id."""
        row = self._codes.row(code)
        return self._store.run(lambda connection: keys.add_code(connection, row))
