"""The station: what the SDK does behind Python's back, over the same air as the twin's."""

import json
import socket
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Protocol

from twig.twin.state import Network

TICK_S = 0.02
# As in the twin: association with DHCP, one scan of all channels, a handshake that is not answered.
JOIN_S = 0.3
NO_AP_S = 2.5
WRONG_PASSWORD_S = 3.0

IDLE, CONNECTING, WRONG_PASSWORD, NO_AP_FOUND, CONNECT_FAIL, GOT_IP = range(6)
STATION = 1
ACCESS_POINT = 2


class Shared(Protocol):
    """What the radio needs of the memory that is shared with the host."""

    def networks(self) -> list[Network]:
        """All networks."""

    def station(self, status: int, ssid: str, mode: int) -> None:
        """Show the host how the station does."""


class Radio:
    """Joins the wanted network and stays there; `epoch` counts losses. Credentials survive in sdk.json."""

    def __init__(self, shared: Shared, folder: Path) -> None:
        self._shared = shared
        self._path = folder / "sdk.json"
        self._saved: dict[str, Any] = {"mode": ACCESS_POINT, "ssid": "", "password": ""}
        if self._path.exists():
            self._saved.update(json.loads(self._path.read_text()))
        self._lock = threading.RLock()
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._since = 0.0
        self._joining = False
        self.status = IDLE
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
        """Change mode, ssid or password as the SDK does: in its flash, only when they differ."""
        changed = {**self._saved, **changes}
        if changed != self._saved:
            self._saved = changed
            self._path.write_text(json.dumps(changed))
        if not self.mode & STATION:
            self.leave()

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
        """The strongest network of the wanted name."""
        found = [each for each in self._shared.networks() if each.up and each.ssid == self.ssid]
        return max(found, key=lambda each: each.rssi, default=None)

    def scan(self) -> list[Network]:
        """All networks that are up."""
        return [each for each in self._shared.networks() if each.up]

    def track(self, connection: socket.socket) -> None:
        """A connection that ends when the link is lost."""
        self._sockets.add(connection)

    def _lost(self) -> None:
        if self.status == GOT_IP:
            for connection in list(self._sockets):
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it was not connected, or is closed
            self._sockets.clear()

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

    def _tick(self) -> None:
        network = self.heard()
        good = network is not None and network.password == self._saved["password"]
        passed = time.monotonic() - self._since
        if self.status == GOT_IP:
            if not good:
                self.join()
        elif good and self.status != CONNECTING:
            self._set(CONNECTING)
        elif good and passed >= JOIN_S:
            self._set(GOT_IP)
        elif not good and self.status == CONNECTING:
            if network is None and passed >= NO_AP_S:
                self._set(NO_AP_FOUND)
            elif network is not None and passed >= WRONG_PASSWORD_S:
                self._set(WRONG_PASSWORD)
