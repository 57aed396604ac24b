"""Gathers devices that join at the same time, so that one job saves all of them."""

import asyncio
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection

from twig.hub.clock import now_ms
from twig.hub.errors import StoreError
from twig.hub.store import Store, devices
from twig.hub.store.records import DeviceRecord

Waiting = tuple[DeviceRecord, "asyncio.Future[DeviceRecord]"]
# As many as one transaction saves within about half a second.
BATCH = 500


class DeviceSaves:
    """Saves devices with their IOs; one job is under way at a time and takes all that wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: dict[str, Waiting] = {}
        self._busy = False

    def save(self, record: DeviceRecord) -> "asyncio.Future[DeviceRecord]":
        """Done, with all rows set, once committed; a later save of the same GUID cancels an earlier one."""
        future: asyncio.Future[DeviceRecord] = asyncio.get_running_loop().create_future()
        earlier = self._waiting.pop(record.guid, None)
        if earlier:
            earlier[1].cancel()
        self._waiting[record.guid] = (record, future)
        if not self._busy:
            self._next()
        return future

    def waiting(self) -> int:
        """Number of devices that no job has taken yet."""
        return len(self._waiting)

    def _next(self) -> None:
        batch = [self._waiting.pop(guid) for guid in list(self._waiting)[:BATCH]]
        self._busy = bool(batch)
        if batch:
            self._run(batch, self._next)

    def _run(self, batch: list[Waiting], then: Callable[[], None]) -> None:
        try:
            job = self._store.run(_job([record for record, _ in batch]))
        except Exception as error:
            _fail(batch, error)
            asyncio.get_running_loop().call_soon(then)
            return
        job.add_done_callback(lambda done: self._done(batch, done, then))

    def _done(self, batch: list[Waiting], job: "asyncio.Future[None]", then: Callable[[], None]) -> None:
        error = job.exception()
        if error is None:
            for record, future in batch:
                if not future.done():
                    future.set_result(record)
        elif len(batch) > 1:  # one bad device must not keep the others out
            for one in batch:
                self._run([one], lambda: None)
        else:
            _fail(batch, error)
        then()


def _job(records: list[DeviceRecord]) -> Callable[[Connection], Any]:
    return lambda connection: devices.save(connection, records, now_ms())


def _fail(batch: list[Waiting], error: BaseException) -> None:
    for _, future in batch:
        if not future.done():
            future.set_exception(error if isinstance(error, Exception) else StoreError(str(error)))
            future.exception()  # a member that is gone does not look
