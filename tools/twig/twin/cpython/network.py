"""The module `network` of the chip."""

import time
from typing import Any

from twig.twin.cpython import radio as sdk
from twig.twin.cpython.access_point import NAMES, UNREADABLE
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
AUTH_WPA_WPA2_PSK = 4

SCAN_S = 2.0  # a scan blocks the chip
MAC = b"\x5c\xcf\x7f"
DHCP = "dhcp"
NOTHING = ("0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0")
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

    IF_STA = STA_IF
    IF_AP = AP_IF
    SEC_OPEN = AUTH_OPEN
    SEC_WPA2 = AUTH_WPA2_PSK
    SEC_WPA_WPA2 = AUTH_WPA_WPA2_PSK

    def __init__(self, interface: int = STA_IF) -> None:
        self._bit = STATION if interface == STA_IF else ACCESS_POINT

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
        if bssid is not None and len(bssid) != 6:
            raise ValueError
        if ssid is not None:
            _radio.save(ssid=ssid, password=password or "", bssid=(bssid or b"").hex())
        _radio.join()

    def disconnect(self) -> None:
        """Leave and stay away."""
        _radio.leave()

    def isconnected(self) -> bool:
        """Whether the station has an address, or the access point a client."""
        return _radio.status == sdk.GOT_IP if self._bit == STATION else _radio.ap.clients > 0

    def status(self, parameter: str | None = None) -> Any:
        """STAT_..., the station's RSSI in dBm, or the access point's stations."""
        if parameter == "stations" and self._bit == ACCESS_POINT:
            return _radio.ap.stations()
        if parameter == "rssi" and self._bit == STATION:
            network = _radio.heard()
            return network.rssi if network and self.isconnected() else NO_RSSI
        if parameter is not None:
            raise ValueError("unknown status param")
        return _radio.status if self._bit == STATION else -1

    def ifconfig(self, address: Any = None) -> tuple[str, str, str, str] | None:
        """Address, mask, gateway, name server; get them, or set them (the station: "dhcp" again)."""
        if address is not None:
            self._set_address(address)
            return None
        if self._bit == ACCESS_POINT:
            return _radio.ap.address if self.active() else NOTHING
        return _radio.fixed or (_address, "255.0.0.0", "127.0.0.1", _dns) if self.isconnected() else NOTHING

    def _set_address(self, address: Any) -> None:
        if address == DHCP:
            _radio.fixed = None
            return
        ip, mask, gateway, dns = address
        if self._bit == ACCESS_POINT:
            _radio.ap.address = (ip, mask, gateway, dns)
        else:
            _radio.fixed = (ip, mask, gateway, dns)

    def config(self, parameter: str | None = None, **settings: Any) -> Any:
        """Get one parameter, or set some."""
        if parameter is None:
            self._set_config(settings)
            return None
        if parameter == "mac":
            return bytes([MAC[0] + 2 * (self._bit == ACCESS_POINT)]) + MAC[1:] + _chip
        if parameter == "channel":
            return _radio.channel
        if parameter in ("hostname", "dhcp_hostname"):
            return _hostname
        if self._bit == STATION and parameter in ("ssid", "essid"):
            return _radio.ssid
        if self._bit == ACCESS_POINT and NAMES.get(parameter, UNREADABLE) != UNREADABLE:
            return _radio.ap.settings[NAMES[parameter]]
        raise ValueError("unknown config param")

    def _set_config(self, settings: dict[str, Any]) -> None:
        known = {NAMES[name]: value for name, value in settings.items() if name in NAMES}
        if known and self._bit == STATION:
            raise OSError("AP required")
        _radio.save(ap={**_radio.ap.settings, **known})

    def scan(self) -> list[tuple[bytes, bytes, int, int, int, int]]:
        """(ssid, bssid, channel, rssi, security, hidden) of all networks, after two seconds."""
        time.sleep(SCAN_S)
        return [
            (
                b"" if each.hidden else each.ssid.encode(),
                each.bssid,
                each.channel,
                each.rssi,
                AUTH_WPA2_PSK if each.password else AUTH_OPEN,
                int(each.hidden),
            )
            for each in _radio.scan()
        ]
