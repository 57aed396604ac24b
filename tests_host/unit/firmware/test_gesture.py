"""Gestures: by how long the button is held and how often it is pressed; the relay obeys each press."""

import chip_fakes
import pytest

from firmware.drivers import gesture, led
from firmware.drivers.panel import Panel

MODE = led.CONNECTING  # what the LED shows but for the button
TICK_MS = 50
DAY_MS = 24 * 3600 * 1000
# Milliseconds held -> what it means.
ZONES = {
    700: None,
    1950: None,
    2050: gesture.REPORT,
    4950: gesture.REPORT,
    5050: gesture.SETUP,
    9950: gesture.SETUP,
    10050: gesture.RESET,
    14950: gesture.RESET,
    15050: gesture.RESCUE,
    19950: gesture.RESCUE,
    20050: None,
    60000: None,
}
HOLDS = {
    1000: MODE,
    3000: led.HOLD_REPORT,
    7000: led.HOLD_SETUP,
    12000: led.HOLD_RESET,
    17000: led.HOLD_RESCUE,
    25000: led.OFF,
}


class Hand:
    """A finger at the button of a panel whose event loop ticks."""

    def __init__(self, clock):
        self.clock = clock
        self.panel = Panel("off")
        self.wait(1000)

    def edge(self, level):
        chip_fakes.Pin.levels[0] = level
        chip_fakes.Pin.handlers[0]()

    def wait(self, milliseconds):
        for _ in range(milliseconds // TICK_MS):
            self.clock.step(TICK_MS)
            self.panel.tick(MODE)
        self.clock.step(milliseconds % TICK_MS)

    def press(self, milliseconds, after=200):
        self.edge(0)
        self.wait(milliseconds)
        self.edge(1)
        self.wait(after)

    def relay(self):
        return self.panel.relays[0].value()


@pytest.fixture
def hand(clock):
    return Hand(clock)


@pytest.mark.parametrize(("held", "expected"), ZONES.items())
def test_a_press_means_what_its_length_says_and_toggles_once(hand, held, expected):
    hand.edge(0)
    assert hand.relay(), "the relay waits for nothing"
    hand.wait(held)
    assert hand.panel.gesture is None, "nothing happens before the release"
    hand.edge(1)
    hand.wait(100)
    assert hand.panel.take() == expected
    assert hand.panel.gesture is None
    assert hand.relay()
    assert hand.panel.presses == 1


@pytest.mark.parametrize(("held", "expected"), ZONES.items())
def test_a_stalled_loop_measures_the_same(hand, clock, held, expected):
    hand.edge(0)
    clock.step(held)
    hand.edge(1)
    clock.step(3000)
    hand.wait(100)
    assert hand.panel.take() == expected


@pytest.mark.parametrize(("held", "expected"), HOLDS.items())
def test_the_led_shows_the_zone(hand, held, expected):
    hand.edge(0)
    hand.wait(held)
    assert hand.panel.led.pattern == expected
    hand.edge(1)
    hand.wait(100)
    assert hand.panel.led.pattern == MODE


@pytest.mark.parametrize("days", [1, 6.3, 7, 12.42, 12.43])
def test_a_button_that_was_stuck_for_days_does_nothing(hand, clock, days):
    hand.edge(0)
    hand.wait(30000)
    clock.step(int(days * DAY_MS))
    hand.wait(100)
    clock.step((1 << 30) - clock.now % (1 << 30) + 1000 + 7000)  # ticks as if it were held for 7 s
    hand.edge(1)
    hand.wait(100)
    assert hand.panel.gesture is None


def test_two_short_presses_identify_and_show_it(hand):
    hand.press(200)
    assert hand.panel.led.pattern == MODE
    hand.press(200)
    assert hand.panel.take() == gesture.IDENTIFY
    assert hand.panel.value() == 1
    assert not hand.relay()
    assert hand.panel.led.pattern == led.IDENTIFY
    hand.wait(gesture.SHOWN_MS + 100)
    assert hand.panel.led.pattern == MODE
    assert hand.panel.watch is None, "the code for it stays in memory"


@pytest.mark.parametrize(
    ("first", "pause", "second", "identified"),
    [(650, 550, 650, 1), (750, 200, 200, 0), (200, 200, 750, 0), (200, 750, 200, 0), (100, 100, 100, 1)],
)
def test_what_two_presses_are(hand, first, pause, second, identified):
    hand.press(first, pause)
    hand.press(second, 1000)
    assert hand.panel.value() == identified
    assert hand.panel.presses == 2


@pytest.mark.parametrize(("presses", "identified"), [(1, 0), (2, 1), (3, 1), (4, 2)])
def test_presses_in_a_row(hand, presses, identified):
    for _ in range(presses):
        hand.press(200)
    assert hand.panel.value() == identified
    assert hand.panel.presses == presses
    assert hand.relay() is bool(presses % 2)


def test_a_short_press_before_a_long_one_changes_nothing(hand):
    hand.press(200)
    hand.press(6000)
    assert hand.panel.take() == gesture.SETUP
    assert hand.panel.value() == 0


def test_a_gesture_waits_until_it_is_taken(hand):
    hand.press(3000)
    hand.press(200)
    hand.wait(5000)
    assert hand.panel.take() == gesture.REPORT


def test_ticks_wrap_while_it_is_held(clock):
    clock.reset((1 << 30) - 4000)
    hand = Hand(clock)
    hand.press(6000)
    assert hand.panel.take() == gesture.SETUP


def test_an_error_is_shown_until_the_next_press(hand):
    hand.press(16000)
    assert hand.panel.take() == gesture.RESCUE
    hand.panel.watch = gesture.watch(hand.panel, led.ERROR)
    hand.wait(gesture.SHOWN_MS + 200)
    assert (hand.panel.led.pattern, hand.panel.gesture) == (MODE, None), "the same press does it twice"
    hand.panel.watch = gesture.watch(hand.panel, led.ERROR)
    hand.wait(1000)
    assert hand.panel.led.pattern == led.ERROR
    hand.press(3000)
    assert hand.panel.take() == gesture.REPORT
    assert hand.panel.led.pattern == MODE


class Blind:
    """A C call in which no interrupt runs: what happened in it comes afterwards, with the last level."""

    def __init__(self, hand):
        self.hand = hand
        self.button = hand.panel.button
        self.button.soft = True
        self.edges = 0

    def __enter__(self):
        self.button.blind(True)
        return self

    def turn(self, level, milliseconds=300):
        chip_fakes.Pin.levels[0] = level
        self.edges += 1
        self.hand.clock.step(milliseconds)

    def __exit__(self, *error):
        for _ in range(self.edges):
            chip_fakes.Pin.handlers[0]()
        self.button.blind(False)
        self.hand.wait(200)


def test_a_press_in_a_call_that_waits_toggles_once(hand):
    with Blind(hand) as call:
        call.turn(0)
        call.turn(1)
        assert not hand.relay()
    assert hand.relay()
    assert hand.panel.presses == 1
    assert hand.panel.gesture is None
    hand.press(200)
    assert not hand.relay()


def test_a_press_that_goes_on_after_the_call(hand):
    with Blind(hand) as call:
        call.turn(0)
    assert hand.relay()
    hand.wait(5500)
    hand.edge(1)
    hand.wait(100)
    assert hand.panel.take() == gesture.SETUP
    assert hand.panel.presses == 1


def test_a_release_in_a_call_is_no_gesture_since_nobody_knows_when(hand):
    hand.edge(0)
    hand.wait(4500)
    with Blind(hand) as call:
        call.turn(1, 2000)
    assert hand.panel.gesture is None
    assert hand.panel.presses == 1
    assert not hand.panel.button.value()


def test_a_release_and_another_press_in_a_call(hand):
    hand.edge(0)
    hand.wait(500)
    with Blind(hand) as call:
        call.turn(1)
        call.turn(0)
    assert hand.panel.presses == 2
    assert not hand.relay()
    assert hand.panel.button.value()


def test_nothing_happens_in_a_call_without_a_press(hand):
    with Blind(hand):
        hand.clock.step(2000)
    assert hand.panel.presses == 0


def test_after_the_call_bounces_are_ignored_again(hand):
    with Blind(hand):
        hand.clock.step(2000)
    hand.edge(1)
    assert hand.panel.presses == 0
