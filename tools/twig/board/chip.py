"""Asks the chip what it is, and whether the image fits it."""

import re
from dataclasses import dataclass

from twig.board.errors import NoAnswer, WrongChip
from twig.board.esptool import Chip
from twig.hardware.chips import Layout

# Some of these take no second program of a word and none above 512 KB from an old SDK: facts from esptool's
# and MicroPython's threads about P25Q80H and P25D80H.
PUYA = 0x85
PUYA_WARNING = (
    "The flash is made by PUYA (vendor 0x85). Some of these keep wrong bytes when old software writes to "
    "them. All is read back and compared; if that fails again and again, this plug cannot be used."
)
UNKNOWN = re.compile(r"doesn't appear to be an (\S+)")
UNITS = {"KB": 1 << 10, "MB": 1 << 20}


@dataclass(frozen=True)
class Identity:
    """`mac`: 12 hexadecimal digits; `vendor`: of the flash, by JEDEC; `size`: of the flash in bytes."""

    kind: str
    mac: str
    vendor: int
    size: int

    @property
    def access_point(self) -> str:
        """The name of the Wi-Fi network that the plug opens: its address ends it."""
        return f"Twig-{self.mac[-6:].upper()}"

    @property
    def puya(self) -> bool:
        """Whether the flash is one to be warned of."""
        return self.vendor == PUYA


def identify(chip: Chip) -> Identity:
    """What esptool finds; WrongChip for one that esptool was not told to expect, NoAnswer without any."""
    said = chip.run("flash-id")
    if other := UNKNOWN.search(said):  # for esptool that is only a warning
        raise WrongChip(f"The chip is not an {other[1]}. Nothing was written. Look at the board's label.")
    return Identity(
        kind=_find(r"Chip type:\s+(\S+)", said),
        mac=_find(r"MAC:\s+([0-9a-f:]{17})", said).replace(":", ""),
        vendor=int(_find(r"Manufacturer: ([0-9a-f]+)", said), 16),
        size=_size(_find(r"Detected flash size: (\S+)", said)),
    )


def check_size(identity: Identity, layout: Layout) -> None:
    """WrongChip when the flash holds less than the image."""
    if identity.size < layout.size:
        raise WrongChip(
            f"The flash has {identity.size >> 10} KB, Twig needs {layout.size >> 10} KB. Nothing was "
            "written; this board cannot run Twig."
        )


def _size(text: str) -> int:
    found = re.fullmatch(r"(\d+)([KM]B)", text)
    if not found:
        raise WrongChip(f"esptool does not know the size of this flash ({text}). Nothing was written.")
    return int(found[1]) * UNITS[found[2]]


def _find(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if not found:
        raise NoAnswer("esptool did not say what the chip is. Update Twig's packages: make venv.")
    return found[1]
