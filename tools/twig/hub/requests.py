"""Requests to one device: ids, answers, time-outs."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from twig.hub.errors import Busy, HubError

LAST_ID = 65_535


@dataclass(frozen=True)
class Answer:
    """The one answer to a request: its command and fields."""

    command: int
    fields: dict[str, Any]


class Requests:
    """The requests that a device has not answered yet."""

    def __init__(self, bound: int) -> None:
        self._bound = bound
        self._last = 0
        self._open: dict[int, asyncio.Future[Answer]] = {}

    async def ask(self, send: Callable[[int], None], seconds: float) -> Answer:
        """Send under a new id and wait for the answer; TimeoutError, or Busy when too many are open."""
        if len(self._open) >= self._bound:
            raise Busy("The device has too many commands to answer; try again in a few seconds.")
        number = self._number()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._open[number] = future
        # Not wait_for: that takes another turn of the event loop, a tenth of a switch's whole round trip.
        timer = loop.call_later(seconds, _time_out, future)
        try:
            send(number)
            return await future
        finally:
            timer.cancel()
            self._open.pop(number, None)

    def settle(self, number: int, answer: Answer) -> bool:
        """Hand an answer to who waits for it; False when nobody does."""
        future = self._open.pop(number, None)
        if future is None or future.done():
            return False
        future.set_result(answer)
        return True

    def fail(self, error: HubError) -> None:
        """No answer will come."""
        for future in self._open.values():
            if not future.done():
                future.set_exception(error)
        self._open.clear()

    def __len__(self) -> int:
        return len(self._open)

    def _number(self) -> int:
        """The next id: 1..65535, none that is open."""
        while True:
            self._last = self._last % LAST_ID + 1
            if self._last not in self._open:
                return self._last


def _time_out(future: "asyncio.Future[Answer]") -> None:
    if not future.done():
        future.set_exception(TimeoutError())
