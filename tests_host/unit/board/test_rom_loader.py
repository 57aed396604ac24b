"""The stand-in itself, against what Espressif's documents say of the serial protocol."""

import random

from tests_host.board.images import application
from tests_host.board.nor import Nor
from tests_host.board.registers import (
    READ_IDENTIFICATION,
    RUN_USER_COMMAND,
    SPI_COMMAND,
    SPI_DATA,
    SPI_USER2,
    Registers,
)
from tests_host.board.slip import Unframer, framed


def test_frames_survive_any_cut() -> None:
    packets = [bytes([0xC0, 0xDB, 0xDC, 0xDD, 0]), b"\xdb", bytes(range(256))]
    stream = b"".join(map(framed, packets))
    assert stream.count(0xC0) == 2 * len(packets)
    for size in (1, 2, 7, len(stream)):
        unframer = Unframer()
        pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
        assert [packet for piece in pieces for packet in unframer.feed(piece)] == packets


def test_programming_only_clears_bits() -> None:
    nor = Nor(size=8192)
    nor.program(10, b"\x0f\xf0")
    nor.program(10, b"\xff\x33")
    assert nor.data[9:13] == b"\xff\x0f\x30\xff"
    nor.erase(4095, 2)
    assert nor.data == b"\xff" * 8192


def test_identification_comes_over_the_spi_registers() -> None:
    registers = Registers(Nor(size=1 << 20, vendor=0x85))
    registers.write(SPI_USER2, 7 << 28 | READ_IDENTIFICATION)
    registers.write(SPI_COMMAND, RUN_USER_COMMAND)
    assert registers.read(SPI_COMMAND) == 0
    assert registers.read(SPI_DATA) == 0x144085


def test_an_image_ends_with_its_checksum() -> None:
    for size in (1, 15, 16, 4000 + random.randrange(16)):
        assert len(application(size)) % 16 == 0
