"""Join codes: made for people, given to devices that may have them, ended."""

import asyncio
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace

from firmware.protocol import joincode, joinkey
from twig.hub.errors import Busy, CodeUnknown, HubError
from twig.hub.events import Events
from twig.hub.keys import identity
from twig.hub.keys.codes import Code, Codes, printed
from twig.hub.keys.device_keys import DeviceKeys
from twig.hub.keys.disk import Disk
from twig.hub.views import JoinCodeView, NewJoinCode

MINUTE_MS = 60_000
MINUTES = 15  # long enough to walk to a plug and back; who records the join can read it only with the code
MOST_MINUTES = 1_440
CANCELLED = "cancelled"


class Joins:
    """The join codes of a hub; at most `limit` are open at once."""

    def __init__(
        self,
        disk: Disk,
        devices: DeviceKeys,
        codes: Codes,
        events: Events,
        limit: int,
        now_ms: Callable[[], int],
    ) -> None:
        self._disk, self._devices, self._codes = disk, devices, codes
        self._events, self._limit, self._now_ms = events, limit, now_ms
        self._making = 0

    def views(self) -> list[JoinCodeView]:
        """Those that are open, and those that have been of late; oldest first."""
        return [code.view(self._now_ms()) for code in self._codes.all()]

    async def add(self, for_guid: bytes | None, minutes: int) -> NewJoinCode:
        """A new code, once it is stored; Busy when too many are open."""
        now_ms = self._now_ms()
        if sum(code.is_open(now_ms) for code in self._codes.all()) + self._making >= self._limit:
            raise Busy(f"{self._limit:,} join codes are open; cancel some or wait until they expire.")
        text, code = self._fresh(for_guid, now_ms + minutes * MINUTE_MS)
        self._making += 1
        try:
            code.id = await self._disk.add(code)
        finally:
            self._making -= 1
        self._codes.add(code)
        self._tell(code)
        self._sweep()
        return NewJoinCode(code.id, text, printed(for_guid), code.expires_ms)

    def problem(self, number: int, which: bytes) -> str | None:
        """Why a code does not serve a device; None when it does."""
        code, now_ms = self._codes.get(number), self._now_ms()
        if code is None or not code.is_open(now_ms):
            return "this join code is used up or has expired; make a new one"
        if code.guid not in (None, which):
            return "another device has taken this join code; make one for each device"
        if code.for_guid not in (None, which):
            return "this join code is for another device"
        if which in (code.guid, code.for_guid):
            return None
        found = self._devices.get(which)
        if found and found.present:
            return "it has a key already; make a join code for this device"
        if any(other.is_open(now_ms) for other in self._codes.taken_by(which)):
            return "it is joining with another code"
        return None

    def give(self, number: int, which: bytes) -> "asyncio.Future[None]":
        """Bind a code that has no `problem` to a device and give it a next key, the same one at a repeat.

        Done when both are stored. Busy or StoreError.
        """
        code = self._codes.get(number)
        assert code is not None
        found = self._devices.get(which)
        if code.guid is None or found is None or found.next is None:
            self._devices.renew(which, self._now_ms())
        if code.guid is None:
            code.guid = which
            self._tell(code)
        return self._disk.save([which], [code])

    def use_up(self, which: bytes) -> list[Code]:
        """A device has come back with the key that it had got: the codes that are used up by that."""
        codes = self._codes.taken_by(which)
        for code in codes:
            code.used_ms, code.key = self._now_ms(), None
            self._tell(code)
        return codes

    def cancel(self, number: int) -> "asyncio.Future[None]":
        """End a code, and drop the key that a device has got under it and not come back with; CodeUnknown."""
        code = self._codes.get(number)
        if code is None:
            raise CodeUnknown(number)
        stored = self._disk.save(self._drop_unused(code), gone=[code.id])
        self.remove([code])  # not before: after Busy it must be there for another try
        return stored

    def of(self, which: bytes) -> list[Code]:
        """Every code under which a device could get a key, or has got one."""
        return [code for code in self._codes.all() if which in (code.guid, code.for_guid)]

    def remove(self, codes: Iterable[Code]) -> None:
        """These codes are worth nothing any longer; the database has been told."""
        for code in codes:
            self._codes.remove(code)
            self._events.publish("join-code", id=code.id, state=CANCELLED)

    def _fresh(self, for_guid: bytes | None, expires_ms: int) -> tuple[str, Code]:
        while True:
            text = joincode.generate(os.urandom(joincode.RANDOM_BYTES))
            key = joinkey.key(joincode.normalise(text))
            name = identity.of_code(key)
            if not self._codes.knows(name):
                return text, Code(0, name, key, for_guid, None, expires_ms)

    def _sweep(self) -> None:
        """Forget codes that have long been over; nobody waits for the database."""
        old = self._codes.old(self._now_ms())
        changed = [which for code in old for which in self._drop_unused(code)]
        for code in old:
            self._codes.remove(code)
        if old:
            with suppress(HubError):  # after the next start they are old again
                self._disk.save(changed, gone=[code.id for code in old])

    def _drop_unused(self, code: Code) -> list[bytes]:
        """Drop the key that a code gave to a device that has not come back with it; that device."""
        if code.guid is None or code.used_ms is not None:
            return []
        found = self._devices.get(code.guid)
        if found:
            self._devices.put(code.guid, replace(found, next=None) if found.present else None)
        return [code.guid]

    def _tell(self, code: Code) -> None:
        view = code.view(self._now_ms())
        self._events.publish("join-code", id=view.id, state=view.state, guid=view.guid)
