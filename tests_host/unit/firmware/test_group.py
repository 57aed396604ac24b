"""Interlock: of the relays of a group at most one is on, at any moment and whoever switches."""

import pytest

from firmware import record
from firmware.board import this
from firmware.drivers import group, panel

PINS = (12, 4, 5)


@pytest.fixture
def boot(monkeypatch):
    """A board of three relays, two of them a group, and what power or a reset makes of it."""
    monkeypatch.setattr(this, "RELAYS", tuple((pin, 1) for pin in PINS))
    monkeypatch.setattr(this, "GROUPS", ((1, 2),))

    def _boot(power_on="off"):
        record.restore()
        return panel.Panel(power_on)

    return _boot


@pytest.fixture
def most(monkeypatch, machine):
    """How many of the group's relays were on at once, of all moments at which a pin was driven."""
    seen = []
    real = machine.Pin.value

    def value(pin, level=None):
        found = real(pin, level)
        if level is not None:
            seen.append(sum(machine.Pin.levels.get(each, 0) for each in PINS[:2]))
        return found

    monkeypatch.setattr(machine.Pin, "value", value)
    return seen


def states(made):
    return [relay.value() for relay in made.relays]


def levels(pins):
    return [pins[pin] for pin in PINS]


def test_the_one_that_is_on_goes_off_first(boot, most, pins, machine, clock):
    made = boot()
    first, second, third = made.relays
    assert first.set(True) and third.set(True)
    driven, begun = len(machine.Pin.driven), clock.now
    assert second.set(True)
    assert machine.Pin.driven[driven:] == [(12, 0), (4, 1)]
    assert clock.now - begun == group.PAUSE_MS
    assert states(made) == [False, True, True] == [bool(level) for level in levels(pins)]
    assert max(most) == 1


def test_off_needs_no_pause(boot, clock):
    made = boot()
    made.relays[0].set(True)
    begun = clock.now
    made.relays[0].set(False)
    made.relays[2].set(True)
    assert clock.now == begun


def test_the_button_goes_by_it(boot, most, pins, clock):
    made = boot()
    made.relays[1].set(True)
    pins[0] = 0
    made.button._edge(made.button.pin)
    assert states(made) == [True, False, False]
    assert max(most) == 1


@pytest.mark.parametrize(("pressed", "wanted"), [(0, [True, False, False]), (1, [False, False, False])])
def test_a_press_within_the_pause_wins(boot, most, pins, monkeypatch, pressed, wanted):
    """The button's relay is the one that goes off (it comes back), or the one that goes on (it stays off)."""
    made = boot()
    going, coming = made.relays[0], made.relays[1]
    if pressed:
        going, coming = coming, going
    going.set(True)
    presses = [made.relays[0].toggle]

    def pause(milliseconds):
        if presses:
            presses.pop()()

    monkeypatch.setattr(group, "sleep_ms", pause)
    coming.set(True)
    assert states(made) == wanted == [bool(level) for level in levels(pins)]
    assert max(most) == 1


@pytest.mark.parametrize(("power_on", "wanted"), [("on", [True, False, True]), ("off", [False] * 3)])
def test_power_on(boot, most, pins, power_on, wanted):
    assert states(boot(power_on)) == wanted == [bool(level) for level in levels(pins)]
    assert max(most) <= 1


def test_the_last_state_cannot_be_two(boot, most, flash):
    (flash / panel.RELAY_FILE).write_bytes(b"\1\1\1")
    assert states(boot("last")) == [True, False, True]
    assert max(most) == 1


def test_a_reset_keeps_which_one_it_was(boot, most, pins):
    boot().relays[1].set(True)
    pins.clear()
    assert states(boot()) == [False, True, False]
    assert max(most) == 1


def test_a_flood_is_refused_before_anything_goes_off(boot):
    made = boot()
    first, second = made.relays[:2]
    while first.set(True) and second.set(True):
        pass
    assert states(made).count(True) == 1
    assert not first.set(not first.value()) or not second.set(not second.value())
