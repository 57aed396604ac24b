"""The access point under CPython: its settings, kept like the SDK's, and the phones that use it."""

from typing import Any, Protocol

OPEN = 0
CLIENTS = 4  # the SDK's limit
DEFAULT_ADDRESS = ("192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0")
# What the firmware may set, by the names that MicroPython has for it.
NAMES = {
    "ssid": "ssid",
    "essid": "ssid",
    "key": "key",
    "password": "key",
    "security": "security",
    "authmode": "security",
    "hidden": "hidden",
    "channel": "channel",
}
UNREADABLE = "key"
# A change of these drops all clients.
IDENTITY = ("ssid", "key", "security")


def defaults(ssid: str) -> dict[str, Any]:
    """Settings of a chip from the factory."""
    return {"ssid": ssid, "key": "", "security": OPEN, "hidden": False, "channel": 1}


class Shared(Protocol):
    """What the access point needs of the memory that is shared with the host."""

    def phones(self) -> int:
        """How many phones are in reach."""

    def access_point(self, ssid: str, key: str, clients: int) -> None:
        """Show the host how it does; `key` is empty when it is open."""


class AccessPoint:
    """`address` is lost by a reset, `settings` are not."""

    def __init__(self, shared: Shared, settings: dict[str, Any]) -> None:
        self._shared = shared
        self.settings = settings
        self.address = DEFAULT_ADDRESS
        self.on = False

    @property
    def clients(self) -> int:
        """Phones that use it now."""
        return min(self._shared.phones(), CLIENTS) if self.on else 0

    def differs(self, changed: dict[str, Any]) -> bool:
        """Whether clients of the access point that it was are none of the one that it will be."""
        return any(self.settings[name] != changed[name] for name in IDENTITY)

    def stations(self) -> list[tuple[bytes, str]]:
        """(MAC, address) of each client: the next addresses after its own."""
        network, _, own = self.address[0].rpartition(".")
        return [
            (bytes((2, 0x50, 0x48, 0, 0, number)), f"{network}.{int(own) + 1 + number}")
            for number in range(self.clients)
        ]

    def publish(self) -> None:
        """Show the host how it does."""
        key = "" if self.settings["security"] == OPEN else self.settings["key"]
        self._shared.access_point(self.settings["ssid"], key, self.clients)
