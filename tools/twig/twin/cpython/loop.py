"""What differs in MicroPython's `asyncio`."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def sleep_ms(milliseconds: int) -> None:
    """asyncio.sleep in milliseconds."""
    await asyncio.sleep(max(milliseconds, 0) / 1000)


async def wait_for_ms(awaitable: Awaitable[Result], milliseconds: int) -> Result:
    """asyncio.wait_for in milliseconds."""
    return await asyncio.wait_for(awaitable, milliseconds / 1000)


class ThreadSafeFlag:
    """An event that an interrupt may set; one task waits for it, and waiting clears it."""

    def __init__(self) -> None:
        self._set = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._event = asyncio.Event()

    def set(self) -> None:
        """From anywhere: the signal handler of an interrupt too."""
        self._set = True
        if self._loop and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._event.set)

    def clear(self) -> None:
        """Forget that it was set."""
        self._set = False
        self._event.clear()

    async def wait(self) -> None:
        """Return when it is set."""
        self._loop = asyncio.get_running_loop()
        if not self._set:
            await self._event.wait()
        self.clear()


def run(main: Coroutine[Any, Any, Result]) -> Result:
    """As MicroPython's: when `main` ends the other tasks are left as they are, not cancelled and awaited."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    return loop.run_until_complete(main)


def install() -> None:
    """Put them into the module `asyncio`."""
    for each in (run, sleep_ms, wait_for_ms, ThreadSafeFlag):
        setattr(asyncio, each.__name__, each)
