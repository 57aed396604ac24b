"""Devices that take offers as a plug does: they fetch, restart, try, and confirm or roll back."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from firmware.protocol import commands
from tests_host.device import Device, Message, Wire, connect

REFUSED, FETCHING, STAGED, TRIAL, CONFIRMED, ROLLED_BACK = range(1, 7)
STEP_S = 0.01  # from one report to the next


@dataclass
class Gauge:
    """How many devices fetch now, and how many have at most."""

    now: int = 0
    most: int = 0

    def __enter__(self) -> None:
        self.now += 1
        self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        self.now -= 1


@dataclass
class Plug(Device):
    """A plug of some board. `codes` answer its next offers, 0 when there are no more.

    trusts: the signatures that it takes, None for all; bad: the version that it rolls back from; dies_in: the
    state behind which it is gone.
    """

    board: str = "s26"
    firmware: str = "0.1.0"
    sequence: int = 1
    codes: list[int] = field(default_factory=list)
    trusts: set[bytes] | None = None
    bad: str = ""
    dies_in: int = 0
    gauge: Gauge = field(default_factory=Gauge)
    status: dict[str, Any] = field(default_factory=dict)  # what it tells once it runs the new version

    def __post_init__(self) -> None:
        super().__post_init__()
        self.offers: list[dict[str, Any]] = []
        self.wire: Wire | None = None
        self.port = 0
        self._work: set[asyncio.Task[None]] = set()

    async def come(self, port: int) -> None:
        """Connect and register."""
        self.port = port
        self.wire = await connect(port, self)
        self.register(model=self.board, firmware=self.firmware)
        await self.expect(commands.ACCEPT_DEVICE)

    async def go(self) -> None:
        """Lose power: connection and all that is under way."""
        for task in self._work:
            task.cancel()
        if self.wire:
            await self.wire.close()
            self.wire = None

    def tell(self, version: str, state: int, percent: int = 0, reason: str = "") -> None:
        """UpdateReport."""
        self.say(commands.UPDATE_REPORT, version=version, state=state, percent=percent, reason=reason)

    def take(self, message: Message) -> None:
        """An offer is answered; others as every device does."""
        super().take(message)
        if message.command == commands.OFFER_UPDATE:
            self.offers.append(message.fields)
            code = self.codes.pop(0) if self.codes else commands.DONE
            text = "no reason" if code else ""
            self.say(commands.ACKNOWLEDGE, request=message.fields["request"], code=code, text=text)
            if code == commands.DONE:
                task = asyncio.create_task(self._update(message.fields))
                self._work.add(task)
                task.add_done_callback(self._work.discard)

    async def _update(self, offer: dict[str, Any]) -> None:
        version = offer["version"]
        if offer["sequence"] <= self.sequence:
            self.tell(version, REFUSED, reason=f"sequence not greater than {self.sequence}")
            return
        if self.trusts is not None and bytes(offer["signature"]) not in self.trusts:
            self.tell(version, REFUSED, reason="bad signature")
            return
        with self.gauge:
            for percent in (0, 50, 100):
                if await self._step(version, FETCHING, percent):
                    return
            await asyncio.sleep(STEP_S)
        if await self._step(version, STAGED, 100):
            return
        before, self.firmware = self.firmware, version
        await self._restart()
        if await self._step(version, TRIAL, 100):
            return
        if self.bad == version:
            self.firmware = before
            await self._restart()
            self.tell(version, ROLLED_BACK, reason="no hub within 5 minutes")
        else:
            self.sequence = offer["sequence"]
            if self.status:
                self.tell_status(**self.status)
            self.tell(version, CONFIRMED, 100)

    def tell_status(self, **status: Any) -> None:
        """StatusReport."""
        pairs = ", ".join(f'"{name}": {value}' for name, value in status.items())
        self.say(commands.STATUS_REPORT, json="{" + pairs + "}")

    async def _step(self, version: str, state: int, percent: int) -> bool:
        """Tell one state; whether the device is gone behind it."""
        self.tell(version, state, percent)
        await asyncio.sleep(STEP_S)
        if self.dies_in != state:
            return False
        if self.wire:
            await self.wire.close()
        return True

    async def _restart(self) -> None:
        """Offline, then here again."""
        if self.wire:
            await self.wire.close()
        await asyncio.sleep(STEP_S)
        with suppress(OSError):  # the hub may be gone for good: a test ends
            await self.come(self.port)
