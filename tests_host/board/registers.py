"""The registers that each chip's loader lets a computer read and write: chip, address, the flash's SPI."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests_host.board.nor import Nor

MAGIC = 0x40001000
RUN_USER_COMMAND = 1 << 18
READ_IDENTIFICATION = 0x9F
TAIL = b"\xab\x12\x34"


class Map(NamedTuple):
    """Where a chip's registers are. `data`: where in `spi`; `address`: those that hold an address with these
    last three bytes; `fixed`: what others hold; `boot_line`: what its ROM prints; `reserved`: what its ROM,
    but no stub, puts behind each status; `chip_id`: what it calls itself, None if it cannot."""

    magic: int
    spi: int
    data: int
    address: Callable[[bytes], dict[int, int]]
    fixed: Mapping[int, int]
    boot_line: bytes
    reserved: bytes = b""
    chip_id: int | None = None

    @property
    def user2(self) -> int:
        """Where the command byte goes."""
        return self.spi + 0x24


def _esp8266_address(tail: bytes) -> dict[int, int]:
    """18:FE:34:…"""
    efuses = 0x3FF00050
    return {efuses: tail[2] << 24, efuses + 4: tail[0] << 8 | tail[1]}


EFUSES_32 = 0x3FF5A000


def _esp32_address(tail: bytes) -> dict[int, int]:
    """24:0A:C4:…"""
    return {EFUSES_32 + 8: 0x240A, EFUSES_32 + 4: int.from_bytes(b"\xc4" + tail, "big")}


# A clock of 52 MHz divided down to 115200 baud: a crystal of 26 MHz.
ESP8266 = Map(
    0xFFF0C101,
    0x60000200,
    0x40,
    _esp8266_address,
    {0x60000014: 451},
    b"\r\n ets Jan  8 2013,rst cause:1, boot mode:(3,6)\r\n\r\nload 0x40100000, len 30000\r\n",
)
# A D0WD of revision 3, as in a WROOM-32E; a crystal of 40 MHz, by the UART's divider and by calibration.
ESP32 = Map(
    0x00F01D83,
    0x3FF42000,
    0x80,
    _esp32_address,
    {
        EFUSES_32 + 12: 1 << 15 | 1 << 9,
        EFUSES_32 + 16: 128,
        EFUSES_32 + 20: 1 << 20,
        0x3FF6607C: 1 << 31,
        0x3FF5F06C: 800 << 7,
        0x3FF40014: 347,
    },
    b"ets Jul 29 2019 12:21:46\r\n\r\nrst:0x1 (POWERON_RESET),boot:0x13 (SPI_FAST_FLASH_BOOT)\r\n",
    reserved=b"\x00\x00",
)
# Of these it is only known by what it tells of itself.
ESP32_S3 = ESP32._replace(magic=0, chip_id=9)
ESP32_C3 = ESP32._replace(magic=0, chip_id=5)


class Registers:
    """`tail`: the last three bytes of the chip's address."""

    def __init__(self, nor: Nor, chip: Map = ESP8266, tail: bytes = TAIL) -> None:
        self.chip = chip
        self._nor = nor
        self._values = {MAGIC: chip.magic, **chip.fixed, **chip.address(tail)}

    def read(self, address: int) -> int:
        """0 for what nothing stands for here."""
        return self._values.get(address, 0)

    def write(self, address: int, value: int) -> None:
        """A user command at the flash's SPI is done at once."""
        if address == self.chip.spi and value & RUN_USER_COMMAND:
            wanted = self.read(self.chip.user2) & 0xFF
            answer = self._nor.identification if wanted == READ_IDENTIFICATION else 0
            self._values[self.chip.spi + self.chip.data] = answer
            return
        self._values[address] = value
