"""What relays do when power comes, after a reset, and when their state is saved."""

import itertools
from pathlib import Path

import pytest

from firmware import record
from firmware.drivers.panel import RELAY_FILE, SAVE_MS, Panel

OFF = b"\0\xff"


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
    assert [(io.id, io.kind) for io in boot("off").ios] == [(1, "switch"), (16, "button")]
