"""What an ESP32 says of a join that goes on."""

import network
import pytest

from firmware.network import signal, verdict

IDLE, CONNECTING, JOINED = network.STAT_IDLE, network.STAT_CONNECTING, network.STAT_GOT_IP
WRONG, NOT_FOUND = network.STAT_WRONG_PASSWORD, network.STAT_NO_AP_FOUND
AWAY, NEAR = signal.NOTHING_DBM, -61


class Station:
    """`told`: its status."""

    def __init__(self, told):
        self.told = told

    def status(self):
        return self.told


@pytest.mark.parametrize(
    ("told", "dbm", "last", "expected"),
    [
        (JOINED, NEAR, NOT_FOUND, JOINED),
        (CONNECTING, AWAY, None, CONNECTING),
        (NOT_FOUND, AWAY, None, NOT_FOUND),
        (CONNECTING, AWAY, WRONG, WRONG),  # it tries again, and hides how that ends
        (NOT_FOUND, NEAR, NOT_FOUND, CONNECTING),  # of the network before: this one has admitted it
        (CONNECTING, NEAR, WRONG, CONNECTING),
        (IDLE, AWAY, WRONG, IDLE),
        (15, AWAY, CONNECTING, WRONG),
        (204, AWAY, CONNECTING, WRONG),
        (200, AWAY, CONNECTING, 200),
    ],
)
def test_of(monkeypatch, told, dbm, last, expected):
    monkeypatch.setattr(signal, "dbm", lambda: dbm)
    assert verdict.of(Station(told), last) == expected
