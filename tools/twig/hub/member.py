"""One device as it is reached through one connection, from RegisterDevice until it is gone."""

import asyncio
import hashlib
import time
from typing import Any

from firmware.protocol import commands, guid, messages
from twig.hub.clock import now_ms, offset_min
from twig.hub.core import Core
from twig.hub.device import Device
from twig.hub.errors import DeviceOffline, NoAnswer
from twig.hub.requests import Answer, Requests
from twig.hub.session import Session
from twig.hub.store.records import IORecord


class Draft:
    """The IOs that a device is just registering; `size` counts their bytes."""

    def __init__(self) -> None:
        self.ios: dict[int, IORecord] = {}
        self.size = 0
        self._digest = hashlib.sha256()

    def add(self, io: IORecord, data: bytes) -> None:
        """One more, from the data of its RegisterIO."""
        self.ios[io.number] = io
        self.size += len(data)
        self._digest.update(data)

    def signature(self) -> bytes:
        """The IO signature of what has been added."""
        return self._digest.digest()[:4]


class Member:
    """A registered device: joining until `admitted`; `claim` holds the fields of its RegisterDevice."""

    def __init__(self, core: Core, session: Session, which: bytes, claim: dict[str, Any]) -> None:
        self.core, self.session = core, session
        self.guid, self.claim = which, claim
        self.text = guid.text(which)
        self.parent: bytes = claim["parent"]
        self.device: Device | None = None
        self.admitted = False
        self.live = True
        self.draft = Draft()
        self.asked: asyncio.Future[None] | None = None
        self.renewal: asyncio.Task[None] | None = None  # brings it its next key
        self.identified: dict[int, int] = {}  # counts of its IOs of kind identify
        self.requests = Requests(core.settings.limits.requests)
        self._heard = time.monotonic()

    def send(self, command: int, **fields: Any) -> None:
        """Send it a message."""
        self.session.connection.send(self.guid, command, messages.encode(command, **fields))

    def send_time(self) -> None:
        """Tell it the time."""
        self.send(commands.TIME, time_ms=now_ms(), offset_min=offset_min())

    async def ask(self, command: int, **fields: Any) -> Answer:
        """Send a request and wait for its answer; DeviceOffline, NoAnswer or Busy."""
        seconds = self.core.settings.timing.answer
        try:
            return await self.requests.ask(
                lambda number: self.send(command, request=number, **fields), seconds
            )
        except TimeoutError:
            raise NoAnswer(self.label, seconds) from None

    def ask_ios(self) -> "asyncio.Future[None]":
        """Have it register its IOs; the future is done when they are stored."""
        if self.asked is None:
            self.asked = asyncio.get_running_loop().create_future()
            self.draft = Draft()
            self.send(commands.REQUEST_IOS)
        return self.asked

    def give_up_ios(self) -> None:
        """Nobody waits for its IOs any longer; the next question is asked anew."""
        self.asked = None

    def answered_ios(self) -> None:
        """The IOs are stored."""
        asked, self.asked = self.asked, None
        if asked and not asked.done():
            asked.set_result(None)

    @property
    def label(self) -> str:
        """What to call it in a sentence."""
        return self.device.label if self.device else self.text

    def hear(self) -> None:
        """It has sent something."""
        self._heard = time.monotonic()

    def seen_ms(self) -> int:
        """When it was heard last."""
        return now_ms() - round((time.monotonic() - self._heard) * 1000)

    def leave(self) -> None:
        """It is gone: its seat is free, nobody waits for its answers, it is offline."""
        if not self.live:
            return
        self.live = False
        self.core.seats.leave(self)
        self.requests.fail(DeviceOffline(self.label))
        if self.asked and not self.asked.done():
            self.asked.set_exception(DeviceOffline(self.label))
            self.asked.exception()  # mostly nobody waits
        if self.device:
            self.core.registry.offline(self.device, self)
