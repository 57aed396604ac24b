"""The hub: what the API, the pages and the tests use."""

import asyncio
import contextlib
from collections.abc import Coroutine
from typing import Any

from firmware.protocol import beacon, guid
from twig.hub import ask, device_config, tasks
from twig.hub.access import Access
from twig.hub.claims import Claims
from twig.hub.connection import Connection
from twig.hub.core import Core
from twig.hub.device import io_view
from twig.hub.directory import Directory
from twig.hub.discovery import Discovery
from twig.hub.dispatch import dispatch
from twig.hub.errors import HubError
from twig.hub.events import Events
from twig.hub.flush import Flusher
from twig.hub.key_desk import KeyDesk
from twig.hub.keys import master
from twig.hub.keys.keyring import Keyring
from twig.hub.keys.vault import Vault
from twig.hub.log import Log
from twig.hub.registry import Registry
from twig.hub.releases import Releases
from twig.hub.releases.port import ReleasePort
from twig.hub.rollout_desk import RolloutDesk
from twig.hub.rollouts.rollouts import Rollouts
from twig.hub.server import Server
from twig.hub.session import Session
from twig.hub.settings import HubSettings
from twig.hub.store import open_store
from twig.hub.store.saves import DeviceSaves
from twig.hub.update_desk import UpdateDesk
from twig.hub.updates.updates import Updates
from twig.hub.views import DeviceView, IOView

# Names of `ports` and the protocol ids under which beacons announce them.
ANNOUNCED = {"tls": beacon.TLS, "device": beacon.TCP, "http": beacon.HTTP, "release": beacon.RELEASES}
LOOPBACK = ("127.", "localhost", "::1")
log = Log("hub")


class Hub(KeyDesk, UpdateDesk, RolloutDesk):
    """A hub, once started. `ports` holds what is bound: tls, device (only with `insecure`), release,
    discovery; whoever serves the API adds http."""

    def __init__(self, settings: HubSettings) -> None:
        self.settings = settings
        self.ports: dict[str, int] = {}
        self.events = Events(settings.limits.subscriber)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Open the database and the ports; StartError or StoreError when one is not to be had."""
        async with contextlib.AsyncExitStack() as undo:
            self._directory = undo.enter_context(Directory(self.settings.data))
            self.releases = Releases(self.settings.data)
            self.releases.check()
            await self._open_store(undo)
            await self._listen(undo)
            undo.push_async_callback(self._end_tasks)
            self._begin()
            self._stop = undo.pop_all()
        log.info("hub started", guid=self.guid, devices=len(self._core.registry), **self.ports)

    async def stop(self) -> None:
        """Close the ports and write everything."""
        self.events.close()
        await self._stop.aclose()
        log.info("hub stopped", guid=self.guid)

    @property
    def guid(self) -> str:
        """The GUID of this installation, stable for its life."""
        return str(guid.text(self._core.guid))

    def devices(self) -> list[DeviceView]:
        """All devices that are known."""
        return [self._core.view(device) for device in self._core.registry]

    def device(self, guid: str) -> DeviceView:
        """One device; DeviceUnknown."""
        return self._core.view(self._core.registry.find(guid))

    async def set_value(self, guid: str, io_id: int, value: Any) -> IOView:
        """Set an IO to a JSON value; returns after the device's report. Any HubError."""
        device = self._core.registry.find(guid)
        await ask.set_value(device, device.io(io_id), value)
        return io_view(device.io(io_id))

    async def query_ios(self, guid: str) -> DeviceView:
        """Have a device register its IOs again; returns when they are stored. Any HubError."""
        device = self._core.registry.find(guid)
        await ask.query_ios(device, self.settings.timing.answer)
        return self._core.view(device)

    async def config(self, guid: str) -> dict[str, Any]:
        """A device's configuration, secrets as "***". Any HubError."""
        return await device_config.get(self._core.registry.find(guid))

    async def set_config(self, guid: str, patch: dict[str, Any]) -> None:
        """Change a device's configuration by a merge patch; done when it has acknowledged. Any HubError."""
        await device_config.patch(self._core.registry.find(guid), patch)

    def allow_children(self, guid: str, allowed: bool) -> DeviceView:
        """Decide whether a device may be parent to others; DeviceUnknown."""
        device = self._core.registry.find(guid)
        self._core.registry.update(device, may_have_children=allowed)
        return self._core.view(device)

    def move(self, guid: str, parent: str) -> DeviceView:
        """Let a known device be a child of another parent from its next registration on; DeviceUnknown."""
        device = self._core.registry.find(guid)
        self._core.registry.update(device, parent=self._core.registry.find(parent).record.guid)
        return self._core.view(device)

    def health(self) -> dict[str, Any]:
        """Figures for monitoring; status is ok, or behind when the database is."""
        waiting = self._core.store.waiting()
        return {
            "status": "ok" if waiting < self.settings.limits.store_jobs // 2 else "behind",
            "guid": self.guid,
            "devices": len(self._core.registry),
            "online": sum(device.member is not None for device in self._core.registry),
            "connections": {"open": len(self._server), **self._server.counts},
            "release_port": {"open": len(self._port), **self._port.counts},
            "discovery": dict(self._discovery.counts),
            "store": {"waiting": waiting, "history_thinned": self._flusher.thinned},
            "subscribers": len(self.events),
        }

    async def _open_store(self, undo: contextlib.AsyncExitStack) -> None:
        settings, limits = self.settings, self.settings.limits
        store, contents = await open_store(settings.url, limits.store_jobs)
        undo.push_async_callback(store.close)
        vault = Vault(master.load(settings.data, needed=bool(contents.keys or contents.codes)))
        self.access = Access(contents.access, store.run)
        self._flusher = Flusher(store, settings.timing.flush, limits.history_burst)
        undo.push_async_callback(self._flush)
        registry = Registry(contents.devices, self._flusher, self.events)
        updates = Updates(registry, contents.updates, self.releases, self._flusher, self.events)
        undo.push_async_callback(updates.close)
        rollouts = Rollouts(registry, updates, self.releases, store, self.events, self._flusher.flush)
        rollouts.load(contents.rollouts)
        self._core = Core(
            settings=settings,
            guid=guid.parse(contents.guid),
            store=store,
            saves=DeviceSaves(store),
            registry=registry,
            claims=Claims(store, contents.old_ids),
            events=self.events,
            releases=self.releases,
            updates=updates,
            rollouts=rollouts,
            keys=Keyring(store, contents, vault, self.events, limits.join_codes),
        )

    async def _listen(self, undo: contextlib.AsyncExitStack) -> None:
        settings = self.settings
        self._server = Server(settings.timing, settings.limits, self._opened, self._core.keys.find)
        undo.push_async_callback(self._server.close)
        self.ports["tls"] = self._server.listen(settings.host, settings.tls_port, tls=True)
        if settings.insecure:
            self.ports["device"] = self._server.listen(settings.host, settings.device_port)
        self._port = ReleasePort(self.releases, settings.timing, settings.limits)
        self.ports["release"] = await self._port.listen(settings.host, settings.release_port)
        undo.callback(self._port.close)
        self._discovery = Discovery(settings, self._core.guid, self._entries)
        self.ports["discovery"] = await self._discovery.start()
        undo.callback(self._discovery.close)

    def _opened(self, connection: Connection) -> Session:
        return Session(self._core, connection, dispatch)

    def _entries(self) -> list[tuple[int, int]]:
        """What beacons announce: what listens where devices can reach it."""
        hidden = set()
        if self.settings.http_host.startswith(LOOPBACK) and not self.settings.interface.startswith(LOOPBACK):
            hidden.add("http")
        if self.settings.https_cert:  # the beacon's id stands for plain HTTP
            hidden.add("http")
        names = [name for name in ANNOUNCED if name in self.ports and name not in hidden]
        return [(ANNOUNCED[name], self.ports[name]) for name in names]

    def _begin(self) -> None:
        work: list[Coroutine[Any, Any, None]] = [
            self._discovery.run(),
            self._flusher.run(),
            tasks.tell_time(self._core),
            tasks.forget_old(self._core),
            tasks.tend_updates(self._core),
            self._server.run(),
        ]
        for one in work:
            task = asyncio.create_task(one)
            task.add_done_callback(_ended)
            self._tasks.append(task)

    async def _end_tasks(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _flush(self) -> None:
        try:
            await self._flusher.flush()
        except HubError as error:
            log.error("the last values are lost", reason=error.text)


def _ended(task: "asyncio.Task[None]") -> None:
    """A task that should run for ever must not end in silence."""
    if not task.cancelled() and task.exception():
        log.error("a part of the hub has failed", task.exception())
