"""The power-cycle gesture, the reset log and the factory reset on a flash of files."""

import os
from pathlib import Path

import pytest

from firmware import record
from firmware.storage import config, cycles, history, resets, wipe

POWER_ON, WATCHDOG, SOFT, PIN = 0, 1, 4, 6


def power_on(machine, cause=POWER_ON):
    machine.cause = cause
    return cycles.begin()


def test_the_sixth_power_on_after_five_short_ones(machine):
    assert [power_on(machine) for _ in range(13)] == ([False] * 5 + [True]) * 2 + [False]


def test_a_long_one_begins_anew(machine):
    for _ in range(5):
        power_on(machine)
    cycles.over()
    assert os.listdir() == []
    assert [power_on(machine) for _ in range(6)] == [False] * 5 + [True]


@pytest.mark.parametrize("cause", [WATCHDOG, SOFT, PIN])
def test_a_reset_neither_counts_nor_clears(machine, cause):
    for _ in range(4):
        power_on(machine)
    assert not any(power_on(machine, cause) for _ in range(10))
    assert [power_on(machine), power_on(machine)] == [False, True]


@pytest.mark.parametrize("raw", [b"", b"\0", b"\x06", b"\xff", b"\x05\x05", b"5", bytes(4000)])
def test_absurd_content_counts_nothing(machine, raw):
    Path(cycles.PATH).write_bytes(raw)
    assert [power_on(machine) for _ in range(6)] == [False] * 5 + [True]


def test_a_full_flash_costs_the_gesture_only(machine, monkeypatch):
    monkeypatch.setattr("firmware.storage.atomic.write", full)
    assert not any(power_on(machine) for _ in range(7))


def full(path, data):
    raise OSError(28)


def boot(machine, cause, text=None, well=True):
    """A boot after that, as main.py and boot.py leave it."""
    if text is not None:
        record.crashed(RuntimeError(text))
    machine.cause = cause
    record.restore()
    history.note(True)
    if well:
        record.raw[record.IN_A_ROW] = 0
        record.save()


def test_crashes_are_kept_newest_first(machine):
    for number in range(10):
        boot(machine, SOFT, f"fault {number}")
    found = resets.load()
    assert [each["text"] for each in found] == [f"RuntimeError: fault {number}" for number in range(9, 1, -1)]
    assert {each["cause"] for each in found} == {"crash"}
    assert [each["boot"] for each in found] == sorted((each["boot"] for each in found), reverse=True)
    assert len(found) == history.KEPT
    assert not Path("history.new").exists()


def test_a_crash_loop_spares_the_flash(machine):
    for number in range(9):
        boot(machine, SOFT, f"fault {number}", well=False)
    assert [each["text"][-1] for each in resets.load()] == ["1", "0"]
    history.note(False)
    history.note(False)
    assert [each["text"][-1] for each in resets.load()] == ["8", "1", "0"]


def test_expected_resets_write_nothing(machine):
    for cause in (POWER_ON, SOFT, 5):
        boot(machine, cause)
    assert not Path(history.PATH).exists()
    assert resets.load() == []


def test_a_crash_is_noted_once_and_still_told(machine):
    boot(machine, SOFT, "once")
    boot(machine, SOFT)
    boot(machine, SOFT)
    assert len(resets.load()) == 1
    assert record.raw[record.TEXT] % history.NOTED == len("RuntimeError: once")
    boot(machine, SOFT, "twice")
    assert [each["text"][-5:] for each in resets.load()] == ["twice", " once"]


def test_a_watchdog_and_a_reset_pin(machine):
    record.raw[record.RUNNING] = 1
    record.save()
    boot(machine, WATCHDOG)
    record.raw[record.RUNNING] = 0
    record.save()
    boot(machine, PIN)
    assert [(each["cause"], each["text"]) for each in resets.load()] == [
        ("reset pin", ""),
        ("watchdog", "reset by cause 1"),
    ]


def test_a_text_is_one_short_line_whatever_it_is(machine):
    boot(machine, SOFT, "a\nb\r\0" + "x" * 200)
    boot(machine, SOFT, "äöü ")
    found = resets.load()
    assert found[1]["text"].startswith("RuntimeError: a b  xxx")
    assert [len(each["text"]) <= history.TEXT_MAX for each in found] == [True, True]
    assert Path(history.PATH).stat().st_size < history.SIZE_MAX


@pytest.mark.parametrize(
    "raw", [b"", b"\xff" * 300, b"1 2", b"a 1 x", b"1 b x", b"{}", bytes(5000), b"1 4 \xc3\xa4", b"\n\n"]
)
def test_broken_content_is_empty(machine, raw):
    Path(history.PATH).write_bytes(raw)
    assert resets.load() == []
    boot(machine, SOFT, "after")
    assert [each["text"] for each in resets.load()] == ["RuntimeError: after"]


def test_a_full_flash_does_not_stop_the_boot(machine, monkeypatch):
    monkeypatch.setattr("firmware.storage.atomic.write", full)
    boot(machine, SOFT, "lost")
    assert record.raw[record.TEXT] < history.NOTED, "it is noted when there is room"


KEPT = {"slot_a": b"slot", "slot": b"a", "trust": b"keys", "boot.py": b"#"}


def furnish():
    for name in wipe.FILES:
        Path(name).write_bytes(b'{"name": "a"}')
        Path(name + ".new").write_bytes(b"half")
    for name, content in KEPT.items():
        Path(name).write_bytes(content)


def test_factory_reset_forgets_settings_and_nothing_else(station):
    furnish()
    station.ssid = "home"
    wipe.begin()
    assert {name: Path(name).read_bytes() for name in os.listdir()} == KEPT
    assert (station.ssid, station.password) == ("", "")


def test_without_credentials_of_the_sdk_its_flash_is_not_written(station):
    wipe.begin()
    assert station.connects == []


def test_an_sdk_that_does_not_join_an_empty_name(station):
    station.ssid, station.raises = "home", "Cannot connect to AP"
    wipe.begin()
    assert os.listdir() == []


def test_a_wipe_that_was_cut_goes_on_before_the_configuration_is_read(station):
    furnish()
    os.remove("config.json")
    Path(wipe.MARK).write_bytes(b"\x01")
    assert config.load() == {}
    assert {name: Path(name).read_bytes() for name in os.listdir()} == KEPT


def test_a_flash_that_refuses_leaves_no_half_of_a_configuration(monkeypatch):
    furnish()
    Path(wipe.MARK).write_bytes(b"\x01")
    monkeypatch.setattr(os, "remove", refuse)
    assert config.load() == {}
    assert Path(wipe.MARK).exists()


def refuse(path):
    raise OSError(5, "input/output")


def test_an_esp32s_orderly_reset_is_a_hard_one(machine, monkeypatch):
    for name, number in (("PWRON", 1), ("WDT", 3), ("DEEPSLEEP", 4), ("SOFT", 5)):
        monkeypatch.setattr(machine, f"{name}_RESET", number, raising=False)
    monkeypatch.setattr(history.this, "CHIP", "ESP32")
    for cause in (1, 2, 4):
        boot(machine, cause)
    assert history.lines() == []
    boot(machine, 3)
    boot(machine, 2, "once")
    noted = [line.split(b" ", 2)[1:] for line in history.lines()]
    assert noted == [[b"2", b"RuntimeError: once"], [b"3", b""]]
