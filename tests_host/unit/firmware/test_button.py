"""The button: its contacts bounce, and ticks wrap."""

import chip_fakes
import pytest

from firmware.drivers.button import Button

DAY_MS = 24 * 3600 * 1000


@pytest.fixture
def presses():
    return []


@pytest.fixture
def button(presses):
    return Button(16, 0, 0, lambda: presses.append(1))


def edge(level):
    chip_fakes.Pin.levels[0] = level
    chip_fakes.Pin.handlers[0]()


def bounce(clock, level, times=4):
    """Edges 1 ms apart that end at the level."""
    for _ in range(times):
        edge(1 - level)
        clock.step(1)
        edge(level)
        clock.step(1)


def test_press_and_release(button, presses, clock):
    clock.step(200)
    edge(0)
    assert (len(presses), button.value()) == (1, True)
    clock.step(200)
    edge(1)
    assert (len(presses), button.value()) == (1, False)


@pytest.mark.parametrize("first", [0, 1])
def test_bouncing_counts_once_whatever_is_read_first(button, presses, clock, first):
    for _ in range(5):
        clock.step(300)
        if first == 0:
            edge(0)
        bounce(clock, 0)
        clock.step(150)
        if first == 0:
            edge(1)
        bounce(clock, 1)
    assert len(presses) == 5
    assert not button.value()


def test_release_bounce_does_not_press(button, presses, clock):
    clock.step(300)
    edge(0)
    clock.step(400)
    edge(0)  # the interrupt comes when the contact has bounced back already
    edge(1)
    bounce(clock, 1)
    assert len(presses) == 1


def test_a_glitch_that_is_over_is_no_press(button, presses, clock):
    clock.step(100)
    edge(1)
    assert not presses
    clock.step(1)
    edge(0)
    assert len(presses) == 1


def test_a_tap_shorter_than_the_debounce_leaves_the_next_press(button, presses, clock):
    clock.step(100)
    edge(0)
    clock.step(20)
    edge(1)
    assert button.value()
    clock.step(60)
    button.tick()
    assert not button.value()
    edge(0)
    assert len(presses) == 2


@pytest.mark.parametrize("days", [1, 6.3, 7, 12.2, 12.6, 40])
def test_a_press_after_days_without_one(button, presses, clock, days):
    edge(0)
    clock.step(100)
    edge(1)
    clock.step(int(days * DAY_MS))
    button.tick()
    edge(0)
    assert len(presses) == 1 + (days > 0)
