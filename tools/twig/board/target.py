"""What differs between the chips that can be flashed."""

from dataclasses import dataclass

from twig.board import boot
from twig.board.boot import Rom
from twig.hardware import check, chips
from twig.hardware.chips import Layout


@dataclass(frozen=True)
class Target:
    """`chip`, `label`: esptool's name of it, asked and told; `images`: where MicroPython for it is; `start`:
    where in the flash that begins; `table`: where in the flash its partitions stand, 0 without; `mode`,
    `size`: what esptool writes into its header."""

    chip: str
    label: str
    layout: Layout
    rom: Rom
    images: str
    start: int = 0
    table: int = 0
    mode: str = "keep"
    size: str = "keep"

    @property
    def settings(self) -> tuple[str, ...]:
        """esptool's options for writing and comparing."""
        return ("--flash-mode", self.mode, "--flash-size", self.size)


ESP8266 = Target(
    chip=chips.ESP8266,
    label="ESP8266",
    layout=chips.ESP8266_1MB,
    rom=boot.ESP8266,
    images="micropython.org/download/ESP8266_GENERIC, variant FLASH_1M",
    mode="dout",  # works with every flash; an ESP8285 takes nothing else
    size="1MB",
)
# Its header is right as it is, and a digest follows what a change of it would touch.
ESP32 = Target(
    chip=chips.ESP32,
    label="ESP32",
    layout=chips.ESP32_4MB,
    rom=boot.ESP32,
    images="micropython.org/download/ESP32_GENERIC, without a variant",
    start=0x1000,
    table=0x8000,
)
TARGETS = {target.chip: target for target in (ESP8266, ESP32)}


def of(model: str) -> Target:
    """The one of a board; SourceError when its file cannot be read."""
    return TARGETS[check.board(model).chip.family]
