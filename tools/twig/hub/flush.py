"""Gathers what changes in memory and writes it to the database twice a second, in one job."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from twig.hub.errors import HubError
from twig.hub.store import Store, devices, updates, values
from twig.hub.store.records import DeviceRecord, IORecord, ValueRow
from twig.hub.store.updates import Rollback
from twig.hub.updates.update import Update


@dataclass
class Changes:
    """What the database does not have yet, by row; bounded by the number of devices, IOs and releases."""

    devices: dict[int, DeviceRecord] = field(default_factory=dict)
    updates: dict[int, Update] = field(default_factory=dict)
    rollbacks: dict[Rollback, int | None] = field(default_factory=dict)  # when; None: forget it
    last: dict[int, ValueRow] = field(default_factory=dict)
    history: dict[int, list[ValueRow]] = field(default_factory=dict)

    def job(self) -> Callable[[Connection], None]:
        """Writes all; copies here, on the event loop, what the writer's thread will read."""
        records = [replace(record, ios=[]) for record in self.devices.values()]
        changed, rolled_back = self.updates, self.rollbacks  # nobody changes them once they are taken
        last = list(self.last.values())
        history = [row for rows in self.history.values() for row in rows]

        def write(connection: Connection) -> None:
            devices.refresh(connection, records)
            updates.save(connection, changed)
            updates.save_rollbacks(connection, rolled_back)
            values.save_last(connection, last)
            values.add_history(connection, history)

        return write


class Flusher:
    """Takes changes at any rate, writes them at a steady one."""

    def __init__(self, store: Store, seconds: float, burst: int) -> None:
        self._store, self._seconds, self._burst = store, seconds, burst
        self._changes = Changes()
        self.thinned = 0

    def device(self, record: DeviceRecord) -> None:
        """What is known of a device has changed."""
        self._changes.devices[record.row] = record

    def update(self, row: int, update: Update) -> None:
        """A device is further with its update, or has another one."""
        self._changes.updates[row] = update

    def rollback(self, row: int, manifest: str, time_ms: int | None) -> None:
        """A device has rolled back from a release; None: that shall be forgotten."""
        self._changes.rollbacks[row, manifest] = time_ms

    def value(self, io: IORecord, changed: bool) -> None:
        """An IO has reported; a change is history. Beyond the burst the newest change replaces the last."""
        row = ValueRow(io.row, io.value_ms, io.value)
        self._changes.last[io.row] = row
        if changed:
            rows = self._changes.history.setdefault(io.row, [])
            if len(rows) >= self._burst:
                rows.pop()
                self.thinned += 1
            rows.append(row)

    async def run(self) -> None:
        """Write for ever."""
        while True:
            await asyncio.sleep(self._seconds)
            with contextlib.suppress(HubError):  # the store has logged it; the next flush tries again
                await self.flush()

    async def flush(self) -> None:
        """Write everything; what fails is kept unless something newer has come."""
        taken, self._changes = self._changes, Changes()
        if not (taken.devices or taken.last or taken.updates or taken.rollbacks):
            return
        try:
            await self._store.run(taken.job())
        except HubError:
            self._put_back(taken)
            raise

    def _put_back(self, failed: Changes) -> None:
        newer = self._changes
        self._changes = Changes(
            failed.devices | newer.devices,
            failed.updates | newer.updates,
            failed.rollbacks | newer.rollbacks,
            failed.last | newer.last,
            failed.history,
        )
        for row, rows in newer.history.items():
            self._changes.history[row] = (failed.history.get(row, []) + rows)[-self._burst :]
