"""The module `network` of the chip."""

import time
from typing import Any

from twig.twin.cpython import radio as sdk
from twig.twin.cpython.radio import ACCESS_POINT, STATION, Radio

STA_IF = 0
AP_IF = 1
STAT_IDLE = sdk.IDLE
STAT_CONNECTING = sdk.CONNECTING
STAT_WRONG_PASSWORD = sdk.WRONG_PASSWORD
STAT_NO_AP_FOUND = sdk.NO_AP_FOUND
STAT_CONNECT_FAIL = sdk.CONNECT_FAIL
STAT_GOT_IP = sdk.GOT_IP
AUTH_OPEN = 0
AUTH_WPA2_PSK = 3

SCAN_S = 2.0  # a scan blocks the chip
MAC = b"\x5c\xcf\x7f"
ACCESS_POINT_CONFIG = ("192.168.4.1", "255.255.255.0", "192.168.4.1", "0.0.0.0")
NO_RSSI = 31

_hostname = "esp8266"
_radio: Radio
_address = "127.0.0.1"
_dns = "0.0.0.0"
_chip = b"\0\0\0"


def install(radio: Radio, address: str, dns: str, chip: bytes) -> None:
    """Bind the module to its radio: the plug's address, its name server, its chip's id."""
    global _radio, _address, _dns, _chip
    _radio, _address, _dns, _chip = radio, address, dns, chip


def hostname(name: str | None = None) -> str:
    """Get or set the name given by DHCP."""
    global _hostname
    if name is not None:
        if len(name) > 32:
            raise ValueError("hostname too long")
        _hostname = name
    return _hostname


class WLAN:
    """One of the two interfaces."""

    def __init__(self, interface: int = STA_IF) -> None:
        self._bit = STATION if interface == STA_IF else ACCESS_POINT
        self._access_point: dict[str, Any] = {"ssid": f"MicroPython-{_chip.hex()}", "authmode": AUTH_WPA2_PSK}

    def active(self, on: bool | None = None) -> bool | None:
        """Get or set whether the interface is up."""
        if on is None:
            return bool(_radio.mode & self._bit)
        _radio.save(mode=_radio.mode | self._bit if on else _radio.mode & ~self._bit)
        return None

    def connect(self, ssid: str | None = None, password: str = "", *, bssid: bytes | None = None) -> None:
        """Begin to join; the credentials are stored."""
        if not _radio.mode & STATION:
            raise OSError("STA not active")
        if ssid is not None:
            _radio.save(ssid=ssid, password=password or "")
        _radio.join()

    def disconnect(self) -> None:
        """Leave and stay away."""
        _radio.leave()

    def isconnected(self) -> bool:
        """Whether the station has an address."""
        return self._bit == STATION and _radio.status == sdk.GOT_IP

    def status(self, parameter: str | None = None) -> int:
        """STAT_..., or the RSSI in dBm."""
        if parameter == "rssi":
            network = _radio.heard()
            return network.rssi if network and self.isconnected() else NO_RSSI
        if parameter is not None:
            raise ValueError("unknown status param")
        return _radio.status if self._bit == STATION else STAT_GOT_IP

    def ifconfig(self) -> tuple[str, str, str, str]:
        """Address, mask, gateway, name server."""
        if self._bit == ACCESS_POINT:
            return ACCESS_POINT_CONFIG
        if not self.isconnected():
            return ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")
        return (_address, "255.0.0.0", "127.0.0.1", _dns)

    def config(self, parameter: str | None = None, **settings: Any) -> Any:
        """Get one parameter, or set some."""
        if parameter is None:
            self._access_point.update(settings)
            return None
        if parameter == "mac":
            return bytes([MAC[0] + 2 * (self._bit == ACCESS_POINT)]) + MAC[1:] + _chip
        if parameter in ("ssid", "essid"):
            return _radio.ssid if self._bit == STATION else self._access_point["ssid"]
        if parameter in ("hostname", "dhcp_hostname"):
            return _hostname
        if parameter in self._access_point:
            return self._access_point[parameter]
        raise ValueError("unknown config param")

    def scan(self) -> list[tuple[bytes, bytes, int, int, int, int]]:
        """(ssid, bssid, channel, rssi, security, hidden) of all networks, after two seconds."""
        time.sleep(SCAN_S)
        return [
            (
                b"" if each.hidden else each.ssid.encode(),
                b"\x02" + each.ssid.encode()[:5].ljust(5, b"\0"),
                each.channel,
                each.rssi,
                AUTH_WPA2_PSK if each.password else AUTH_OPEN,
                int(each.hidden),
            )
            for each in _radio.scan()
        ]
