"""The one thread that works on the database: many jobs, one commit."""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

from twig.hub.errors import Busy, StoreError
from twig.hub.log import Log

T = TypeVar("T")
Job = Callable[[Connection], Any]
Waiting = tuple[Job, "asyncio.Future[Any]"]
# Enough to make a commit cheap for each, few enough that the first does not wait for long.
BATCH = 500
log = Log("store")


class Writer:
    """Runs jobs in order; each future is done once its job is committed."""

    def __init__(self, engine: Engine, bound: int) -> None:
        self._engine = engine
        self._bound = bound
        self._jobs: deque[Waiting] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, name="store", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], T]) -> "asyncio.Future[T]":
        """Queue a job (it must change the database only: it may run twice); Busy when the queue is full."""
        if len(self._jobs) >= self._bound:
            raise Busy("The database is behind; try again in a minute.")
        if self._stopping:
            raise StoreError("The hub is stopping.")
        future: asyncio.Future[T] = self._loop.create_future()
        with self._wake:
            self._jobs.append((job, future))
            self._wake.notify()
        return future

    def waiting(self) -> int:
        """Number of jobs that are not done."""
        return len(self._jobs)

    async def stop(self) -> None:
        """Do all that waits, then end the thread."""
        with self._wake:
            self._stopping = True
            self._wake.notify()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while batch := self._take():
            self._loop.call_soon_threadsafe(_settle, self._work(batch))

    def _take(self) -> list[Waiting]:
        with self._wake:
            self._wake.wait_for(lambda: self._jobs or self._stopping)
            return [self._jobs.popleft() for _ in range(min(BATCH, len(self._jobs)))]

    def _work(self, batch: list[Waiting]) -> "list[tuple[asyncio.Future[Any], Any]]":
        """Each future with its result or exception; when a batch fails, its jobs run one by one."""
        try:
            with self._engine.begin() as connection:
                results = [job(connection) for job, _ in batch]
            return [(future, result) for (_, future), result in zip(batch, results, strict=True)]
        except Exception as error:
            if len(batch) > 1:
                return [done for waiting in batch for done in self._work([waiting])]
            log.error("database work failed", reason=str(error))
            return [(batch[0][1], StoreError(f"The database refused: {error}"))]


def _settle(done: "list[tuple[asyncio.Future[Any], Any]]") -> None:
    for future, result in done:
        if future.cancelled():
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
            future.exception()  # whoever does not wait for it has chosen so; the log has it
        else:
            future.set_result(result)
