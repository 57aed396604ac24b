"""What a controller on UART0 makes of the bytes."""

from pathlib import Path

from twig.twin import serial
from twig.twin.state import State


def test_frames() -> None:
    sent = bytes.fromhex("a00101a2 00 a00100a1 a00101a1 a00201a3 a001")
    assert serial.frames(sent) == [(1, True), (1, False), (2, True)]


def test_relays(tmp_path: Path) -> None:
    chip = State.create(tmp_path)
    for byte in bytes.fromhex("a00101a2 a00201a3 a00100a1"):
        chip.memory.uart[chip.uart_sent] = byte
        chip.uart_sent += 1
    assert [serial.on(chip, number) for number in (65, 66, 67)] == [False, True, False]
    chip.power_off()
    assert not serial.on(chip, 66)
    chip.close()
