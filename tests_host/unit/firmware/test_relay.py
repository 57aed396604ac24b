"""The relay's flood guard."""

import pytest

from firmware.drivers.relay import FLOOD_CHANGES, FLOOD_MS, Relay

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def relay():
    return Relay(0, 12, 1, False)


def test_the_pin_follows(relay, pins):
    assert relay.set(True)
    assert (relay.value(), pins[12]) == (True, 1)
    assert relay.set(False)
    assert pins[12] == 0


def test_on_level_low(pins):
    relay = Relay(1, 4, 0, True)
    assert (relay.name, relay.id, pins[4]) == ("Relay 2", 2, 0)
    relay.toggle()
    assert pins[4] == 1


def test_the_hub_is_refused_after_five_changes(relay, clock):
    for change in range(FLOOD_CHANGES):
        assert relay.set(change % 2 == 0)
    assert not relay.set(False)
    assert relay.value()
    clock.step(FLOOD_MS - 1)
    assert not relay.set(False)
    clock.step(1)
    assert relay.set(False)


def test_setting_what_is_set_is_no_change(relay):
    assert all(relay.set(False) for _ in range(50))
    assert relay.set(True)


def test_the_button_counts_and_is_never_refused(relay):
    for _ in range(FLOOD_CHANGES):
        relay.toggle()
    assert not relay.set(False)
    for _ in range(40):
        before = relay.value()
        relay.toggle()
        assert relay.value() is not before


@pytest.mark.parametrize("days", [0.5, 6.5, 9, 12, 13, 30])
def test_ticks_of_days_ago_refuse_nothing(relay, clock, days):
    for change in range(FLOOD_CHANGES):
        relay.set(change % 2 == 0)
    clock.step(int(days * DAY_MS))
    assert relay.set(False)


def test_the_guard_works_across_the_wrap(clock):
    clock.reset(2**30 - 5)
    relay = Relay(0, 12, 1, False)
    for change in range(FLOOD_CHANGES):
        assert relay.set(change % 2 == 0)
        clock.step(2)
    assert not relay.set(False)
    clock.step(FLOOD_MS)
    assert relay.set(False)
