"""The registers that a loader lets a computer read and write: chip, address, the flash's SPI."""

from tests_host.board.nor import Nor

ESP8266, ESP32 = 0xFFF0C101, 0x00F01D83  # what CHIP holds in each of them
CHIP = 0x40001000
EFUSES = 0x3FF00050
UART_DIVIDER = 0x60000014
SPI = 0x60000200
SPI_COMMAND, SPI_USER2, SPI_DATA = SPI, SPI + 0x24, SPI + 0x40
RUN_USER_COMMAND = 1 << 18
READ_IDENTIFICATION = 0x9F
# A clock of 52 MHz divided down to 115200 baud: a crystal of 26 MHz.
DIVIDER = 451


class Registers:
    """`tail`: the last three bytes of the address 18:FE:34:…"""

    def __init__(self, nor: Nor, chip: int = ESP8266, tail: bytes = b"\xab\x12\x34") -> None:
        self._nor = nor
        self._values = {
            CHIP: chip,
            UART_DIVIDER: DIVIDER,
            EFUSES: tail[2] << 24,
            EFUSES + 4: tail[0] << 8 | tail[1],
        }

    def read(self, address: int) -> int:
        """0 for what nothing stands for here."""
        return self._values.get(address, 0)

    def write(self, address: int, value: int) -> None:
        """A user command at the flash's SPI is done at once."""
        if address == SPI_COMMAND and value & RUN_USER_COMMAND:
            wanted = self._values.get(SPI_USER2, 0) & 0xFF
            self._values[SPI_DATA] = self._nor.identification if wanted == READ_IDENTIFICATION else 0
            return
        self._values[address] = value
