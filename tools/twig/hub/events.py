"""What happens at the hub, told to any number of subscribers, none of which can hold it up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

LOST = "lost"


@dataclass(frozen=True)
class Event:
    """Kind: device, value, identify, log, status, update, or lost (events are missing, read all again)."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


class Subscription:
    """The events of one subscriber, in order; ends after `lost` or when the hub stops."""

    def __init__(self, bound: int) -> None:
        self._queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self._bound = bound
        self.over = False

    def put(self, event: Event) -> None:
        """Queue an event; a subscriber that is too slow gets `lost` in place of all that waits."""
        if self._queue.qsize() >= self._bound:
            while not self._queue.empty():
                self._queue.get_nowait()
            self._queue.put_nowait(Event(LOST))
            self.end()
        else:
            self._queue.put_nowait(event)

    def end(self) -> None:
        """No event comes after those that wait."""
        self.over = True
        self._queue.put_nowait(None)

    def __aiter__(self) -> AsyncIterator[Event]:
        return self

    async def __anext__(self) -> Event:
        event = await self._queue.get()
        if event is None:
            raise StopAsyncIteration
        return event


class Events:
    """The bus. Publishing never waits."""

    def __init__(self, bound: int = 1_024) -> None:
        self._bound = bound
        self._subscriptions: set[Subscription] = set()

    def publish(self, kind: str, **data: Any) -> None:
        """Tell all subscribers."""
        if not self._subscriptions:
            return
        event = Event(kind, data)
        for subscription in list(self._subscriptions):
            subscription.put(event)
            if subscription.over:
                self._subscriptions.discard(subscription)

    @asynccontextmanager
    async def subscribe(self) -> AsyncIterator[AsyncIterator[Event]]:
        """The events from now on, as long as the context is open."""
        subscription = Subscription(self._bound)
        self._subscriptions.add(subscription)
        try:
            yield subscription
        finally:
            self._subscriptions.discard(subscription)

    def close(self) -> None:
        """End all subscriptions: the hub stops."""
        for subscription in self._subscriptions:
            subscription.end()
        self._subscriptions.clear()

    def __len__(self) -> int:
        return len(self._subscriptions)
