"""A wall switch: at a rocker each change of its position counts, at a push button each press."""

import chip_fakes
import pytest

from firmware import record
from firmware.board import this
from firmware.drivers import switch
from firmware.drivers.panel import Panel
from firmware.storage.faults import SettingsError
from firmware.storage.settings import checked, merged

OPEN, CLOSED = 1, 0
PIN = 4
SETTLED_MS = 100
OFF = 0x00FF


@pytest.fixture
def boot(monkeypatch):
    """A board with these inputs and relays, its switches set up."""

    def _boot(kind=None, inputs=(PIN,), relays=((12, 1),)):
        monkeypatch.setattr(this, "INPUTS", inputs)
        monkeypatch.setattr(this, "RELAYS", relays)
        record.restore()
        panel = Panel("off")
        switch.join(panel)
        switch.choose(panel, kind)
        return panel

    return _boot


@pytest.fixture
def soft(monkeypatch):
    """Interrupts as MicroPython 1.25 has them on both chips."""
    real = chip_fakes.Pin.irq

    def irq(pin, handler, trigger, **options):
        if options:
            raise TypeError("extra keyword arguments given")
        real(pin, handler, trigger)

    monkeypatch.setattr(chip_fakes.Pin, "irq", irq)


def edge(level, pin=PIN):
    chip_fakes.Pin.levels[pin] = level
    chip_fakes.Pin.handlers[pin]()


def states(panel):
    return [relay.value() for relay in panel.relays]


def after(panel, clock, levels, pin=PIN):
    """State of the first relay after each of these edges."""
    found = []
    for level in levels:
        clock.step(SETTLED_MS)
        edge(level, pin)
        found.append(states(panel)[0])
    return found


def ticks(panel, clock, count=4):
    for _ in range(count):
        clock.step(50)
        panel.tick(OFF)


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        (None, [True, False, True]),
        ("toggle", [True, False, True]),
        ("push", [True, True, False]),
        ("off", [False] * 3),
    ],
)
def test_what_each_kind_does(boot, clock, kind, wanted):
    panel = boot(kind)
    assert after(panel, clock, (CLOSED, OPEN, CLOSED)) == wanted
    assert panel.switches[0].value()


@pytest.mark.parametrize("kind", ["toggle", "push", "off"])
@pytest.mark.parametrize("level", [OPEN, CLOSED])
def test_where_it_stands_at_a_boot_is_no_change(boot, clock, pins, kind, level):
    pins[PIN] = level
    panel = boot(kind)
    ticks(panel, clock)
    assert states(panel) == [False]
    assert panel.switches[0].value() is (level == CLOSED)


def test_a_rocker_that_was_closed_at_the_boot_acts_when_it_opens(boot, clock, pins):
    pins[PIN] = CLOSED
    panel = boot("toggle")
    assert after(panel, clock, (OPEN, CLOSED)) == [True, False]


def test_a_push_button_held_at_the_boot_acts_at_the_next_press(boot, clock, pins):
    pins[PIN] = CLOSED
    panel = boot("push")
    assert after(panel, clock, (OPEN, CLOSED)) == [False, True]


@pytest.mark.parametrize(
    ("kind", "wanted"), [("toggle", [True, False] * 3), ("push", [True, True, False, False, True, True])]
)
def test_bouncing_counts_once(boot, clock, kind, wanted):
    panel = boot(kind)
    found = []
    for level in (CLOSED, OPEN) * 3:
        clock.step(SETTLED_MS)
        for each in (level, 1 - level) * 4 + (level,):
            edge(each)
        ticks(panel, clock)
        found.append(states(panel)[0])
    assert found == wanted


def test_a_change_that_bouncing_hid_counts_later(boot, clock):
    """Closed and open again within the debouncing: two changes of a rocker's position."""
    panel = boot("toggle")
    clock.step(SETTLED_MS)
    edge(CLOSED)
    clock.step(20)
    edge(OPEN)
    assert states(panel) == [True]
    ticks(panel, clock)
    assert (states(panel), panel.switches[0].value()) == ([False], False)
    assert after(panel, clock, (CLOSED,)) == [True]


def test_one_look_is_no_change(boot, clock, pins):
    """The interrupt of an edge may be due at just that moment."""
    panel = boot("toggle")
    clock.step(SETTLED_MS)
    pins[PIN] = CLOSED
    panel.tick(OFF)
    assert states(panel) == [False]
    edge(CLOSED)
    ticks(panel, clock)
    assert states(panel) == [True]


@pytest.mark.parametrize("kind", ["toggle", "push"])
def test_a_spike_is_no_change(boot, clock, pins, kind, monkeypatch):
    panel = boot(kind)
    clock.step(SETTLED_MS)
    monkeypatch.setattr(switch, "sleep_ms", lambda ms: pins.update({PIN: OPEN}))
    edge(CLOSED)
    ticks(panel, clock)
    assert states(panel) == [False]


@pytest.mark.parametrize(("kind", "wanted"), [("toggle", False), ("push", True)])
def test_closed_and_opened_in_a_call_that_waits(boot, clock, kind, wanted, soft):
    """The interrupt runs behind it: a press has been, but a rocker is where it was."""
    panel = boot(kind)
    switch.blind(panel, True)
    clock.step(1000)
    edge(OPEN)
    edge(OPEN)
    switch.blind(panel, False)
    ticks(panel, clock)
    assert states(panel) == [wanted]
    clock.step(SETTLED_MS)
    edge(CLOSED)
    assert states(panel) == [not wanted]


def test_another_kind_counts_at_once(boot, clock):
    panel = boot("toggle")
    assert after(panel, clock, (CLOSED,)) == [True]
    switch.choose(panel, "push")
    assert after(panel, clock, (OPEN, CLOSED)) == [True, False]
    switch.choose(panel, "toggle")
    assert after(panel, clock, (OPEN,)) == [True]


def test_each_input_has_its_relay(boot, clock):
    panel = boot("toggle", (4, 5, 14), ((12, 1), (15, 1)))
    clock.step(SETTLED_MS)
    edge(CLOSED, 5)
    assert states(panel) == [False, True]
    edge(CLOSED, 14)
    assert states(panel) == [True, True]
    edge(CLOSED, 4)
    assert states(panel) == [False, True]


def test_ids_and_names(boot):
    found = [(io.id, io.kind, io.name) for io in boot(None, (4, 5)).ios[-2:]]
    assert found == [(18, "button", "Switch"), (19, "button", "Switch 2")]


def test_gestures_stay_with_the_button(boot, clock):
    panel = boot("push")
    for _ in range(2):
        after(panel, clock, (CLOSED, OPEN))
    ticks(panel, clock, 20)
    assert (panel.presses, panel.count, panel.take()) == (0, 0, None)


@pytest.mark.parametrize("kind", ["toggle", "push", "off"])
def test_the_setting(monkeypatch, kind):
    monkeypatch.setattr(this, "INPUTS", (PIN,))
    assert checked(merged({}, {"switch": kind})) == {"switch": kind}


@pytest.mark.parametrize(
    ("inputs", "value", "code"),
    [((PIN,), "rocker", "range"), ((PIN,), "", "range"), ((PIN,), True, "type"), ((), "push", "unknown")],
)
def test_what_the_setting_cannot_be(monkeypatch, inputs, value, code):
    """A board without inputs does not know it."""
    monkeypatch.setattr(this, "INPUTS", inputs)
    with pytest.raises(SettingsError) as caught:
        checked(merged({}, {"switch": value}))
    assert (caught.value.field, caught.value.code) == ("switch", code)
