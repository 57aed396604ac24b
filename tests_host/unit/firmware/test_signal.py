"""The signal of an ESP32, which has none to tell while it is not joined."""

import network
import pytest

from firmware.network import signal


class Station:
    """`told`: what the driver says, or raises."""

    def __init__(self, told):
        self.told = told

    def status(self, what):
        assert what == "rssi"
        if isinstance(self.told, Exception):
            raise self.told
        return self.told


@pytest.mark.parametrize(("told", "dbm"), [(-61, -61), (OSError(0x300F), signal.NOTHING_DBM)])
def test_dbm(monkeypatch, told, dbm):
    monkeypatch.setattr(network, "WLAN", lambda interface: Station(told))
    assert signal.dbm() == dbm
