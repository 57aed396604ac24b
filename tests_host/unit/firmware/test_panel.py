"""What relays do when power comes, after a reset, and when their state is saved."""

import itertools
from pathlib import Path

import pytest

from firmware import lazy, record
from firmware.board import this
from firmware.drivers import gesture
from firmware.drivers.panel import RELAY_FILE, SAVE_MS, Panel

OFF = 0x00FF


def boot(power_on):
    """As after a reset: the record comes from RTC memory."""
    record.restore()
    return Panel(power_on)


@pytest.mark.parametrize(("power_on", "on"), [("off", False), ("on", True), ("last", False), ("?", False)])
def test_power_on(power_on, on, pins):
    assert boot(power_on).relays[0].value() is on
    assert pins[12] == on


@pytest.mark.parametrize("state", [False, True])
@pytest.mark.parametrize("power_on", ["off", "on", "last"])
def test_a_reset_keeps_the_relay(power_on, state, clock, pins):
    panel = boot(power_on)
    panel.tick(OFF)
    clock.step(5000)
    if panel.relays[0].value() != state:
        panel.relays[0].toggle()
    panel.tick(OFF)
    pins.clear()
    assert boot(power_on).relays[0].value() is state
    assert pins[12] == state


def test_last_is_read_after_a_power_cut(machine, clock):
    panel = boot("last")
    panel.relays[0].toggle()
    panel.tick(OFF)
    machine.memory = b""
    assert boot("last").relays[0].value()
    assert not Path(RELAY_FILE + ".new").exists()


def test_the_last_state_is_saved_at_most_once_in_five_seconds(clock, monkeypatch):
    writes = []
    panel = boot("last")
    monkeypatch.setattr("firmware.storage.atomic.write", lambda path, data: writes.append((clock.now, data)))
    for _ in range(400):
        panel.relays[0].toggle()
        panel.relays[0].toggle()
        panel.relays[0].toggle()
        panel.tick(OFF)
        clock.step(50)
    assert len(writes) >= 3
    assert all(later[0] - earlier[0] >= SAVE_MS for earlier, later in itertools.pairwise(writes))


def test_saving_goes_on_after_days(clock):
    panel = boot("last")
    panel.relays[0].toggle()
    panel.tick(OFF)
    clock.step(int(6.5 * 24 * 3600 * 1000))
    panel.relays[0].toggle()
    panel.tick(OFF)
    assert Path(RELAY_FILE).read_bytes() == b"\0"


def test_off_and_on_write_nothing(clock):
    panel = boot("on")
    panel.relays[0].toggle()
    clock.step(10000)
    panel.tick(OFF)
    assert not Path(RELAY_FILE).exists()


def test_ios_have_fixed_ids():
    assert [(io.id, io.kind) for io in boot("off").ios] == [(1, "switch"), (16, "button"), (17, "identify")]


def test_a_full_heap_costs_a_gesture_and_nothing_else(clock, monkeypatch, capsys):
    panel = boot("off")
    real = lazy.make

    def full(name, *rest):
        if name.endswith("gesture"):
            raise MemoryError("memory allocation failed")
        return real(name, *rest)

    monkeypatch.setattr(lazy, "make", full)
    panel.button.presses += 1
    panel.tick(OFF)
    panel.tick(OFF)
    assert panel.presses == panel.button.presses
    assert panel.take() is None
    assert "gesture: memory" in capsys.readouterr().out


@pytest.mark.parametrize("led", [None, (13, 0)])
@pytest.mark.parametrize("button", [None, (0, 0)])
def test_boards_lack_things(button, led, monkeypatch, pins):
    monkeypatch.setattr(this, "BUTTON", button)
    monkeypatch.setattr(this, "LED", led)
    panel = boot("off")
    pins.pop(13, None)
    for _ in range(3):
        panel.tick(OFF)
    assert (13 in pins) is bool(led)
    assert [io.id for io in panel.ios] == ([1, 16, 17] if button else [1])


def test_a_gesture_needs_no_led(clock, monkeypatch):
    monkeypatch.setattr(this, "LED", None)
    panel = boot("off")
    panel.button.held, panel.button.presses = 3000, 1
    panel.tick(OFF)
    assert panel.take() == gesture.REPORT
