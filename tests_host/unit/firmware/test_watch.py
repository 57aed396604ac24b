"""Which watchdog a boot has, and how a developer's Ctrl-C ends it."""

import sys
from types import SimpleNamespace

import pytest
from chip_fakes import Reset, Timer

from firmware import lazy, record
from firmware.modes.guard import Guard

DEVELOPMENT = {"development": True}


@pytest.fixture(autouse=True)
def interrupts(monkeypatch):
    """What was told to MicroPython about Ctrl-C."""
    told = []
    monkeypatch.setitem(sys.modules, "micropython", SimpleNamespace(kbd_intr=told.append))
    monkeypatch.setattr(record, "crashed", record.crashed)
    monkeypatch.setattr(record, "reset", record.reset)
    return told


@pytest.fixture
def panel():
    return SimpleNamespace(dog=None)


def dog(panel, settings, scans=False):
    return lazy.call("firmware.modes.watch", "dog", panel, settings, scans)


def is_guard(found):
    return type(found).__name__ == Guard.__name__


def test_the_chips_watchdog_and_no_ctrl_c(panel, machine, interrupts):
    assert dog(panel, {}) is machine
    assert interrupts == []


def test_once_armed_it_stays(panel, machine, interrupts):
    dog(panel, {})
    assert dog(panel, DEVELOPMENT) is machine
    assert dog(panel, {}, True) is machine
    assert interrupts == []


def test_a_mode_that_scans_has_a_guard_of_its_own(panel):
    assert is_guard(dog(panel, {}, True))
    assert panel.dog is None


def test_in_development_all_modes_have_one_guard(panel, interrupts, capsys):
    first = dog(panel, DEVELOPMENT)
    assert is_guard(first)
    assert dog(panel, DEVELOPMENT, True) is dog(panel, DEVELOPMENT) is first
    assert interrupts == [3]
    assert "for development: Ctrl-C ends it" in capsys.readouterr().out


def test_ctrl_c_leads_to_the_prompt_and_the_next_reset_is_no_crash(panel, interrupts):
    dog(panel, DEVELOPMENT)
    record.raw[record.RUNNING] = record.raw[record.MODE] = 1
    crashes, raw = record.raw[record.CRASHES], record.raw[record.RELAYS]
    record.crashed(KeyboardInterrupt())
    record.reset()  # main.py's
    assert interrupts == [3, -1]
    assert Timer.last.settings is None
    assert record.raw[record.RUNNING] == record.raw[record.MODE] == 0
    assert (record.raw[record.CRASHES], record.raw[record.RELAYS]) == (crashes, raw)
    with pytest.raises(Reset):
        record.reset()


def test_a_crash_in_development_is_one(panel):
    dog(panel, DEVELOPMENT)
    crashes = record.raw[record.CRASHES]
    record.crashed(RuntimeError("broken"))
    assert record.raw[record.CRASHES] == crashes + 1
    with pytest.raises(Reset):
        record.reset()
