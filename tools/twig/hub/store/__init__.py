"""The hub's database: opened at start, worked on by one thread, flushed at stop."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection, Engine

from twig.hub.store import access, devices, installation, keys, rollouts, updates
from twig.hub.store.access import AccessRows
from twig.hub.store.engine import connect
from twig.hub.store.records import CodeRow, DeviceRecord, KeyRow
from twig.hub.store.rollouts import RolloutRow
from twig.hub.store.updates import UpdateRows
from twig.hub.store.writer import Writer

T = TypeVar("T")


@dataclass(frozen=True)
class Contents:
    """What the database holds when the hub starts."""

    guid: str
    devices: list[DeviceRecord]
    old_ids: dict[int, int]
    keys: list[KeyRow]
    codes: list[CodeRow]
    access: AccessRows
    updates: UpdateRows
    rollouts: list[RolloutRow]


class Store:
    """An open database."""

    def __init__(self, engine: Engine, bound: int) -> None:
        self._engine = engine
        self._writer = Writer(engine, bound)

    def run(self, job: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Run a job in the writer's thread; done when committed. Busy when too many wait."""
        return self._writer.submit(job)

    def waiting(self) -> int:
        """Number of jobs that are not done."""
        return self._writer.waiting()

    async def close(self) -> None:
        """Finish all work and close the database."""
        await self._writer.stop()
        await asyncio.to_thread(self._engine.dispose)


async def open_store(url: str, bound: int) -> tuple[Store, Contents]:
    """Open the database, with the newest schema; StoreError when that fails."""
    engine = await asyncio.to_thread(connect, url)
    contents = await asyncio.to_thread(_load, engine)
    return Store(engine, bound), contents


def _load(engine: Engine) -> Contents:
    with engine.begin() as connection:
        return Contents(
            installation.guid(connection),
            devices.load(connection),
            devices.load_old_ids(connection),
            keys.load(connection),
            keys.load_codes(connection),
            access.load(connection),
            updates.load(connection),
            rollouts.load(connection),
        )
