"""The record in RTC memory: crashes, resets, relays."""

import chip_fakes
import pytest

from firmware import record


def boot(machine, cause=4):
    machine.cause = cause
    record.raw[:] = bytes(record.SIZE)
    record.restore()


def uint16(at):
    return record.raw[at] | record.raw[at + 1] << 8


def text():
    return record.raw[record.TEXT + 1 :][: record.raw[record.TEXT]].decode()


def crash(error):
    try:
        raise error
    except BaseException as caught:
        record.crashed(caught)


def test_round_trip(machine, pins):
    record.relay(0, 12, True)
    record.relay(1, 4, False)
    pins.clear()
    boot(machine)
    assert (pins[12], pins[4]) == (1, 0)
    assert uint16(record.RESETS) == 2


def test_nothing_is_written_for_the_same_level(machine):
    record.relay(0, 12, True)
    machine.memory = b"same"
    record.relay(0, 12, True)
    assert machine.memory == b"same"


@pytest.mark.parametrize("at", range(record.SUM + 2))
def test_a_flipped_bit_is_noticed(machine, pins, at):
    record.relay(0, 12, True)
    broken = bytearray(machine.memory)
    broken[at] ^= 4
    machine.memory = bytes(broken)
    pins.clear()
    boot(machine)
    assert 12 not in pins
    assert record.raw[record.RELAYS : record.SUM] == b"\xff" * 8
    assert uint16(record.RESETS) == 1


@pytest.mark.parametrize("memory", [b"", b"TWIG\x01", b"\xff" * 128, b"TWIH" + bytes(124), bytes(492)])
def test_other_memory_is_a_new_record(machine, memory):
    machine.memory = memory
    boot(machine)
    assert uint16(record.CRASHES) == 0
    assert text() == ""


def test_a_watchdog_is_counted(machine):
    record.raw[record.RUNNING] = 1
    record.save()
    boot(machine, 1)
    assert text() == "reset by cause 1"
    assert (uint16(record.CRASHES), record.raw[record.IN_A_ROW]) == (1, 1)


def test_an_ordered_reset_is_no_crash(machine):
    record.raw[record.RUNNING] = 1
    with pytest.raises(chip_fakes.Reset):
        record.reset()
    boot(machine)
    assert uint16(record.CRASHES) == 0


def test_waits_grow_after_three_crashes(machine, clock):
    waits = []
    for _ in range(7):
        before = clock.now
        crash(ValueError("again"))
        waits.append((clock.now - before) // 1000)
        boot(machine)
    assert waits == [0, 0, 10, 60, 240, 240, 240]
    assert machine.fed > 240 * 5


def test_the_text_is_bounded_and_ascii(machine):
    crash(ValueError("ü" * 500))
    assert len(text()) == record.SIZE - record.TEXT - 1
    assert text().startswith("ValueError: ??")
    assert len(machine.memory) == record.SIZE


def test_counts_wrap_at_16_bits_and_in_a_row_stays(machine):
    record.raw[record.RESETS : record.RESETS + 2] = b"\xff\xff"
    record.raw[record.CRASHES : record.CRASHES + 2] = b"\xff\x00"
    record.raw[record.IN_A_ROW] = 255
    record.raw[record.RUNNING] = 1
    record.save()
    boot(machine)
    assert uint16(record.RESETS) == 0
    assert uint16(record.CRASHES) == 256
    assert record.raw[record.IN_A_ROW] == 255


def test_a_reset_waits_for_the_button_and_keeps_what_it_did(machine, pins, monkeypatch):
    record.relay(0, 12, False)
    pins[0] = 0
    pauses = []

    def pause():
        pauses.append(1)
        if len(pauses) == 3:
            pins[12] = 1  # the interrupt switches it meanwhile
            pins[0] = 1

    monkeypatch.setattr(record, "_pause", pause)
    with pytest.raises(chip_fakes.Reset):
        record.reset()
    assert len(pauses) == 3
    boot(machine)
    assert pins[12] == 1


def test_an_unknown_mode_is_an_exception():
    record.raw[record.MODE] = 9
    with pytest.raises(IndexError):
        record.enter()
