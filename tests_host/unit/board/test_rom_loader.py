"""The stand-in itself, against what Espressif's documents say of the serial protocol."""

import random
import time

import pytest
import serial

from tests_host.board import protocol_line
from tests_host.board.images import application, esp32
from tests_host.board.line import Line
from tests_host.board.nor import Nor
from tests_host.board.registers import ESP32, ESP8266, READ_IDENTIFICATION, RUN_USER_COMMAND, Map, Registers
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


@pytest.mark.parametrize(
    ("chip", "spi", "data"), [(ESP8266, 0x60000200, 0x60000240), (ESP32, 0x3FF42000, 0x3FF42080)]
)
def test_identification_comes_over_the_spi_registers(chip: Map, spi: int, data: int) -> None:
    registers = Registers(Nor(size=1 << 20, vendor=0x85), chip)
    registers.write(spi + 0x24, 7 << 28 | READ_IDENTIFICATION)
    registers.write(spi, RUN_USER_COMMAND)
    assert registers.read(spi) == 0
    assert registers.read(data) == 0x144085


def test_an_image_ends_with_its_checksum() -> None:
    for size in (1, 15, 16, 4000 + random.randrange(16)):
        assert len(application(size)) % 16 == 0
        assert len(esp32(size)) % 16 == 0


class Speaking(Line):
    """Answers a packet and hangs up after the next."""

    SCHEME = "line"

    def talk(self) -> None:
        self.receive()
        self.send_raw(WORDS)
        self.receive()


WORDS = bytes(range(250)) * 12
PACKET = framed(b"?")
WAIT_S = 5.0


def test_a_line_tells_how_many_bytes_wait_and_its_end() -> None:
    with Speaking() as line, protocol_line.Serial(line.port, timeout=WAIT_S) as port:
        assert port.in_waiting == 0
        port.write(PACKET)
        assert port.read(1000) == WORDS[:1000]
        end = time.monotonic() + WAIT_S
        while port.in_waiting < 2000 and time.monotonic() < end:
            time.sleep(0.01)
        assert port.in_waiting == 2000
        assert port.read(port.in_waiting) == WORDS[1000:]
        assert port.in_waiting == 0
        port.write(PACKET)
        with pytest.raises(serial.SerialException, match="disconnected"):
            port.read()
