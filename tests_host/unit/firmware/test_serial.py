"""Relays that a controller on UART0 switches."""

import chip_fakes
import pytest

from firmware import record
from firmware.board import this
from firmware.drivers import relay, serial
from firmware.drivers.panel import Panel

OFF, ON = bytes.fromhex("a00100a1"), bytes.fromhex("a00101a2")


@pytest.fixture
def boot(monkeypatch):
    """The ESP-01's board."""
    for name, value in (("RELAYS", ((65, 1),)), ("BUTTON", None), ("LED", None), ("BAUD", 9600)):
        monkeypatch.setattr(this, name, value)
    monkeypatch.setattr(relay, "Pin", serial.Pin)

    def _boot(power_on="off"):
        record.restore()
        return Panel(power_on)

    return _boot


def test_frames(boot, machine):
    switch = boot().relays[0]
    assert (machine.UART.sent, machine.UART.baud) == (OFF, 9600)
    assert switch.set(True) and switch.set(False)
    assert machine.UART.sent == OFF + ON + OFF


def test_the_second_relay(monkeypatch, machine):
    monkeypatch.setattr(this, "BAUD", 115200)
    serial.Pin(66, serial.Pin.OUT, value=True)
    assert (machine.UART.sent, machine.UART.baud) == (bytes.fromhex("a00201a3"), 115200)


def test_a_reset_drives_no_pin(boot, machine):
    boot().relays[0].set(True)
    machine.UART.sent.clear()
    with pytest.raises(chip_fakes.Reset):
        record.reset()
    assert boot().relays[0].value()
    assert machine.UART.sent == ON
    assert not machine.Pin.driven


def test_the_text_of_the_console_stays_off_the_line(boot, monkeypatch):
    calls = []
    monkeypatch.setattr("os.dupterm", lambda *arguments: calls.append(arguments))
    boot()
    assert calls == [(None, 1)]


def test_without_button_and_led(boot):
    made = boot("on")
    assert [(io.id, io.kind) for io in made.ios] == [(1, "switch")]
    for _ in range(3):
        made.tick(0x00FF)
    assert made.take() is None
