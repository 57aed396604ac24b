"""A hub without devices on a network: two plugs whose answers a test chooses."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, StaticPool, create_engine

from tests_host.unit.api.courses import rollout
from twig.hub.access import Access
from twig.hub.clock import now_ms
from twig.hub.errors import (
    CodeUnknown,
    DeviceOffline,
    DeviceUnknown,
    HubError,
    IOUnknown,
    NoKey,
    NoOffer,
    NotWritable,
    RolloutOver,
    RolloutUnknown,
    WrongType,
)
from twig.hub.events import Events
from twig.hub.releases import Releases
from twig.hub.rollouts.plan import Plan
from twig.hub.settings import HubSettings
from twig.hub.store.access import AccessRows
from twig.hub.store.tables import metadata
from twig.hub.updates.update import Update
from twig.hub.views import DeviceView, IOView, JoinCodeView, NewJoinCode, RolloutView

KITCHEN = "11111111-2222-4333-8444-555555555555"
CELLAR = "99999999-2222-4333-8444-555555555555"
CODE = "7H3K-9QWE-RTMB"
SERVER = "00000000-0000-0000-0000-000000000000"
NOON_MS = 1_770_000_000_000

RELAY = IOView(1, "Relay", "switch", "", "bool", True, True, None, False, NOON_MS)
BUTTON = IOView(2, "Button", "button", "", "bool", True, False, None, False, NOON_MS)
LEVEL = IOView(3, "Level", "", "%", "float64", True, True, (0.0, 100.0, 0.5), 21.5, NOON_MS)


def plug(guid: str, name: str, online: bool = True) -> DeviceView:
    """A virtual S26 with a relay, a button and a level."""
    status = {"uptime_s": 11_520, "heap_free": 18_432, "heap_min": 12_000, "rssi": -61, "reset_cause": 0}
    ios = [RELAY, BUTTON, LEVEL]
    times = {"joined_ms": NOON_MS, "last_seen_ms": NOON_MS, "status_ms": now_ms()}
    said = {"name": name, "model": "s26", "firmware": "0.1.0", "ios": ios, "status": status}
    return DeviceView(guid=guid, online=online, address="127.0.0.1", parent=SERVER, **said, **times)


def database() -> Callable[[Callable[[Connection], Any]], "asyncio.Future[Any]"]:
    """Runs jobs at once, in a database of its own."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(engine)

    def run(job: Callable[[Connection], Any]) -> "asyncio.Future[Any]":
        done = asyncio.get_running_loop().create_future()
        with engine.begin() as connection:
            done.set_result(job(connection))
        return done

    return run


class FakeHub:
    """Takes values as a hub does, at once; `fault` is raised instead where a test sets it."""

    guid = "abcdefab-0000-4000-8000-000000000000"

    def __init__(self, *devices: DeviceView, data: Path = Path("unused"), **settings: Any) -> None:
        self.settings = HubSettings(data=data, insecure=True, **settings)
        self.events = Events()
        self.access = Access(AccessRows(), database())
        self.releases = Releases(self.settings.data)
        self.known = {device.guid: device for device in devices}
        self.fault: HubError | None = None
        self.queried: list[str] = []
        self.patches: list[dict[str, Any]] = []
        self.open_codes: dict[int, JoinCodeView] = {}
        self.minutes = 0
        self.wishes: list[tuple[str, str | None, bool]] = []
        self.plans: list[tuple[str, Plan, bool]] = []
        self.courses: dict[int, RolloutView] = {}
        self.first_course = replace(rollout(), devices=[(KITCHEN, 1, "confirmed"), (CELLAR, 2, "pending")])

    def devices(self) -> list[DeviceView]:
        return list(self.known.values())

    def device(self, guid: str) -> DeviceView:
        try:
            return self.known[guid]
        except KeyError:
            raise DeviceUnknown(guid) from None

    async def set_value(self, guid: str, io_id: int, value: Any) -> IOView:
        device = self.device(guid)
        io = next((io for io in device.ios if io.id == io_id), None)
        if io is None:
            raise IOUnknown(device.name, io_id)
        if not io.writable:
            raise NotWritable(device.name, io.name)
        if isinstance(value, bool) != (io.type == "bool"):
            raise WrongType(f"{io.name} takes {io.type}.")
        if not device.online:
            raise DeviceOffline(device.name)
        if self.fault:
            raise self.fault
        return self.store(device, replace(io, value=value, value_ms=NOON_MS + 1))

    def store(self, device: DeviceView, changed: IOView) -> IOView:
        ios = [changed if io.id == changed.id else io for io in device.ios]
        self.known[device.guid] = replace(device, ios=ios)
        self.events.publish("value", guid=device.guid, io=changed.id, value=changed.value)
        return changed

    async def query_ios(self, guid: str) -> DeviceView:
        device = self.device(guid)
        if not device.online:
            raise DeviceOffline(device.name)
        self.queried.append(guid)
        return device

    async def config(self, guid: str) -> dict[str, Any]:
        device = self.device(guid)
        if not device.online:
            raise DeviceOffline(device.name)
        if self.fault:
            raise self.fault
        return {"schema": 1, "name": device.name, "wifi": [{"ssid": "home", "password": "***"}]}

    async def set_config(self, guid: str, patch: dict[str, Any]) -> None:
        await self.config(guid)
        self.patches.append(patch)

    async def join_code(self, for_guid: str | None, minutes: int) -> NewJoinCode:
        if for_guid is not None:
            self.device(for_guid)
        if self.fault:
            raise self.fault
        number, self.minutes = len(self.open_codes) + 1, minutes
        expires_ms = now_ms() + minutes * 60_000
        self.open_codes[number] = JoinCodeView(number, for_guid, None, expires_ms, "waiting")
        return NewJoinCode(number, CODE, for_guid, expires_ms)

    def join_codes(self) -> list[JoinCodeView]:
        return list(self.open_codes.values())

    async def cancel_code(self, number: int) -> None:
        if number not in self.open_codes:
            raise CodeUnknown(number)
        del self.open_codes[number]

    async def rotate(self, guid: str) -> DeviceView:
        return self.keyed(guid, "rotating")

    async def rotate_all(self) -> list[DeviceView]:
        return [self.keyed(one.guid, "rotating") for one in self.devices() if one.key != "none"]

    async def revoke(self, guid: str) -> DeviceView:
        return self.keyed(guid, "none")

    def keyed(self, guid: str, key: str) -> DeviceView:
        device = self.device(guid)
        if device.key == "none" != key:
            raise NoKey(device.name)
        self.known[guid] = replace(device, key=key)
        return self.known[guid]

    async def update(self, guid: str, release: str | None, again: bool) -> DeviceView:
        device = self.device(guid)
        if self.fault:
            raise self.fault
        self.wishes.append((guid, release, again))
        return self.progress(guid, "offered" if device.online else "waiting")

    def progress(self, guid: str, state: str, percent: int = 0, reason: str = "") -> DeviceView:
        """A device is so far with its update."""
        update = Update("a3" * 32, "0.2.0", 7, state, percent, reason, now_ms())
        self.known[guid] = replace(self.known[guid], update=update)
        told = {"version": update.version, "state": state, "percent": percent, "reason": reason}
        self.events.publish("update", guid=guid, **told)
        return self.known[guid]

    def withdraw_update(self, guid: str) -> DeviceView:
        device = self.device(guid)
        if device.update is None or device.update.state != "waiting":
            raise NoOffer(device.name)
        return self.progress(guid, "withdrawn")

    async def begin_rollout(self, release: str, plan: Plan, again: bool) -> RolloutView:
        if self.fault:
            raise self.fault
        self.plans.append((release, plan, again))
        return self.course(replace(self.first_course, id=len(self.courses) + 1))

    def course(self, view: RolloutView) -> RolloutView:
        """A rollout is so far."""
        self.courses[view.id] = view
        self.events.publish("rollout", id=view.id, state=view.state, wave=1)
        return view

    def rollouts(self) -> list[RolloutView]:
        return [replace(view, devices=None) for view in self.courses.values()][::-1]

    def rollout(self, number: int) -> RolloutView:
        try:
            return self.courses[number]
        except KeyError:
            raise RolloutUnknown(number) from None

    async def pause_rollout(self, number: int) -> RolloutView:
        return self.decide(number, "paused", "by a person")

    async def resume_rollout(self, number: int) -> RolloutView:
        return self.decide(number, "running", "")

    async def stop_rollout(self, number: int) -> RolloutView:
        return self.decide(number, "stopped", "by a person")

    def decide(self, number: int, state: str, reason: str) -> RolloutView:
        view = self.rollout(number)
        if view.state == "stopped":
            raise RolloutOver(number, view.state)
        return self.course(replace(view, state=state, reason=reason))

    def health(self) -> dict[str, Any]:
        return {"status": "ok", "devices": len(self.known)}
