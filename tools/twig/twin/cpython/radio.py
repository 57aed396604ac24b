"""The radio: what the SDK does behind Python's back, over the same air as the twin's."""

import json
import socket
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Protocol

from twig.twin.cpython import access_point
from twig.twin.cpython.access_point import AccessPoint
from twig.twin.state import Network

TICK_S = 0.02
# As in the twin: association, with DHCP, one scan of all channels, a handshake that is not answered.
ASSOCIATE_S = 0.2
JOIN_S = 0.3
NO_AP_S = 2.5
WRONG_PASSWORD_S = 3.0

IDLE, CONNECTING, WRONG_PASSWORD, NO_AP_FOUND, CONNECT_FAIL, GOT_IP = range(6)
STATION = 1
ACCESS_POINT = 2


class Shared(access_point.Shared, Protocol):
    """What the radio needs of the memory that is shared with the host."""

    def networks(self) -> list[Network]:
        """All networks."""

    def station(self, status: int, ssid: str, mode: int) -> None:
        """Show the host how the station does."""

    def scanned(self) -> None:
        """Count a scan."""


class Radio:
    """Joins the wanted network and stays there; `fixed` stands for DHCP where the station has an address
    by hand. Settings survive in sdk.json."""

    def __init__(self, shared: Shared, folder: Path, ap_ssid: str) -> None:
        self._shared = shared
        self._path = folder / "sdk.json"
        self._saved: dict[str, Any] = {"mode": ACCESS_POINT, "ssid": "", "password": "", "bssid": ""}
        self._saved["ap"] = access_point.defaults(ap_ssid)
        if self._path.exists():
            self._saved.update(json.loads(self._path.read_text()))
        self._lock = threading.RLock()
        self._links = {link: weakref.WeakSet[socket.socket]() for link in (STATION, ACCESS_POINT)}
        self._since = 0.0
        self._joining = False
        self._joined: Network | None = None
        self.fixed: tuple[str, str, str, str] | None = None
        self._set(IDLE)
        self.ap = AccessPoint(shared, self._saved["ap"])
        self.ap.on = bool(self.mode & ACCESS_POINT)
        self.ap.publish()
        if self.mode & STATION and self._saved["ssid"]:
            self.join()
        threading.Thread(target=self._run, name="radio", daemon=True).start()

    @property
    def mode(self) -> int:
        """STATION and ACCESS_POINT as bits."""
        return int(self._saved["mode"])

    @property
    def ssid(self) -> str:
        """The wanted network."""
        return str(self._saved["ssid"])

    def save(self, **changes: Any) -> None:
        """Change mode, ssid, password, bssid or ap as the SDK does: in its flash, only when they differ."""
        changed = {**self._saved, **changes}
        if changed != self._saved:
            self._saved = changed
            self._path.write_text(json.dumps(changed))
        if not self.mode & STATION:
            self.leave()
        self._change_ap(bool(self.mode & ACCESS_POINT))

    def _change_ap(self, on: bool) -> None:
        if on != self.ap.on or self.ap.differs(self._saved["ap"]):
            self._end(ACCESS_POINT)
        self.ap.on, self.ap.settings = on, self._saved["ap"]
        self._shared.station(self.status, self.ssid, self.mode)
        self.ap.publish()

    def join(self) -> None:
        """Begin to join the wanted network."""
        with self._lock:
            self._lost()
            self._joining = True
            self._set(CONNECTING)

    def leave(self) -> None:
        """Leave it and stay away."""
        with self._lock:
            self._lost()
            self._joining = False
            self._set(IDLE)

    def heard(self) -> Network | None:
        """The one that is joined, or else the strongest of the wanted name (and BSSID)."""
        bssid = self._joined.bssid if self._joined else bytes.fromhex(self._saved["bssid"])
        found = [
            each
            for each in self._shared.networks()
            if each.up and each.ssid == self.ssid and bssid in (b"", each.bssid)
        ]
        return max(found, key=lambda each: each.rssi, default=None)

    @property
    def channel(self) -> int:
        """Of both interfaces: the station's while it has joined."""
        network = self.heard() if self._joined else None
        return network.channel if network else int(self._saved["ap"]["channel"])

    def scan(self) -> list[Network]:
        """All networks that are up."""
        self._shared.scanned()
        return [each for each in self._shared.networks() if each.up]

    def up(self) -> bool:
        """Whether something can leave now, over one link or the other."""
        return self.status == GOT_IP or self.ap.clients > 0

    def track(self, connection: socket.socket, link: int) -> None:
        """A connection that ends when its link, STATION or ACCESS_POINT, is lost."""
        self._links[link].add(connection)

    def _lost(self) -> None:
        self._joined = None
        if self.status == GOT_IP:
            self._end(STATION)

    def _end(self, link: int) -> None:
        for connection in list(self._links[link]):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # it was not connected, or is closed
        self._links[link].clear()

    def _set(self, status: int) -> None:
        self.status = status
        self._since = time.monotonic()
        self._shared.station(status, self.ssid, self.mode)

    def _run(self) -> None:
        while True:
            time.sleep(TICK_S)
            with self._lock:
                if self._joining:
                    self._tick()
            self.ap.publish()

    def _tick(self) -> None:
        network = self.heard()
        passed = time.monotonic() - self._since
        if network and network.password == self._saved["password"]:
            self._good(network, passed)
        elif self._joined:
            self.join()
        elif self.status == CONNECTING:
            self._bad(network, passed)

    def _good(self, network: Network, passed: float) -> None:
        if self.status not in (CONNECTING, GOT_IP):
            self._set(CONNECTING)
        elif passed >= ASSOCIATE_S or self._joined:
            self._joined = network
            addressed = self.fixed or (network.dhcp and passed >= JOIN_S)
            if addressed and self.status == CONNECTING:
                self._set(GOT_IP)

    def _bad(self, network: Network | None, passed: float) -> None:
        if network is None and passed >= NO_AP_S:
            self._set(NO_AP_FOUND)
        elif network is not None and passed >= WRONG_PASSWORD_S:
            self._set(WRONG_PASSWORD)
