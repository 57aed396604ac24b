"""What the chips of boards allow."""

from dataclasses import dataclass

ESP8266, ESP32 = FAMILIES = ("esp8266", "esp32")
BLOCK = 4096


@dataclass(frozen=True)
class Layout:
    """Bytes of flash; where in it the stock image's file system begins, and how many blocks that has."""

    size: int
    start: int
    blocks: int

    @property
    def end(self) -> int:
        """Behind the file system."""
        return self.start + self.blocks * BLOCK


@dataclass(frozen=True)
class Chip:
    """GPIO numbers. `family`: of firmware, twin and loader; `straps`: what each decides when power comes."""

    family: str
    layout: Layout
    gpios: frozenset[int]
    straps: dict[int, str]
    input_only: frozenset[int] = frozenset()
    no_interrupt: frozenset[int] = frozenset()


# Of both families: the pins of the flash. Some are free in some modes of the flash, on no board of ours.
FLASH_PINS = range(6, 12)
UART0 = (1, 3)
# Read at each reset (firmware/record.py), so that it cannot hold an output.
BOOT_PIN = 0

# Where flashbdev of the image for 1 MB puts it.
ESP8266_1MB = Layout(1 << 20, 0x99000, 98)
# The partition `vfs` of upstream's partitions-4MiB.csv.
ESP32_4MB = Layout(4 << 20, 0x200000, 512)

_ESP8266 = Chip(
    ESP8266,
    ESP8266_1MB,
    frozenset([*range(6), *range(12, 17)]),
    {
        0: "low: waits for a program",
        2: "low: does not start",
        15: "high: looks for an SD card",
    },
    no_interrupt=frozenset([16]),
)
_ESP32 = Chip(
    ESP32,
    ESP32_4MB,
    frozenset([*range(6), *range(12, 20), *range(21, 24), *range(25, 28), *range(32, 40)]),
    {
        0: "low: waits for a program",
        2: "high together with GPIO0 low: takes no program",
        5: "timing of SDIO",
        12: "high: 1.8 V for the flash, does not start",
        15: "low: silent when it starts",
    },
    input_only=frozenset(range(34, 40)),
)
CHIPS = {"ESP8266": _ESP8266, "ESP8285": _ESP8266, "ESP32": _ESP32}
